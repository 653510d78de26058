"""What a charter promises for one case, as instants.

A promise names the charter version it was made under, so that a case keeps it when the charter changes.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from firstline.charter.clock import deadline, elapsed
from firstline.charter.model import Charter
from firstline.charter.targets import KINDS, Clock, Kind, Target

_WARN_SHARE = 0.75
_WARN_LEFT = timedelta(minutes=15)


@dataclass(frozen=True)
class Promise:
    """One promise. Instants are aware and in UTC; ``due`` and ``warn_at`` are ``None`` for best effort.

    ``warn_at`` is the earlier of 75 % of the target spent and 15 minutes of it left, in counted time. For a target of
    15 minutes or less that is ``start`` itself.
    """

    kind: Kind
    start: datetime
    due: datetime | None
    warn_at: datetime | None
    target: Target
    clock: Clock | None
    calendar: str | None
    charter_version: str


def promise(charter: Charter, tier: str, severity: str, kind: Kind, at: datetime) -> Promise | None:
    """Return what is promised from ``at`` on, or ``None`` when this kind isn't promised at all.

    A raised severity starts its promises at the raise; see ``earlier``. Raises ``KeyError`` for a tier or severity the
    charter doesn't have.
    """
    if tier not in charter.tiers or severity not in charter.severities:
        raise KeyError(f"charter {charter.id} has no tier {tier!r} with severity {severity!r}")
    target = charter.target(tier, severity).of(kind)
    if target is None:
        return None
    given = Promise(
        kind=kind,
        start=at.astimezone(UTC),
        due=None,
        warn_at=None,
        target=target,
        clock=target.clock,
        calendar=target.calendar,
        charter_version=charter.version,
    )
    return given if target.duration is None else _due(given, charter, at.astimezone(UTC), target.duration)


def promises(charter: Charter, tier: str, severity: str, at: datetime) -> dict[Kind, Promise]:
    """Return all promises for a case that begins at ``at``; kinds that aren't promised are left out."""
    found = {kind: promise(charter, tier, severity, kind, at) for kind in KINDS}
    return {kind: item for kind, item in found.items() if item is not None}


def earlier(given: Promise, new: Promise) -> Promise:
    """Return the one that is due first: a promise already given is never moved later."""
    if given.due is None:
        return new
    return new if new.due is not None and new.due < given.due else given


def resumed(given: Promise, charter: Charter, paused_at: datetime, resumed_at: datetime) -> Promise:
    """Return a resolve promise after its clock stood still while the customer's answer was awaited.

    Unchanged for other kinds, for best effort, and where the charter's ``pause`` says the clock runs on.
    ``charter`` is the version the promise was made under.
    """
    if given.kind != "resolve" or given.due is None or not charter.pause.resolve_while_waiting_for_customer:
        return given
    calendar = charter.calendars[given.calendar] if given.calendar else None
    left = elapsed(paused_at, given.due, calendar)
    return given if left <= timedelta(0) else _due(given, charter, resumed_at.astimezone(UTC), left)


def _due(given: Promise, charter: Charter, start: datetime, left: timedelta) -> Promise:
    """Fill in the instants, ``left`` being the counted time that remains from ``start``."""
    calendar = charter.calendars[given.calendar] if given.calendar else None
    whole = given.target.duration or left
    until_warning = left - max(whole * (1 - _WARN_SHARE), _WARN_LEFT)
    warn_at = start if until_warning <= timedelta(0) else deadline(start, until_warning, calendar)
    return replace(given, due=deadline(start, left, calendar), warn_at=warn_at)
