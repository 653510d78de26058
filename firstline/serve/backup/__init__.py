"""Backup of an installation while it runs, restoring it into an empty place, and comparing the two."""

from firstline.serve.backup.restore import restore
from firstline.serve.backup.take import take_backup
from firstline.serve.backup.verify import verify, verify_installation

__all__ = ["restore", "take_backup", "verify", "verify_installation"]
