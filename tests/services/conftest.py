"""Fixtures of the tests that need servers: addresses from DATABASE_URL and REDIS_URL, and a way to cut a line."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from firstline.core.settings import Settings
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.serve.app import create_app

from ..databases import empty_database
from ..few_articles import few_articles


def address(name: str) -> str:
    found = os.environ.get(name, "")
    assert found, f"These tests need {name}; run `make test-services {name}=...`."
    return found


@pytest.fixture
def redis_url() -> str:
    return address("REDIS_URL")


PORTS = {"redis": 6379, "postgresql": 5432}


class Line:
    """A line to a server that can be cut and mended: connections end, new ones are refused.

    While it is ``stalled`` connections stand, and nothing goes through them.
    """

    def __init__(self, url: str) -> None:
        self._to = urlsplit(url)
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._port = 0
        self.stalled = False

    @property
    def url(self) -> str:
        who, at, _where = self._to.netloc.rpartition("@")
        return self._to._replace(netloc=f"{who}{at}127.0.0.1:{self._port}").geturl()

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        assert self._server
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        self._open.clear()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_reader, to_writer = await asyncio.open_connection(self._to.hostname, self._to.port or PORTS[self._to.scheme])
        self._open |= {writer, to_writer}

        async def pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            try:
                while data := await source.read(65536):
                    while self.stalled:  # noqa: ASYNC110 - what waits is as dumb as a network
                        await asyncio.sleep(0.02)
                    sink.write(data)
                    await sink.drain()
            except OSError:
                pass
            sink.close()

        await asyncio.gather(pipe(reader, to_writer), pipe(to_reader, writer))
        self._open -= {writer, to_writer}


@pytest.fixture
async def line(redis_url: str) -> AsyncIterator[Line]:
    line = Line(redis_url)
    await line.mend()
    yield line
    await line.cut()


@pytest.fixture
def database_url() -> str:
    found = address("DATABASE_URL")
    assert found.startswith("postgresql"), "DATABASE_URL must name a PostgreSQL database that the tests may empty."
    return found


Apps = Callable[[], Awaitable[FastAPI]]


@pytest.fixture
async def one_more_app(
    settings: Settings, bot: Any, database_url: str, redis_url: str, tmp_path: Path
) -> AsyncIterator[Apps]:
    """Start one more app on the same PostgreSQL, emptied, and the same Redis; each has a data folder of its own."""
    shared = settings.model_copy(
        update={
            "database_url": database_url,
            "redis_url": SecretStr(redis_url),
            "token_secret": SecretStr("a secret that all apps share"),
        }
    )
    await empty_database(database_url)
    async with AsyncExitStack() as stack:

        async def start() -> FastAPI:
            folder = tmp_path / uuid.uuid4().hex
            used = shared.model_copy(update={"data_dir": folder})
            app = create_app(used, HashingEncoder(), bot_transport=bot, starter=few_articles())
            await stack.enter_async_context(app.router.lifespan_context(app))
            await app.state.parts.database.hub.connected.wait()
            return app

        yield start


@pytest.fixture
async def clients(one_more_app: Apps) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Two apps, as a balancer sees them."""
    async with AsyncExitStack() as stack:
        found = []
        for app in (await one_more_app(), await one_more_app()):
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            found.append(
                await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://test"))
            )
        yield found
