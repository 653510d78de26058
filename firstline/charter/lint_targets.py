"""Lint rules about targets: L8, L9, L10, L12, L14."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from firstline.charter.clock import NoOpenTime, deadline, next_opening
from firstline.charter.findings import Finding
from firstline.charter.model import Charter
from firstline.charter.parts import Hop, UpstreamClass
from firstline.charter.targets import KINDS, Kind, Target
from firstline.core.texts import Language

_NEVER = datetime.max.replace(tzinfo=UTC)
_HOURS_A_WEEK = 168


def l8_whole_targets(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L8: a target is positive and has unit and clock, and the business clock has a calendar."""
    for where, target in _targets(charter):
        if target.best_effort:
            continue
        problems = [
            (target.value is None, "no_value"),
            (target.value is not None and target.value <= 0, "not_positive"),
            (target.unit is None, "no_unit"),
            (target.clock is None, "no_clock"),
            (target.clock == "business" and target.calendar is None, "no_calendar"),
        ]
        for found, problem in problems:
            if found:
                yield Finding("L8", "error", where, f"L8.{problem}")


def l9_order(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L9: more severe is never slower, and nothing within a severity is due after its resolve time."""
    for tier in charter.tiers:
        by_rank = [name for name in charter.tier_severities(tier) if name in charter.targets.get(tier, {})]
        for kind in KINDS:
            for worse, milder in pairwise(by_rank):
                if _slower(charter, charter.target(tier, worse).of(kind), charter.target(tier, milder).of(kind), at):
                    where = f"targets.{tier}.{worse}.{kind}"
                    yield Finding("L9", "error", where, "L9.slower", {"worse": worse, "milder": milder})
        for severity in by_rank:
            targets = charter.target(tier, severity)
            for kind in ("first_response", "next_update"):
                earlier = targets.of(kind)
                if earlier and targets.resolve and _slower(charter, earlier, targets.resolve, at):
                    where = f"targets.{tier}.{severity}.{kind}"
                    yield Finding("L9", "error", where, "L9.after_resolve", {"kind": kind})


def l10_no_severity_without_target(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L10: every severity of a tier has at least a first response."""
    for tier in charter.tiers:
        for severity in charter.tier_severities(tier):
            if charter.target(tier, severity).first_response is None:
                values = {"tier": tier, "severity": severity}
                yield Finding("L10", "error", f"targets.{tier}.{severity}", "L10.no_target", values)


def l12_resolve_of_others(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L12: a resolve time for a severity that goes upstream promises what others decide."""
    for tier in charter.tiers:
        for severity in charter.tier_severities(tier):
            resolve = charter.target(tier, severity).resolve
            upstream = charter.severities[severity].upstream_class
            if resolve and not resolve.best_effort and upstream != "none":
                values = {"upstream": upstream}
                yield Finding("L12", "warn", f"targets.{tier}.{severity}.resolve", "L12.others", values)


def l14_upstream_can(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L14: nothing is promised sooner than the next hop can give it, in the customer's language, at any hour.

    Looks at every hour of the coming week. The first response is the partner's own, unless its support is resold.
    A language the hop doesn't work in is served through those it does.
    """
    if not charter.upstream:
        return
    hop = charter.upstream[0]
    resold = any(item.provided_by == "resold" for item in charter.support_types.values())
    kinds: list[Kind] = ["first_response", "next_update", "resolve"] if resold else ["next_update", "resolve"]
    known: dict[tuple[Target, str, frozenset[Language]], datetime | None] = {}
    for tier in charter.tiers:
        for severity in charter.tier_severities(tier):
            upstream = charter.severities[severity].upstream_class
            for kind in kinds:
                target = charter.target(tier, severity).of(kind)
                if target is None or target.best_effort or upstream == "none":
                    continue
                for lang in charter.languages:
                    served = _served(hop, lang)
                    key = (target, upstream, served)
                    if key not in known:
                        known[key] = _first_hour_too_soon(charter, target, hop, upstream, served, at)
                    if hour := known[key]:
                        first = hour.isoformat(timespec="minutes")
                        values = {"kind": kind, "hop": hop.hop, "lang": lang, "hour": first}
                        yield Finding("L14", "warn", f"targets.{tier}.{severity}.{kind}", "L14.sooner", values)


def _targets(charter: Charter) -> Iterator[tuple[str, Target]]:
    for tier, table in charter.targets.items():
        for severity in table:
            for kind in KINDS:
                target = charter.target(tier, severity).of(kind)
                if target is not None:
                    yield f"targets.{tier}.{severity}.{kind}", target


def _slower(charter: Charter, target: Target | None, other: Target | None, at: datetime) -> bool:
    """Tell whether ``target`` is due after ``other`` at some hour; no promise and best effort are due never."""
    mine = target.duration if target else None
    theirs = other.duration if other else None
    if theirs is None or other is None:
        return False
    if mine is None or target is None:
        return True
    if (target.clock, target.calendar) == (other.clock, other.calendar):
        return mine > theirs
    return any(_due(charter, target, hour) > _due(charter, other, hour) for hour in _week(at))


def _week(at: datetime) -> list[datetime]:
    first = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return [first + timedelta(hours=hour) for hour in range(_HOURS_A_WEEK)]


def _due(charter: Charter, target: Target, start: datetime) -> datetime:
    duration = target.duration
    if duration is None:
        return _NEVER
    try:
        return deadline(start, duration, charter.calendars[target.calendar] if target.calendar else None)
    except NoOpenTime:
        return _NEVER


def _served(hop: Hop, lang: Language) -> frozenset[Language]:
    """Return the languages in which a hop serves a customer of ``lang``: that one, or else those it works in."""
    offered = frozenset([*hop.languages, *hop.round_the_clock_languages])
    return frozenset([lang]) if lang in offered else offered


def _first_hour_too_soon(
    charter: Charter, target: Target, hop: Hop, upstream: UpstreamClass, served: frozenset[Language], at: datetime
) -> datetime | None:
    for hour in _week(at):
        if _due(charter, target, hour) < _hop_due(charter, hop, upstream, served, hour):
            return hour
    return None


def _hop_due(
    charter: Charter, hop: Hop, upstream: UpstreamClass, served: frozenset[Language], start: datetime
) -> datetime:
    """Return when the hop answers at the latest; its next opening where its response time isn't known."""
    response = hop.initial_response.get(upstream)
    duration = response.duration if response else None
    if not served or served & set(hop.round_the_clock_languages) or hop.calendar is None:
        return start + (duration or timedelta(0))
    calendar = charter.calendars[hop.calendar]
    try:
        return deadline(start, duration, calendar) if duration else next_opening(start, calendar)
    except NoOpenTime:
        return _NEVER
