"""Forms of billing and credit: what is asked, read, skipped, corrected and left."""

from datetime import timedelta
from typing import Any

import pytest

from firstline.core.times import utcnow

from .conftest import names


async def test_seats_are_estimated_step_by_step(caller: Any) -> None:
    talk = await caller()
    assert names(await talk.turn("action_billing_estimate", "지금 20개 추가하면 얼마예요?", "billing_estimate")) == [
        "utter_ask_price"
    ]
    assert names(await talk.turn("action_answer", "월 15,000원이요", "billing_subscription")) == ["utter_ask_cycle_end"]
    (said,) = await talk.turn("action_loose_answer", "2030년 6월 30일", "billing_details")
    assert said["response"] == "utter_estimate" and said["seats"] == 20 and said["price"] == "15,000원"
    assert said["as_of"] == "2022년 11월" and talk.slots["form"]["asked"] is None
    share = 15000 * 20 * said["days"] / said["cycle_days"]
    assert said["total"] == f"{int(share):,}원" and said["monthly"] == "300,000원"


async def test_everything_in_one_message_asks_nothing(caller: Any) -> None:
    talk = await caller("en")
    text = "added 10 seats on 3 Jun 2030 at $10.08 a month"
    assert names(await talk.turn("action_billing_estimate", text, "billing_estimate")) == ["utter_ask_cycle_end"]
    (said,) = await talk.turn("action_loose_answer", "30 Jun 2030", "billing_details")
    assert (said["total"], said["days"], said["cycle_days"]) == ("USD 94.08", 28, 30)


@pytest.mark.parametrize("skip", ["건너뛰기", "모르겠어요", "/skip_question"])
async def test_every_question_can_be_skipped(caller: Any, skip: str) -> None:
    talk = await caller()
    asked = names(await talk.turn("action_billing_estimate", "일할 계산 해주세요", "billing_estimate"))
    for _ in range(2):
        asked += names(await talk.turn("action_loose_answer", skip, "skip_question"))
    assert asked == ["utter_ask_seats", "utter_ask_price", "utter_ask_cycle_end"]
    (said,) = await talk.turn("action_loose_answer", skip, "skip_question")
    assert said["response"] == "utter_estimate_share" and said["taken"].count("\n") == 2


async def test_a_correction_counts_while_something_else_is_asked(caller: Any) -> None:
    talk = await caller()
    await talk.turn("action_billing_estimate", "20개 추가하면?", "billing_estimate")
    await talk.turn("action_loose_answer", "아니 30개요", "billing_details")
    await talk.turn("action_loose_answer", "15000", "billing_details")
    (said,) = await talk.turn("action_loose_answer", "건너뛰기", "skip_question")
    assert said["seats"] == 30


async def test_what_is_not_understood_is_asked_once_more_then_skipped(caller: Any) -> None:
    talk = await caller()
    await talk.turn("action_billing_estimate", "추가 요금 계산", "billing_estimate")
    again = names(await talk.turn("action_answer", "음", "nlu_fallback"))
    assert again == ["utter_form_again", "utter_ask_seats"]
    assert names(await talk.turn("action_answer", "글쎄", "nlu_fallback")) == ["utter_ask_price"]


async def test_another_question_is_answered_and_the_form_goes_on(caller: Any) -> None:
    talk = await caller()
    await talk.turn("action_billing_estimate", "추가 요금 계산", "billing_estimate")
    assert "utter_support_hours" in names(await talk.turn("action_support_options", "상담 시간은요?", "support_hours"))
    assert names(await talk.turn("action_loose_answer", "5개", "billing_details")) == ["utter_ask_price"]
    await talk.turn("action_support_options", "전화번호는요?", "support_contact")
    await talk.turn("action_support_options", "요금은요?", "support_price")
    assert talk.slots["form"] is None


@pytest.mark.parametrize(
    ("text", "intent"), [("상담원", "human"), ("너무하네요", "complaint"), ("해킹", "security_incident")]
)
async def test_a_person_is_never_held_up_by_a_form(caller: Any, text: str, intent: str) -> None:
    talk = await caller()
    await talk.turn("action_billing_estimate", "추가 요금 계산", "billing_estimate")
    said = await talk.turn("action_handoff", text, intent)
    assert any("handoff" in (row["custom"] or {}) for row in said) and talk.slots["form"] is None


