"""A partner that answers in a help desk of its own: a real server on a port, the app, and the outbox's worker."""

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from fastapi import FastAPI
from sqlalchemy import select

from firstline.core.database import Database
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.core.times import utcnow
from firstline.helpdesks.models import HelpdeskTicket
from firstline.outbox.models import Notice
from firstline.serve.outbox import make_delivery

from . import fake_chatwoot, fake_zammad
from .fake_chatwoot import FakeChatwoot
from .fake_zammad import FakeZammad

Server = FakeZammad | FakeChatwoot


@pytest.fixture
def partners(tmp_path: Path) -> Path:
    folder = tmp_path / "partners"
    shutil.copytree(PROJECT_ROOT / "partners", folder)
    return folder


@pytest.fixture
def settings(tmp_path: Path, partners: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in {
        "DEMO_ZAMMAD_TOKEN": fake_zammad.TOKEN,
        "DEMO_ZAMMAD_HOOK": fake_zammad.SECRET,
        "DEMO_CHATWOOT_TOKEN": fake_chatwoot.TOKEN,
        "DEMO_CHATWOOT_HOOK": fake_chatwoot.SECRET,
        "DEMO_CHATWOOT_BOT_TOKEN": fake_chatwoot.BOT_TOKEN,
        "DEMO_CHATWOOT_BOT_SECRET": fake_chatwoot.BOT_SECRET,
    }.items():
        monkeypatch.setenv(name, value)
    return Settings(
        data_dir=tmp_path, partners_dir=partners, outgoing_allowed="127.0.0.0/8", outgoing_timeout_seconds=20,
        public_url="https://help.example.com", _env_file=None,
    )  # fmt: skip


@pytest.fixture
async def zammad(partners: Path) -> AsyncIterator[FakeZammad]:
    server = FakeZammad()
    await server.start()
    write(partners, {"desk": "theirs", "zammad": {"url": server.url, **fake_zammad.FILE}})
    yield server
    await server.stop()


@pytest.fixture
async def chatwoot(partners: Path) -> AsyncIterator[FakeChatwoot]:
    server = FakeChatwoot()
    await server.start()
    write(partners, {"desk": "theirs", "chatwoot": {"url": server.url, **fake_chatwoot.FILE}})
    yield server
    await server.stop()


@pytest.fixture(params=["zammad", "chatwoot"])
def theirs(request: pytest.FixtureRequest) -> Server:
    """Each help desk in turn."""
    found: Server = request.getfixturevalue(request.param)
    return found


def write(partners: Path, file: dict[str, Any]) -> None:
    (partners / "demo" / "helpdesk.yaml").write_text(yaml.safe_dump(file), "utf-8")


@pytest.fixture
def deliver(app: FastAPI, database: Database) -> Callable[..., Any]:
    """Do all that the outbox holds, ``later`` from now."""
    parts = app.state.parts
    delivery = make_delivery(parts.settings, database, parts.charters, parts.chat)

    async def go(later: timedelta = timedelta(seconds=1)) -> None:
        for _ in range(50):
            if not await delivery.deliver_due(utcnow() + later):
                return
        raise AssertionError("the outbox never gets empty")

    return go


@dataclass
class Books:
    """What Firstline wrote down."""

    database: Database

    async def notices(self, **wanted: str) -> list[Notice]:
        async with self.database.reading() as session:
            query = select(Notice).order_by(Notice.created_at)
            for name, value in wanted.items():
                query = query.where(getattr(Notice, name) == value)
            return list(await session.scalars(query))

    async def ticket(self) -> HelpdeskTicket:
        async with self.database.reading() as session:
            return (await session.scalars(select(HelpdeskTicket).order_by(HelpdeskTicket.id.desc()))).first()  # type: ignore[return-value]


@pytest.fixture
def books(database: Database) -> Books:
    return Books(database)


@pytest.fixture
def tell(http: httpx.AsyncClient, deliver: Callable[..., Any]) -> Callable[..., Any]:
    """Let the help desk's webhook arrive, and do what follows from it."""

    async def go(theirs: Server, reference: str) -> None:
        path, headers, body = theirs.webhook(reference)
        answer = await http.post(path, content=body, headers=headers)
        assert answer.status_code == 200, answer.text
        await deliver()

    return go


@pytest.fixture
async def handed_over(new_customer: Callable[..., Any], deliver: Callable[..., Any]) -> Any:
    """A customer whose case stands in the help desk."""

    async def go(locale: str = "ko") -> tuple[Any, str]:
        customer = await new_customer(locale)
        await customer.send("메일이 안 와요")
        number = (await customer.send("/human"))["case"]["number"]
        await deliver()
        return customer, number

    return go
