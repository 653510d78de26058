"""Receivers that never answer, of one partner: everybody else's notices go out meanwhile."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.serve.outbox import make_delivery

from .conftest import Receiver

MANY = 60


@pytest.fixture
def partners(tmp_path: Path, receiver: Receiver, other_receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder where demo's receiver is ``receiver``, and another partner's is ``other_receiver``."""
    monkeypatch.setenv("DEMO_HOOK", "a secret of the test")
    for partner, server in (("demo", receiver), ("other", other_receiver)):
        folder = tmp_path / "partners" / partner
        folder.mkdir(parents=True)
        hook = {"url": server.url + "/hook", "secret_env": "DEMO_HOOK"}
        (folder / "notices.yaml").write_text(json.dumps({"webhooks": [hook]}), "utf-8")
    return tmp_path / "partners"


@asynccontextmanager
async def delivering(settings: Settings, database: Database) -> AsyncIterator[None]:
    worker = asyncio.create_task(make_delivery(settings, database, Charters(settings.partners_dir)).run())
    try:
        yield
    finally:
        worker.cancel()
        await worker


async def until(done: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(1000):
        if await done():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("they still wait")


@pytest.mark.parametrize("answers", [False, True])
async def test_one_partners_receiver_that_hangs_keeps_nobody_waiting(
    mail_settings: Settings, database: Database, partners: Path, receiver: Receiver, other_receiver: Receiver,
    postbox: Any, put_notice: Any, notice_of: Any, answers: bool,
) -> None:  # fmt: skip
    for number in range(MANY):
        await put_notice(f"slow{number}", "webhook", receiver.url + "/hook")
    for number in range(MANY):
        await put_notice(f"quick{number}", "webhook", other_receiver.url + "/hook", partner="other")
    await put_notice("mail", "email", "kim@example.com")
    receiver.answer = b"HTTP/1.1 204 No Content\r\n\r\n" if answers else None

    async def others_are_told() -> bool:
        return len(other_receiver.requests) == MANY and len(postbox.mails) == 1

    async def all_are_told() -> bool:
        return await others_are_told() and (await notice_of(f"slow{MANY - 1}")).state == "sent"

    async with delivering(mail_settings.model_copy(update={"partners_dir": partners}), database):
        await until(all_are_told if answers else others_are_told)
        told = {headers["webhook-id"] for _, headers, _ in receiver.requests}
        assert len(told) == (MANY if answers else 4), "more would take the places of others"
    assert len({headers["webhook-id"] for _, headers, _ in other_receiver.requests}) == MANY
