"""What was promised for a case: started, met, paused and resumed by rule, and measured against what happened.

Rules: the first response never pauses. An update is owed from each of our messages on, unless that message leaves the
next step to the customer; then it is owed from the customer's next message on. Solving pauses only while the customer's
answer is awaited, and only where the charter says so. A worse severity starts its own targets when it is named. No
promise moves later: a new one stands beside it, and both are measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from firstline.charter import KINDS, Charter, Kind, format_datetime, promise, resumed
from firstline.desk.models import Case, CasePromise

RESPONSES: tuple[Kind, ...] = ("first_response", "next_update")


@dataclass(frozen=True)
class Owed:
    """The answer that the customer is owed: by when, and whether that has passed; ``due`` is ``None`` for no time."""

    due: datetime | None
    late: bool


def default_severity(charter: Charter, category: str | None) -> str:
    """Return the severity until the customer names one: the mildest, or one above it for a reported problem."""
    by_rank = charter.severities_by_rank
    return by_rank[-2] if category == "problem" and len(by_rank) > 1 else by_rank[-1]


def due_text(charter: Charter, due: datetime | None, lang: str) -> str:
    """Format a promised time the way customers read it, in the charter's time zone; empty for none."""
    return format_datetime(due, lang, charter.main_calendar.tz) if due else ""


def owed_answer(case: Case, at: datetime) -> Owed:
    """Return which answer the customer is owed now: the nearest promise that still holds, else the one that is late."""
    open_now = open_promises(case, RESPONSES)
    holding = [item.due for item in open_now if item.breached_at is None and item.due > at]
    if holding:
        return Owed(min(holding), late=False)
    return Owed(min((item.due for item in open_now), default=None), late=bool(open_now))


def open_promises(case: Case, kinds: Sequence[str] = KINDS) -> list[CasePromise]:
    """Return the promises that nothing has met yet, of some kinds."""
    return [item for item in case.promises if item.met_at is None and item.kind in kinds]


def begin(case: Case, terms: Charter, at: datetime) -> None:
    """Promise an answer and, where the charter does, a solution: when a case is opened, and when it is reopened."""
    if not open_promises(case, ["resolve"]):
        _start(case, terms, "resolve", at)
    renew_response(case, terms, at)


def renew_response(case: Case, terms: Charter, at: datetime, *, after_breach: bool = False) -> None:
    """Promise the next answer when none is owed; one that is owed stays as it is, also when it is late.

    ``after_breach`` gives a new time beside the one that was missed.
    """
    still_owed = [item for item in open_promises(case, RESPONSES) if not after_breach or item.breached_at is None]
    if after_breach or not any(item.kind == "first_response" for item in still_owed):
        _start(case, terms, "first_response", at, before=min((item.due for item in still_owed), default=None))
    settle(case, at)


def renew_update(case: Case, terms: Charter, at: datetime) -> None:
    """Promise a new time for the next update beside one that was missed."""
    holding = [item.due for item in open_promises(case, RESPONSES) if item.breached_at is None and item.due > at]
    _start(case, terms, "next_update", at, before=min(holding, default=None))
    settle(case, at)


def next_word(case: Case, terms: Charter, at: datetime) -> datetime | None:
    """Return when the customer hears from us at the latest: as promised, or as ``renew_update`` would promise now."""
    owed = owed_answer(case, at)
    if owed.due is not None and not owed.late:
        return owed.due
    given = promise(terms, case.tier, case.severity, "next_update", at)
    return given.due if given else None


def agent_spoke(
    case: Case, terms: Charter, at: datetime, *, awaits_customer: bool = False, solves: bool = False
) -> None:
    """Meet what our message meets and start what follows from it.

    ``awaits_customer``: the next step is the customer's. ``solves``: it is the closing message, and the solution is
    measured by it unless the customer says that it isn't one.
    """
    for item in open_promises(case, RESPONSES):
        item.met_at = at
    case.escalation = 0
    if awaits_customer or solves:
        case.awaiting_customer_since = at
        for item in open_promises(case, ["resolve"]):
            if solves:
                item.met_at = at
            if solves or (terms.pause.resolve_while_waiting_for_customer and item.breached_at is None):
                item.paused_at = item.paused_at or at
    else:
        _resume(case, terms, at)
        _start(case, terms, "next_update", at)
    settle(case, at)


def customer_spoke(case: Case, terms: Charter, at: datetime, *, with_agent: bool) -> None:
    """Let the clocks run again that waited for the customer; with an agent there, the next update is owed from now."""
    if case.awaiting_customer_since is None:
        return
    _resume(case, terms, at)
    if with_agent and not open_promises(case, RESPONSES):
        _start(case, terms, "next_update", at)
    settle(case, at)


def name_severity(case: Case, terms: Charter, severity: str, at: datetime) -> None:
    """Set the severity; what it promises sooner than what is promised already starts now."""
    case.severity = severity
    for kind in KINDS:
        same = [item.due for item in open_promises(case, [kind])]
        owed = same or kind == "resolve" or (kind == "first_response" and case.first_response_at is None)
        if owed and case.status == "open":
            _start(case, terms, kind, at, before=min(same, default=None))
    settle(case, at)


def end_all(case: Case, at: datetime) -> None:
    """Stop every clock of a case that is closed."""
    case.awaiting_customer_since = None
    for item in case.promises:
        item.met_at, item.paused_at = item.met_at or at, None
    settle(case, at)


def settle(case: Case, at: datetime) -> None:
    """Bring the case's own columns and the instants at which the clock looks up to date with its promises."""
    for item in case.promises:
        done = item.met_at or item.paused_at or item.breached_at
        item.next_at = None if done else item.warn_at if item.warn_at and not item.warned_at else item.due
    running = [item for item in open_promises(case) if item.paused_at is None]
    holding = [item.due for item in running if item.breached_at is None]
    case.due = min(holding or [item.due for item in running], default=None)
    case.respond_by = owed_answer(case, at).due


def _start(case: Case, terms: Charter, kind: Kind, at: datetime, *, before: datetime | None = None) -> None:
    """Start a promise, unless the charter gives none or it would be due no sooner than ``before``."""
    given = promise(terms, case.tier, case.severity, kind, at)
    if given is None or given.due is None or (before is not None and given.due >= before):
        return
    case.promises.append(
        CasePromise(
            kind=kind,
            severity=case.severity,
            tier=case.tier,
            charter_version=given.charter_version,
            started_at=given.start,
            due=given.due,
            warn_at=given.warn_at,
            paused_seconds=0,
        )
    )


def _resume(case: Case, terms: Charter, at: datetime) -> None:
    case.awaiting_customer_since = None
    for item in case.promises:
        if item.kind != "resolve" or item.paused_at is None:
            continue
        given = promise(terms, item.tier, item.severity, "resolve", item.started_at)
        if given is not None and at > item.paused_at and item.breached_at is None:
            later = resumed(replace(given, due=item.due, warn_at=item.warn_at), terms, item.paused_at, at)
            if later.due is not None and later.due != item.due:
                item.due, item.warn_at = later.due, later.warn_at
                item.paused_seconds += int((at - item.paused_at).total_seconds())
        item.paused_at = item.met_at = None
