"""The staff tests' partners, people and server, to be fuzzed over HTTP."""

from ..staff.conftest import demo, make_app, person, server, settings

__all__ = ["demo", "make_app", "person", "server", "settings"]
