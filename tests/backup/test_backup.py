"""A backup taken while messages are written comes back whole in an empty place."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.knowledge.articles import Article
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.knowledge.service import Knowledge
from firstline.serve.app import create_app
from firstline.serve.backup import restore, take_backup, verify, verify_installation
from firstline.serve.backup.rows import lines_of, tables_of
from firstline.serve.backup.take import snapshot, tally_of
from firstline.serve.migrate import known_revisions, migrate, schema_of, upgrade

from ..conftest import Customer
from ..few_articles import few_articles
from .conftest import bots_table, names_in

Live = Callable[[], Awaitable[Any]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Let customers write as fast as the app answers."""
    return settings.model_copy(update={"messages_per_minute": 10**6})


async def test_a_backup_taken_under_load_is_restored_equal_and_the_app_goes_on_with_it(
    settings: Settings, app: FastAPI, bot: Any, new_customer: Any, lived_in: Live, empty_place: Settings, tmp_path: Path
) -> None:
    first = await lived_in()
    customers = [first, *[await new_customer("en") for _ in range(3)]]
    taken, written = asyncio.Event(), asyncio.Event()

    async def write_on(customer: Customer) -> None:
        number = 0
        while not taken.is_set():
            number += 1
            await customer.send(f"message {number}", f"load-{number}")
            if number == 2:
                written.set()
            await asyncio.sleep(0.05)
        await customer.send("written after the backup", "load-last")

    writers = [asyncio.create_task(write_on(customer)) for customer in customers]
    await written.wait()
    path, manifest = await take_backup(settings, tmp_path)
    taken.set()
    await asyncio.gather(*writers)
    said = [await customer.transcript() for customer in customers]

    assert verify(path) == (manifest, [])
    assert await restore(empty_place, path) == manifest
    assert await verify_installation(manifest, empty_place) == []
    assert 0 < manifest.tables["messages"].rows < sum(map(len, said))
    assert await verify_installation(manifest, settings) != []

    restored = create_app(empty_place, HashingEncoder(), bot_transport=bot, starter=few_articles())
    transport = httpx.ASGITransport(restored, raise_app_exceptions=False)
    async with (
        restored.router.lifespan_context(restored),
        httpx.AsyncClient(transport=transport, base_url="http://test") as http,
    ):
        for customer, now in zip(customers, said, strict=True):
            there = Customer(http, customer.started)
            before = await there.transcript()
            assert before and before == now[: len(before)]
            await there.send("still there?", "after")
            assert [message["text"] for message in await there.transcript()][len(before)] == "still there?"
        (attachment,) = [item for message in before_of(said[0]) for item in message["attachments"]]
        file = await http.get(f"/api/chat/files/{attachment['id']}", headers=first.headers)
        assert file.status_code == 200 and file.content.startswith(b"\x89PNG")


