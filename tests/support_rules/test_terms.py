"""Ends of terms, windows, stages of data and deadlines: the published examples."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.support_rules.calendar_months import add_months, cycle_days, cycle_of, term_end
from firstline.support_rules.cancelling import cancel_rule, cancel_until, retention_rule, stages_after
from firstline.support_rules.credit import credit_deadline

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2021-01-31", "2021-02-27"),
        ("2021-02-28", "2021-03-27"),
        ("2021-05-31", "2021-06-29"),
        ("2021-06-30", "2021-07-29"),
        ("2021-07-31", "2021-08-30"),
    ],
)
def test_a_monthly_term_ends(start: str, end: str) -> None:
    assert term_end(date.fromisoformat(start), 1) == date.fromisoformat(end)


def test_cycles_of_an_annual_term_billed_monthly() -> None:
    ends = [term_end(date(2021, 1, 31), months) for months in range(1, 6)]
    assert [str(end) for end in ends] == ["2021-02-27", "2021-03-30", "2021-04-29", "2021-05-30", "2021-06-29"]


@pytest.mark.parametrize(("months", "end"), [(1, "2022-07-31"), (12, "2023-06-30"), (36, "2025-06-30")])
def test_a_term_aligned_to_the_calendar_month_ends(months: int, end: str) -> None:
    assert term_end(date(2022, 7, 15), months, aligned=True) == date.fromisoformat(end)


@given(DAYS, DAYS)
def test_every_day_lies_in_the_cycle_found_for_it(day: date, some_end: date) -> None:
    first, last = cycle_of(day, some_end)
    assert first <= day <= last
    assert 28 <= (last - first).days + 1 <= 31
    assert 28 <= cycle_days(first) <= 31


@given(DAYS, st.integers(-60, 60))
def test_adding_months_never_leaves_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).month != later.month


def test_the_window_to_cancel_begins_at_the_exact_moment() -> None:
    renewed = datetime(2026, 3, 2, 5, 10, tzinfo=UTC)
    assert cancel_until(renewed, cancel_rule()) == datetime(2026, 3, 9, 5, 10, tzinfo=UTC)


def test_data_after_a_term_that_was_not_renewed() -> None:
    stages = stages_after(date(2026, 6, 30), retention_rule("not_renewed"))
    assert [(stage.name, str(stage.until)) for stage in stages] == [
        ("expired", "2026-07-30"),
        ("disabled", "2026-10-28"),
    ]


def test_data_after_other_endings() -> None:
    (suspended,) = stages_after(date(2026, 6, 30), retention_rule("suspended"))
    assert suspended.until == date(2026, 10, 28)
    (backup,) = stages_after(date(2026, 6, 30), retention_rule("cancelled"))
    assert backup.until == date(2026, 7, 7)


KST = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("start", "azure", "safe"),
    [
        (datetime(2026, 2, 15, tzinfo=UTC), False, "2026-03-28"),
        (datetime(2026, 2, 15, tzinfo=UTC), True, "2026-04-28"),
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), False, "2026-02-28"),
        (datetime(2026, 2, 1, 8, 30, tzinfo=KST), False, "2026-02-28"),
        (datetime(2026, 12, 31, tzinfo=UTC), False, "2027-01-31"),
    ],
)
def test_the_deadline_of_a_service_credit(start: datetime, azure: bool, safe: str) -> None:
    assert credit_deadline(start, azure=azure).safe == date.fromisoformat(safe)


def test_the_latest_reading_and_the_providers_days() -> None:
    deadline = credit_deadline(datetime(2026, 2, 15, tzinfo=UTC), azure=False, lead_days=5)
    assert (deadline.latest, deadline.ask_by) == (date(2026, 3, 31), date(2026, 3, 23))


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)), st.booleans())
def test_the_safe_day_is_never_after_the_latest_nor_in_the_incidents_month(start: datetime, azure: bool) -> None:
    deadline = credit_deadline(start, azure=azure)
    assert deadline.safe <= deadline.latest
    assert (deadline.safe.year, deadline.safe.month) > (start.year, start.month)
