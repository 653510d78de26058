"""A case's clocks as the desk shows them: what was promised, how it stands, and how late it was."""

from datetime import datetime
from typing import Any

from firstline.core.times import iso
from firstline.desk.models import Case, CasePromise


def state_of(promised: CasePromise, now: datetime) -> str:
    """Return ``met``, ``late`` (met after its time), ``paused``, ``breached`` (past its time) or ``running``."""
    if promised.met_at is not None:
        return "met" if promised.met_at <= promised.due else "late"
    if promised.paused_at is not None:
        return "paused"
    return "breached" if promised.breached_at is not None or promised.due <= now else "running"


def is_near(promised: CasePromise, now: datetime) -> bool:
    """Say whether a running promise is close to its end: 75 % of it spent, or 15 minutes left, whichever came first."""
    warned = promised.warned_at is not None or (promised.warn_at is not None and promised.warn_at <= now)
    return warned and state_of(promised, now) == "running"


def clocks_json(case: Case, now: datetime) -> list[dict[str, Any]]:
    """Return what is owed, nearest first, then of each other kind what was kept last.

    Each is ``{"kind", "due", "state", "warning"}``. Of one kind and state the nearest stands for all.
    """
    owed: dict[tuple[str, str], CasePromise] = {}
    kept: dict[str, CasePromise] = {}
    for item in sorted(case.promises, key=lambda item: item.due):
        if item.met_at is None:
            owed.setdefault((item.kind, state_of(item, now)), item)
        elif item.kind not in kept or item.met_at > (kept[item.kind].met_at or item.met_at):
            kept[item.kind] = item
    kinds = {kind for kind, _ in owed}
    shown = [*owed.values(), *(item for kind, item in kept.items() if kind not in kinds)]
    return [
        {"kind": item.kind, "due": iso(item.due), "state": state_of(item, now), "warning": is_near(item, now)}
        for item in shown
    ]


def promises_json(case: Case, now: datetime) -> list[dict[str, Any]]:
    """Return everything that was promised for the case, oldest first, with what happened.

    ``late_seconds`` is how much later than promised it was met, or is by now; 0 in time.
    """
    return [
        {
            "kind": item.kind,
            "severity": item.severity,
            "charter_version": item.charter_version,
            "started_at": iso(item.started_at),
            "due": iso(item.due),
            "state": state_of(item, now),
            "paused_seconds": item.paused_seconds,
            "warned_at": _iso(item.warned_at),
            "breached_at": _iso(item.breached_at),
            "met_at": _iso(item.met_at),
            "late_seconds": _late_seconds(item, now),
        }
        for item in case.promises
    ]


def _late_seconds(item: CasePromise, now: datetime) -> int:
    end = item.met_at or item.paused_at or now
    return max(0, int((end - item.due).total_seconds()))


def _iso(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None
