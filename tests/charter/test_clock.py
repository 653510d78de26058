"""The business-hours clock: the golden cases, and properties against a minute-by-minute count."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.charter import (
    Calendar,
    Charter,
    NoOpenTime,
    closing_after,
    deadline,
    elapsed,
    is_open,
    next_opening,
)

NEW_YORK = "America/New_York"
OFFICE = {"tz": NEW_YORK, "weekly": {"mon-fri": [["09:00", "17:00"]]}}
ALWAYS_NY = {"tz": NEW_YORK, "weekly": {"mon-sun": [["00:00", "24:00"]]}}
NIGHT_DESK = {"tz": "Asia/Seoul", "weekly": {"fri": [["18:00", "24:00"]], "sat": [["00:00", "06:00"]]}}


def calendar(**fields: object) -> Calendar:
    return Calendar.model_validate({"tz": "Asia/Seoul", "weekly": {"mon-fri": [["09:00", "18:00"]]}} | fields)


def kst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Seoul"))


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-23T10:00", 1, "2026-11-23T11:00"),
        ("2026-11-23T11:30", 1, "2026-11-23T13:30"),
        ("2026-11-23T12:30", 1, "2026-11-23T14:00"),
        ("2026-11-23T11:00", 1, "2026-11-23T12:00"),
        ("2026-11-23T17:00", 1, "2026-11-23T18:00"),
        ("2026-11-23T12:00", 1, "2026-11-23T14:00"),
        ("2026-11-23T18:00", 1, "2026-11-24T10:00"),
        ("2026-11-23T17:30", 1, "2026-11-24T09:30"),
        ("2026-11-23T23:00", 1, "2026-11-24T10:00"),
        ("2026-11-27T17:30", 4, "2026-11-30T13:30"),
        ("2026-11-28T03:00", 1, "2026-11-30T10:00"),
        ("2026-11-23T09:00", 24, "2026-11-25T18:00"),
        ("2026-12-24T16:00", 4, "2026-12-28T11:00"),
        ("2026-09-23T17:00", 12, "2026-09-29T12:00"),
        ("2026-10-02T17:00", 4, "2026-10-06T12:00"),
        ("2026-04-30T17:30", 1, "2026-05-04T09:30"),
        ("2026-07-16T17:30", 1, "2026-07-20T09:30"),
        ("2026-06-02T17:30", 1, "2026-06-04T09:30"),
        ("2027-02-05T17:30", 1, "2027-02-10T09:30"),
        ("2026-12-31T11:30", 1, "2027-01-04T09:30"),
        ("2026-06-12T17:30", 1, "2026-06-16T09:30"),
    ],
)
def test_golden_cases_of_the_korean_desk(charter_a: Charter, start: str, hours: int, due: str) -> None:
    desk = charter_a.calendars["desk"]
    assert deadline(kst(start), timedelta(hours=hours), desk) == kst(due)
    assert elapsed(kst(start), kst(due), desk) == timedelta(hours=hours)


def test_24x7_ignores_a_holiday(charter_b: Charter) -> None:
    due = deadline(kst("2026-12-25T02:00"), timedelta(hours=1), charter_b.calendars["all"])
    assert due == kst("2026-12-25T03:00")


LORD_HOWE = {"tz": "Australia/Lord_Howe", "weekly": {"sun": [["02:15", "02:30"]], "mon": [["00:00", "00:15"]]}}


@pytest.mark.parametrize(
    ("fields", "start", "hours", "due"),
    [
        (OFFICE, "2027-03-12T16:30-05:00", 1, "2027-03-15T13:30+00:00"),
        (ALWAYS_NY, "2027-03-14T01:30-05:00", 1, "2027-03-14T03:30-04:00"),
        (ALWAYS_NY, "2026-11-01T00:30-04:00", 4, "2026-11-01T03:30-05:00"),
        (NIGHT_DESK, "2026-11-27T23:30+09:00", 1, "2026-11-28T00:30+09:00"),
        # Opening in the hour that doesn't exist moves to 03:30 EDT, closing in the repeated one is its second pass.
        ({"tz": NEW_YORK, "weekly": {"sun": [["02:30", "05:00"]]}}, "2027-03-14T00:00-05:00", 1, "2027-03-14T08:30Z"),
        ({"tz": NEW_YORK, "weekly": {"sun": [["00:00", "02:30"]]}}, "2027-03-14T00:00-05:00", 2.5, "2027-03-14T07:30Z"),
        ({"tz": NEW_YORK, "weekly": {"sun": [["01:00", "01:30"]]}}, "2026-11-01T00:00-04:00", 1.5, "2026-11-01T06:30Z"),
        # On Lord Howe 02:00 to 02:30 is left out that Sunday: what would open in it would open after its end.
        (LORD_HOWE, "2026-10-03T15:29Z", 0.1, "2026-10-04T13:06Z"),
    ],
)
def test_clock_changes_and_midnight(fields: dict[str, object], start: str, hours: float, due: str) -> None:
    begin, end = datetime.fromisoformat(start), datetime.fromisoformat(due)
    assert deadline(begin, timedelta(hours=hours), Calendar.model_validate(fields)) == end


def test_a_day_that_ends_in_a_repeated_hour_ends_once() -> None:
    # In the Azores the hour before 01:00 comes twice on 25 October 2026, so local midnight does.
    saturday = calendar(tz="Atlantic/Azores", weekly={"sat": [["23:00", "24:00"]]})
    begin = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert closing_after(begin, saturday) == datetime(2026, 10, 25, 0, tzinfo=UTC)
    whole_days = calendar(tz="Atlantic/Azores", weekly={"sat-sun": [["00:00", "24:00"]]})
    assert elapsed(begin, begin + timedelta(days=1), whole_days) == timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23T08:59:59", False),
        ("2026-11-23T09:00", True),
        ("2026-11-23T11:59:59", True),
        ("2026-11-23T12:00", False),
        ("2026-11-23T13:00", True),
        ("2026-11-23T18:00", False),
        ("2026-12-25T10:00", False),
        ("2026-12-31T10:00", True),
        ("2026-12-31T14:00", False),
    ],
)
def test_intervals_are_half_open(charter_a: Charter, moment: str, expected: bool) -> None:
    assert is_open(kst(moment), charter_a.calendars["desk"]) is expected


def test_exceptions_beat_holidays_and_holidays_beat_weekdays() -> None:
    christmas = {"date": date(2026, 12, 25), "open": [["10:00", "11:00"]], "reason": {"ko": "특별 근무", "en": "Extra"}}
    korea = {"set": "KR", "version": "2026-11"}
    assert not is_open(kst("2026-12-25T10:30"), calendar(holidays=korea))
    assert is_open(kst("2026-12-25T10:30"), calendar(holidays=korea, exceptions=[christmas]))
    assert not is_open(kst("2026-12-25T11:30"), calendar(holidays=korea, exceptions=[christmas]))


def test_holidays_can_be_added_and_taken_away() -> None:
    changed = {"set": "KR", "version": "2026-11", "include": [date(2026, 11, 24)], "exclude": [date(2026, 12, 25)]}
    desk = calendar(holidays=changed)
    assert not is_open(kst("2026-11-24T10:00"), desk)
    assert is_open(kst("2026-12-25T10:00"), desk)


def test_openings_and_closings(charter_a: Charter, charter_b: Charter) -> None:
    desk = charter_a.calendars["desk"]
    assert next_opening(kst("2026-11-23T10:00"), desk) == kst("2026-11-23T10:00")
    assert next_opening(kst("2026-11-27T18:00"), desk) == kst("2026-11-30T09:00")
    assert closing_after(kst("2026-11-23T10:00"), desk) == kst("2026-11-23T12:00")
    assert closing_after(kst("2026-11-23T12:30"), desk) == kst("2026-11-23T18:00")
    assert closing_after(kst("2026-11-27T20:00"), calendar(**NIGHT_DESK)) == kst("2026-11-28T06:00")
    assert closing_after(kst("2026-11-23T10:00"), charter_b.calendars["all"]) is None


def test_no_open_time_is_an_error_and_not_an_endless_loop() -> None:
    never = calendar(weekly={})
    for ask in (lambda: deadline(kst("2026-11-23T10:00"), timedelta(hours=1), never), lambda: next_opening(NOW, never)):
        with pytest.raises(NoOpenTime, match="366 days") as caught:
            ask()
        assert caught.value.code == "no_open_time"
    assert elapsed(NOW, NOW + timedelta(days=900), never) == timedelta(0)
    assert not is_open(NOW, never)


def test_open_time_that_runs_out_is_an_error() -> None:
    once = {"date": date(2026, 11, 24), "open": [["09:00", "10:00"]], "reason": {"ko": "하루만", "en": "Once"}}
    only = calendar(weekly={}, exceptions=[once])
    assert deadline(NOW, timedelta(hours=1), only) == kst("2026-11-24T10:00")
    with pytest.raises(NoOpenTime):
        deadline(NOW, timedelta(hours=2), only)


def test_naive_instants_and_empty_targets_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        is_open(datetime(2026, 11, 23, 10), calendar())
    with pytest.raises(ValueError, match="longer than nothing"):
        deadline(NOW, timedelta(0), calendar())


def test_without_a_calendar_time_runs_round_the_clock() -> None:
    assert deadline(NOW, timedelta(hours=9), None) == NOW + timedelta(hours=9)
    assert elapsed(NOW, NOW + timedelta(hours=9), None) == timedelta(hours=9)
    assert elapsed(NOW, NOW - timedelta(hours=9), None) == timedelta(0)


NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

# Around both clock changes of New York and a Korean holiday week, to the second.
_starts = st.one_of(
    *(
        st.datetimes(first, first + timedelta(days=9), timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0))
        for first in (datetime(2026, 10, 28), datetime(2027, 3, 10), datetime(2026, 9, 21))
    )
)


@st.composite
def _calendars(draw: st.DrawFn) -> Calendar:
    weekly = {}
    for day in draw(
        st.lists(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), min_size=1, unique=True)
    ):
        points = draw(st.lists(st.integers(0, 48), min_size=2, max_size=4, unique=True).map(sorted))
        text = [f"{point // 2:02d}:{point % 2 * 30:02d}" for point in points]
        weekly[day] = [list(pair) for pair in zip(text[::2], text[1::2], strict=False)]
    zone = draw(st.sampled_from(["Asia/Seoul", NEW_YORK, "Atlantic/Azores", "Australia/Lord_Howe"]))
    holidays = draw(st.sampled_from(["none", {"set": "KR", "version": "2026-11"}]))
    return Calendar.model_validate({"tz": zone, "weekly": weekly, "holidays": holidays})


_targets = st.integers(1, 60 * 60 * 30).map(lambda seconds: timedelta(seconds=seconds))


@given(_calendars(), _starts, _targets, st.integers(0, 60 * 60 * 24 * 3))
@settings(max_examples=60, deadline=None)
def test_later_starts_and_longer_targets_are_never_due_earlier(
    desk: Calendar, start: datetime, target: timedelta, later: int
) -> None:
    due = deadline(start, target, desk)
    assert deadline(start + timedelta(seconds=later), target, desk) >= due
    assert deadline(start, target + timedelta(seconds=later), desk) >= due


@given(_calendars(), _starts, _targets)
@settings(max_examples=80, deadline=None)
def test_a_deadline_holds_exactly_the_target_and_lies_in_open_time(
    desk: Calendar, start: datetime, target: timedelta
) -> None:
    due = deadline(start, target, desk)
    assert elapsed(start, due, desk) == target
    assert is_open(due - timedelta(seconds=1), desk)
    assert elapsed(start, due - timedelta(seconds=1), desk) == target - timedelta(seconds=1)


@given(_calendars(), _starts, st.integers(1, 60 * 8))
@settings(max_examples=25, deadline=None)
def test_a_deadline_equals_counting_open_minutes(desk: Calendar, start: datetime, minutes: int) -> None:
    start = start.replace(second=0)
    moment, counted = start, 0
    while counted < minutes:
        counted += is_open(moment, desk)
        moment += timedelta(minutes=1)
    assert deadline(start, timedelta(minutes=minutes), desk) == moment


@given(_starts)
@settings(max_examples=60, deadline=None)
def test_open_follows_the_wall_clock_in_every_zone(at: datetime) -> None:
    # The hours avoid the hours that are repeated or missing, so the wall clock alone decides.
    office = Calendar.model_validate(OFFICE)
    local = at.astimezone(ZoneInfo(NEW_YORK))
    assert is_open(at, office) is (local.weekday() < 5 and 9 <= local.hour < 17)
