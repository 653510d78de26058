"""A customer's turn over HTTP: stored once, answered, in order, and never in silence."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from firstline.chat.tokens import Claim

from ..conftest import Customer

ANSWER = {
    "text": "답변입니다",
    "buttons": [{"title": "네", "payload": "/helped"}, {"title": "아니요", "payload": "/not_helped"}],
    "custom": {
        "articles": [{"slug": "add-a-user", "lang": "ko", "title": "사용자 추가", "excerpt": "…", "url": "/x",
                      "probability": 0.9}],
        "receipt": {"article": "add-a-user"},
    },
}  # fmt: skip


async def test_greeting_says_it_is_automatic_and_offers_a_person(new_customer: Any) -> None:
    for locale, word in (("ko", "자동"), ("en", "automatic")):
        customer = await new_customer(locale)
        (greeting,) = customer.started["messages"]
        assert greeting["author"] == "bot" and word in greeting["text"]
        assert [button["payload"] for button in greeting["buttons"]] == ["/human"]
        assert customer.started["state"] == "bot"


async def test_unknown_partner_is_named(http: Any) -> None:
    answer = await http.post("/api/chat/conversations", json={"partner": "nobody", "locale": "ko"})
    assert answer.status_code == 404
    error = answer.json()["error"]
    assert "nobody" in error["message"] and error["request_id"] == answer.headers["X-Request-Id"]


async def test_bot_answers_with_articles(new_customer: Any, bot: Any) -> None:
    bot.script["사용자 추가 방법"] = [ANSWER]
    customer = await new_customer()
    turn = await customer.send("사용자 추가 방법")
    (reply,) = turn["messages"]
    assert (reply["author"], reply["text"], reply["lang"]) == ("bot", "답변입니다", "ko")
    assert reply["articles"][0]["slug"] == "add-a-user"
    assert turn["state"] == "bot" and turn["case"] is None
    assert "receipt" not in reply


async def test_same_client_id_has_one_effect_and_the_same_reply(new_customer: Any, bot: Any) -> None:
    customer = await new_customer()
    first = await customer.send("안녕하세요", "same")
    again = await customer.send("안녕하세요", "same")
    assert first == again
    assert len(bot.received) == 1
    assert [m["author"] for m in await customer.transcript()] == ["bot", "customer", "bot"]


async def test_same_client_id_at_the_same_time_has_one_effect(new_customer: Any, bot: Any) -> None:
    customer = await new_customer()
    turns = await asyncio.gather(*(customer.send("hello there", "same") for _ in range(5)))
    assert all(turn == turns[0] for turn in turns)
    assert len(bot.received) == 1


async def test_two_apps_that_both_ask_the_bot_keep_one_answer(make_app: Any, database: Any, bot: Any) -> None:
    both_asked = asyncio.Barrier(2)
    bot.before_answer = both_asked.wait
    async with AsyncExitStack() as stack:
        clients = []
        for app in (
            make_app(token_secret=SecretStr("a secret that both apps share")),
            make_app(token_secret=SecretStr("a secret that both apps share")),
        ):
            stack.push_async_callback(app.state.parts.database.close)
            http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
            clients.append(await stack.enter_async_context(http))
        started = (await clients[0].post("/api/chat/conversations", json={"partner": "demo", "locale": "ko"})).json()
        first, again = await asyncio.gather(
            *(Customer(http, started).send("메일이 안 와요", "same") for http in clients)
        )
        assert first == again and len(bot.received) == 2
        said = await Customer(clients[0], started).transcript()
    assert [m["author"] for m in said] == ["bot", "customer", "bot"]


async def test_ten_messages_at_once_are_answered_in_order(new_customer: Any, bot: Any) -> None:
    customer = await new_customer()
    await asyncio.gather(*(customer.send(f"question number {n}", f"c{n}") for n in range(10)))
    said = [message["text"] for message in await customer.transcript()][1:]
    assert len(said) == 20
    for question, answer in zip(said[::2], said[1::2], strict=True):
        assert answer == f"echo: {question}"
    assert said[::2] == [f"question number {n}" for n in range(10)]


async def test_language_follows_the_turn_until_the_customer_chooses(new_customer: Any, bot: Any) -> None:
    customer = await new_customer("ko")
    await customer.send("how do I add a user?")
    await customer.send("AADSTS50126")
    await customer.send("메일이 안 와요")
    assert [turn["lang"] for turn in bot.received] == ["en", "en", "ko"]
    chosen = await customer.http.patch("/api/chat/conversation", json={"locale": "en"}, headers=customer.headers)
    assert chosen.json()["language"] == "en"
    await customer.send("메일이 또 안 와요")
    assert bot.received[-1]["lang"] == "en"


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 400, "empty_message"),
        ("   \n ", 400, "empty_message"),
        ("\u200b\u0000\u202e", 400, "empty_message"),
        ("가" * 20_001, 413, "message_too_long"),
    ],
)
async def test_unusable_text_is_refused_and_nothing_is_stored(
    new_customer: Any, text: str, status: int, code: str
) -> None:
    customer = await new_customer()
    answer = await customer.post(text)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert len(await customer.transcript()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "👍👍",
        "<script>alert(1)</script>",
        "a" * 10_000,
        "\u202egnp.exe 열어도 되나요",
        "/restart",
        '/human{"x":1}',
        "ㅠㅠ",
        "x\u0000y",
    ],
)
async def test_odd_text_is_kept_and_answered(new_customer: Any, bot: Any, text: str) -> None:
    customer = await new_customer()
    turn = await customer.send(text)
    assert turn["messages"], "silence"
    assert turn["state"] == "bot"
    assert not bot.received[0]["text"].startswith("/")
    assert len(bot.received[0]["text"]) <= 1_500


@pytest.mark.parametrize("body", [b"\xff\xfe{", b"not json", b'{"text": "\xc0\xaf", "client_message_id": "a"}'])
async def test_wrong_encoding_is_a_clear_error(new_customer: Any, body: bytes) -> None:
    customer = await new_customer()
    headers = customer.headers | {"Content-Type": "application/json"}
    answer = await customer.http.post("/api/chat/messages", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert set(answer.json()["error"]) == {"code", "message", "request_id"}
    assert len(await customer.transcript()) == 1


async def test_only_buttons_of_this_conversation_count(new_customer: Any, bot: Any) -> None:
    bot.script["사용자 추가"] = [ANSWER]
    bot.script["/helped"] = [{"text": "다행입니다", "custom": {"helpful": True, "confirmed": True}}]
    customer = await new_customer()
    forged = await customer.send("/helped")
    assert forged["message"]["text"] == "/helped" and bot.received[-1]["text"] == "helped"
    await customer.send("사용자 추가")
    turn = await customer.send("/helped")
    assert turn["message"]["text"] == "네" and bot.received[-1]["text"] == "/helped"
    assert turn["state"] == "closed"
    assert (await customer.send("또 질문이 있어요"))["state"] == "bot"


async def test_feedback_is_kept_and_acts_like_the_button(new_customer: Any, bot: Any) -> None:
    bot.script["사용자 추가"] = [ANSWER]
    bot.script["/not_helped"] = [{"text": "", "custom": {"helpful": False, "handoff": {"reason": "not_helped"}}}]
    customer = await new_customer()
    shown = (await customer.send("사용자 추가"))["messages"][0]
    body = {"message_id": shown["id"], "helpful": False}
    turn = (await customer.http.post("/api/chat/feedback", json=body, headers=customer.headers)).json()
    assert turn["state"] == "waiting" and turn["case"]["number"]
    assert next(m for m in await customer.transcript() if m["id"] == shown["id"])["helpful"] is False
    missing = await customer.http.post(
        "/api/chat/feedback", json={"message_id": 10**9, "helpful": True}, headers=customer.headers
    )
    assert missing.status_code == 404


async def test_personal_data_is_never_stored(new_customer: Any, bot: Any, settings: Any) -> None:
    customer = await new_customer()
    turn = await customer.send("제 주민번호는 900101-1234567 이고 비번은 Qwer1234! 입니다")
    assert "개인정보" in turn["messages"][0]["text"]
    assert "1234567" not in bot.received[0]["text"]
    assert "1234567" not in str(await customer.transcript())
    stored = b"".join(path.read_bytes() for path in settings.data_dir.glob("firstline.db*"))
    assert b"1234567" not in stored and b"Qwer1234" not in stored


@pytest.mark.parametrize("token", ["", "x", "demo.abc.def", "Bearer"])
async def test_forged_token_is_refused(http: Any, token: str) -> None:
    answer = await http.get("/api/chat/messages", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


async def test_token_of_one_conversation_opens_no_other(new_customer: Any) -> None:
    mine, other = await new_customer(), await new_customer()
    partner, _, born, expires, signature = mine.token.split(".")
    forged = f"{partner}.{other.id}.{born}.{expires}.{signature}"
    answer = await mine.http.get("/api/chat/messages", headers={"Authorization": f"Bearer {forged}"})
    assert answer.status_code == 401


async def test_what_takes_too_long_is_told_and_goes_on_when_it_is_sent_again(
    make_app: Any, database: Any, bot: Any
) -> None:
    app = make_app(turn_timeout_seconds=0.3)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        started = (await http.post("/api/chat/conversations", json={"partner": "demo", "locale": "ko"})).json()
        customer = Customer(http, started)
        async with app.state.parts.chat.in_turn(Claim("demo", customer.id)):
            slow = await customer.post("메일이 안 와요", "same")
        assert (slow.status_code, slow.json()["error"]["code"]) == (503, "too_slow")
        assert int(slow.headers["Retry-After"]) > 0
    await app.state.parts.database.close()
    app = make_app(token_secret=app.state.parts.settings.token_secret)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        assert (await Customer(http, started).send("메일이 안 와요", "same"))["messages"]
        said = await Customer(http, started).transcript()
    assert [m["author"] for m in said] == ["bot", "customer", "bot"]
    await app.state.parts.database.close()


async def test_too_fast_is_told(make_app: Any, database: Any, bot: Any) -> None:
    import httpx

    app = make_app(messages_per_minute=2)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        started = (await http.post("/api/chat/conversations", json={"partner": "demo"})).json()
        headers = {"Authorization": f"Bearer {started['token']}"}
        answers = []
        for number in range(3):
            body = {"text": "hello", "client_message_id": f"r{number}"}
            answers.append(await http.post("/api/chat/messages", json=body, headers=headers))
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    await app.state.parts.database.close()
