"""Colleagues and moments that the fake desk knows."""

from datetime import UTC, datetime, timedelta
from typing import Any


def now() -> datetime:
    return datetime.now(UTC)


def member(number: int, name: str, standing: str, load: int, *, me: bool = False) -> dict[str, Any]:
    who = {"id": number, "name": name, "role": "agent", "standing": standing, "mode": standing, "load": load}
    return who | {"capacity": 4, "me": me, "since": stamp(-60), "seen_at": stamp(-1)}


def stamp(minutes: float) -> str:
    return (now() + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def first_answer(case: dict[str, Any]) -> dict[str, Any]:
    """Return the clock of the first answer that ``respond_by`` promises, and what is due by it."""
    due, met = case["respond_by"], case["first_response_at"] is not None
    state = "met" if met else "breached" if case["overdue"] else "running"
    clock = {"kind": "first_response", "due": due, "state": state, "warning": case["warning"]}
    return {"clocks": [clock] if due else [], "due": None if met else due}
