"""The months that are looked at, and how much of each has passed."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from firstline.support_rules.calendar_months import add_months


@dataclass(frozen=True)
class Month:
    """A calendar month: its first and last day that are looked at, and which part of it that is."""

    first: date
    last: date
    part: float

    @property
    def name(self) -> str:
        """``YYYY-MM``."""
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True)
class Window:
    """Whole calendar months up to today, in the partner's time zone; the present one counts by its days so far."""

    months: tuple[Month, ...]
    zone: ZoneInfo
    until: datetime

    @classmethod
    def of(cls, now: datetime, months: int, zone: ZoneInfo) -> "Window":
        """Return the window of ``months`` that ends now."""
        today = now.astimezone(zone).date()
        firsts = [add_months(today.replace(day=1), -back) for back in range(months - 1, -1, -1)]
        return cls(tuple(_month(first, today) for first in firsts), zone, now)

    @property
    def since(self) -> datetime:
        """The instant at which the window begins."""
        return start_of(self.months[0].first, self.zone)

    @property
    def today(self) -> date:
        """The last day of the window."""
        return self.months[-1].last

    def month_of(self, at: datetime) -> str:
        """Return the month of an instant as ``YYYY-MM``."""
        return f"{at.astimezone(self.zone):%Y-%m}"


def start_of(day: date, zone: tzinfo | None) -> datetime:
    """Return the instant at which a day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _month(first: date, today: date) -> Month:
    days = monthrange(first.year, first.month)[1]
    last = min(first.replace(day=days), today)
    return Month(first, last, last.day / days)
