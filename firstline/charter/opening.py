"""Whether a calendar is open, why not, until when, and its hours in words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from firstline.charter.calendars import WEEKDAYS, Calendar, Interval, clock_time
from firstline.charter.clock import NoOpenTime, closing_after, hours_on, is_open, next_opening
from firstline.charter.public_holidays import holiday_name
from firstline.charter.wording import format_datetime, has_words, words

_LUNCH = (11 * 60, 14 * 60)
_LONGEST_LUNCH = 120


@dataclass(frozen=True)
class Opening:
    """The state of a calendar at an instant. Instants carry the calendar's own offset.

    ``closes_at`` is ``None`` while closed and where nothing ever closes. ``next_open`` is the next opening after the
    instant, also while open; ``None`` where there is none. ``reason_code`` is ``None`` while open, else one of
    ``exception, holiday, weekend, closed_day, lunch, break, before_hours, after_hours``, with its words in
    ``reason_text``.
    """

    open_now: bool
    closes_at: datetime | None
    next_open: datetime | None
    reason_code: str | None
    reason_text: str | None
    now_text: str


def opening(calendar: Calendar, at: datetime, lang: str) -> Opening:
    """Describe whether ``calendar`` is open at an aware instant, in words of ``lang``."""
    zone = ZoneInfo(calendar.tz)
    if is_open(at, calendar):
        closes = closing_after(at, calendar)
        if closes is None:
            return Opening(True, None, None, None, None, words().get(lang, "now.always"))
        text = words().get(lang, "now.open", closes=format_datetime(closes, lang, calendar.tz))
        opens = _next_opening(closes, calendar)
        return Opening(True, closes.astimezone(zone), opens and opens.astimezone(zone), None, None, text)
    code, reason = _closed_reason(calendar, at.astimezone(zone), lang)
    opens = _next_opening(at, calendar)
    if opens is None:
        return Opening(False, None, None, code, reason, words().get(lang, "now.never"))
    when = format_datetime(opens, lang, calendar.tz)
    text = words().get(lang, "now.closed", reason=reason, opens=when)
    return Opening(False, None, opens.astimezone(zone), code, reason, text)


def hours_text(calendar: Calendar, lang: str) -> str:
    """Write the weekly hours, such as ``Mon-Fri 09:00-18:00, closed on weekends and public holidays (Korea time)``."""
    if calendar.round_the_clock:
        return words().get(lang, "hours.always")
    comma = words().get(lang, "hours.list")
    lines = [_line(days, lang) + _times(intervals, lang) for days, intervals in _groups(calendar) if intervals]
    if not lines:
        return words().get(lang, "hours.none")
    closed = _closed_days(calendar, lang)
    if closed:
        days = words().get(lang, "hours.closed_join").join(closed)
        lines.append(words().get(lang, "hours.closed_line", days=days))
    zone_key = f"zones.{calendar.tz.replace('/', '-')}"
    zone = words().get(lang, zone_key) if has_words(zone_key) else calendar.tz
    return words().get(lang, "hours.zone", hours=comma.join(lines), zone=zone)


def upcoming_days(calendar: Calendar, at: datetime, lang: str, days: int = 31) -> list[dict[str, object]]:
    """List the holidays and exceptions of the next days that change the week: date, name, hours of that day."""
    today = at.astimezone(ZoneInfo(calendar.tz)).date()
    found: list[dict[str, object]] = []
    for day in (today + timedelta(days=step) for step in range(days)):
        name = _special_name(calendar, day, lang)
        hours = hours_on(calendar, day)
        if name is not None and hours != calendar.weekly.get(WEEKDAYS[day.weekday()], []):
            text = _intervals_text(hours, lang)
            found.append({"date": day.isoformat(), "name": name, "closed": not hours, "hours_text": text or None})
    return found


def _next_opening(at: datetime, calendar: Calendar) -> datetime | None:
    try:
        return next_opening(at, calendar)
    except NoOpenTime:
        return None


def _closed_reason(calendar: Calendar, local: datetime, lang: str) -> tuple[str, str]:
    day, minute = local.date(), local.hour * 60 + local.minute
    intervals = hours_on(calendar, day)
    usual = calendar.weekly.get(WEEKDAYS[day.weekday()], [])
    special = _special_name(calendar, day, lang)
    by_exception = any(item.date == day for item in calendar.exceptions)
    if by_exception and (not intervals or any(item.open <= minute < item.close for item in usual)):
        code = "exception"
    elif not intervals:
        code = "holiday" if special is not None else "weekend" if day.weekday() >= 5 else "closed_day"
    elif minute < intervals[0].open:
        code = "before_hours"
    elif gap := next((gap for gap in _gaps(intervals) if gap.open <= minute < gap.close), None):
        code = _break_kind(gap)
    else:
        code = "after_hours"
    if code == "holiday" and not special:
        return code, words().get(lang, "closed_reason.holiday_unnamed")
    return code, words().get(lang, f"closed_reason.{code}", name=special or "")


def _special_name(calendar: Calendar, day: date, lang: str) -> str | None:
    for exception in calendar.exceptions:
        if exception.date == day:
            return exception.reason.say(lang)
    return holiday_name(calendar, day, lang)


def _groups(calendar: Calendar) -> list[tuple[list[int], list[Interval]]]:
    """Put weekdays with the same hours together, in the order of the week; closed days too."""
    groups: list[tuple[list[int], list[Interval]]] = []
    for index, day in enumerate(WEEKDAYS):
        intervals = sorted(calendar.weekly.get(day, []), key=lambda item: item.open)
        same = next((days for days, hours in groups if hours == intervals and days[-1] == index - 1), None)
        if same is None:
            groups.append(([index], intervals))
        else:
            same.append(index)
    return groups


def _line(days: list[int], lang: str) -> str:
    names = [words().get(lang, f"dates.weekday.d{index}") for index in days]
    form = {7: "all", 5: "weekdays" if days == [0, 1, 2, 3, 4] else "range", 1: "one"}.get(len(days), "range")
    if days == [5, 6]:
        form = "weekend"
    return words().get(lang, f"hours.days.{form}", first=names[0], last=names[-1]) + " "


def _times(intervals: list[Interval], lang: str) -> str:
    breaks = "".join(
        words().get(lang, f"hours.breaks.{_break_kind(gap)}", times=_intervals_text([gap], lang))
        for gap in _gaps(intervals)
    )
    return _intervals_text(intervals, lang) + breaks


def _intervals_text(intervals: list[Interval], lang: str) -> str:
    texts = (
        words().get(lang, "hours.interval", open=clock_time(item.open), close=clock_time(item.close))
        for item in intervals
    )
    return words().get(lang, "hours.list").join(texts)


def _closed_days(calendar: Calendar, lang: str) -> list[str]:
    closed = [days for days, intervals in _groups(calendar) if not intervals]
    indexes = [index for days in closed for index in days]
    names = []
    if {5, 6} <= set(indexes):
        names.append(words().get(lang, "hours.closed.weekends"))
        indexes = [index for index in indexes if index < 5]
    for index in reversed(indexes):
        first = words().get(lang, f"dates.weekday.d{index}")
        names.insert(0, words().get(lang, "hours.days.one", first=first))
    if calendar.holidays is not None:
        names.append(words().get(lang, "hours.closed.holidays"))
    return names


def _gaps(intervals: list[Interval]) -> list[Interval]:
    pairs = pairwise(intervals)
    return [Interval(open=first.close, close=second.open) for first, second in pairs if second.open > first.close]


def _break_kind(gap: Interval) -> str:
    lunch = gap.open < _LUNCH[1] and gap.close > _LUNCH[0] and gap.close - gap.open <= _LONGEST_LUNCH
    return "lunch" if lunch else "break"
