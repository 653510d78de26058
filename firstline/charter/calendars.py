"""Calendars of a charter: time zone, weekly hours, holidays and single-day exceptions.

The models take anything that can be written down; whether the hours make sense (``open`` before ``close``, no
overlap, a real time zone) is for ``lint`` to say, with the place.
"""

import datetime
import re
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from firstline.charter.base import Part, Text
from firstline.charter.findings import Wrong

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 24 * 60
_CLOCK_TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")


class Interval(Part):
    """Open time of one local day, ``[open, close)``, both in minutes since local midnight (``24:00`` is 1440)."""

    open: int
    close: int

    @model_validator(mode="before")
    @classmethod
    def _from_pair(cls, value: Any) -> Any:
        if isinstance(value, list):
            if len(value) != 2:
                raise Wrong("schema.interval")
            return {"open": _minutes(value[0]), "close": _minutes(value[1])}
        return value

    def __str__(self) -> str:
        return f"{clock_time(self.open)}-{clock_time(self.close)}"


class HolidayExtra(Part):
    """A holiday the data set doesn't have; written as a date, or as a date with a name."""

    date: datetime.date
    name: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_date(cls, value: Any) -> Any:
        return {"date": value} if isinstance(value, datetime.date) else value


class HolidaySet(Part):
    """Holidays of one country: a data set with the month it was taken over, plus and minus single days.

    ``version`` is ``YYYY-MM``. The data count as confirmed to ``through``; without it, to the end of the year after
    ``version``, because later years hold only the holidays that can be computed and none that are decreed.
    """

    country: str = Field(alias="set")
    version: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    subdivision: str | None = None
    through: datetime.date | None = None
    include: list[HolidayExtra] = Field(default_factory=list)
    exclude: list[datetime.date] = Field(default_factory=list)

    @property
    def confirmed_through(self) -> datetime.date:
        """Last day for which the holidays count as known."""
        return self.through or datetime.date(int(self.version[:4]) + 1, 12, 31)


class DayException(Part):
    """One day that differs from the week: closed, or with other hours. It beats a holiday."""

    date: datetime.date
    reason: Text
    closed: bool = False
    open: list[Interval] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_of_two(self) -> "DayException":
        if self.closed == bool(self.open):
            raise Wrong("schema.exception")
        return self


class Calendar(Part):
    """When somebody works: weekly hours in one time zone, with holidays and exceptions. A day not named is closed."""

    tz: str
    weekly: dict[Weekday, list[Interval]]
    holidays: HolidaySet | None = None
    exceptions: list[DayException] = Field(default_factory=list)

    @field_validator("weekly", mode="before")
    @classmethod
    def _spread_weekdays(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        spread: dict[str, Any] = {}
        for key, intervals in value.items():
            for day in spread_weekdays(str(key)):
                if day in spread:
                    raise Wrong("schema.day_twice", day=day, key=key)
                spread[day] = intervals
        return spread

    @field_validator("holidays", mode="before")
    @classmethod
    def _none_is_none(cls, value: Any) -> Any:
        return None if value == "none" else value

    @field_validator("exceptions")
    @classmethod
    def _one_exception_a_day(cls, value: list[DayException]) -> list[DayException]:
        days = [item.date for item in value]
        for day in days:
            if days.count(day) > 1:
                raise Wrong("schema.exception_twice", day=day)
        return value

    @property
    def round_the_clock(self) -> bool:
        """Whether this calendar is open at every instant: 24 hours on all seven days and nothing that closes it."""
        return self.holidays is None and all(
            _covers_day(intervals)
            for intervals in [*(self.weekly.get(day, []) for day in WEEKDAYS), *(item.open for item in self.exceptions)]
        )


def clock_time(minutes: int) -> str:
    """Write minutes since midnight as ``HH:MM``."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def spread_weekdays(key: str) -> list[Weekday]:
    """Return the weekdays of a key such as ``mon``, ``mon-fri`` or ``sat,sun``; raises ``ValueError`` for others."""
    days: list[Weekday] = []
    for part in key.split(","):
        first, dash, last = part.strip().partition("-")
        names = (first, last) if dash else (first, first)
        if any(name not in WEEKDAYS for name in names):
            raise Wrong("schema.no_weekdays", key=key)
        start, end = (WEEKDAYS.index(name) for name in names)
        if start > end:
            raise Wrong("schema.backwards", key=key)
        days.extend(WEEKDAYS[start : end + 1])
    return days


def _covers_day(intervals: list[Interval]) -> bool:
    reached = 0
    for interval in sorted(intervals, key=lambda item: item.open):
        if interval.open > reached:
            return False
        reached = max(reached, interval.close)
    return reached >= MINUTES_A_DAY


def _minutes(value: object) -> int:
    found = _CLOCK_TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Wrong("schema.time", value=value)
    minutes = int(found[1]) * 60 + int(found[2])
    if minutes > MINUTES_A_DAY:
        raise Wrong("schema.day_end", value=value)
    return minutes
