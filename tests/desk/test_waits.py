"""The wait a customer is told is learned from real waits, and is never more than is known."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from firstline.charter import Charters, is_open
from firstline.core.settings import PROJECT_ROOT
from firstline.desk.waits import FEWEST, Estimate, estimate, wait_json

CHARTER = Charters(Path(PROJECT_ROOT / "partners")).get("demo")
PAST = st.lists(
    st.tuples(st.timedeltas(timedelta(0), timedelta(days=5)), st.integers(1, 60)), min_size=FEWEST, max_size=60
)
POSITION = st.integers(1, 400)
MOMENT = st.datetimes(datetime(2026, 11, 1), datetime(2027, 2, 1), timezones=st.just(UTC))


@given(POSITION, st.lists(st.tuples(st.timedeltas(timedelta(0), timedelta(days=5)), st.integers(1, 60)), max_size=9))
def test_too_few_waits_give_no_estimate(position: int, past: list[tuple[timedelta, int]]) -> None:
    assert len(past) < FEWEST
    assert estimate(position, past) is None


@given(POSITION, PAST)
def test_never_below_a_minute_and_the_usual_wait_never_above_the_long_one(
    position: int, past: list[tuple[timedelta, int]]
) -> None:
    found = estimate(position, past)
    assert found is not None
    assert 1 <= found.typical <= found.most
    assert found.sample == len(past)


@given(POSITION, POSITION, PAST)
def test_further_back_never_means_sooner(one: int, other: int, past: list[tuple[timedelta, int]]) -> None:
    front, back = (estimate(place, past) for place in sorted((one, other)))
    assert front is not None and back is not None
    assert front.typical <= back.typical and front.most <= back.most


@given(POSITION, MOMENT, PAST)
def test_no_answer_is_expected_while_it_is_closed(
    position: int, now: datetime, past: list[tuple[timedelta, int]]
) -> None:
    said = wait_json(estimate(position, past), CHARTER, now, "ko")
    assert said is not None
    calendar = CHARTER.main_calendar
    for name in ("typical_at", "most_at"):
        at = datetime.fromisoformat(said[name])
        assert at > now
        assert is_open(at - timedelta(seconds=1), calendar), "an answer was expected in closed hours"


def test_the_wait_grows_with_the_place_and_with_what_others_waited() -> None:
    past = [(timedelta(minutes=6 * place), place) for place in (1, 2, 3, 1, 2, 3, 1, 2, 3, 1)]
    assert estimate(1, past) == Estimate(6, 6, 10)
    assert estimate(4, past) == Estimate(25, 25, 10)


def test_minutes_while_it_is_open_and_dates_beyond_closing_time() -> None:
    open_at = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)  # Monday 14:30 in Seoul, open until 18:00
    soon = wait_json(Estimate(10, 75, 20), CHARTER, open_at, "ko")
    later = wait_json(Estimate(10, 240, 20), CHARTER, open_at, "ko")
    night = wait_json(Estimate(10, 30, 20), CHARTER, datetime(2026, 11, 28, 3, 0, tzinfo=UTC), "en")
    assert soon and later and night
    assert "10분" in soon["text"] and "1시간 15분" in soon["text"] and "20건" in soon["text"]
    assert "2026년 11월 24일(화) 오전 9시 30분" in later["text"]
    assert "Mon 30 Nov 2026, 09:10" in night["text"]
