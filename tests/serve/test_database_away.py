"""With the database away everybody is told to try again, by HTTP and over a live line, and nobody loses the chat."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
import websockets

from firstline.chat.tokens import Tokens
from firstline.core.database import Database
from firstline.core.database_away import DatabaseAway
from firstline.core.secrets import token_keys
from firstline.serve.following import follow

from .test_sockets import server

__all__ = ["server"]


@pytest.fixture
def nowhere() -> str:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return f"postgresql://nobody@127.0.0.1:{closed.getsockname()[1]}/nothing"


@pytest.fixture
async def app(make_app: Any, nowhere: str) -> AsyncIterator[Any]:
    app = make_app(database_url=nowhere)
    yield app
    await app.state.parts.database.close()


async def test_the_caller_is_told_when_to_try_again(http: httpx.AsyncClient) -> None:
    answer = await http.post("/api/chat/conversations", json={"partner": "demo", "locale": "ko"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "database_away")
    assert int(answer.headers["Retry-After"]) > 0


async def test_a_live_line_is_closed_so_that_the_widget_comes_again(app: Any, server: str) -> None:
    token = Tokens(token_keys(app.state.parts.settings), timedelta(hours=1), timedelta(days=1)).make("demo", "a-talk")
    async with websockets.connect(f"{server}/api/chat/ws") as line:
        await line.send(json.dumps({"type": "auth", "token": token}))
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await asyncio.wait_for(line.recv(), 20)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1013, "4401 would end the conversation"


async def test_reading_and_writing_say_so(nowhere: str) -> None:
    database = Database(nowhere)
    for begin in (database.session, database.reading):
        with pytest.raises(DatabaseAway):
            async with begin():
                raise AssertionError("there is no transaction to be in")
    await database.close()


async def test_an_app_that_starts_before_its_database_waits_for_it(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'late' / 'firstline.db'}")
    (tmp_path / "late").rmdir()
    with structlog.testing.capture_logs() as lines:
        waiting = asyncio.create_task(database.wait())
        while not lines:  # noqa: ASYNC110 - a log line is no event
            await asyncio.sleep(0.01)
    assert lines[0]["event"] == "database_waited_for" and not waiting.done()
    (tmp_path / "late").mkdir()
    await waiting
    await database.close()


async def test_one_that_never_comes_is_named(nowhere: str) -> None:
    database = Database(nowhere)
    with pytest.raises(DatabaseAway, match="no connection within"):
        await database.wait(0.01)
    await database.close()


async def test_work_that_is_tried_again_says_so_in_one_line_each_time(app: Any) -> None:
    parts = app.state.parts
    with structlog.testing.capture_logs() as lines:
        following = asyncio.create_task(follow(parts.database, parts.knowledge))
        while not (said := [line for line in lines if line["event"] == "following_failed"]):  # noqa: ASYNC110 - a log line is no event
            await asyncio.sleep(0.01)
        following.cancel()
    assert (said[0]["log_level"], said[0]["error"]) == ("warning", "DatabaseAway")
    assert "exc_info" not in said[0]
