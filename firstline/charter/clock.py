"""The business-hours clock: when a calendar is open, and what is due when counted in open time.

Rules: intervals are half-open, ``[09:00, 12:00)``. A deadline is the first instant at which the counted open time
reaches the target; if that is a closing time, the deadline is the closing time itself. Local hours are turned into
UTC day by day and real elapsed time is counted, so a day with a clock change is 23 or 25 hours long: opening at a
repeated hour means its first pass, closing its second, and a time that doesn't exist moves forward by the gap.
Exceptions beat holidays, holidays beat weekdays. Where a calendar may be left out, ``None`` counts round the clock.

Every instant must be aware; a naive one raises ``ValueError``. Results are in UTC.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from firstline.charter.calendars import MINUTES_A_DAY, WEEKDAYS, Calendar, Interval
from firstline.charter.public_holidays import holiday_name
from firstline.core.errors import FirstlineError

LOOKAHEAD = timedelta(days=366)
_NOTHING = timedelta(0)


class NoOpenTime(FirstlineError):
    """A calendar has no open time within 366 days, so nothing can be due in it."""

    default_code = "no_open_time"


def deadline(start: datetime, target: timedelta, calendar: Calendar | None) -> datetime:
    """Return the first instant at which ``target`` of open time has passed since ``start``.

    Raises ``ValueError`` for a target that isn't positive and ``NoOpenTime`` when 366 days bring no open time.
    """
    if target <= _NOTHING:
        raise ValueError(f"a target is longer than nothing; got {target}")
    start = _utc(start)
    if calendar is None:
        return start + target
    left = target
    for opening, closing in _open_times(calendar, start):
        if closing - opening >= left:
            return opening + left
        left -= closing - opening
    raise AssertionError("open times never end, they raise")  # pragma: no cover


def elapsed(start: datetime, end: datetime, calendar: Calendar | None) -> timedelta:
    """Return the open time between two instants; nothing when ``end`` isn't after ``start``."""
    start, end = _utc(start), _utc(end)
    if end <= start:
        return _NOTHING
    if calendar is None:
        return end - start
    counted = _NOTHING
    try:
        for opening, closing in _open_times(calendar, start):
            if opening >= end:
                break
            counted += min(closing, end) - opening
    except NoOpenTime:
        pass  # What lies behind the last open time adds nothing.
    return counted


def is_open(at: datetime, calendar: Calendar | None) -> bool:
    """Tell whether a calendar is open at an instant."""
    at = _utc(at)
    if calendar is None:
        return True
    today = at.astimezone(ZoneInfo(calendar.tz)).date()
    return any(
        opening <= at < closing
        for day in (today - timedelta(days=1), today)
        for opening, closing in _day_in_utc(calendar, day)
    )


def next_opening(at: datetime, calendar: Calendar) -> datetime:
    """Return the first open instant at or after ``at``: ``at`` itself while open. Raises ``NoOpenTime``."""
    at = _utc(at)
    opening, _ = next(_open_times(calendar, at))
    return opening


def closing_after(at: datetime, calendar: Calendar) -> datetime | None:
    """Return the next instant at which open time ends, or ``None`` when it doesn't within 366 days.

    Hours that touch, such as Friday to 24:00 and Saturday from 00:00, are one open time. Raises ``NoOpenTime``.
    """
    at = _utc(at)
    if calendar.round_the_clock:
        return None
    end: datetime | None = None
    for opening, closing in _open_times(calendar, at):
        if end is not None and opening > end:
            return end
        end = closing
        if end - at > LOOKAHEAD:
            return None
    return end  # pragma: no cover


def hours_on(calendar: Calendar, day: date) -> list[Interval]:
    """Return the intervals of a local day in order: from its exception, else none on a holiday, else by weekday."""
    for exception in calendar.exceptions:
        if exception.date == day:
            return _sorted(exception.open)
    if holiday_name(calendar, day) is not None:
        return []
    return _sorted(calendar.weekly.get(WEEKDAYS[day.weekday()], []))


def _open_times(calendar: Calendar, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield open times that end after ``start``, in order, never overlapping; raise after 366 days without one."""
    day = start.astimezone(ZoneInfo(calendar.tz)).date() - timedelta(days=1)
    reached = start
    while True:
        for opening, closing in _day_in_utc(calendar, day):
            # Hours that begin in a gap of the clock end before they begin where they last no longer than the gap.
            if closing > max(opening, reached):
                yield max(opening, reached), closing
                reached = closing
        day += timedelta(days=1)
        if datetime.combine(day, time(), UTC) - reached > LOOKAHEAD + timedelta(days=1):
            raise NoOpenTime(f"the calendar has no open time in the 366 days after {reached.isoformat()}")


def _day_in_utc(calendar: Calendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(calendar.tz)
    for interval in hours_on(calendar, day):
        yield _opening(day, interval.open, zone), _closing(day, interval.close, zone)


def _opening(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    # fold=0 is the first pass of a repeated hour, and in a gap it lands behind the gap by as much as it lies inside.
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _closing(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    first = _opening(day, minutes, zone)
    if minutes == MINUTES_A_DAY:
        return first  # The day ends when midnight is reached, even where clocks then go back behind it.
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    # In a repeated hour the second pass is later; in a gap fold=1 would lie before it.
    return max(first, local.replace(tzinfo=zone, fold=1).astimezone(UTC))


def _sorted(intervals: list[Interval]) -> list[Interval]:
    return sorted(intervals, key=lambda item: item.open)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return moment.astimezone(UTC)
