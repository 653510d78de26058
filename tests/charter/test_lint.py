"""Each lint rule: a sound charter has no finding of the rule, the same charter with one change has it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from firstline.charter import Charter, lint

Raw = dict[str, Any]
EXTRA_DAY = {"date": date(2026, 12, 1), "reason": {"ko": "대체 근무", "en": "Extra day"}}


def findings(data: Raw, at: datetime) -> set[tuple[str, str, str]]:
    return {(item.rule, item.level, item.where) for item in lint(Charter.model_validate(data), at)}


def put(path: str, value: Any) -> Callable[[Raw], None]:
    """Make a change that sets the field at ``path``."""

    def change(data: Raw) -> None:
        *parents, last = path.split("/")
        for name in parents:
            data = data[int(name)] if isinstance(data, list) else data.setdefault(name, {})
        data[last] = value

    return change


def drop(path: str) -> Callable[[Raw], None]:
    """Make a change that takes the field at ``path`` away."""

    def change(data: Raw) -> None:
        *parents, last = path.split("/")
        for name in parents:
            data = data[int(name)] if isinstance(data, list) else data[name]
        del data[last]

    return change


CASES = [
    # rule, level, where, example, change
    ("L1", "error", "support_types", "a", drop("support_types/usage")),
    ("L1", "error", "support_types", "a", drop("support_types")),
    ("L1", "error", "calendars", "a", put("calendars", {})),
    ("L1", "error", "channels", "a", put("channels", {})),
    ("L1", "error", "channels.email.address", "a", drop("channels/email/address")),
    ("L2", "error", "tiers.basic", "a", drop("tiers/basic/free")),
    ("L2", "error", "tiers.plus", "a", put("tiers/plus/free", True)),
    ("L3", "error", "targets.basic.impaired", "a", drop("targets/impaired/resolve")),
    ("L3", "error", "targets.premium.general", "b", drop("channels/phone")),
    ("L4", "error", "partner.name", "a", drop("partner/name/en")),
    ("L4", "error", "severities.general.definition", "a", put("severities/general/definition/ko", " ")),
    ("L4", "error", "channels.phone.name", "a", put("channels/phone/name", {"ko": "대표 전화"})),
    ("L5", "error", "calendars.desk.weekly.sat", "a", put("calendars/desk/weekly/sat", [["22:00", "06:00"]])),
    ("L5", "error", "calendars.desk.weekly.sat", "a", put("calendars/desk/weekly/sat", [["09:00", "09:00"]])),
    (
        "L5",
        "error",
        "calendars.desk.weekly.sun",
        "a",
        put("calendars/desk/weekly/sun", [["11:00", "13:00"], ["09:00", "12:00"]]),
    ),
    (
        "L5",
        "warn",
        "calendars.desk.weekly.sun",
        "a",
        put("calendars/desk/weekly/sun", [["09:00", "12:00"], ["12:00", "13:00"]]),
    ),
    (
        "L5",
        "error",
        "calendars.desk.exceptions[0].open",
        "a",
        put("calendars/desk/exceptions", [EXTRA_DAY | {"open": [["12:00", "09:00"]]}]),
    ),
    ("L6", "error", "calendars.desk.tz", "a", put("calendars/desk/tz", "UTC+9")),
    ("L6", "error", "calendars.desk.tz", "a", put("calendars/desk/tz", "Etc/GMT-9")),
    ("L6", "error", "calendars.desk.tz", "a", put("calendars/desk/tz", "UTC")),
    ("L7", "error", "calendars.desk", "a", put("calendars/desk/weekly", {})),
    ("L8", "error", "targets.basic.general.first_response", "a", put("targets/general/first_response", "0h")),
    ("L8", "error", "targets.basic.general.first_response", "a", put("targets/general/first_response", "-1h")),
    ("L8", "error", "targets.basic.general.next_update", "a", put("targets/general/next_update", "24")),
    ("L8", "error", "targets.plus.general.next_update", "a", put("targets/general/next_update", 24)),
    ("L8", "error", "targets.basic.impaired.next_update", "a", drop("target_defaults/clock")),
    ("L9", "error", "targets.plus.impaired.first_response", "a", put("targets/impaired/first_response", "25h")),
    ("L9", "error", "targets.plus.impaired.next_update", "a", put("targets/impaired/next_update", "best_effort")),
    ("L9", "error", "targets.plus.general.first_response", "a", put("targets/general/resolve", "20h")),
    ("L9", "error", "targets.plus.general.next_update", "a", put("targets/general/resolve", "20h")),
    (
        # 29 hours that never pause are slower than twelve business hours (28 on the wall) that start after lunch.
        "L9",
        "error",
        "targets.basic.production_impaired.first_response",
        "a",
        put("targets/production_impaired/first_response", {"value": 29, "unit": "h", "clock": "round_the_clock"}),
    ),
    ("L10", "error", "targets.basic.general", "a", drop("targets/general")),
    ("L10", "error", "targets.premium.general", "b", drop("targets/general/first_response")),
    ("L11", "warn", "calendars.desk.holidays", "a", put("calendars/desk/holidays/version", "2025-06")),
    ("L11", "warn", "calendars.desk.holidays", "a", put("calendars/desk/holidays/through", date(2027, 11, 21))),
    ("L11", "warn", "calendars.desk.holidays", "a", put("calendars/desk/holidays/exclude", [date(2026, 5, 1)])),
    ("L11", "warn", "calendars.desk.holidays", "a", put("calendars/desk/holidays/exclude", [date(2027, 7, 17)])),
    ("L12", "warn", "targets.plus.impaired.resolve", "a", put("targets/impaired/resolve", "40h")),
    ("L13", "error", "channels.phone.round_the_clock", "a", put("channels/phone/round_the_clock", True)),
    (
        "L13",
        "error",
        "channels.phone.round_the_clock",
        "b",
        put("calendars/all/weekly", {"mon-fri": [["00:00", "24:00"]]}),
    ),
    (
        "L14",
        "warn",
        "targets.plus.production_down.next_update",
        "a",
        put("targets/production_down/next_update", {"value": 1, "unit": "h", "clock": "round_the_clock"}),
    ),
    ("L14", "warn", "targets.plus.production_down.next_update", "a", put("upstream/0/initial_response", {"A": "2h"})),
    ("L15", "warn", "collections", "a", drop("collections")),
    ("L15", "warn", "collections.access_affected_day", "a", drop("collections/access_affected_day")),
    ("L16", "error", "out_of_hours", "a", drop("out_of_hours")),
    ("L16", "error", "out_of_hours", "a", drop("out_of_hours/default")),
    ("L17", "error", "upstream", "a", drop("upstream")),
    ("L17", "error", "upstream[0].can_file", "a", drop("upstream/0/can_file")),
    ("L18", "warn", "tiers.plus.name", "a", put("tiers/plus/name/ko", "플러스 24시간 지원")),
    ("L18", "warn", "tiers.plus.name", "a", put("tiers/plus/name/en", "Plus 24/7")),
    ("L18", "warn", "channels.phone.name", "a", put("channels/phone/name", {"ko": "연중무휴 전화", "en": "Phone"})),
    ("L18", "warn", "partner.name", "a", put("partner/name/ko", "365일 예시클라우드")),
    ("L19", "warn", "tiers.plus.price", "a", drop("tiers/plus/price/vat")),
    (
        "L19",
        "warn",
        "out_of_hours.on_call_price",
        "a",
        put("out_of_hours/on_call_price", {"amount": 1000, "currency": "KRW", "per": "case"}),
    ),
    ("reference", "error", "partner.provider", "a", put("partner/provider", "example-a")),
    ("reference", "error", "channels.chat.calendar", "a", put("channels/chat/calendar", "night")),
    ("reference", "error", "channels.chat.tiers", "a", put("channels/chat/tiers", ["gold"])),
    ("reference", "error", "tiers.plus.severities", "a", put("tiers/plus/severities", ["general", "urgent"])),
    ("reference", "error", "out_of_hours.urgent", "a", put("out_of_hours/urgent", "email")),
    ("reference", "error", "target_defaults.calendar", "a", put("target_defaults/calendar", "night")),
    ("reference", "error", "calendars.desk.holidays.set", "a", put("calendars/desk/holidays/set", "ZZ")),
]


@pytest.fixture(scope="module")
def unchanged(raw: Callable[[str], Raw], now: datetime) -> dict[str, set[tuple[str, str, str]]]:
    return {name: findings(raw(name), now) for name in ("a", "b")}


@pytest.mark.parametrize(("rule", "level", "where", "example", "change"), CASES)
def test_one_change_brings_the_finding(
    raw: Callable[[str], Raw],
    unchanged: dict[str, set[tuple[str, str, str]]],
    now: datetime,
    rule: str,
    level: str,
    where: str,
    example: str,
    change: Callable[[Raw], None],
) -> None:
    data = raw(example)
    assert (rule, level, where) not in unchanged[example]
    change(data)
    assert (rule, level, where) in findings(data, now)


def test_every_rule_has_a_case() -> None:
    assert {case[0] for case in CASES} == {f"L{number}" for number in range(1, 20)} | {"reference"}


def test_example_a_warns_only_that_basic_reaches_nobody(raw: Callable[[str], Raw], now: datetime) -> None:
    found = lint(Charter.model_validate(raw("a")), now)
    assert [(item.rule, item.level) for item in found] == [("L16", "warn")]
    assert "tier basic" in found[0].message


def test_example_a_without_on_call_warns_for_both_tiers(raw: Callable[[str], Raw], now: datetime) -> None:
    data = raw("a")
    del data["out_of_hours"]["production_down"]
    found = [item.message for item in lint(Charter.model_validate(data), now) if item.rule == "L16"]
    assert len(found) == 2


def test_example_b_has_no_finding(raw: Callable[[str], Raw], now: datetime) -> None:
    assert lint(Charter.model_validate(raw("b")), now) == []


def test_words_about_24_hours_are_true_round_the_clock(raw: Callable[[str], Raw], now: datetime) -> None:
    data = raw("b")
    data["tiers"]["premium"]["name"] = {"ko": "프리미엄 연중무휴", "en": "Premium 24/7"}
    assert findings(data, now) == set()


def test_a_time_limit_of_24_hours_claims_no_round_the_clock_hours(raw: Callable[[str], Raw], now: datetime) -> None:
    data = raw("a")
    data["severities"]["general"]["definition"] = {"ko": "24시간 이내에 답합니다.", "en": "Answered within 24 hours."}
    assert "L18" not in {rule for rule, _, _ in findings(data, now)}


def test_hours_that_meet_at_midnight_neither_touch_nor_cross(raw: Callable[[str], Raw], now: datetime) -> None:
    data = raw("a")
    data["calendars"]["desk"]["weekly"] |= {"sat": [["18:00", "24:00"]], "sun": [["00:00", "06:00"]]}
    assert "L5" not in {rule for rule, _, _ in findings(data, now)}


def test_a_calendar_that_opens_again_too_late_is_an_error_only_then(raw: Callable[[str], Raw]) -> None:
    data = raw("a")
    data["calendars"]["desk"]["weekly"] = {}
    data["calendars"]["desk"]["exceptions"] = [EXTRA_DAY | {"open": [["09:00", "18:00"]]}]
    assert ("L7", "error", "calendars.desk") in findings(data, datetime(2026, 10, 1, tzinfo=UTC))
    assert ("L7", "error", "calendars.desk") not in findings(data, datetime(2026, 11, 22, tzinfo=UTC))


def test_korean_upstream_at_night_is_slower_than_english(raw: Callable[[str], Raw], now: datetime) -> None:
    data = raw("a")
    data["upstream"][0] |= {"round_the_clock_languages": ["en"], "initial_response": {"A": "2h"}}
    data["targets"]["production_down"]["next_update"] = {"value": 2, "unit": "h", "clock": "round_the_clock"}
    messages = [item.message for item in lint(Charter.model_validate(data), now) if item.rule == "L14"]
    assert messages
    assert all(" in ko," in message for message in messages)
