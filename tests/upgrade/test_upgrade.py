"""Installations of earlier schemas: every row comes along, the schema is a fresh one's, and old chats can be read."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from firstline.chat.tokens import Tokens
from firstline.core.database import Database
from firstline.core.secrets import token_keys
from firstline.core.settings import Settings
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.serve.app import create_app
from firstline.serve.backup.rows import lines_of, load, tables_of
from firstline.serve.migrate import known_revisions, migrate, upgrade

from ..conftest import POSTGRESQL, ScriptedBot
from ..databases import empty_database
from .make_dump import ASKED, DUMPS, PASSWORD, TOKEN_SECRET

REVISIONS = sorted(path.stem for path in DUMPS.glob("*.json"))
# What a migration makes of rows on purpose, by the schema that it leads to: everybody logs in again, roles are a set,
# what was promised gets a table of its own.
DROPPED = {"staff_sessions": "0012"}
DROPPED_COLUMNS = {("staff", "role"): "0012"}
FILLED = {("staff", "roles"), ("cases", "due"), ("cases", "search_text"), ("cases", "product")}
NEWLY_FILLED = {"case_promises", "conversation_events"}

Tables = dict[str, list[dict[str, Any]]]


def dump_of(revision: str) -> Tables:
    tables: Tables = json.loads((DUMPS / f"{revision}.json").read_text("utf-8"))
    return tables


@pytest.fixture
async def empty(settings: Settings) -> Any:
    """A database without any table."""
    if POSTGRESQL:
        await empty_database(POSTGRESQL)
    database = Database(settings.resolved_database_url)
    if POSTGRESQL:
        async with database.engine.begin() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
    yield database
    await database.close()


async def put(database: Database, revision: str) -> Tables:
    """Make the database one of that schema, with the dump's rows."""
    dump = dump_of(revision)
    async with database.engine.begin() as connection:
        await upgrade(connection, revision)
        for table in await tables_of(connection):
            await load(connection, table, [json.dumps(row).encode() for row in dump[table.name]])
    return dump


async def rows_of(connection: AsyncConnection) -> Tables:
    return {
        table.name: [json.loads(line) async for line in lines_of(connection, table)]
        for table in await tables_of(connection)
    }


def schema(connection: Connection) -> dict[str, Any]:
    """Return all that the database says of its tables, in no order that an upgrade could change."""
    found = inspect(connection)
    described: dict[str, Any] = {}
    for table in found.get_table_names():
        described[table] = {
            "columns": {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in found.get_columns(table)},
            "key": found.get_pk_constraint(table)["constrained_columns"],
            "indexes": {str(i["name"]): (i["column_names"], bool(i["unique"])) for i in found.get_indexes(table)},
            "unique": sorted(tuple(u["column_names"]) for u in found.get_unique_constraints(table)),
            "foreign": sorted(
                (*key["constrained_columns"], key["referred_table"], json.dumps(key["options"]))
                for key in found.get_foreign_keys(table)
            ),
        }
    triggers = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if POSTGRESQL
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    described["triggers"] = sorted(connection.scalars(text(triggers)))
    return described


def test_first_and_latest_schemas_are_among_the_dumps() -> None:
    known = known_revisions()
    assert known[-1] in REVISIONS and len(REVISIONS) >= 3
    assert set(REVISIONS) <= set(known)
    for revision in REVISIONS:
        assert all(dump_of(revision).values()), "a dump has a row in every table"


@pytest.mark.parametrize("revision", REVISIONS)
async def test_every_row_comes_along(empty: Database, revision: str) -> None:
    before = await put(empty, revision)
    await migrate(empty)
    async with empty.engine.connect() as connection:
        after = await rows_of(connection)
        for name, old in before.items():
            if revision < DROPPED.get(name, "0"):
                assert after[name] == []
                continue
            new = after[name]
            if len(old) != len(new):
                assert name in NEWLY_FILLED, f"{name}: {len(old)} rows became {len(new)}"
            kept = [c for c in old[0] if revision >= DROPPED_COLUMNS.get((name, c), "0") and (name, c) not in FILLED]
            assert by_key(old, kept) == by_key(new, kept), name
        if revision < "0012":
            roles = {row["email"]: json.loads(row["roles"]) for row in after["staff"]}
            assert roles == {row["email"]: [row["role"]] for row in before["staff"]}
        if revision < "0011":
            promised = {row["id"]: row["respond_by"] for row in before["cases"] if row["respond_by"]}
            assert promised and {row["case_id"]: row["due"] for row in after["case_promises"]} == promised


def by_key(rows: list[dict[str, Any]], columns: list[str]) -> list[str]:
    return sorted(json.dumps([row[column] for column in columns], ensure_ascii=False) for row in rows)


@pytest.mark.parametrize("revision", REVISIONS)
async def test_the_schema_is_that_of_a_fresh_database(
    empty: Database, revision: str, tmp_path: Path, settings: Settings
) -> None:
    await put(empty, revision)
    await migrate(empty)
    async with empty.engine.connect() as connection:
        upgraded = await connection.run_sync(schema)
    if POSTGRESQL:
        await empty.close()
        await empty_database(POSTGRESQL)
        fresh = Database(settings.resolved_database_url)
    else:
        fresh = Database(f"sqlite+aiosqlite:///{tmp_path / 'fresh.db'}")
        await migrate(fresh)
    async with fresh.engine.connect() as connection:
        assert upgraded == await connection.run_sync(schema)
    await fresh.close()


@pytest.mark.parametrize("revision", REVISIONS)
async def test_the_app_starts_and_shows_an_old_chat(
    empty: Database, revision: str, settings: Settings, bot: ScriptedBot
) -> None:
    before = await put(empty, revision)
    same = settings.model_copy(update={"token_secret": SecretStr(TOKEN_SECRET)})
    app = create_app(same, HashingEncoder(8), bot_transport=bot, starter=None)
    tokens = Tokens(token_keys(same), timedelta(days=1), timedelta(days=1))
    said = [row for row in before["messages"] if row["text"] == ASKED]
    talk = said[0]["conversation_id"]
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            mine = {"Authorization": f"Bearer {tokens.make('demo', talk)}"}
            shown = (await http.get("/api/chat/messages", headers=mine)).json()
            old = [row for row in before["messages"] if row["conversation_id"] == talk]
            assert [m["text"] for m in shown["messages"]] == [row["text"] for row in sorted(old, key=lambda r: r["id"])]
            assert shown["messages"][2]["articles"][0]["title"] == "암호를 계속 묻습니다"
            assert shown["state"] == "closed" and shown["case"]["number"] == "DEMO-1001"
            login = {"partner": "demo", "email": "minji@example.com", "password": PASSWORD}
            token = (await http.post("/api/staff/login", json=login)).json()["token"]
            desk = {"Authorization": f"Bearer {token}"}
            row = (await http.get("/api/desk/cases/DEMO-1002", headers=desk)).json()
            assert "Busan" in json.dumps(row)
            body = {"text": "확인했습니다. 서명은 어떻게 바꾸나요?", "client_message_id": "new-1"}
            answer = await http.post("/api/chat/messages", json=body, headers=mine)
            assert answer.status_code == 200, answer.text
