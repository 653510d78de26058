"""The outbox: notices to people and other systems, written with the change, delivered until they are taken."""

from firstline.outbox.models import Notice

__all__ = ["Notice"]
