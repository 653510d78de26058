"""Until when a service credit has to be claimed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Literal

from firstline.support_rules.calendar_months import add_months, month_end
from firstline.support_rules.dated import Dated, data_file


class DeadlineRule(Dated):
    """``months`` after the end of the incident's month, to that month's end or to the same day of the month."""

    months: int
    to: Literal["month_end", "same_day"]

    def date_for(self, month_last: date) -> date:
        """Return the deadline for an incident in the month that ends on ``month_last``."""
        later = add_months(month_last, self.months)
        return month_end(later) if self.to == "month_end" else later


@dataclass(frozen=True)
class Deadline:
    """``safe`` holds under every reading, ``latest`` under the kindest; ``ask_by`` leaves the provider its days."""

    safe: date
    latest: date
    ask_by: date
    as_of: str
    source: str


@cache
def _rule(name: str) -> DeadlineRule:
    return DeadlineRule(**data_file("credit")[name])


def credit_deadline(start: datetime, *, azure: bool, lead_days: int = 0) -> Deadline:
    """Return the deadline for an incident that began at the aware instant ``start``; months are counted in UTC.

    ``lead_days``: calendar days that whoever files the claim needs. Two published texts differ: the earlier date is
    the safe one.
    """
    last = month_end(start.astimezone(UTC).date())
    rules = [_rule("azure")] if azure else [_rule("end_of_next_month"), _rule("after_billing_month")]
    dates = [rule.date_for(last) for rule in rules]
    safe = min(dates)
    newest = max(rules, key=lambda rule: rule.as_of)
    latest = max(month_end(day) for day in dates)
    return Deadline(safe, latest, safe - timedelta(days=lead_days), newest.as_of, newest.source)
