"""What is broken comes before troubleshooting, once; then news, help or a person."""

from datetime import timedelta
from typing import Any

import pytest

from firstline.core.times import iso, utcnow

from .conftest import names

ISSUE = {
    "id": "EX943821",
    "title": "Users can't connect",
    "service": "Exchange Online",
    "classification": "incident",
    "status": "serviceDegradation",
    "impactDescription": "Users may be unable to connect to mailboxes.",
    "startDateTime": iso(utcnow() - timedelta(hours=2)),
}


@pytest.fixture
async def issue(http: Any, new_agent: Any) -> dict[str, str]:
    agent: dict[str, str] = await new_agent()
    await http.post("/api/desk/health", json=[ISSUE], headers=agent)
    return agent


async def test_the_issue_is_said_first_with_id_and_status(caller: Any, issue: Any) -> None:
    talk = await caller()
    (said,) = await talk.turn("action_answer", "아웃룩 연결이 안 돼요", "problem")
    assert said["response"] == "utter_health_known"
    assert all(word in said["known_text"] for word in ("Exchange Online", "EX943821", "서비스 저하", "장애"))


async def test_waiting_then_still_broken_is_a_person(caller: Any, issue: Any) -> None:
    talk = await caller("en")
    await talk.turn("action_answer", "Outlook won't connect", "problem")
    assert names(await talk.turn("action_health_wait", "/health_wait", "health_wait")) == ["utter_health_following"]
    told, handed = await talk.turn("action_not_helped", "it still doesn't work", "not_helped")
    assert told["response"] == "utter_health_still_broken"
    assert handed["custom"]["handoff"] == {"reason": "health", "category": "problem"}


@pytest.mark.parametrize(("intent", "text"), [("problem", "아직도 안 돼요"), ("nlu_fallback", "여전히 똑같아요")])
async def test_still_broken_in_other_words(caller: Any, issue: Any, intent: str, text: str) -> None:
    talk = await caller()
    await talk.turn("action_answer", "메일이 안 와요", "problem")
    assert "utter_health_still_broken" in names(await talk.turn("action_answer", text, intent))


async def test_a_yes_waits_for_news(caller: Any, issue: Any) -> None:
    talk = await caller()
    await talk.turn("action_service_health", "지금 메일 장애인가요?", "service_health")
    assert names(await talk.turn("action_affirm", "네", "affirm")) == ["utter_health_following"]


async def test_an_ended_issue_cannot_be_waited_for(caller: Any, issue: dict[str, str], http: Any) -> None:
    talk = await caller()
    await talk.turn("action_answer", "메일이 안 와요", "problem")
    await http.put("/api/desk/health", json=[], headers=issue)
    assert names(await talk.turn("action_health_wait", "/health_wait", "health_wait")) == ["utter_health_over"]


@pytest.mark.parametrize("over", [{"isResolved": True, "status": "serviceRestored"}, {"endDateTime": iso(utcnow())}])
async def test_an_issue_asked_for_by_its_id_is_told_when_it_is_over(
    caller: Any, issue: dict[str, str], http: Any, over: dict[str, Any]
) -> None:
    talk = await caller("en")
    (said,) = await talk.turn("action_service_health", "is ex943821 over?", "service_health")
    assert said["response"] == "utter_health_known" and "EX943821" in said["known_text"]
    later = ISSUE | over | {"lastModifiedDateTime": iso(utcnow())}
    await http.post("/api/desk/health", json=[later], headers=issue)
    (said,) = await talk.turn("action_service_health", "and EX943821 now?", "service_health")
    assert said["response"] == "utter_health_ended" and "EX943821 is over" in said["known_text"]
    (said,) = await talk.turn("action_service_health", "what about EX111111?", "service_health")
    assert said["response"] != "utter_health_ended"


async def test_a_declared_incident_is_told_and_vanishes(caller: Any, issue: dict[str, str], http: Any) -> None:
    body = {"text": {"ko": "팀즈 점검 중입니다.", "en": "Teams is being repaired."}, "product": "teams"}
    number = (await http.post("/api/desk/incidents", json=body, headers=issue)).json()["incident"]["id"]
    (said,) = await (await caller()).turn("action_service_health", "팀즈 장애인가요", "service_health")
    assert said["response"] == "utter_health_suspected" and "팀즈 점검 중입니다." in said["known_text"]
    (said,) = await (await caller("en")).turn("action_answer", "teams is down", "problem")
    assert "Teams is being repaired." in said["known_text"]
    await http.post(f"/api/desk/incidents/{number}/end", headers=issue)
    (said,) = await (await caller()).turn("action_service_health", "지금 장애 있나요", "service_health")
    assert "점검" not in said["known_text"] and "EX943821" in said["known_text"]


async def test_many_customers_with_the_same_trouble_are_an_outage_to_speak_of(caller: Any) -> None:
    for _ in range(3):
        # Any action will do: what comes before it keeps the report.
        await (await caller()).turn("action_health_wait", "팀즈 접속이 안 돼요", "problem")
    (said,) = await (await caller()).turn("action_answer", "팀즈 접속이 안 돼요", "problem")
    assert said["response"] == "utter_health_suspected" and "3곳" in said["known_text"]
    other = await (await caller()).turn("action_health_wait", "원드라이브 접속이 안 돼요", "problem")
    assert "utter_health_suspected" not in names(other)
