"""Customers' live lines that only stand open, as most do, and messages to a few of them meanwhile."""

import asyncio
import contextlib
import json
import resource
import time
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import insert
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from firstline.chat.tokens import Tokens
from firstline.conversations.models import Conversation
from firstline.conversations.states import State
from firstline.core.database import Database
from firstline.core.errors import SetupIncomplete
from firstline.core.secrets import token_keys
from firstline.core.settings import Settings
from firstline.serve.bench.measured import came

_PARTNER = "demo"
_SPARE_FILES = 500
_AT_ONCE = 50
_ROWS_AT_ONCE = 1_000
_TIMEOUT = 120.0
_LATEST = 10.0


def allow_files(sockets: int) -> int:
    """Raise this process's limit of open files, which its children inherit, so that ``sockets`` fit; return the limit.

    Raises ``SetupIncomplete`` where the system allows fewer.
    """
    wanted = sockets + _SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= wanted:
        return soft
    most = max(wanted, hard) if hard != resource.RLIM_INFINITY else resource.RLIM_INFINITY
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    except (ValueError, OSError) as error:
        raise SetupIncomplete(
            f"{sockets} sockets need {wanted} open files and the system allows {hard}; raise it (`ulimit -n {wanted}`)."
        ) from error
    return wanted


async def make_conversations(settings: Settings, number: int) -> list[str]:
    """Add conversations without a word to the data folder's database and return a token for each."""
    tokens = Tokens(token_keys(settings), timedelta(hours=24), timedelta(days=1))
    names = [f"idle-{at}" for at in range(number)]
    database = Database(settings.resolved_database_url)
    try:
        for start in range(0, number, _ROWS_AT_ONCE):
            rows = [
                {"id": name, "partner": _PARTNER, "language": "ko", "state": State.BOT}
                for name in names[start : start + _ROWS_AT_ONCE]
            ]
            async with database.session() as session:
                await session.execute(insert(Conversation), rows)
    finally:
        await database.close()
    return [tokens.make(_PARTNER, name) for name in names]


class IdleSockets:
    """Lines of many customers, one each; ``refused`` names those that never stood, ``cut`` those that the app ended."""

    def __init__(self, url: str, tokens: Sequence[str]) -> None:
        """Connect to the app at ``url``."""
        self._address = f"{url.replace('http', 'ws', 1)}/api/chat/ws"
        self._url, self._tokens = url, tokens
        self._lines: dict[str, ClientConnection] = {}
        self._listening: set[asyncio.Task[None]] = set()
        self._awaited: dict[str, asyncio.Future[float]] = {}
        self._ending = False
        self.refused: list[str] = []
        self.cut: list[str] = []

    @property
    def open(self) -> int:
        """How many lines stand."""
        return len(self._lines)

    async def connect(self) -> list[float]:
        """Open all lines, a few at a time; return the seconds that each took until it was ready."""
        gate, took = asyncio.Semaphore(_AT_ONCE), []

        async def one(token: str) -> None:
            async with gate:
                began = time.perf_counter()
                try:
                    line = await connect(self._address, ping_interval=None, compression=None, open_timeout=_TIMEOUT)
                    await line.send(json.dumps({"type": "auth", "token": token}))
                    async with asyncio.timeout(_TIMEOUT):
                        while json.loads(await line.recv())["type"] != "ready":
                            pass
                except (OSError, TimeoutError, ConnectionClosed) as error:
                    self.refused.append(f"{type(error).__name__}: {error}")
                    return
                took.append(time.perf_counter() - began)
                self._lines[token] = line
                task = asyncio.create_task(self._listen(token, line))
                self._listening.add(task)
                task.add_done_callback(self._listening.discard)

        await asyncio.gather(*(one(token) for token in self._tokens))
        return took

    async def _listen(self, token: str, line: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for raw in line:
                frame: dict[str, Any] = json.loads(raw)
                awaited = self._awaited.get(frame["message"]["text"]) if frame["type"] == "message" else None
                if awaited is not None and not awaited.done():
                    awaited.set_result(time.perf_counter())
        self._lines.pop(token, None)
        if not self._ending:
            self.cut.append(f"{line.close_code} {line.close_reason}")

    async def message(self, number: int) -> tuple[list[float], int]:
        """Write in ``number`` of the conversations, one after the other.

        Return the seconds from before a message was sent until the customer's line had it, and how many never came.
        """
        took, lost = [], 0
        chosen = list(self._lines)[:: max(1, len(self._lines) // number)][:number]
        async with httpx.AsyncClient(base_url=self._url, timeout=_TIMEOUT) as http:
            for token in chosen:
                text = f"추가로 말씀드립니다 {uuid.uuid4().hex}"
                self._awaited[text] = asyncio.get_running_loop().create_future()
                body = {"text": text, "client_message_id": uuid.uuid4().hex}
                began = time.perf_counter()
                came(await http.post("/api/chat/messages", json=body, headers={"Authorization": f"Bearer {token}"}))
                try:
                    took.append(await asyncio.wait_for(self._awaited[text], _LATEST) - began)
                except TimeoutError:
                    lost += 1
        return took, lost

    async def close(self) -> None:
        """Close all lines."""
        self._ending = True
        await asyncio.gather(*(line.close() for line in list(self._lines.values())), return_exceptions=True)
        await asyncio.gather(*self._listening, return_exceptions=True)
