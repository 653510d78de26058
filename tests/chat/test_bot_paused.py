"""A bot that keeps failing is left alone for a while; customers hear so at once, and the way to a person is open."""

import asyncio
from typing import Any

import httpx
import pytest
import structlog
from prometheus_client import REGISTRY

from firstline.chat.bot_client import BotBusy, BotClient, BotFailed, BotPaused
from firstline.chat.payloads import TEXTS

FAILURES = 3


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(bot: Any, clock: Clock) -> BotClient:
    return BotClient(
        httpx.AsyncClient(transport=bot), "http://bot", "secret", timeout=5, concurrency=4, queue=4,
        failures=FAILURES, pause=10, clock=clock,
    )  # fmt: skip


async def ask(client: BotClient, text: str = "안녕하세요") -> str:
    said = await client.turn(conversation_id="c", message_id="1", text=text, lang="ko", partner="demo")
    return said[0].text


async def fail(client: BotClient, bot: Any, times: int = FAILURES) -> None:
    bot.script["고장"] = 500
    for _ in range(times):
        with pytest.raises(BotFailed):
            await ask(client, "고장")


async def test_it_is_asked_no_more_after_so_many_failures_in_a_row(client: BotClient, bot: Any) -> None:
    await fail(client, bot, FAILURES - 1)
    assert await ask(client) == "echo: 안녕하세요", "a success in between starts the count anew"
    await fail(client, bot)
    asked = len(bot.received)
    for call in (ask(client), client.parse("안녕하세요")):
        with pytest.raises(BotPaused):
            await call
    assert len(bot.received) == asked


async def test_after_the_pause_one_goes_first_and_the_others_follow_it(
    client: BotClient, bot: Any, clock: Clock
) -> None:
    await fail(client, bot)
    clock.now += 10
    came, may_go = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        came.set()
        await may_go.wait()

    bot.before_answer = wait
    probe = asyncio.create_task(ask(client))
    await came.wait()
    with pytest.raises(BotPaused):
        await ask(client)
    may_go.set()
    assert await probe == await ask(client) == "echo: 안녕하세요"


async def test_a_probe_that_fails_begins_the_next_pause(client: BotClient, bot: Any, clock: Clock) -> None:
    await fail(client, bot)
    clock.now += 10
    await fail(client, bot, 1)
    clock.now += 9
    with pytest.raises(BotPaused):
        await ask(client)
    clock.now += 1
    assert await ask(client) == "echo: 안녕하세요"


async def test_a_probe_that_is_cut_off_leaves_the_place_to_another(client: BotClient, bot: Any, clock: Clock) -> None:
    await fail(client, bot)
    clock.now += 10
    came = asyncio.Event()

    async def hang() -> None:
        came.set()
        await asyncio.Event().wait()

    bot.before_answer = hang
    probe = asyncio.create_task(ask(client))
    await came.wait()
    probe.cancel()
    await asyncio.gather(probe, return_exceptions=True)
    bot.before_answer = None
    assert await ask(client) == "echo: 안녕하세요"


async def test_a_new_bot_is_asked_at_once(client: BotClient, bot: Any) -> None:
    await fail(client, bot)
    client.move_to("http://another")
    assert await ask(client) == "echo: 안녕하세요"


async def test_a_bot_that_hangs_is_paused_too_and_who_only_waited_is_told_it_is_busy(bot: Any) -> None:
    async def hang() -> None:
        await asyncio.Event().wait()

    bot.before_answer = hang
    slow = BotClient(
        httpx.AsyncClient(transport=bot), "http://bot", "secret", timeout=0.2, concurrency=1, queue=4, failures=1
    )
    first, second = await asyncio.gather(ask(slow), ask(slow), return_exceptions=True)
    assert type(first) is BotFailed and type(second) is BotBusy
    with pytest.raises(BotPaused):
        await ask(slow)


async def test_each_change_is_one_line_and_a_figure(client: BotClient, bot: Any, clock: Clock) -> None:
    pauses = REGISTRY.get_sample_value("firstline_bot_pauses_total") or 0
    with structlog.testing.capture_logs() as lines:
        await fail(client, bot, FAILURES + 2)
        assert REGISTRY.get_sample_value("firstline_bot_paused") == 1
        clock.now += 10
        await ask(client)
    assert [line["event"] for line in lines if line["event"] in ("bot_paused", "bot_resumed")] == [
        "bot_paused", "bot_resumed",
    ]  # fmt: skip
    assert REGISTRY.get_sample_value("firstline_bot_paused") == 0
    assert REGISTRY.get_sample_value("firstline_bot_pauses_total") == pauses + 1


async def test_the_customer_hears_it_at_once_and_gets_a_person(make_app: Any, database: Any, bot: Any) -> None:
    app = make_app(bot_failures_before_pause=1, bot_pause_seconds=3600)
    bot.script["고장"] = 500
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:

        async def say(headers: dict[str, str], text: str) -> Any:
            body = {"text": text, "client_message_id": f"m{len(text)}"}
            return (await http.post("/api/chat/messages", json=body, headers=headers)).json()

        talks = []
        for _ in range(2):
            started = (await http.post("/api/chat/conversations", json={"partner": "demo", "locale": "ko"})).json()
            talks.append({"Authorization": f"Bearer {started['token']}"})
        await say(talks[0], "고장")
        asked = len(bot.received)
        told = await say(talks[1], "안녕하세요")
        assert told["messages"][0]["text"] == TEXTS.get("ko", "bot_down.first")
        assert told["messages"][0]["buttons"][0]["payload"] == "/human"
        again = await say(talks[1], "아직도 안 되나요")
        assert again["state"] == "waiting" and again["case"]["number"]
        assert len(bot.received) == asked
    await app.state.parts.database.close()
