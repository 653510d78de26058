"""The staff tests' partners and people, to be fuzzed over HTTP."""

from ..staff.conftest import demo, make_app, person, settings

__all__ = ["demo", "make_app", "person", "settings"]
