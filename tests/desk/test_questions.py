"""Questions after a handover: what is missing, one at a time, and what the agent sees of the answers."""

from typing import Any

import pytest

HANDOFF = [{"text": "", "custom": {"handoff": {"reason": "not_helped", "category": "problem"}}}]


def said(turn: dict[str, Any]) -> str:
    return "\n".join(message["text"] for message in turn["messages"])


def pressable(turn: dict[str, Any], part: str) -> str:
    return next(b["payload"] for m in turn["messages"] for b in m["buttons"] if part in b["payload"])


@pytest.fixture
def story(new_agent: Any, http: Any) -> Any:
    async def read(number: str) -> dict[str, Any]:
        headers = await new_agent()
        body: dict[str, Any] = (await http.get(f"/api/desk/cases/{number}", headers=headers)).json()
        return body

    return read


async def test_agent_sees_what_was_told(new_customer: Any, bot: Any, story: Any) -> None:
    bot.script["아웃룩이 아이폰에서 안 열려요"] = HANDOFF
    customer = await new_customer()
    turn = await customer.send("아웃룩이 아이폰에서 안 열려요")
    turn = await customer.send(pressable(turn, "production_impaired"))
    assert "해 보신 것" in said(turn), "the product was named already"
    turn = await customer.send("앱을 다시 깔아 봤어요")
    assert "연락받으실" in said(turn)
    turn = await customer.send("kim@example.co.kr 로 주세요")
    known = (await story(turn["case"]["number"]))["package"]
    assert known == {
        "category": "problem",
        "severity": {"ko": "업무 일부 중단", "en": "Work partly stopped"},
        "product": "Outlook",
        "device": "iPhone",
        "tried": "앱을 다시 깔아 봤어요",
        "contact": "kim@example.co.kr",
        "customer": None,
        "language": "ko",
        "suggested_severity": None,
        "skipped": [],
        "open": None,
    }


async def test_three_questions_at_most_and_skips_are_told_apart(new_customer: Any, story: Any) -> None:
    customer = await new_customer("en")
    turn = await customer.send("/human")
    for _ in range(3):
        turn = await customer.send(pressable(turn, "/skip"))
    assert not [b for m in turn["messages"] for b in m["buttons"]], "a fourth question"
    found = await story(turn["case"]["number"])
    assert found["package"]["skipped"] == ["severity", "category", "contact"] and found["package"]["open"] is None
    assert [event["kind"] for event in found["events"]][1:] == ["asked", "skipped"] * 3


async def test_category_is_kept_on_the_case(new_customer: Any, story: Any) -> None:
    customer = await new_customer("en")
    turn = await customer.send(pressable(await customer.send("/human"), "/skip"))
    turn = await customer.send(pressable(turn, "updates"))
    assert (await story(turn["case"]["number"]))["category"] == "updates"


async def test_severity_words_are_suggested_and_never_set(new_customer: Any, story: Any) -> None:
    customer = await new_customer("en")
    await customer.send("nobody in our company can sign in")
    turn = await customer.send("/human")
    assert "**Work stopped** seems closest" in said(turn) and turn["case"]["severity"] == "general"
    known = (await story(turn["case"]["number"]))["package"]
    assert known["severity"] is None and known["suggested_severity"]["en"] == "Work stopped"


async def test_how_many_want_something_suggests_no_severity(new_customer: Any, bot: Any, story: Any) -> None:
    asked = "how do several people edit one file at once?"
    bot.script[asked] = [{"text": "", "custom": {"handoff": {"reason": "not_helped", "category": "usage"}}}]
    turn = await (await new_customer("en")).send(asked)
    assert "closest" not in said(turn)
    assert (await story(turn["case"]["number"]))["package"]["suggested_severity"] is None


@pytest.mark.parametrize("press", ['/skip{"question":"severity"}', '/severity{"severity":"general"}', "/solved"])
async def test_late_button_reopens_nothing(new_customer: Any, new_agent: Any, http: Any, press: str) -> None:
    customer = await new_customer()
    number = (await customer.send("/human"))["case"]["number"]
    agent = await new_agent()
    await http.post(f"/api/desk/cases/{number}/claim", headers=agent)
    await http.post(f"/api/desk/cases/{number}/resolve", json={"solution": "고쳤습니다."}, headers=agent)
    await customer.send("/solved")
    turn = await customer.send(press)
    assert turn["state"] == "closed" and turn["case"]["status"] == "closed" and turn["messages"]
    thanks = await customer.send("감사합니다")
    assert thanks["state"] == "closed" and thanks["messages"]
    assert (await customer.send("또 안 돼요"))["state"] == "waiting"


async def test_same_button_twice_is_one_event(new_customer: Any, story: Any) -> None:
    customer = await new_customer()
    turn = await customer.send("/human")
    for _ in range(3):
        turn = await customer.send('/severity{"severity":"impaired"}')
    kinds = [event["kind"] for event in (await story(turn["case"]["number"]))["events"]]
    assert kinds.count("severity") == 1


async def test_question_stays_open_while_other_things_are_written(new_customer: Any, story: Any) -> None:
    customer = await new_customer()
    turn = await customer.send("/human")
    turn = await customer.send("언제쯤 답변 주시나요?")
    assert turn["case"]["number"] in said(turn)
    assert (await story(turn["case"]["number"]))["package"]["open"] == "severity"
    assert (await customer.send("두 번째요"))["case"]["severity"] == "impaired"


async def test_a_number_after_something_else_is_no_choice_but_a_name_is(new_customer: Any) -> None:
    customer = await new_customer("en")
    await customer.send("/human")
    await customer.send("and what do more seats cost us")
    assert (await customer.send("3"))["case"]["severity"] == "general"
    assert (await customer.send("Work hindered"))["case"]["severity"] == "impaired"


async def test_agents_conversation_is_not_disturbed_by_questions(new_customer: Any, new_agent: Any, http: Any) -> None:
    customer = await new_customer()
    number = (await customer.send("/human"))["case"]["number"]
    await http.post(f"/api/desk/cases/{number}/claim", headers=await new_agent())
    assert (await customer.send("모르겠어요"))["messages"] == []
    late = await customer.send('/severity{"severity":"impaired"}')
    assert len(late["messages"]) == 1 and late["case"]["severity"] == "impaired"