def before_of(transcript: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [message for message in transcript if message["attachments"]]


async def test_the_bot_reads_its_restored_memory(
    settings: Settings, lived_in: Live, empty_place: Settings, tmp_path: Path
) -> None:
    customer = await lived_in()
    path, _manifest = await take_backup(settings, tmp_path / "one.zip")
    await restore(empty_place, path)
    table = bots_table(empty_place.bot_dir / "tracker.db")
    ((data, at),) = table.rows("SELECT data, timestamp FROM events WHERE sender_id = :id", {"id": customer.id})
    assert (json.loads(data), at) == ({"text": "메일이 안 와요"}, 1767225600.25)
    row = {"sender_id": customer.id, "type_name": "bot", "timestamp": 1.0, "intent_name": None, "action_name": None}
    assert table.append(customer.id, [row | {"data": "{}"}]) == 2
    table.close()


async def test_a_second_generation_is_the_same(
    settings: Settings, lived_in: Live, empty_place: Settings, tmp_path: Path
) -> None:
    await lived_in()
    first, manifest = await take_backup(settings, tmp_path / "first.zip")
    await restore(empty_place, first)
    _second, again = await take_backup(empty_place, tmp_path / "second.zip")
    assert again.tables == manifest.tables and again.tracker == manifest.tracker
    kept = {name: member for name, member in manifest.members.items() if not name.endswith(".jsonl")}
    assert {name: again.members[name] for name in kept} == kept
    names = set(kept)
    assert {"secrets.json", "partners/demo/charter.yaml"} < names
    assert {name.partition("/")[0] for name in names} == {"secrets.json", "partners", "uploads", "images"}


async def test_a_backup_of_an_older_schema_is_restored_as_it_was_and_brought_up_to_date(
    empty_place: Settings, tmp_path: Path
) -> None:
    newest, before = known_revisions()[:2]
    old = empty_place.model_copy(update={"data_dir": tmp_path / "old"})
    database = Database(old.resolved_database_url)
    async with database.engine.begin() as connection:
        await upgrade(connection, before)
        await connection.execute(text("INSERT INTO case_counters (partner, last) VALUES ('demo', 1007)"))
    await database.close()
    path, manifest = await take_backup(old, tmp_path / "old.zip")
    assert manifest.schema_revision == before
    await restore(empty_place, path)
    assert await verify_installation(manifest, empty_place) == []
    restored = Database(empty_place.resolved_database_url)
    await migrate(restored)
    async with restored.engine.connect() as connection:
        assert await schema_of(connection) == newest
        assert await connection.scalar(text("SELECT last FROM case_counters")) == 1007
    await restored.close()
    assert "schema" in (await verify_installation(manifest, empty_place))[0]


async def test_only_its_owner_may_read_it_and_nothing_is_left_of_one_that_failed(
    settings: Settings, lived_in: Live, tmp_path: Path
) -> None:
    await lived_in()
    path, _manifest = await take_backup(settings, tmp_path / "one.zip")
    assert path.stat().st_mode & 0o077 == 0
    assert names_in(tmp_path, "one") == ["one.zip"]


async def test_indexes_go_along_on_demand_and_are_served_as_they_are(
    settings: Settings, database: Database, empty_place: Settings, tmp_path: Path
) -> None:
    def article(slug: str) -> Article:
        return Article(slug=slug, lang="en", title=slug.title(), category="problem", body="Ask an administrator.")

    knowledge = Knowledge(database, HashingEncoder(), settings, starter=None)
    await knowledge.save("demo", article("mailbox"), author="kim", status="published")
    made = (await knowledge.index("demo")).meta["id"]
    path, manifest = await take_backup(settings, tmp_path / "with.zip", with_indexes=True)
    assert not names_in(settings.index_dir, ".backup")
    # What is published meanwhile sweeps the old files away, and the backup doesn't mind.
    for slug in ("one", "two", "three"):
        await knowledge.save("demo", article(slug), author="kim", status="published")
    await restore(empty_place, path)
    assert await verify_installation(manifest, empty_place) == []
    restored = Database(empty_place.resolved_database_url)
    again = Knowledge(restored, HashingEncoder(), empty_place, starter=None)
    assert (await again.index("demo")).meta["id"] == made
    assert [hit.slug for hit in (await again.search("demo", "mailbox", "en", 3)).results] == ["mailbox"]
    await restored.close()

    _path, without = await take_backup(settings, tmp_path / "without.zip")
    assert not [name for name in without.members if name.startswith("index/")]


async def test_what_is_written_meanwhile_is_not_in_it(settings: Settings, app: FastAPI, new_customer: Any) -> None:
    await new_customer()
    database = app.state.parts.database
    async with snapshot(database) as connection:
        tables = {table.name: table for table in await tables_of(connection)}
        before = [(await tally_of(lines_of(connection, tables["conversations"]))).rows]
        await (await new_customer()).send("meanwhile")
        for name in ("conversations", "messages"):
            before.append((await tally_of(lines_of(connection, tables[name]))).rows)
    assert before == [1, 1, 1]
    async with snapshot(database) as connection:
        assert (await tally_of(lines_of(connection, tables["conversations"]))).rows == 2
