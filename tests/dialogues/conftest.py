"""Dialogues run against the same real Firstline as the live tests."""

from ..live.conftest import live, talk

__all__ = ["live", "talk"]
