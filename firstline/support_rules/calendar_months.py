"""Months and billing cycles on calendar days."""

from calendar import monthrange
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later (or earlier), or that month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """Return the last day of the day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def term_end(start: date, months: int, *, aligned: bool = False) -> date:
    """Return a term's last day: the day before the same day ``months`` later; ``aligned``: its last month's end.

    Source: Partner Center documentation, 2022-11.
    """
    if aligned:
        return month_end(add_months(start.replace(day=1), months - 1))
    return add_months(start, months) - timedelta(days=1)


def cycle_of(day: date, some_end: date) -> tuple[date, date]:
    """Return first and last day of the monthly cycle that ``day`` lies in, given any cycle's or the term's last day.

    Later cycles are counted from one anchor, so that a short February moves none of them.
    """
    anchor = add_months(some_end + timedelta(days=1), 0)
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    for offset in (months + 1, months, months - 1, months - 2):
        start, following = add_months(anchor, offset), add_months(anchor, offset + 1)
        if start <= day < following:
            return start, following - timedelta(days=1)
    raise AssertionError(f"no cycle around {day} for {some_end}")


def cycle_days(start: date) -> int:
    """Return a cycle's days as the published rule counts them: the calendar days of the month it starts in."""
    return monthrange(start.year, start.month)[1]