async def test_stopping_ends_the_form(caller: Any) -> None:
    talk = await caller("en")
    await talk.turn("action_billing_estimate", "calculate proration", "billing_estimate")
    assert names(await talk.turn("action_answer", "never mind", "nlu_fallback")) == ["utter_form_stopped"]
    assert talk.slots["form"] is None


@pytest.mark.parametrize(
    ("days_ago", "response"), [(1, "utter_cancel_open"), (7, "utter_cancel_open"), (8, "utter_cancel_over")]
)
async def test_the_window_to_cancel(caller: Any, days_ago: int, response: str) -> None:
    talk = await caller()
    assert names(await talk.turn("action_cancel_window", "언제까지 취소돼요?", "cancel_window")) == [
        "utter_ask_purchase_day"
    ]
    # The day is the partner's, nine hours ahead of UTC.
    day = (utcnow() + timedelta(hours=9) - timedelta(days=days_ago)).date()
    (said,) = await talk.turn("action_loose_answer", day.isoformat(), "billing_details")
    assert (said["response"], said["days"], said["as_of"]) == (response, 7, "2023년 10월")


async def test_fewer_seats_are_a_matter_of_the_window(caller: Any) -> None:
    talk = await caller()
    said = await talk.turn("action_billing_estimate", "5개 줄이면 얼마 돌려받나요", "billing_estimate")
    assert names(said) == ["utter_ask_purchase_day"]


async def test_a_marketplace_product_has_windows_of_its_own(caller: Any) -> None:
    talk = await caller("en")
    (said,) = await talk.turn("action_cancel_window", "until when can I cancel a marketplace app", "cancel_window")
    assert (said["response"], said["hours"], said["days"]) == ("utter_cancel_marketplace", 24, 14)


async def test_data_after_the_end_with_days(caller: Any) -> None:
    talk = await caller()
    asked = names(await talk.turn("action_data_retention", "데이터는 언제 지워지나요", "data_retention"))
    assert asked == ["utter_ask_ending"]
    asked = names(
        await talk.turn(
            "action_data_retention", '/data_retention{"ending":"not_renewed"}', "data_retention", ending="not_renewed"
        )
    )
    assert asked == ["utter_ask_end_day"]
    (said,) = await talk.turn("action_loose_answer", "2026년 6월 30일", "billing_details")
    assert (
        "2026년 7월 30일" in said["stages"] and "2026년 10월 28일" in said["stages"] and said["as_of"] == "2023년 8월"
    )


async def test_data_after_the_end_without_days_says_the_lengths(caller: Any) -> None:
    talk = await caller("en")
    await talk.turn("action_data_retention", "data retention?", "data_retention")
    await talk.turn("action_loose_answer", "skip", "skip_question")
    (said,) = await talk.turn("action_loose_answer", "skip", "skip_question")
    assert all(f"{days} days" in said["stages"] for days in (30, 90, 120, 7))


async def test_a_credit_collects_evidence_into_the_handover(caller: Any) -> None:
    talk = await caller()
    await talk.turn("action_service_credit", "크레딧 신청이요", "service_credit")
    await talk.turn("action_answer", "팀즈요 TM123456", "nlu_fallback")
    await talk.turn("action_answer", "2026년 2월 15일", "nlu_fallback")
    told, handed = await talk.turn("action_answer", "네 시간, 서울 office 30명", "usage")
    assert told["response"] == "utter_credit_over" and "2026년 3월 28일" in told["safe"]
    handoff = handed["custom"]["handoff"]
    assert handoff["reason"] == "service_credit"
    assert handoff["evidence"] == {
        "service": "TM123456 Microsoft Teams", "when": "2026-02-15", "affected": "네 시간, 서울 office 30명",
        "deadline": "2026-03-28", "ask_by": "2026-03-23",
    }  # fmt: skip


async def test_loose_amounts_without_a_form(caller: Any) -> None:
    talk = await caller()
    assert names(await talk.turn("action_loose_answer", "20개", "billing_details")) == ["utter_nothing_to_confirm"]
    said = names(await talk.turn("action_loose_answer", "20개 월 15,000원이요", "billing_details"))
    assert said == ["utter_ask_cycle_end"]
