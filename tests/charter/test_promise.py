"""What is promised for a case: due and warning instants, pauses, raises."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.charter import Charter, Promise, deadline, earlier, elapsed, promise, promises, resumed


def kst(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+09:00")


def test_a_case_gets_its_promises_with_the_version(charter_a: Charter) -> None:
    given_at = kst("2026-11-27T17:30")
    found = promises(charter_a, "basic", "production_impaired", given_at)
    assert list(found) == ["first_response", "next_update", "resolve"]
    first = found["first_response"]
    assert first.due == kst("2026-11-30T13:30")
    assert first.due.tzinfo is UTC
    assert (first.start, first.clock, first.calendar, first.charter_version) == (
        given_at,
        "business",
        "desk",
        "2026-01",
    )
    assert found["resolve"].target.best_effort
    assert found["resolve"].due is None
    assert found["resolve"].warn_at is None


def test_what_is_not_promised_is_left_out(charter_b: Charter) -> None:
    assert list(promises(charter_b, "premium", "general", kst("2026-12-25T02:00"))) == ["first_response"]
    assert promise(charter_b, "premium", "general", "resolve", kst("2026-12-25T02:00")) is None


def test_unknown_tiers_and_severities_are_refused(charter_a: Charter) -> None:
    for tier, severity in (("gold", "general"), ("basic", "urgent")):
        with pytest.raises(KeyError, match="no tier"):
            promise(charter_a, tier, severity, "first_response", kst("2026-11-27T17:30"))


@pytest.mark.parametrize(
    ("tier", "severity", "start", "warning"),
    [
        # 4 h: 75 % is an hour before the end, which is earlier than 15 minutes left; a closing time.
        ("basic", "production_impaired", "2026-11-23T09:00", "2026-11-23T12:00"),
        # 1 h: both rules say 45 minutes, here across the night.
        ("basic", "production_down", "2026-11-23T17:30", "2026-11-24T09:15"),
    ],
)
def test_the_warning_counts_open_time(charter_a: Charter, tier: str, severity: str, start: str, warning: str) -> None:
    found = promise(charter_a, tier, severity, "first_response", kst(start))
    assert found is not None
    assert found.warn_at == kst(warning)


def test_short_targets_warn_by_the_15_minutes(charter_b: Charter) -> None:
    start = kst("2026-12-25T02:00")
    found = promises(charter_b, "premium", "production_down", start)
    assert found["next_update"].warn_at == start + timedelta(minutes=15)
    assert found["first_response"].due == start + timedelta(minutes=15)
    assert found["first_response"].warn_at == start


_moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 11, 1), timezones=st.just(UTC))


@given(_moments, st.sampled_from(["general", "impaired", "production_impaired", "production_down"]))
def test_warnings_come_after_the_start_and_before_the_end(charter_a: Charter, at: datetime, severity: str) -> None:
    found = promise(charter_a, "plus", severity, "next_update", at)
    assert found is not None
    assert found.due is not None
    assert found.warn_at is not None
    assert found.start <= found.warn_at < found.due
    left = elapsed(found.warn_at, found.due, charter_a.calendars["desk"])
    duration = found.target.duration
    assert duration is not None
    assert left == max(duration / 4, timedelta(minutes=15))


def test_a_raise_never_moves_a_promise_later(charter_a: Charter) -> None:
    opened = promise(charter_a, "plus", "impaired", "first_response", kst("2026-11-23T09:00"))
    raised_soon = promise(charter_a, "plus", "production_down", "first_response", kst("2026-11-23T10:00"))
    raised_late = promise(charter_a, "plus", "production_down", "first_response", kst("2026-11-24T13:30"))
    assert opened
    assert raised_soon
    assert raised_late
    assert earlier(opened, raised_soon) is raised_soon
    assert earlier(opened, raised_late) is opened
    best_effort = promise(charter_a, "plus", "impaired", "resolve", kst("2026-11-23T09:00"))
    assert best_effort
    assert earlier(best_effort, opened) is opened
    assert earlier(opened, best_effort) is opened


@pytest.fixture
def pausing(raw: Callable[[str], dict[str, Any]]) -> Callable[[bool], Charter]:
    def make(pauses: bool) -> Charter:
        data = raw("a")
        data["targets"]["general"]["resolve"] = "40h"
        data["pause"] = {"resolve_while_waiting_for_customer": pauses}
        return Charter.model_validate(data)

    return make


def _given(charter: Charter, kind: Any) -> Promise:
    found = promise(charter, "basic", "general", kind, kst("2026-11-23T09:00"))
    assert found is not None
    return found


def test_resolve_stops_while_the_customer_is_awaited(pausing: Callable[[bool], Charter]) -> None:
    charter = pausing(True)
    resolve = _given(charter, "resolve")
    later = resumed(resolve, charter, kst("2026-11-24T09:00"), kst("2026-11-26T09:00"))
    desk = charter.calendars["desk"]
    assert resolve.due == kst("2026-11-27T18:00")
    assert later.due == deadline(kst("2026-11-26T09:00"), timedelta(hours=32), desk) == kst("2026-12-01T18:00")
    assert later.warn_at == kst("2026-11-30T16:00")


def test_only_resolve_stops_and_only_if_the_charter_says_so(pausing: Callable[[bool], Charter]) -> None:
    for charter, kind in ((pausing(True), "first_response"), (pausing(False), "resolve")):
        before = _given(charter, kind)
        assert resumed(before, charter, kst("2026-11-24T09:00"), kst("2026-11-26T09:00")) is before
