"""The business clock against a slow one that was written apart from it: it walks through time minute by minute."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from firstline.charter import Calendar, deadline, elapsed, is_open

EXAMPLES = 300
MINUTE = timedelta(minutes=1)
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
# Each zone with a day around which its clocks change; Seoul's have not since 1988, it has Chuseok there.
AROUND = {
    "Asia/Seoul": date(2026, 9, 24),
    "America/New_York": date(2026, 11, 1),
    "America/Chicago": date(2027, 3, 14),
    "Europe/Berlin": date(2027, 3, 28),
    "Atlantic/Azores": date(2026, 10, 25),
    "Australia/Lord_Howe": date(2026, 10, 4),
}


class SlowClock:
    """Knows for each minute of some days whether a calendar, given as written, is open."""

    def __init__(self, written: dict[str, Any], first: date, days: int) -> None:
        self.written, self.zone = written, ZoneInfo(written["tz"])
        self.open: set[datetime] = set()
        walls: dict[date, list[tuple[datetime, int]]] = {}
        moment = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=1)
        for _ in range((days + 2) * 24 * 60):
            local = moment.astimezone(self.zone)
            walls.setdefault(local.date(), []).append((moment, local.hour * 60 + local.minute))
            moment += MINUTE
        for step in range(days):
            day = first + timedelta(days=step)
            for begin, end in self._hours(day):
                at, until = self._instant(walls[day], begin, first_pass=True), self._instant(walls[day], end)
                while at < until:
                    self.open.add(at)
                    at += MINUTE

    def _hours(self, day: date) -> list[tuple[int, int]]:
        for exception in self.written["exceptions"]:
            if exception["date"] == day:
                return [] if exception.get("closed") else self._minutes(exception["open"])
        rules = self.written["holidays"]
        if rules != "none" and day not in rules["exclude"]:
            known = holidays.country_holidays(rules["set"], years=day.year, expand=False)
            if day in rules["include"] or day in known:
                return []
        return self._minutes(self.written["weekly"].get(DAYS[day.weekday()], []))

    def _minutes(self, pairs: list[list[str]]) -> list[tuple[int, int]]:
        return [tuple(int(time[:2]) * 60 + int(time[3:]) for time in pair) for pair in pairs]  # type: ignore[misc]

    def _instant(self, walls: list[tuple[datetime, int]], wanted: int, *, first_pass: bool = False) -> datetime:
        """Walk through a day to a time on its wall clock; one that is left out comes later by what was left out."""
        if wanted == 24 * 60:
            return walls[-1][0] + MINUTE
        hits = [moment for moment, wall in walls if wall == wanted]
        if hits:
            return hits[0] if first_pass else hits[-1]
        before = [(moment, wall) for moment, wall in walls if wall < wanted][-1]
        after = next(wall for moment, wall in walls if moment == before[0] + MINUTE)
        return self._instant(walls, wanted + after - before[1] - 1, first_pass=first_pass)

    def deadline(self, start: datetime, minutes: int, last: datetime) -> datetime | None:
        moment = start
        while minutes and moment < last:
            minutes -= moment in self.open
            moment += MINUTE
        return None if minutes else moment


@st.composite
def written_calendars(draw: st.DrawFn) -> tuple[dict[str, Any], date]:
    def hours() -> list[list[str]]:
        points = sorted(draw(st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True)))
        text = [f"{point // 4:02d}:{point % 4 * 15:02d}" for point in points]
        return [list(pair) for pair in zip(text[::2], text[1::2], strict=False)]

    zone = draw(st.sampled_from(sorted(AROUND)))
    middle = AROUND[zone]
    near = st.integers(-3, 3).map(lambda step: middle + timedelta(days=step))
    days = draw(st.lists(st.sampled_from(DAYS), min_size=2, unique=True))
    reason = {"ko": "예외", "en": "Exception"}
    exceptions: list[dict[str, Any]] = []
    for day in draw(st.lists(near, max_size=2, unique=True)):
        change = {"closed": True} if draw(st.booleans()) else {"open": hours()}
        exceptions.append({"date": day, "reason": reason, **change})
    holidays_or_none = {
        "set": draw(st.sampled_from(["KR", "US", "DE"])),
        "version": "2026-11",
        "include": draw(st.lists(near, max_size=1)),
        "exclude": draw(st.lists(near, max_size=1)),
    }
    written = {
        "tz": zone,
        "weekly": {day: hours() for day in days},
        "holidays": draw(st.sampled_from(["none", holidays_or_none])),
        "exceptions": exceptions,
    }
    return written, middle


@given(written_calendars(), st.integers(-3 * 1440, 2 * 1440), st.integers(1, 900))
@settings(max_examples=EXAMPLES)
def test_deadlines_are_those_of_the_slow_clock(drawn: tuple[dict[str, Any], date], offset: int, minutes: int) -> None:
    written, middle = drawn
    slow, calendar = SlowClock(written, middle - timedelta(days=5), 14), Calendar.model_validate(written)
    start = datetime(middle.year, middle.month, middle.day, tzinfo=UTC) + offset * MINUTE
    due = slow.deadline(start, minutes, start + timedelta(days=6))
    assume(due is not None)
    assert due is not None
    assert deadline(start, minutes * MINUTE, calendar) == due
    assert elapsed(start, due, calendar) == minutes * MINUTE
    for moment in (start, due - MINUTE, due, start + 77 * MINUTE):
        assert is_open(moment, calendar) is (moment in slow.open)
