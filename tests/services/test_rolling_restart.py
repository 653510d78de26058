"""Apps and bots are restarted one after the other while customers write: nothing is lost, doubled or refused."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from websockets.asyncio.client import connect

from firstline.chat.payloads import TEXTS
from firstline.core.database import Database

from .conftest import address
from .installation import Installation

pytestmark = [pytest.mark.services, pytest.mark.bot, pytest.mark.model]

CUSTOMERS = 4
QUESTIONS = {
    "ko": [
        "메일이 안 와요",
        "공유 사서함은 어떻게 만드나요?",
        "지원 시간이 어떻게 되나요?",
        "팀즈에서 소리가 안 들려요",
    ],
    "en": ["Outlook asks for my password", "How do I add a licence?", "What are your support hours?", "thanks"],
}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    one = Installation(tmp_path_factory.mktemp("rolling"), address("DATABASE_URL"), address("REDIS_URL"))
    asyncio.run(one.fill())
    try:
        one.start()
        yield one
    finally:
        one.stop()


class Load:
    """Customers who write until told to stop; nobody sends anything again."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.over = asyncio.Event()
        self.answers: Counter[str] = Counter()
        self.taken: dict[str, list[str]] = {}
        self.tokens: dict[str, dict[str, str]] = {}

    async def customer(self, number: int) -> None:
        lang = ("ko", "en")[number % 2]
        while not self.over.is_set():
            started = await self._post("conversations", {"partner": "demo", "locale": lang}, {})
            if started is None:
                continue
            mine = {"Authorization": f"Bearer {started['token']}"}
            talk = started["conversation_id"]
            self.tokens[talk], self.taken[talk] = mine, []
            for turn in range(8):
                if self.over.is_set():
                    return
                words = QUESTIONS[lang][turn % 4]
                body = {"text": words, "client_message_id": f"{number}-{turn}"}
                if await self._post("messages", body, mine) is not None:
                    self.taken[talk].append(body["client_message_id"])

    async def _post(self, what: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
        try:
            answer = await self.http.post(f"/api/chat/{what}", json=body, headers=headers)
        except httpx.HTTPError as error:
            self.answers[f"{what} {type(error).__name__}"] += 1
            return None
        self.answers[f"{what} {answer.status_code}"] += 1
        return answer.json() if answer.is_success else None


async def test_a_rolling_restart_loses_and_doubles_nothing(installation: Installation) -> None:
    async with httpx.AsyncClient(base_url=installation.url, timeout=70) as http:
        load = Load(http)
        writing = [asyncio.create_task(load.customer(number)) for number in range(CUSTOMERS)]
        for child in (*installation.apps, *installation.bots):
            before = sum(load.answers.values())
            await asyncio.to_thread(installation.restart, child)
            assert sum(load.answers.values()) > before, "customers were served meanwhile"
        load.over.set()
        await asyncio.gather(*writing)
        assert set(load.answers) == {"conversations 201", "messages 200"}, load.answers
        apologies = {TEXTS.get(lang, name) for lang in ("ko", "en") for name in ("bot_down.first", "busy")}
        for talk, taken in load.taken.items():
            said = (await http.get("/api/chat/messages", headers=load.tokens[talk])).json()["messages"]
            assert [m["client_message_id"] for m in said if m["author"] == "customer"] == taken
            assert not apologies & {m["text"] for m in said}
            for number, message in enumerate(said[1:], start=1):
                if message["author"] == "customer":
                    assert said[number - 1]["author"] != "customer", "each message was answered before the next"
            assert not said or said[-1]["author"] != "customer"
    database = Database(address("DATABASE_URL"))
    async with database.reading() as session:
        kept = await session.scalar(text("SELECT count(*) FROM messages WHERE author = 'customer'"))
        asked = await session.scalar(text("SELECT count(*) FROM rasa.events WHERE type_name = 'user'"))
    await database.close()
    total = sum(len(taken) for taken in load.taken.values())
    assert kept == total and asked == total
    shown = installation.lines(installation.gateway)
    retried = sum("," in line["upstream"] for line in shown)
    print(f"{total} messages, {len(load.taken)} conversations, {retried} requests tried at a second server")


async def test_the_way_in_is_as_the_configuration_says(installation: Installation) -> None:
    async with httpx.AsyncClient(base_url=installation.url, timeout=30) as http:
        for hidden in ("/metrics", "/internal/actions/webhook", "/internal/vectors"):
            assert (await http.post(hidden) if "internal" in hidden else await http.get(hidden)).status_code == 404
        sent = await http.get("/livez", headers={"X-Request-Id": "from-the-browser-1"})
        assert sent.headers["X-Request-Id"] == "from-the-browser-1"
        odd = await http.get("/livez", headers={"X-Request-Id": "not sane; at all"})
        assert len(odd.headers["X-Request-Id"]) == 32
        large = await http.post("/api/chat/conversations", content=b" " * 1_100_000)
        assert (large.status_code, large.json()["error"]["code"]) == (413, "too_large")
        started = (await http.post("/api/chat/conversations", json={"partner": "demo", "locale": "ko"})).json()
        mine = {"Authorization": f"Bearer {started['token']}"}
        png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(3_000_000)
        query = {"name": "화면.png", "client_message_id": "f1"}
        assert (await http.post("/api/chat/files", params=query, content=png, headers=mine)).status_code == 201
        followed = mine | {"X-Request-Id": "one-id-through-all"}
        body = {"text": "메일이 안 와요", "client_message_id": "followed"}
        answer = await http.post("/api/chat/messages", json=body, headers=followed)
        assert answer.headers["X-Request-Id"] == "one-id-through-all"
        async with connect(f"{installation.url.replace('http', 'ws')}/api/chat/ws") as socket:
            await socket.send(json.dumps({"type": "auth", "token": started["token"]}))
            assert json.loads(await asyncio.wait_for(socket.recv(), 20))
        wrong = {"partner": "demo", "email": "nobody@example.com", "password": "not-a-password"}
        forged = {"X-Forwarded-For": "203.0.113.9"}
        assert (await http.post("/api/staff/login", json=wrong, headers=forged)).status_code == 401
    said = {
        (name, line.get("event") or line["path"])
        for name, children in (
            ("app", installation.apps),
            ("bot", installation.bots),
            ("gateway", [installation.gateway]),
        )
        for line in installation.lines(*children)
        if line["request_id"] == "one-id-through-all"
    }
    assert said == {
        ("gateway", "/api/chat/messages"), ("gateway", "/webhooks/firstline/turn"),
        ("gateway", "/internal/actions/webhook"), ("app", "action_done"), ("app", "turn_done"), ("bot", "turn_done"),
    }  # fmt: skip
    assert not any("메일이" in child.log.read_text("utf-8") for child in (*installation.apps, *installation.bots))
    database = Database(address("DATABASE_URL"))
    async with database.reading() as session:
        seen = set(await session.scalars(text("SELECT address FROM audit_log")))
    await database.close()
    assert seen == {"127.0.0.1"}, "what the browser says of itself does not count"
    for child in installation.apps:
        child.stop()
        child._process = None
    away = await asyncio.to_thread(httpx.get, f"{installation.url}/livez")
    assert (away.status_code, away.json()["error"]["code"]) == (503, "unavailable")
