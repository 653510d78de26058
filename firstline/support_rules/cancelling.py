"""Until when something can be cancelled, and what becomes of the data afterwards."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal

from firstline.support_rules.dated import Dated, data_file

Ending = Literal["not_renewed", "suspended", "cancelled"]
ENDINGS: tuple[Ending, ...] = ("not_renewed", "suspended", "cancelled")


class CancelRule(Dated):
    """A window of ``hours`` from the purchase, the renewal or the adding of seats, and what is paid back in it."""

    hours: int
    refund: Literal["prorated", "full"]


class RetentionRule(Dated):
    """The stages of the data after the end, each with its days, in order."""

    stages: dict[str, int]


@dataclass(frozen=True)
class Stage:
    """A stage of the data: from the day after ``after`` to ``until``, both days inclusive."""

    name: str
    after: date
    until: date


@cache
def cancel_rule(kind: str = "licence") -> CancelRule:
    """Return the window for a kind of product in ``data/billing.yaml``; raises ``KeyError``."""
    return CancelRule(**data_file("billing")["cancel"][kind])


def cancel_until(start: datetime, rule: CancelRule) -> datetime:
    """Return the instant the window closes: counted from the exact moment of the purchase or renewal."""
    return start + timedelta(hours=rule.hours)


@cache
def retention_rule(ending: Ending) -> RetentionRule:
    """Return what becomes of the data after an ending."""
    return RetentionRule(**data_file("billing")["retention"][ending])


def stages_after(end: date, rule: RetentionRule) -> list[Stage]:
    """Return the stages after a term's last day ``end``; the data is deleted after the last one."""
    stages: list[Stage] = []
    for name, days in rule.stages.items():
        until = end + timedelta(days=days)
        stages.append(Stage(name, end, until))
        end = until
    return stages
