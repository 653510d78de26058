"""The way up: which hops a case goes through, and when each answers in which language."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from firstline.charter import Charter, deadline, next_opening
from firstline.charter.parts import Hop
from firstline.core.texts import LANGUAGES, Language
from firstline.escalation.dossier import Dossier
from firstline.support_rules.filing import Level, filing_rule, may_file


@dataclass(frozen=True)
class Step:
    """One hop; ``hop`` is what the charter knows of it, ``None`` for a publisher that it doesn't name."""

    level: Literal["provider", "microsoft", "isv"]
    hop: Hop | None


@dataclass(frozen=True)
class Choice:
    """A language in which a hop can be asked, and when it answers at the latest; ``None``: it publishes no time."""

    language: Language
    due: datetime | None


def route(charter: Charter, dossier: Dossier) -> list[Step]:
    """Return the hops in order; none when nobody the charter names may file.

    What the publisher of a marketplace product has to solve goes to the publisher, never to Microsoft.
    """
    if dossier.target == "isv" or dossier.family == "marketplace":
        return [Step("isv", _hop(charter, "isv"))]
    return _up(charter, dossier.family)


def step_at(charter: Charter, level: Literal["microsoft", "isv"]) -> Step:
    """Return the step at ``level`` with the hop that ``charter`` names for it, if any."""
    return Step(level, _hop(charter, level))


def credit_route(charter: Charter) -> list[Step]:
    """Return the hops of a claim for a service credit."""
    return _up(charter, "credit")


def choices(charter: Charter, step: Step, severity: str, at: datetime) -> list[Choice]:
    """Return how a hop can be asked at ``at``, the soonest answer first.

    In its calendar's hours it works in ``languages``, at any hour in ``round_the_clock_languages``: the same case can
    have an early answer in English and a later one in Korean.
    """
    hop = step.hop
    if hop is None or not (hop.languages or hop.round_the_clock_languages):
        return [Choice(language, None) for language in LANGUAGES]
    response = hop.initial_response.get(severity or "C")  # type: ignore[call-overload]
    duration = response.duration if response else None
    found = [Choice(lang, at + duration if duration else None) for lang in hop.round_the_clock_languages]
    calendar = charter.calendars[hop.calendar] if hop.calendar else None
    for lang in hop.languages:
        if lang in hop.round_the_clock_languages:
            continue
        if duration:
            found.append(Choice(lang, deadline(at, duration, calendar)))
        else:
            found.append(Choice(lang, next_opening(at, calendar) if calendar else None))
    return sorted(found, key=lambda choice: (choice.due is None, choice.due or at))


def _up(charter: Charter, matter: str) -> list[Step]:
    lowest = _lowest(charter, matter)
    top = Step("microsoft", _hop(charter, "microsoft"))
    if may_file(charter.partner.role, lowest):
        return [top]
    provider = _hop(charter, "provider")
    return [Step("provider", provider), top] if provider and may_file("indirect_provider", lowest) else []


def _lowest(charter: Charter, matter: str) -> Level:
    said = (hop.can_file[matter] for hop in charter.upstream if matter in hop.can_file)
    return next(said, None) or filing_rule(matter).lowest


def _hop(charter: Charter, level: str) -> Hop | None:
    return next((hop for hop in charter.upstream if hop.hop == level), None)
