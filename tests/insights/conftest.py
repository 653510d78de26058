"""The app under a clock that the test moves, a lead who reads insights, and a bot that finds answers or doesn't."""

import csv
import io
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from firstline.core.database import Database

from ..conftest import ScriptedBot
from ..promises.hand import ClockedTransport, Desk, Hand, kst

ARTICLE = {
    "slug": "mailbox-full",
    "lang": "ko",
    "title": "편지함",
    "url": "/a",
    "excerpt": "비우기",
    "probability": 0.9,
}
FOUND = {"answered": True, "asked": "메일함", "article": "mailbox-full", "lang": "ko", "probability": 0.9}
NOTHING = {"answered": False, "again": False, "asked": "=1+1 우주", "nearest": "mailbox-full", "probability": 0.1}


@pytest.fixture
def clock() -> Hand:
    hand = Hand()
    hand.now = kst("2026-11-16T10:00")
    return hand


@pytest.fixture
def bot() -> ScriptedBot:
    bot = ScriptedBot()
    answer = {"text": "비우세요", "custom": {"articles": [ARTICLE], "receipt": FOUND}}
    bot.script["메일함이 가득 찼어요"] = [answer | {"buttons": [{"title": "네", "payload": "/helped"}]}]
    bot.script["=1+1 우주"] = [{"text": "찾지 못했어요", "custom": {"receipt": NOTHING}}]
    bot.script["/helped"] = [{"text": "다행입니다", "custom": {"confirmed": True, "helpful": True}}]
    return bot


@pytest.fixture
async def app(make_app: Callable[..., FastAPI], database: Database) -> AsyncIterator[FastAPI]:
    app = make_app(staff_session_hours=10_000, staff_idle_minutes=600_000)
    yield app
    await app.state.parts.database.close()


@pytest.fixture
async def http(app: FastAPI, clock: Hand) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=ClockedTransport(app, clock), base_url="http://test") as client:
        yield client


class Lead:
    """Somebody who reads insights over HTTP."""

    def __init__(self, http: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self.http, self.headers = http, headers
        self.period = {"since": "2026-11-16", "until": "2026-11-30"}

    async def get(self, path: str = "", query: str = "", **more: Any) -> httpx.Response:
        params = httpx.QueryParams(query).merge(self.period | more)
        return await self.http.get(f"/api/staff/insights{path}", params=params, headers=self.headers)

    async def figures(self, **more: Any) -> dict[str, Any]:
        answer = await self.get(**more)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def rows(self, figure: dict[str, Any], **more: Any) -> list[dict[str, str]]:
        """Return a figure's rows as its file has them."""
        answer = await self.get("/rows.csv", figure["rows"], **more)
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(b"\xef\xbb\xbf")
        return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    async def paged(self, figure: dict[str, Any], limit: int = 100) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        after: str | None = ""
        while after is not None:
            body = (await self.get("/rows", figure["rows"], after=after, limit=limit)).json()
            rows += body["rows"]
            after = body["next"]
        return rows

    async def result(self, conversation: str) -> dict[str, str]:
        (row,) = [row for row in await self.rows({"rows": "of=conversations"}) if row["id"] == conversation]
        return row


@pytest.fixture
async def lead(http: httpx.AsyncClient, new_agent: Any) -> Lead:
    return Lead(http, await new_agent("lead", "lead"))


@pytest.fixture
async def desk(http: httpx.AsyncClient, new_agent: Any) -> Desk:
    return Desk(http, await new_agent("minji"))


def figures_in(value: Any) -> list[dict[str, Any]]:
    """Return every figure anywhere in a report."""
    if isinstance(value, list):
        return [found for item in value for found in figures_in(item)]
    if not isinstance(value, dict):
        return []
    own = [value] if {"count", "rows"} <= value.keys() else []
    return own + [found for item in value.values() for found in figures_in(item)]
