"""A real mail server and a real HTTP receiver that misbehave on demand, and the app's own worker."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.outbox.models import Notice


class Postbox:
    """What a mail server took, and how it answers: a phase and what it says there instead of yes."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.phase, self.says = "", ""
        self.hangs = False
        self.hanging = threading.Event()
        self.port = 0

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if self.phase == "MAIL":
            return self.says
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if self.phase == "RCPT":
            return self.says
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.hangs:
            self.hanging.set()
            await asyncio.sleep(3600)
        if self.phase == "DATA":
            return self.says
        self.mails.append(envelope)
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class LocalController(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="test", **self.SMTP_kwargs)


@contextmanager
def serving(box: Postbox, **smtp: Any) -> Iterator[Postbox]:
    """Serve ``box`` by SMTP; ``smtp`` are options of aiosmtpd's server."""
    controller = LocalController(box, hostname="127.0.0.1", port=free_port(), ready_timeout=30, **smtp)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with serving(Postbox()) as box:
        yield box


Answerer = Callable[[str, dict[str, str], bytes], Awaitable[bytes]]


class Receiver:
    """A web server: keeps requests, answers with ``answer``, a raw HTTP response; ``None`` never answers.

    One that ``drips`` goes on with a byte now and then for ever.
    """

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.answer: bytes | None = b"HTTP/1.1 204 No Content\r\n\r\n"
        self.drips = False

    async def start(self, tls: ssl.SSLContext | None = None) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        self.url = f"http{'s' * bool(tls)}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line, *rows = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.requests.append((line, headers, body))
        if self.answer is None:
            await reader.read()
        else:
            writer.write(self.answer)
        while self.drips and not writer.is_closing():
            writer.write(b"x")
            await asyncio.sleep(0.05)
        writer.close()


async def _receiving() -> AsyncIterator[Receiver]:
    found = Receiver()
    await found.start()
    yield found
    await found.stop()


receiver = pytest.fixture(_receiving, name="receiver")
other_receiver = pytest.fixture(_receiving, name="other_receiver")


@pytest.fixture
def mail_settings(settings: Settings, postbox: Any) -> Settings:
    changes = {
        "smtp_host": "127.0.0.1", "smtp_port": postbox.port, "smtp_security": "none", "smtp_from": "desk@example.com",
        "smtp_timeout_seconds": 30.0, "outgoing_allowed": "127.0.0.0/8", "outgoing_timeout_seconds": 30.0,
    }  # fmt: skip
    return settings.model_copy(update=changes)


@pytest.fixture
def put_notice(database: Database) -> Callable[..., Any]:
    async def put(ident: str, channel: str, target: str, partner: str = "demo", **content: Any) -> Notice:
        values = {"subject": "제목", "body": "본문", "lang": "ko"} | content
        async with database.session() as session:
            notice = Notice(
                id=ident, key=ident, partner=partner, channel=channel, kind="opened", case_number="DEMO-1",
                target=target, content=values,
            )  # fmt: skip
            session.add(notice)
        return notice

    return put


@pytest.fixture
def notice_of(database: Database) -> Callable[[str], Any]:
    async def read(ident: str) -> Notice:
        async with database.reading() as session:
            return await session.get_one(Notice, ident)

    return read
