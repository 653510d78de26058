"""Letters with the customer's own figures, complete in both languages, and what changed after a training."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from firstline.core.errors import BadInput, NotFound
from firstline.core.times import use_clock
from firstline.training.asked import Question
from firstline.training.courses import offer_of
from firstline.training.effect import effect_of
from firstline.training.figures import Dated, History
from firstline.training.radar import Seen
from firstline.training.service import Training
from firstline.training.words import TEXTS

from .seed import NOW

HELD = date(2026, 9, 1)
KOREA = NOW.astimezone(ZoneInfo("Asia/Seoul"))


async def letters(training: Training, key: str, course: str) -> dict[str, Any]:
    with use_clock(lambda: NOW):
        radar = await training.radar("demo")
    seen: Seen = next(one for one in radar.customers if one.customer.key == key)
    return {lang: training.letter(radar, seen, course, lang, "김서연") for lang in ("ko", "en")}  # type: ignore[arg-type]


async def test_a_letter_says_what_was_asked(seeded: Training) -> None:
    found = await letters(seeded, "G-1", "teams-meetings")
    ko, en = found["ko"], found["en"]
    assert ko.subject == "[예시클라우드] 가나상사 임직원을 위한 'Teams 모임 잘 쓰기' 교육을 제안드립니다"
    assert "2026년 9월 1일부터 2026년 11월 28일까지 Microsoft Teams 사용 방법을 11번 문의해 주셨습니다." in ko.text
    assert "특히 Teams 모임 녹화(7건), Teams 모임 예약(4건)에 관한" in ko.text
    assert "From 1 September 2026 to 28 November 2026 your team asked us 11 times how to do something" in en.text
    assert "Record a Teams meeting (7), Schedule a Teams meeting (4)" in en.text
    assert ko.text.endswith("감사합니다.\n김서연 드림\n")


async def test_a_letter_says_the_figures_it_is_written_for(seeded: Training) -> None:
    for key, course, ko, en in (
        (
            "C-5",
            "first-steps",
            "2026년 10월 31일 기준 전체 제품 배포율은 40%입니다",
            "deployment of all products is 40%",
        ),
        ("K-6", "first-steps", "사용률은 30%입니다. 전체 사용자 가운데 최근 28일", "is 30%: the part of all users who"),
        ("T-7", "next-steps", "사용률은 112%입니다", "A share above 100% can come from"),
        ("H-9", "first-steps", "2026년 11월 28일에는 대화창에서 교육 안내도", "On 28 November 2026 somebody of"),
    ):
        found = await letters(seeded, key, course)
        assert ko in found["ko"].text and en in found["en"].text
        assert not any(mark in letter.subject + letter.text for letter in found.values() for mark in ("{", "None"))


async def test_a_letter_without_figures_says_none(seeded: Training) -> None:
    found = await letters(seeded, "M-3", "teams-meetings")
    assert "문의해 주셨습니다" not in found["ko"].text and "%" not in found["ko"].text + found["en"].text
    with pytest.raises(NotFound):
        await letters(seeded, "M-3", "no-such")


def test_korean_letters_are_polite_throughout() -> None:
    said = [
        text
        for key, text in TEXTS.table("ko").items()
        if key.startswith("letter.") and key not in ("letter.topic", "letter.subject")
    ]
    ends = ("니다.", "세요.", "드림")
    assert [text for text in said if not text.removesuffix(" {about}").endswith(ends)] == []


def questions(before: int, after: int) -> list[Question]:
    def some(count: int, first: date) -> list[Question]:
        start = datetime(first.year, first.month, first.day, 12, tzinfo=KOREA.tzinfo)
        return [Question("c", start + timedelta(days=n % 40), "t", "teams") for n in range(count)]

    day_itself = Question("c", datetime(2026, 9, 1, 12, tzinfo=KOREA.tzinfo), "t", "teams")
    other = Question("c", datetime(2026, 8, 1, 12, tzinfo=KOREA.tzinfo), "t", "exchange_online")
    return [*some(before, date(2026, 7, 1)), day_itself, other, *some(after, date(2026, 9, 2))]


HISTORY = History(
    [
        Dated("", date(2026, 6, 30), 50, None, None, None),
        Dated("teams", date(2026, 8, 31), None, None, 0.3, "usage-2022"),
        Dated("teams", date(2026, 10, 31), None, None, 0.6, "usage-2022"),
        Dated("", date(2026, 10, 31), 60, None, None, None),
    ]
)


@pytest.mark.parametrize(
    ("before", "after", "verdict"), [(20, 4, "fewer"), (4, 20, "more"), (12, 10, "same"), (5, 2, "few")]
)
def test_before_and_after_are_as_long_and_say_when_they_tell_nothing(
    settings: Any, before: int, after: int, verdict: str
) -> None:
    limits = offer_of(settings.partners_dir, "demo").thresholds
    found = effect_of(HELD, ("teams",), questions(before, after), HISTORY, limits, KOREA)
    assert found.verdict == verdict and found.before and found.after
    # 88 days have passed; the day itself is in neither window.
    assert (found.before.first, found.before.last) == (date(2026, 6, 5), date(2026, 8, 31))
    assert (found.after.first, found.after.last) == (date(2026, 9, 2), date(2026, 11, 28))
    assert (found.before.questions, found.after.questions) == (before, after)
    assert (found.before.seats, found.after.seats) == (50, 60)
    ((old, new),) = found.usage.values()
    assert (old.usage, new.usage) == (0.3, 0.6)


def test_a_training_of_last_week_or_without_seats_is_not_judged(settings: Any) -> None:
    limits = offer_of(settings.partners_dir, "demo").thresholds
    assert effect_of(date(2026, 11, 20), (), questions(20, 4), HISTORY, limits, KOREA).verdict == "early"
    assert effect_of(date(2026, 12, 20), (), [], HISTORY, limits, KOREA).verdict == "future"
    assert effect_of(HELD, ("teams",), questions(20, 4), History(), limits, KOREA).verdict == "no_seats"


async def test_a_training_is_noted_for_a_day_that_has_been(seeded: Training) -> None:
    with use_clock(lambda: NOW):
        radar = await seeded.radar("demo")
        number = radar.customers[0].customer.id
        async with seeded.database.session() as session:
            with pytest.raises(BadInput, match="still to come"):
                await seeded.hold(session, "demo", number, "first-steps", date(2026, 12, 1), None, "a")
            with pytest.raises(NotFound):
                await seeded.hold(session, "other", number, "first-steps", HELD, None, "a")
            await seeded.hold(session, "demo", number, "teams-meetings", date(2026, 11, 1), 12, "a")
        radar = await seeded.radar("demo")
        (found,) = await seeded.effects(radar, radar.customers[0])
    assert found["before"]["questions"] + found["after"]["questions"] == 11
    assert (found["days"], found["people"]) == (27, 12)
    assert found["text"]["ko"] and found["text"]["en"]
