"""Agents at their desks over live lines, doing what the page does, and customers who write to them."""

import asyncio
import contextlib
import json
import random
import time
import uuid
from collections.abc import Sequence
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from firstline.core.errors import Unavailable
from firstline.serve.bench.desk_fill import PARTNER, PASSWORD, email_of
from firstline.serve.bench.measured import came

_COUNT_EVERY = 15.0
"""Seconds between two counts of the views, as in the page."""

_COUNT_SPREAD = 1.5
_COUNT_SPREAD_EACH = 0.05
_CASE_WITHIN = 1.5
_PING_EVERY = 25.0
_PAGE = {"status": ["waiting", "human", "bot"], "limit": 50}


class Customer:
    """A customer who waits for an agent, then writes."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        """Talk over ``http``, whose base is the app."""
        self._http = http
        self.number = ""

    async def ask_for_person(self) -> None:
        """Start a conversation and ask for a person."""
        body = {"partner": PARTNER, "locale": "ko"}
        started = _ok(await self._http.post("/api/chat/conversations", json=body))
        self._headers = {"Authorization": f"Bearer {started['token']}"}
        self.number = (await self.say("/human"))["case"]["number"]

    async def say(self, text: str) -> dict[str, Any]:
        """Send a message."""
        body = {"text": text, "client_message_id": uuid.uuid4().hex}
        return _ok(await self._http.post("/api/chat/messages", json=body, headers=self._headers))


class Agent:
    """One desk: a live line, and the requests that the page makes after what it hears."""

    def __init__(self, http: httpx.AsyncClient, url: str, number: int, team: int) -> None:
        """Sit at the desk of the app at ``url``, one of a ``team`` of so many."""
        self._http, self._url, self._who = http, url, number
        self._spread = max(_COUNT_SPREAD, _COUNT_SPREAD_EACH * team)
        self._token = ""
        self._counted = time.monotonic()
        self._loading_case = False
        self._tasks: set[asyncio.Task[None]] = set()
        self.heard: dict[str, float] = {}
        self.cut: list[str] = []
        self.failed: list[str] = []
        self.case = ""

    async def log_in(self) -> None:
        """Log in over HTTP."""
        body = {"partner": PARTNER, "email": email_of(self._who), "password": PASSWORD}
        self._token = _ok(await self._http.post("/api/staff/login", json=body))["token"]
        self.headers = {"Authorization": f"Bearer {self._token}"}

    async def claim(self, number: str) -> None:
        """Take a case; from now on its messages count."""
        _ok(await self._http.post(f"/api/desk/cases/{number}/claim", headers=self.headers))
        self.case = number

    async def open_desk(self) -> float:
        """Ask for what the page asks for, in its order; return the seconds until the first rows are there."""
        began = time.perf_counter()
        await self._get("/api/staff/me")
        await self._get("/api/desk/views")
        rows = await self._get("/api/desk/cases", _PAGE)
        if not rows["cases"]:
            raise Unavailable("The desk has no rows; nothing was measured.")
        return time.perf_counter() - began

    async def sit(self, ready: asyncio.Event) -> None:
        """Hold the live line until cancelled; one that is cut counts in ``cut`` and is opened anew, as by the page.

        What a request of the desk's failed with counts in ``failed``.
        """
        try:
            while True:
                try:
                    await self._hold(ready)
                except ConnectionClosed as error:
                    self.cut.append(str(error))
                await asyncio.sleep(1)
        finally:
            running = list(self._tasks)
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _hold(self, ready: asyncio.Event) -> None:
        address = f"{self._url.replace('http', 'ws', 1)}/api/desk/ws"
        async with connect(address, max_queue=None, ping_interval=None, compression=None) as line:
            await line.send(json.dumps({"type": "auth", "token": self._token}))
            while json.loads(await line.recv())["type"] != "ready":
                pass
            if self.case:
                await line.send(json.dumps({"type": "watch", "number": self.case}))
            ready.set()
            if self.cut:
                self._load_case_soon()
            self._start(self._ping(line))
            await self._listen(line)

    async def _ping(self, line: ClientConnection) -> None:
        await asyncio.sleep(random.random() * _PING_EVERY)  # noqa: S311 - spreads load
        with contextlib.suppress(ConnectionClosed):
            while True:
                await line.send(json.dumps({"type": "ping"}))
                await asyncio.sleep(_PING_EVERY)

    async def _listen(self, line: ClientConnection) -> None:
        async for raw in line:
            at = time.perf_counter()
            frame = json.loads(raw)
            if frame["type"] == "message":
                self.heard.setdefault(frame["message"]["text"], at)
                self._load_case_soon()
            elif frame["type"] == "case":
                self._count_sometimes()

    def _count_sometimes(self) -> None:
        if time.monotonic() > self._counted:
            wait = random.random() * self._spread  # noqa: S311 - spreads load
            self._counted = time.monotonic() + _COUNT_EVERY + wait
            self._start(self._count(wait))

    async def _count(self, wait: float) -> None:
        await asyncio.sleep(wait)
        await self._get("/api/desk/views")

    def _load_case_soon(self) -> None:
        if not self._loading_case:
            self._loading_case = True
            self._start(self._load_case())

    async def _load_case(self) -> None:
        await asyncio.sleep(_CASE_WITHIN)
        self._loading_case = False
        case = await self._get(f"/api/desk/cases/{self.case}")
        at = time.perf_counter()
        for message in case["messages"]:
            self.heard.setdefault(message["text"], at)

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.failed.append(repr(error))

    async def _get(self, path: str, query: dict[str, Any] | None = None) -> dict[str, Any]:
        return _ok(await self._http.get(path, params=query, headers=self.headers))


async def write_to_agents(
    customers: Sequence[Customer], agents: Sequence[Agent], messages: int, a_second: float
) -> tuple[list[float], int]:
    """Let customers write ``messages`` in all, evenly; return the seconds until each reached its agent, and the lost.

    The clock starts before the customer's request is sent and ends when the agent's line has the message.
    """
    sent: dict[str, tuple[float, Agent]] = {}
    running: set[asyncio.Task[Any]] = set()
    began = time.perf_counter()
    for at in range(messages):
        await asyncio.sleep(max(0.0, began + at / a_second - time.perf_counter()))
        text = f"추가로 말씀드립니다 {uuid.uuid4().hex}"
        pair = at % len(customers)
        sent[text] = time.perf_counter(), agents[pair]
        running.add(asyncio.create_task(customers[pair].say(text)))
    await asyncio.gather(*running)
    await asyncio.sleep(2)
    waits = [agent.heard[text] - start for text, (start, agent) in sent.items() if text in agent.heard]
    return waits, len(sent) - len(waits)


def _ok(answer: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = came(answer).json()
    return body
