"""Each reason for which a dossier or a credit file is incomplete, alone."""

from datetime import date
from typing import Any

import pytest

from firstline.core.texts import LANGUAGES
from firstline.escalation.credit_file import CreditFile, missing_credit
from firstline.escalation.dossier import Around, Dossier, missing
from firstline.escalation.form import TEXTS

from .filled import CREDIT, DOSSIER, NOW


def reasons(around: dict[str, Any] | None = None, **changes: Any) -> list[str]:
    dossier = Dossier.model_validate_json(Dossier(**(DOSSIER | changes)).model_dump_json())
    return missing(dossier, Around(NOW, **(around or {})))


def test_a_filled_dossier_lacks_nothing() -> None:
    assert reasons() == reasons({"english": True}) == []
    assert reasons(severity="A", contact_round_the_clock="010-0000-0000") == []
    assert reasons(relation_until=NOW.date()) == []
    isv = {"target": "isv", "publisher": "Example ISV", "family": "marketplace"}
    assert reasons(**isv, issue_class="", relation_until=None) == []


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("no_health_check", {"health_checked_at": None}),
        ("no_health_check", {"health_checked_at": "2026-01-04T23:59:59Z"}),
        ("no_health_check", {"health_checked_at": "2026-11-23T01:00:01Z"}),
        ("no_health_check", {"first_seen": None}),
        ("nothing_tried", {"tried": "  "}),
        ("no_severity_reason", {"severity_reason": ""}),
        ("no_severity_reason", {"severity": ""}),
        ("no_class", {"issue_class": ""}),
        ("customer_contact", {"contact_email": ""}),
        ("customer_contact", {"contact_email": "Kim@Customer.example"}),
        ("no_tenant", {"tenant_id": "customer.onmicrosoft.com"}),
        ("no_round_the_clock_contact", {"severity": "A"}),
        ("isv_route", {"family": "marketplace"}),
        ("no_publisher", {"family": "marketplace", "target": "isv"}),
        ("relation_ended", {"relation_until": date(2026, 11, 22)}),
        ("relation_ended", {"relation_until": None}),
        ("no_title", {"title": ""}),
        ("no_product", {"product": ""}),
        ("no_consent", {"consent": False}),
        ("secret", {"tried": "비밀번호는 Qwer1234! 입니다"}),
        ("secret", {"error_text": "4111 1111 1111 1111"}),
        ("secret", {"summary": "주민번호 900101-1234568"}),
    ],
)
def test_each_reason(reason: str, changes: dict[str, Any]) -> None:
    assert reasons(**changes) == [reason]


def test_reasons_that_the_case_brings() -> None:
    assert reasons({"customer_contacts": ["Desk@partner.example"]}) == ["customer_contact"]
    phone = {"contact_phone": "010 1234 5678"}
    assert reasons({"customer_contacts": ["010-1234-5678"]}, **phone) == ["customer_contact"]
    assert reasons({"route_found": False}) == ["no_route"]


@pytest.mark.parametrize("summary", ["", "메일이 안 옵니다"])
def test_the_english_route_needs_english_that_a_person_wrote(summary: str) -> None:
    assert reasons({"english": True}, english_summary=summary) == ["no_english"]
    assert reasons(english_summary=summary) == []


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("advisory", {"kind": "advisory"}),
        ("no_incident_id", {"incident_id": "25194"}),
        ("no_tenant", {"tenant_id": "customer"}),
        ("not_through_csp", {"through_csp": None}),
        ("not_through_csp", {"through_csp": False}),
        ("no_duration", {"ended_at": None}),
        ("no_duration", {"ended_at": CREDIT["started_at"]}),
        ("no_users", {"users_affected": ""}),
        ("no_users", {"locations": ""}),
        ("nothing_tried", {"tried": ""}),
        ("no_support_mail", {"support_mail": {}}),
        ("no_support_mail", {"support_mail": CREDIT["support_mail"] | {"sender": "kim@other.example"}}),
        ("no_credit_mail", {"credit_mail": CREDIT["credit_mail"] | {"sender": "kim@gmail.com"}}),
        ("no_credit_mail", {"credit_mail": CREDIT["credit_mail"] | {"sent_at": None}}),
        ("no_ticket", {"ticket": ""}),
        ("no_contact", {"contact": ""}),
        ("too_late", {"started_at": "2026-09-15T01:00:00Z", "ended_at": "2026-09-15T02:00:00Z"}),
    ],
)
def test_each_reason_of_a_credit_file(reason: str, changes: dict[str, Any]) -> None:
    assert missing_credit(CreditFile(**(CREDIT | changes)), NOW) == [reason]


def test_a_filled_credit_file_lacks_nothing_and_a_personal_domain_is_never_the_tenants() -> None:
    assert missing_credit(CreditFile(**CREDIT), NOW) == []
    mails = {key: CREDIT[key] | {"sender": "kim@gmail.com"} for key in ("support_mail", "credit_mail")}
    personal = CreditFile(**(CREDIT | mails | {"tenant_domain": "gmail.com"}))
    assert missing_credit(personal, NOW) == ["no_support_mail", "no_credit_mail"]


def test_every_reason_says_what_to_do_in_both_languages() -> None:
    said = {key for key in sorted(TEXTS.keys()) if key.startswith(("missing.", "credit_missing."))}
    empty = set(missing(Dossier(), Around(NOW)))
    assert {f"missing.{reason}" for reason in empty} <= said and len(said) == 29
    assert all(TEXTS.get(lang, key).endswith(".") for key in said for lang in LANGUAGES)
