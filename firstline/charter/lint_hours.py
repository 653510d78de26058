"""Lint rules about hours: L5, L6, L7, L11, L13."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

from firstline.charter.calendars import Interval
from firstline.charter.clock import NoOpenTime, next_opening
from firstline.charter.findings import Finding
from firstline.charter.model import Charter
from firstline.charter.public_holidays import holiday_name, last_day
from firstline.charter.targets import KINDS

_OPEN_WITHIN = timedelta(days=30)
# Names without a place: they stand for a fixed offset and never change their clocks.
_FIXED_OFFSETS = {"UTC", "UCT", "GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich", "Universal", "Zulu", "EST", "MST", "HST"}
# South Korea: Labour Day and Constitution Day are public holidays from 2026 on.
_KOREAN_SINCE_2026 = ((5, 1), (7, 17))


def l5_intervals(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L5: intervals open before they close, don't overlap, and end with their day."""
    for name, calendar in charter.calendars.items():
        places = {f"weekly.{day}": intervals for day, intervals in calendar.weekly.items()}
        places |= {f"exceptions[{index}].open": item.open for index, item in enumerate(calendar.exceptions)}
        for place, intervals in places.items():
            yield from _intervals(f"calendars.{name}.{place}", intervals)


def l6_time_zone(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L6: a time zone is a place in the IANA database, never a fixed offset."""
    for name, calendar in charter.calendars.items():
        zone = calendar.tz
        if zone not in available_timezones() or zone.startswith("Etc/") or zone in _FIXED_OFFSETS:
            yield Finding("L6", "error", f"calendars.{name}.tz", "L6.zone", {"zone": zone})


def l7_open_soon(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L7: a calendar that counts a target has open time in the next 30 days."""
    for name in sorted(_counting_calendars(charter)):
        try:
            opening = next_opening(at, charter.calendars[name])
        except NoOpenTime:
            opening = None
        if opening is None or opening - at > _OPEN_WITHIN:
            yield Finding("L7", "error", f"calendars.{name}", "L7.closed")


def l11_holiday_data(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L11: holidays are known for 12 months ahead, and the Korean ones are those of 2026 and later."""
    today = at.date()
    for name, calendar in charter.calendars.items():
        rules = calendar.holidays
        if rules is None:
            continue
        where = f"calendars.{name}.holidays"
        end = last_day(rules)
        if end < _a_year_after(today):
            yield Finding("L11", "warn", where, "L11.ends", {"end": end})
        if rules.country in ("KR", "KOR"):
            years = range(max(2026, charter.valid_from.year), max(end.year, 2026) + 1)
            days = [date(year, month, day) for year in years for month, day in _KOREAN_SINCE_2026]
            missing = [day for day in days if holiday_name(calendar, day) is None]
            if missing:
                yield Finding("L11", "warn", where, "L11.korean", {"day": missing[0]})


def l13_round_the_clock_channel(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L13: a channel said to be open round the clock has a calendar that is."""
    for channel in charter.channels:
        if channel.round_the_clock and not charter.calendar(channel.calendar).round_the_clock:
            yield Finding("L13", "error", f"channels.{channel.kind}.round_the_clock", "L13.closes")


def _intervals(where: str, intervals: list[Interval]) -> Iterator[Finding]:
    for interval in intervals:
        if interval.open >= interval.close:
            yield Finding("L5", "error", where, "L5.backwards", {"interval": interval})
    ordered = sorted(intervals, key=lambda item: item.open)
    for first, second in pairwise(ordered):
        values = {"first": first, "second": second}
        if second.open < first.close:
            yield Finding("L5", "error", where, "L5.overlap", values)
        elif second.open == first.close:
            yield Finding("L5", "warn", where, "L5.touch", values)


def _counting_calendars(charter: Charter) -> set[str]:
    targets = [
        charter.target(tier, severity).of(kind)
        for tier in charter.tiers
        for severity in charter.targets.get(tier, {})
        for kind in KINDS
    ]
    return {item.calendar for item in targets if item and item.clock == "business" and item.calendar}


def _a_year_after(day: date) -> date:
    return day.replace(year=day.year + 1) if (day.month, day.day) != (2, 29) else date(day.year + 1, 2, 28)
