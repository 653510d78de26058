"""Reading charters: what the YAML may hold, and complaints that name file, line and field."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from firstline.charter import Charter, CharterError, check_text, load_charter


@pytest.fixture
def text(data_dir: Path) -> str:
    return (data_dir / "example-a.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "rule", "where", "words", "line_of"),
    [
        ("role: indirect_reseller", "role: reseller", "schema", "partner.role", "indirect_reseller", "partner: "),
        ("role: indirect_", "roll: x, role: indirect_", "schema", "partner.roll", "no such field", "partner: "),
        ("valid_from: 2026-01-01", "valid_from: January", "schema", "valid_from", "date", "valid_from:"),
        ("valid_from: 2026-01-01", "valid_from: 2026-13-01", "yaml", "valid_from", "timestamp", "valid_from:"),
        ("id: example-a", "id: example-a\nid: again", "yaml", "id", "twice", "id: again"),
        ("mon-fri:", "fri-mon:", "schema", "calendars.desk.weekly", "backwards", "weekly:"),
        ("mon-fri:", "workdays:", "schema", "calendars.desk.weekly", "no weekdays", "weekly:"),
        ("sat: []", "fri: []", "schema", "calendars.desk.weekly", "named twice", "weekly:"),
        ('"12:00"]', '"12"]', "schema", "calendars.desk.weekly.mon[0]", '"HH:MM"', "weekly:"),
        ('"18:00"]', '"24:30"]', "schema", "calendars.desk.weekly.mon[1]", "24:00", "weekly:"),
        ("closed: true,", "", "schema", "calendars.desk.exceptions[0]", "either", "창립기념일"),
        ("first_response: 4h", "first_response: 4 days", "schema", "targets.basic.production_impaired.first_response",
         "best_effort", "production_impaired: {"),
        ("  email: {", "  fax: {", "schema", "channels.fax.kind", "chat", "  fax: {"),
        ("free: true", "free: yes please", "schema", "tiers.basic.free", "boolean", "free:"),
        ("rank: 2", "rank: 1", "schema", "", "same rank", "# Worked"),
        ("  general: {first", "  urgent: {first", "schema", "", "targets.urgent", "# Worked"),
        ("problem: own", "problem: outsourced", "schema", "support_types.problem", "provider", "problem:"),
        ("amount: 300000", "amount: -1", "schema", "tiers.plus.price.amount", "greater than 0", "price:"),
        ("partner: {", "partner: [", "yaml", "", "expected", "partner: ["),
        ("tz: Asia/Seoul", "tz: Seoul", "L6", "calendars.desk.tz", "IANA", "tz:"),
        ('["13:00"', '["11:00"', "L5", "calendars.desk.weekly.mon", "overlap", "weekly:"),
        ("first_response: 12h", "first_response: 12", "L8", "targets.plus.impaired.first_response", "unit",
         "impaired: {first"),
    ],
)  # fmt: skip
def test_complaints_name_file_line_and_field(
    text: str, now: datetime, old: str, new: str, rule: str, where: str, words: str, line_of: str
) -> None:
    changed = text.replace(old, new, 1)
    assert changed != text
    _, findings = check_text(changed, "partner-x.yaml", at=now)
    found = [item for item in findings if item.rule == rule and item.where == where and words in item.message]
    assert found, [str(item) for item in findings]
    assert re.search("[가-힣]", found[0].say("ko"))
    line = next(number for number, row in enumerate(changed.splitlines(), 1) if line_of in row)
    assert found[0].source == f"partner-x.yaml:{line}"
    assert str(found[0]).startswith(f"partner-x.yaml:{line}: error {rule}")


def test_errors_are_raised_with_all_findings(text: str, tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "charter.yaml"
    path.write_text(text.replace("tz: Asia/Seoul", "tz: UTC+9").replace("free: true", "free: false"), "utf-8")
    with pytest.raises(CharterError) as caught:
        load_charter(path, at=now)
    assert {"L2", "L6"} <= {item.rule for item in caught.value.findings}
    assert caught.value.code == "charter_invalid"
    assert caught.value.status == 500
    assert "charter.yaml:" in caught.value.message


@pytest.mark.parametrize("content", [b"", b"- a\n- b\n", b"\xff\xfe", b"just words"])
def test_a_file_that_is_no_charter_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "charter.yaml"
    path.write_bytes(content)
    with pytest.raises(CharterError):
        load_charter(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CharterError, match="can't be read"):
        load_charter(tmp_path / "charter.yaml")


def test_unquoted_times_and_country_codes_keep_their_meaning(text: str, now: datetime) -> None:
    plain = text.replace('"09:00","12:00"', "09:00, 12:00").replace('"13:00","18:00"', "13:00, 18:00")
    charter, _ = check_text(plain.replace("set: KR", "set: NO"), at=now)
    assert charter is not None
    assert [str(item) for item in charter.calendars["desk"].weekly["fri"]] == ["09:00-12:00", "13:00-18:00"]
    assert charter.calendars["desk"].holidays is not None
    assert charter.calendars["desk"].holidays.country == "NO"


def test_a_tier_can_have_targets_of_its_own(text: str, now: datetime) -> None:
    own = "targets:\n  plus: {impaired: {first_response: 8h, next_update: 8h, resolve: best_effort}}\n"
    charter, findings = check_text(text.replace("targets:\n  general", f"{own}  general"), at=now)
    assert charter is not None
    assert not [item for item in findings if item.level == "error"]
    first = {tier: charter.target(tier, "impaired").first_response for tier in charter.tiers}
    assert {tier: target and target.value for tier, target in first.items()} == {"basic": 12, "plus": 8}
    assert charter.target("plus", "general").first_response == charter.target("basic", "general").first_response


def test_weekdays_can_be_listed_and_channels_given_as_a_list(text: str, now: datetime) -> None:
    listed = text.replace("sat: [], sun: []", '"sat,sun": []').replace("  chat: {", "  - {kind: chat, ")
    listed = listed.replace("  email: {", "  - {kind: email, ").replace("  phone: {", "  - {kind: phone, ")
    charter, findings = check_text(listed, at=now)
    assert charter is not None
    assert [channel.kind for channel in charter.channels] == ["chat", "email", "phone"]
    assert not [item for item in findings if item.level == "error"]


def test_the_demo_partner_is_sound(now: datetime) -> None:
    path = Path(__file__).parents[2] / "partners" / "demo" / "charter.yaml"
    charter = load_charter(path, at=now)
    assert (charter.id, charter.languages, charter.partner.name.say("ko")) == ("demo", ["ko", "en"], "예시클라우드")


def test_examples_load_with_small_files(charter_a: Charter, charter_b: Charter) -> None:
    assert charter_a.valid_from == date(2026, 1, 1)
    assert charter_b.main_calendar.round_the_clock
    assert charter_a.route("basic", "production_down") == "case_only"
    assert charter_a.route("plus", "production_down") == "on_call"
    assert [channel.kind for channel in charter_a.tier_channels("basic")] == ["chat", "email"]
