"""Who may open a request with Microsoft, for which product, and for which classes of trouble."""

from functools import cache
from typing import Literal

from firstline.support_rules.dated import Dated, data_file

Level = Literal["advisor", "reseller", "provider", "direct", "none"]
Family = Literal["m365", "azure", "dynamics", "marketplace"]

_HEIGHT: dict[str, int] = {"advisor": 0, "reseller": 1, "provider": 2, "direct": 2}


class FilingRule(Dated):
    """The ``lowest`` level that may file; ``none`` says that nobody may."""

    lowest: Level


@cache
def filing_rule(matter: str) -> FilingRule:
    """Return the newest published rule for ``m365``, ``azure``, ``dynamics`` or ``credit``."""
    rules = [FilingRule(**row) for row in data_file("escalation")["filing"][matter]]
    return max(rules, key=lambda rule: rule.as_of)


def may_file(role: str, lowest: Level) -> bool:
    """Say whether a partner of the charter's ``role`` may file where ``lowest`` is the lowest level that may."""
    own = 1 if role == "indirect_reseller" else 2
    return lowest in _HEIGHT and own >= _HEIGHT[lowest]


@cache
def issue_classes() -> tuple[str, ...]:
    """Return the classes of trouble that are handed to Microsoft."""
    return tuple(data_file("escalation")["classes"])


@cache
def personal_domains() -> frozenset[str]:
    """Return the domains of personal mail services."""
    return frozenset(data_file("escalation")["personal_domains"]["domains"])
