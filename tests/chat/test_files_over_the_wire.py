"""Uploads over real sockets: a gigabyte is cut off early, a tab that dies leaves nothing."""

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

GIGABYTE = 10**9
PIECE = bytes(262_144)


@pytest.fixture
async def server(app: Any) -> AsyncIterator[uvicorn.Server]:
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    task = asyncio.create_task(server.serve(sockets=[socket]))
    server.url = f"http://127.0.0.1:{socket.getsockname()[1]}"  # type: ignore[attr-defined]
    yield server
    server.should_exit = True
    await task


class Line:
    """A connection of a customer who is about to send a file of ``length`` bytes, or of none that it tells."""

    def __init__(self, server: Any) -> None:
        self.url = httpx.URL(server.url)

    async def open(self, length: int | None) -> None:
        async with httpx.AsyncClient(base_url=self.url) as http:
            started = await http.post("/api/chat/conversations", json={"partner": "demo", "locale": "ko"})
        self.headers = {"Authorization": f"Bearer {started.json()['token']}"}
        self.reader, self.writer = await asyncio.open_connection(self.url.host, self.url.port)
        how = f"Content-Length: {length}" if length is not None else "Transfer-Encoding: chunked"
        head = f"POST /api/chat/files?name=a.png&client_message_id=f HTTP/1.1\r\nHost: h\r\n{how}\r\n"
        self.writer.write(f"{head}Authorization: {self.headers['Authorization']}\r\n\r\n".encode())

    async def send(self, total: int, *, chunked: bool) -> int:
        """Send up to ``total`` bytes; return how many went out before the other side hung up."""
        sent = 0
        piece = b"%x\r\n%b\r\n" % (len(PIECE), PIECE) if chunked else PIECE
        with contextlib.suppress(ConnectionError):
            while sent < total and not self.reader.at_eof():
                self.writer.write(piece)
                await self.writer.drain()
                sent += len(PIECE)
        return sent


def kept(settings: Any) -> list[Path]:
    return [path for path in (settings.data_dir / "uploads").rglob("*") if path.is_file()]


@pytest.mark.parametrize("length", [GIGABYTE, None])
async def test_a_gigabyte_is_cut_off_early_in_flat_memory(server: Any, settings: Any, length: int | None) -> None:
    line = Line(server)
    await line.open(length)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sent = await line.send(GIGABYTE, chunked=length is None)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert sent < settings.upload_max_bytes + 40_000_000, "it was read to its end"
    assert grown < 60_000_000
    with contextlib.suppress(ConnectionError):
        answer = (await line.reader.read(4096)).decode()
        assert " 413 " in answer and "file_too_large" in answer
    line.writer.close()
    assert kept(settings) == []


async def test_a_tab_that_dies_in_the_middle_leaves_nothing(server: Any, settings: Any) -> None:
    line = Line(server)
    await line.open(5_000_000)
    assert await line.send(1_000_000, chunked=False) >= 1_000_000
    line.writer.transport.abort()
    await asyncio.gather(*server.server_state.tasks, return_exceptions=True)
    assert kept(settings) == []
    async with httpx.AsyncClient(base_url=line.url, headers=line.headers) as http:
        now = (await http.get("/api/chat/conversation")).json()
        assert now["state"] == "bot" and [m["author"] for m in now["messages"]] == ["bot"]
