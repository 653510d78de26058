"""What customers are told: the state at a moment, texts in both languages, nothing untrue."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from firstline.charter import Calendar, Charter, deadline, describe, format_datetime, hours_text, load_charter

HANGUL = re.compile("[가-힣]")


@pytest.fixture(scope="module")
def demo() -> Charter:
    return load_charter(Path(__file__).parents[2] / "partners" / "demo" / "charter.yaml")


def kst(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+09:00")


def texts(value: Any, path: str = "") -> list[tuple[str, str]]:
    """List every text a customer reads with its path; ids, codes and addresses are not texts."""
    if isinstance(value, dict):
        return [pair for key, item in value.items() for pair in texts(item, f"{path}.{key}")]
    if isinstance(value, list):
        return [pair for item in value for pair in texts(item, path)]
    read = path.endswith(("text", "name", "definition", "examples", "note", "valid_as_of", "at_opening", "stops"))
    return [(path, value)] if isinstance(value, str) and read else []


@pytest.mark.parametrize(
    ("moment", "code", "ko", "en", "opens"),
    [
        ("2026-11-23T12:10", "lunch", "점심시간", "lunch break", "2026-11-23T13:00:00+09:00"),
        ("2026-11-23T08:00", "before_hours", "영업시간 전", "before opening hours", "2026-11-23T09:00:00+09:00"),
        ("2026-11-23T18:00", "after_hours", "영업시간 종료", "after hours", "2026-11-24T09:00:00+09:00"),
        ("2026-11-28T10:00", "weekend", "주말", "weekend", "2026-11-30T09:00:00+09:00"),
        (
            "2026-12-25T10:00",
            "holiday",
            "공휴일(기독탄신일)",
            "public holiday: Christmas Day",
            "2026-12-28T09:00:00+09:00",
        ),
        ("2026-12-31T14:00", "exception", "연말 단축 근무", "Year-end half day", "2027-01-04T09:00:00+09:00"),
        ("2026-12-31T12:30", "after_hours", "영업시간 종료", "after hours", "2027-01-04T09:00:00+09:00"),
        ("2027-06-15T10:00", "exception", "창립기념일", "Founding day", "2027-06-16T09:00:00+09:00"),
    ],
)
def test_closed_says_why_and_when_it_opens(demo: Charter, moment: str, code: str, ko: str, en: str, opens: str) -> None:
    for lang, words in (("ko", ko), ("en", en)):
        told = describe(demo, lang, kst(moment))
        assert told["open_now"] is False
        assert told["closes_at"] is None
        assert told["closed_reason"] == {"code": code, "text": words}
        assert told["next_open"] == opens
        assert words in told["now_text"]
        assert format_datetime(datetime.fromisoformat(opens), lang, "Asia/Seoul") in told["now_text"]


def test_open_says_until_when(demo: Charter) -> None:
    told = describe(demo, "ko", kst("2026-11-23T10:00"))
    assert told["open_now"] is True
    assert told["closed_reason"] is None
    assert (told["closes_at"], told["next_open"]) == ("2026-11-23T12:00:00+09:00", "2026-11-23T13:00:00+09:00")
    assert told["now_text"] == "지금 상담할 수 있습니다. 2026년 11월 23일(월) 낮 12시까지 운영합니다."
    assert told["hours_text"] == ("평일 09:00~12:00, 13:00~18:00 (점심 12:00~13:00 제외), 주말·공휴일 휴무 (한국 시간)")


def test_respond_by_is_what_the_clock_says(demo: Charter) -> None:
    at = kst("2026-12-24T16:00")
    for severity in describe(demo, "ko", at)["severities"]:
        for tier, targets in severity["targets"].items():
            target = demo.target(tier, severity["id"]).first_response
            assert target is not None
            assert target.duration is not None
            due = deadline(at, target.duration, demo.calendars["desk"])
            assert datetime.fromisoformat(targets["first_response"]["respond_by"]) == due
            assert targets["resolve"]["respond_by"] is None
            assert targets["resolve"]["text"] == "정해진 시한 없이 최대한 빠르게 처리"
    impaired = describe(demo, "en", at)["severities"][1]["targets"]["basic"]["first_response"]
    assert impaired["text"] == "within 4 business hours"
    assert impaired["respond_by"] == "2026-12-28T11:00:00+09:00"
    assert impaired["respond_by_text"] == "by Mon 28 Dec 2026, 11:00 (KST)"
    assert (impaired["value"], impaired["unit"], impaired["clock"]) == (4, "h", "business")


@pytest.mark.parametrize("moment", ["2026-11-23T10:00", "2026-11-28T10:00"])
def test_both_languages_say_the_same_and_leave_nothing_empty(demo: Charter, moment: str) -> None:
    told = {lang: describe(demo, lang, kst(moment)) for lang in ("ko", "en")}
    ko, en = texts(told["ko"]), texts(told["en"])
    assert [path for path, _ in ko] == [path for path, _ in en]
    assert all(words.strip() and "{" not in words for _, words in ko + en)
    assert not [words for _, words in en if HANGUL.search(words)]
    assert not [words for path, words in ko if not HANGUL.search(words) and not path.endswith("hours_text")]
    assert "(은)" not in json.dumps(told["ko"], ensure_ascii=False)


def test_the_answer_is_json_and_names_when_it_is_valid(demo: Charter) -> None:
    told = describe(demo, "en", kst("2026-11-23T10:00"))
    assert json.loads(json.dumps(told)) == told
    assert told["valid_as_of"] == "These support terms apply from Sun 1 Nov 2026 (version 2026-11)."
    assert (told["id"], told["version"], told["valid_from"], told["timezone"]) == (
        "demo",
        "2026-11",
        "2026-11-01",
        "Asia/Seoul",
    )
    assert [channel["kind"] for channel in told["channels"]] == ["chat", "email", "phone"]
    assert told["tiers"][0]["price_text"] == "Free"
    assert told["tiers"][1]["price_text"] == "KRW 300,000 per month (VAT excluded)"
    assert describe(demo, "ko", kst("2026-11-23T10:00"))["tiers"][1]["price_text"] == "월 300,000원(부가세 별도)"
    assert told["channels"][2]["tiers"] == ["plus"]


def test_round_the_clock_support_is_told_as_such(charter_b: Charter) -> None:
    told = describe(charter_b, "ko", kst("2026-12-25T02:00"))
    assert told["open_now"] is True
    assert (told["closes_at"], told["next_open"], told["closed_reason"]) == (None, None, None)
    assert told["hours_text"] == "연중무휴 24시간"
    assert told["out_of_hours"] is None
    down = told["severities"][0]["targets"]["premium"]
    assert down["first_response"]["text"] == "15분 이내(야간·휴일 포함)"
    assert down["first_response"]["respond_by"] == "2026-12-25T02:15:00+09:00"
    assert down["resolve"]["text"] == "정해진 시한 없음"
    assert (
        "24"
        not in describe(charter_b, "en", kst("2026-12-25T02:00"))["severities"][3]["targets"]["premium"][
            "first_response"
        ]["text"]
    )


def test_closed_hours_tell_each_tier_its_own_way(demo: Charter) -> None:
    routes = describe(demo, "ko", kst("2026-11-28T10:00"))["out_of_hours"]["severities"]
    down = routes["production_down"]
    assert {tier: item["route"] for tier, item in down["tiers"].items()} == {"basic": "case_only", "plus": "on_call"}
    assert down["text"].startswith("베이직: ")
    assert "02-000-0001" in down["tiers"]["plus"]["text"]
    assert "02-000-0001" not in down["tiers"]["basic"]["text"]
    assert routes["general"]["tiers"]["plus"]["route"] == "case_only"


def test_a_language_that_is_not_offered_gives_the_first_one(raw: Callable[[str], dict[str, Any]]) -> None:
    data = raw("a") | {"languages": ["ko"]}
    assert describe(Charter.model_validate(data), "en", kst("2026-11-28T10:00"))["lang"] == "ko"


def test_the_next_holidays_are_listed(demo: Charter) -> None:
    days = describe(demo, "ko", kst("2026-12-20T10:00"))["upcoming_days"]
    assert [(day["date"], day["name"], day["closed"], day["hours_text"]) for day in days] == [
        ("2026-12-25", "기독탄신일", True, None),
        ("2026-12-31", "연말 단축 근무", False, "09:00~12:00"),
        ("2027-01-01", "신정연휴", True, None),
    ]


@pytest.mark.parametrize(
    ("moment", "tz", "ko", "en"),
    [
        ("2026-11-23T05:30Z", "Asia/Seoul", "2026년 11월 23일(월) 오후 2시 30분", "Mon 23 Nov 2026, 14:30 (KST)"),
        ("2026-11-23T00:00Z", "Asia/Seoul", "2026년 11월 23일(월) 오전 9시", "Mon 23 Nov 2026, 09:00 (KST)"),
        ("2026-11-22T15:05Z", "Asia/Seoul", "2026년 11월 23일(월) 오전 0시 5분", "Mon 23 Nov 2026, 00:05 (KST)"),
        ("2026-11-23T03:00Z", "Asia/Seoul", "2026년 11월 23일(월) 낮 12시", "Mon 23 Nov 2026, 12:00 (KST)"),
        (
            "2026-11-23T18:09Z",
            "America/New_York",
            "2026년 11월 23일(월) 오후 1시 9분 (EST)",
            "Mon 23 Nov 2026, 13:09 (EST)",
        ),
    ],
)
def test_dates_are_written_as_people_write_them(moment: str, tz: str, ko: str, en: str) -> None:
    at = datetime.fromisoformat(moment)
    assert format_datetime(at, "ko", tz) == ko
    assert format_datetime(at, "en", tz) == en


@pytest.mark.parametrize(
    ("weekly", "ko", "en"),
    [
        (
            {"mon-sun": [["09:00", "18:00"]]},
            "매일 09:00~18:00 (한국 시간)",
            "Every day 09:00-18:00 (Korea time)",
        ),
        (
            {"mon-thu": [["09:00", "18:00"]], "fri": [["09:00", "15:00"]], "sat-sun": [["10:00", "12:00"]]},
            "월~목 09:00~18:00, 금요일 09:00~15:00, 주말 10:00~12:00 (한국 시간)",
            "Mon-Thu 09:00-18:00, Fri 09:00-15:00, Sat-Sun 10:00-12:00 (Korea time)",
        ),
        (
            {"mon-fri": [["09:00", "10:00"], ["15:00", "18:00"]], "sat": [["09:00", "12:00"]]},
            "평일 09:00~10:00, 15:00~18:00 (휴게 시간 10:00~15:00 제외), 토요일 09:00~12:00, 일요일 휴무 (한국 시간)",
            "Mon-Fri 09:00-10:00, 15:00-18:00 (closed 10:00-15:00), Sat 09:00-12:00, closed on Sun (Korea time)",
        ),
        ({}, "정기 운영 시간 없음", "No regular hours"),
    ],
)
def test_weekly_hours_are_put_together(weekly: dict[str, Any], ko: str, en: str) -> None:
    hours = Calendar.model_validate({"tz": "Asia/Seoul", "weekly": weekly})
    assert hours_text(hours, "ko") == ko
    assert hours_text(hours, "en") == en


def test_hours_without_an_end_are_not_promised(demo: Charter) -> None:
    never = Calendar.model_validate({"tz": "Asia/Seoul", "weekly": {}})
    closed = demo.model_copy(update={"calendars": demo.calendars | {"desk": never}, "targets": {}})
    told = describe(closed, "ko", kst("2026-11-23T10:00") + timedelta(0))
    assert (told["open_now"], told["next_open"]) == (False, None)
    assert told["closed_reason"]["code"] == "closed_day"
    assert "정해지지 않았습니다" in told["now_text"]
