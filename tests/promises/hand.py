"""A clock that the test holds in its hand, the app under it, and an agent's desk over HTTP."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI

from firstline.core.times import use_clock

SEOUL = ZoneInfo("Asia/Seoul")


def kst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


class Hand:
    """A clock that stands until it is moved. It begins on a Monday at ten, Korean time."""

    def __init__(self) -> None:
        self.now = kst("2026-11-30T10:00")

    def __call__(self) -> datetime:
        return self.now

    def move(self, **length: float) -> datetime:
        self.now += timedelta(**length)
        return self.now


class ClockedTransport(httpx.ASGITransport):
    """Calls the app under a clock."""

    def __init__(self, app: FastAPI, clock: Hand) -> None:
        super().__init__(app, raise_app_exceptions=False)
        self._clock = clock

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        with use_clock(self._clock):
            return await super().handle_async_request(request)


class Desk:
    """An agent at the desk, as far as HTTP goes."""

    def __init__(self, http: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self._http = http
        self._headers = headers
        self._sent = 0

    async def do(self, number: str, what: str, expect: int = 200, **body: Any) -> Any:
        url = f"/api/desk/cases/{number}/{what}"
        answer = await self._http.post(url, json=body, headers=self._headers)
        assert answer.status_code == expect, answer.text
        return answer.json()

    async def reply(self, number: str, text: str = "확인하고 있습니다.", expect: int = 200, **more: Any) -> Any:
        self._sent += 1
        return await self.do(number, "reply", expect, text=text, client_message_id=f"a{self._sent}", **more)

    async def case(self, number: str) -> dict[str, Any]:
        answer = await self._http.get(f"/api/desk/cases/{number}", headers=self._headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def rows(self, status: str = "open") -> list[dict[str, Any]]:
        answer = await self._http.get(f"/api/desk/cases?status={status}", headers=self._headers)
        rows: list[dict[str, Any]] = answer.json()["cases"]
        return rows
