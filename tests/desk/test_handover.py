"""Handing over and back, over HTTP: number, promise, story, one speaker, and closing that waits for the customer."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

HANDOFF = [{"text": "", "custom": {"handoff": {"reason": "no_answer"}}}]


async def waiting_customer(new_customer: Any, locale: str = "ko") -> tuple[Any, str]:
    customer = await new_customer(locale)
    await customer.send("메일이 안 와요" if locale == "ko" else "mail does not arrive")
    turn = await customer.send("/human")
    return customer, turn["case"]["number"]


async def test_person_at_once_with_number_and_promise(new_customer: Any) -> None:
    customer = await new_customer()
    turn = await customer.send("/human")
    case = turn["case"]
    assert turn["state"] == "waiting" and case["status"] == "waiting" and case["position"] == 1
    told = turn["messages"][0]["text"]
    assert case["number"] in told and case["respond_by_text"] in told
    assert datetime.fromisoformat(case["respond_by"]).tzinfo is not None
    assert turn["message"]["text"] == "상담원 연결"


async def test_bots_handoff_and_its_words_come_together(new_customer: Any, bot: Any) -> None:
    bot.script["화가 나요"] = [
        {"text": "죄송합니다", "custom": {}},
        {"text": "", "custom": {"handoff": {"reason": "complaint"}}},
    ]
    customer = await new_customer()
    turn = await customer.send("화가 나요")
    assert [message["author"] for message in turn["messages"]] == ["bot", "system", "system"]
    assert turn["state"] == "waiting"


async def test_bot_is_silent_while_waiting_and_the_customer_gets_a_receipt(new_customer: Any, bot: Any) -> None:
    customer, number = await waiting_customer(new_customer)
    asked = len(bot.received)
    turn = await customer.send("추가로 말씀드리면 어제부터예요")
    assert len(bot.received) == asked
    assert number in turn["messages"][0]["text"] and turn["messages"][0]["author"] == "system"


async def test_severity_is_asked_and_a_worse_one_moves_the_promise_forward(new_customer: Any) -> None:
    customer = await new_customer()
    turn = await customer.send("/human")
    *payloads, skip = [button["payload"] for button in turn["messages"][1]["buttons"]]
    assert len(payloads) == 4 and skip.startswith("/skip")
    worst = await customer.send(payloads[-1])
    assert worst["case"]["severity"] == "production_down"
    assert worst["case"]["respond_by"] < turn["case"]["respond_by"]
    mild = await customer.send(payloads[0])
    assert mild["case"]["respond_by"] == worst["case"]["respond_by"], "a promise moved later"


async def test_agent_sees_the_story_claims_and_replies(new_customer: Any, new_agent: Any, http: Any) -> None:
    customer, number = await waiting_customer(new_customer)
    agent = await new_agent()
    (row,) = (await http.get("/api/desk/cases", headers=agent)).json()["cases"]
    assert row["number"] == number and row["question"] == "메일이 안 와요" and not row["mine"]
    await http.post(f"/api/desk/cases/{number}/claim", headers=agent)
    body = {"text": "안녕하세요, 확인해 보겠습니다.", "client_message_id": "r1"}
    for _ in range(2):
        assert (await http.post(f"/api/desk/cases/{number}/reply", json=body, headers=agent)).status_code == 200
    said = [(m["author"], m["text"]) for m in await customer.transcript()]
    assert said.count(("agent", body["text"])) == 1
    assert (await customer.state())["state"] == "human"
    assert any("minji" in text for author, text in said if author == "system")
    story = (await http.get(f"/api/desk/cases/{number}", headers=agent)).json()
    assert story["summary"]["questions"] == ["메일이 안 와요"] and story["first_response_at"]
    assert [event["kind"] for event in story["events"]] == [
        "handed_over",
        "asked",
        "claimed",
        "first_response",
    ]


async def test_bot_never_speaks_while_a_person_does(new_customer: Any, new_agent: Any, http: Any, bot: Any) -> None:
    customer, number = await waiting_customer(new_customer)
    agent = await new_agent()
    await http.post(f"/api/desk/cases/{number}/claim", headers=agent)
    asked = len(bot.received)
    turn = await customer.send("네 기다릴게요")
    assert turn["state"] == "human" and turn["messages"] == [] and len(bot.received) == asked


async def test_two_agents_claim_at_once_and_one_is_told(new_customer: Any, new_agent: Any, http: Any) -> None:
    _, number = await waiting_customer(new_customer)
    minji, jun = await new_agent("minji"), await new_agent("jun")
    url = f"/api/desk/cases/{number}/claim"
    answers = await asyncio.gather(http.post(url, headers=minji), http.post(url, headers=jun))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    loser = next(answer for answer in answers if answer.status_code == 409).json()["error"]
    winner = next(answer for answer in answers if answer.status_code == 200).json()["agent_name"]
    assert loser["code"] == "already_claimed" and winner in loser["message"]


async def test_reply_needs_the_claim(new_customer: Any, new_agent: Any, http: Any) -> None:
    _, number = await waiting_customer(new_customer)
    agent = await new_agent()
    body = {"text": "hi", "client_message_id": "r1"}
    answer = await http.post(f"/api/desk/cases/{number}/reply", json=body, headers=agent)
    assert answer.status_code == 409 and answer.json()["error"]["code"] == "not_yours"


async def test_way_back_to_the_bot_is_explicit_and_the_case_stays(
    new_customer: Any, new_agent: Any, http: Any, bot: Any
) -> None:
    customer, number = await waiting_customer(new_customer)
    back = await customer.send("/bot")
    assert back["state"] == "bot" and number in back["messages"][0]["text"] and back["case"]["status"] == "bot"
    assert (await customer.send("다시 질문"))["messages"][0]["text"] == "echo: 다시 질문"
    again = await customer.send("/human")
    assert again["case"]["number"] == number, "a second case for the same conversation"
    agent = await new_agent()
    await http.post(f"/api/desk/cases/{number}/claim", headers=agent)
    await http.post(f"/api/desk/cases/{number}/return", json={"why": "done"}, headers=agent)
    assert (await customer.state())["state"] == "bot"


async def test_case_closes_only_after_the_customer_was_told_and_agreed(
    new_customer: Any, new_agent: Any, http: Any
) -> None:
    customer, number = await waiting_customer(new_customer)
    agent = await new_agent()
    await http.post(f"/api/desk/cases/{number}/claim", headers=agent)
    early = await customer.send("/solved")
    assert early["state"] == "human" and early["message"]["text"] == "/solved", "a button nobody offered"
    await http.post(f"/api/desk/cases/{number}/resolve", json={"solution": "MX를 고쳤습니다."}, headers=agent)
    state = await customer.state()
    assert state["state"] == "human" and state["case"]["status"] == "closing"
    broken = await customer.send("/still_broken")
    assert broken["state"] == "human" and broken["case"]["status"] == "human"
    await http.post(f"/api/desk/cases/{number}/resolve", json={"solution": "다시 고쳤습니다."}, headers=agent)
    solved = await customer.send("/solved")
    assert solved["state"] == "closed" and solved["case"]["status"] == "closed"
    reopened = await customer.send("또 안 돼요")
    assert reopened["state"] == "waiting" and reopened["case"]["number"] == number


async def test_unanswered_closing_ends_after_the_charters_days(
    new_customer: Any, new_agent: Any, http: Any, app: Any
) -> None:
    from datetime import timedelta

    from firstline.core.times import utcnow
    from firstline.desk.closing import close_unanswered

    customer, number = await waiting_customer(new_customer)
    agent = await new_agent()
    await http.post(f"/api/desk/cases/{number}/claim", headers=agent)
    await http.post(f"/api/desk/cases/{number}/resolve", json={"solution": "됐습니다."}, headers=agent)
    parts = app.state.parts
    days = parts.charters.get("demo").closing.days
    assert await close_unanswered(parts.database, utcnow() + timedelta(days=days, minutes=-1)) == 0
    late = utcnow() + timedelta(days=days, minutes=1)
    assert await close_unanswered(parts.database, late) == 1
    assert await close_unanswered(parts.database, late) == 0
    closed = (await http.get("/api/desk/cases?status=closed", headers=agent)).json()["cases"]
    assert [case["number"] for case in closed] == [number]
    assert number in (await customer.transcript())[-1]["text"]


async def test_queue_is_ordered_by_what_is_due(new_customer: Any, new_agent: Any, http: Any) -> None:
    calm, urgent = await new_customer(), await new_customer()
    first = (await calm.send("/human"))["case"]["number"]
    turn = await urgent.send("/human")
    second = turn["case"]["number"]
    await urgent.send('/severity{"severity":"production_down"}')
    rows = (await http.get("/api/desk/cases", headers=await new_agent())).json()["cases"]
    assert [row["number"] for row in rows] == [second, first]
    assert (await calm.state())["case"]["position"] == 2


async def test_handover_that_cannot_promise_fails_as_a_whole(new_customer: Any, app: Any, http: Any) -> None:
    """Number, promise, message, story and alert come together, or nothing does."""
    from firstline.conversations import store
    from firstline.desk.handover import hand_over

    customer = await new_customer()
    parts = app.state.parts
    without_severities = parts.charters.get("demo").model_copy(update={"severities": {}})
    with pytest.raises(LookupError):
        async with parts.database.session() as session:
            conversation = await store.get_conversation(session, customer.id)
            await hand_over(session, conversation, without_severities, reason="human")
    state = await customer.state()
    assert state["state"] == "bot" and state["case"] is None and len(state["messages"]) == 1


@pytest.mark.parametrize(
    "path", ["/api/desk/cases", "/api/desk/cases/DEMO-1001", "/api/authors/articles", "/api/staff/me"]
)
async def test_staff_routes_need_a_login(http: Any, path: str) -> None:
    assert (await http.get(path)).status_code == 401


async def test_roles_and_wrong_passwords(new_agent: Any, http: Any) -> None:
    author = await new_agent("writer", role="author")
    refused = await http.get("/api/desk/cases", headers=author)
    assert refused.status_code == 403 and refused.json()["error"]["code"] == "wrong_role"
    wrong = {"partner": "demo", "email": "writer@example.com", "password": "not the password"}
    assert (await http.post("/api/staff/login", json=wrong)).status_code == 401
    unknown = {"partner": "demo", "email": "nobody@example.com", "password": "not the password"}
    assert (await http.post("/api/staff/login", json=unknown)).json()["error"]["message"] == (
        await http.post("/api/staff/login", json=wrong)
    ).json()["error"]["message"]


async def test_cookie_changes_need_the_header(new_customer: Any, new_agent: Any, http: Any) -> None:
    _, number = await waiting_customer(new_customer)
    token = (await new_agent())["Authorization"].split()[1]
    cookie = {"Cookie": f"firstline_staff={token}"}
    url = f"/api/desk/cases/{number}/claim"
    assert (await http.post(url, headers=cookie)).json()["error"]["code"] == "csrf"
    assert (await http.post(url, headers=cookie | {"X-Firstline-Request": "1"})).status_code == 200
