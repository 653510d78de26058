"""With the bot silent, slow or broken the customer gets a sentence and a way to a person; nothing is lost."""

import asyncio
from typing import Any

import pytest


@pytest.fixture(params=["refused", "http 500", "empty turn", "bad json"])
def broken_bot(bot: Any, request: Any) -> Any:
    if request.param == "refused":
        bot.down = True
    for text in ("도와주세요", "계속 안 돼요"):
        bot.script[text] = {"http 500": 500, "empty turn": [], "bad json": {"no": "list"}}.get(request.param, [])
    return bot


async def test_sentence_then_case(new_customer: Any, broken_bot: Any) -> None:
    customer = await new_customer()
    first = await customer.send("도와주세요")
    (sorry,) = first["messages"]
    assert sorry["author"] == "system" and first["state"] == "bot"
    assert [button["payload"] for button in sorry["buttons"]] == ["/human"]
    second = await customer.send("계속 안 돼요")
    assert second["state"] == "waiting" and second["case"]["number"] and second["case"]["respond_by"]
    assert [m["text"] for m in await customer.transcript() if m["author"] == "customer"] == [
        "도와주세요",
        "계속 안 돼요",
    ]


async def test_person_button_needs_no_bot(new_customer: Any, broken_bot: Any) -> None:
    customer = await new_customer("en")
    await customer.send("도와주세요")
    turn = await customer.send("/human")
    assert turn["state"] == "waiting"
    assert turn["case"]["number"] in turn["messages"][0]["text"]


async def test_slow_bot_is_given_up(make_app: Any, database: Any, bot: Any) -> None:
    import httpx

    async def hang() -> None:
        await asyncio.Event().wait()

    bot.before_answer = hang
    app = make_app(bot_timeout_seconds=0.05)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        started = (await http.post("/api/chat/conversations", json={"partner": "demo", "locale": "en"})).json()
        headers = {"Authorization": f"Bearer {started['token']}"}
        body = {"text": "is anybody there", "client_message_id": "a"}
        turn = (await http.post("/api/chat/messages", json=body, headers=headers)).json()
    assert turn["messages"][0]["author"] == "system"
    await app.state.parts.database.close()


async def test_recovery_resets_the_count(new_customer: Any, bot: Any) -> None:
    customer = await new_customer()
    bot.script["a 도와주세요"] = 500
    await customer.send("a 도와주세요")
    assert (await customer.send("안녕"))["messages"][0]["text"] == "echo: 안녕"
    assert (await customer.send("a 도와주세요"))["state"] == "bot"


async def test_answer_that_comes_after_the_handover_is_dropped(new_customer: Any, bot: Any, app: Any) -> None:
    from firstline.conversations import store
    from firstline.desk.handover import hand_over

    customer = await new_customer()
    parts = app.state.parts

    async def hand_over_meanwhile() -> None:
        async with parts.database.session() as session:
            conversation = await store.get_conversation(session, customer.id)
            await hand_over(session, conversation, parts.charters.get("demo"), reason="human")

    bot.before_answer = hand_over_meanwhile
    turn = await customer.send("늦은 답")
    assert turn["state"] == "waiting"
    assert all(message["author"] == "system" for message in turn["messages"])
