"""Who comes next on the way up, in which language, and until when."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.charter import Charter, load_charter
from firstline.core.settings import PROJECT_ROOT
from firstline.escalation.credit_file import CreditFile, deadline_of, from_evidence
from firstline.escalation.dossier import Dossier
from firstline.escalation.route import choices, credit_route, route
from firstline.support_rules.filing import filing_rule, issue_classes, may_file

KST = timezone(timedelta(hours=9))


@pytest.fixture(scope="module")
def demo() -> Charter:
    return load_charter(PROJECT_ROOT / "partners" / "demo" / "charter.yaml")


def levels(charter: Charter, **fields: str) -> list[str]:
    return [step.level for step in route(charter, Dossier(**fields))]


def with_role(charter: Charter, role: str, **changes: object) -> Charter:
    partner = charter.partner.model_copy(update={"role": role})
    return charter.model_copy(update={"partner": partner, **changes})


def test_who_may_file_decides_the_way(demo: Charter) -> None:
    assert levels(demo, family="m365") == ["microsoft"]
    assert levels(demo, family="azure") == levels(demo, family="dynamics") == ["provider", "microsoft"]
    assert [step.level for step in credit_route(demo)] == ["provider", "microsoft"]
    for role in ("direct_bill", "indirect_provider"):
        assert levels(with_role(demo, role), family="azure") == ["microsoft"]
    assert levels(with_role(demo, "indirect_reseller", upstream=[]), family="azure") == []


def test_a_marketplace_product_ends_at_its_publisher_whatever_the_target_says(demo: Charter) -> None:
    assert levels(demo, family="marketplace") == levels(demo, family="marketplace", target="isv") == ["isv"]
    assert levels(demo, family="m365", target="isv") == ["isv"]


def test_without_a_word_in_the_charter_the_newest_published_rule_counts(demo: Charter) -> None:
    bare = demo.model_copy(update={"upstream": [hop.model_copy(update={"can_file": {}}) for hop in demo.upstream]})
    assert levels(bare, family="m365") == ["microsoft"]
    assert levels(bare, family="azure") == ["provider", "microsoft"]
    assert (filing_rule("m365").lowest, filing_rule("m365").as_of) == ("reseller", "2023-09")
    assert not may_file("direct_bill", "none") and len(issue_classes()) == 5


def test_at_night_english_has_two_hours_and_korean_the_next_opening(demo: Charter) -> None:
    (step,) = route(demo, Dossier(family="m365"))
    at = datetime(2026, 11, 23, 23, 0, tzinfo=KST)
    english, korean = choices(demo, step, "A", at)
    assert (english.language, english.due) == ("en", at + timedelta(hours=2))
    assert (korean.language, korean.due) == ("ko", datetime(2026, 11, 24, 11, 0, tzinfo=KST))


def test_a_provider_answers_in_its_own_hours(demo: Charter) -> None:
    provider, _ = route(demo, Dossier(family="azure"))
    (choice,) = choices(demo, provider, "A", datetime(2026, 11, 27, 17, 30, tzinfo=KST))
    assert (choice.language, choice.due) == ("ko", datetime(2026, 11, 30, 9, 30, tzinfo=KST))


def test_a_publisher_that_publishes_no_time_gets_none(demo: Charter) -> None:
    (step,) = route(demo, Dossier(family="marketplace"))
    assert [(one.language, one.due) for one in choices(demo, step, "A", datetime.now(UTC))] == [
        ("ko", None), ("en", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "azure", "safe", "latest"),
    [
        ("2026-02-15T03:00:00Z", False, date(2026, 3, 28), date(2026, 3, 31)),
        ("2026-02-15T03:00:00Z", True, date(2026, 4, 28), date(2026, 4, 30)),
        ("2026-02-01T08:30:00+09:00", False, date(2026, 2, 28), date(2026, 2, 28)),
        ("2026-12-31T00:00:00Z", False, date(2027, 1, 31), date(2027, 1, 31)),
    ],
)
def test_the_golden_deadlines(start: str, azure: bool, safe: date, latest: date) -> None:
    deadline = deadline_of(CreditFile(started_at=datetime.fromisoformat(start), azure=azure), 5)
    assert deadline and (deadline.safe, deadline.latest) == (safe, latest)
    assert deadline.ask_by == safe - timedelta(days=5)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), st.integers(-12, 14), st.booleans())
def test_the_deadline_is_the_earlier_rule_counted_in_utc(naive: datetime, hours: int, azure: bool) -> None:
    start = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    deadline = deadline_of(CreditFile(started_at=start, azure=azure), 0)
    assert deadline
    utc = start.astimezone(UTC)
    months = utc.year * 12 + utc.month - 1 + (2 if azure else 1)
    assert (deadline.safe.year * 12 + deadline.safe.month - 1) == months
    first_of_next = date(utc.year + utc.month // 12, utc.month % 12 + 1, 1)
    last = first_of_next - timedelta(days=1)
    after = date((months + 1) // 12, (months + 1) % 12 + 1, 1) - timedelta(days=1)
    assert deadline.safe.day == min(last.day, after.day) and deadline.safe <= deadline.latest == after


def test_the_file_begins_with_what_the_chat_collected() -> None:
    evidence = {"service": "TM123456 Microsoft Teams", "when": "2026-02-01", "affected": "네 시간, 서울 30명"}
    file = from_evidence(evidence, "Asia/Seoul")
    assert (file.incident_id, file.azure, file.users_affected) == ("TM123456", False, "네 시간, 서울 30명")
    assert file.started_at == datetime(2026, 1, 31, 15, 0, tzinfo=UTC)
    assert from_evidence({"service": "Azure 가상 머신"}, "Asia/Seoul").azure
    assert from_evidence({}, "Asia/Seoul") == CreditFile()
