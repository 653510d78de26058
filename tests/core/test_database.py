"""Who writes to the database, and in which order."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from firstline.core.database import COMMITS, Database
from firstline.core.sqlite_connection import BEGIN_WRITE, opened


@pytest.fixture
async def on_sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """A database whose statements run in the loop, as none of PostgreSQL's does."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'log.db'}")
    yield database
    await database.close()


async def test_writers_of_one_process_come_in_the_order_they_asked(database: Database) -> None:
    order = []

    async def write(number: int) -> None:
        async with database.session() as session:
            await session.execute(text("SELECT 1"))
            await asyncio.sleep(0.001)
            order.append(number)

    tasks = []
    for number in range(40):
        tasks.append(asyncio.create_task(write(number)))
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert sorted(order) == list(range(40))
    if database.is_sqlite:
        assert order == sorted(order)


async def test_work_done_alone_is_waited_for_by_other_processes(database: Database, tmp_path: Path) -> None:
    other = Database(database.url)
    entered: list[str] = []
    began, go_on = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with database.alone("a"):
            began.set()
            await go_on.wait()
            entered.append("first")

    async def second() -> None:
        await began.wait()
        async with other.alone("b"):
            entered.append("another work")
        go_on.set()
        async with other.alone("a"):
            entered.append("second")

    async with asyncio.timeout(30):
        await asyncio.gather(first(), second())
    assert entered == ["another work", "first", "second"]
    await other.close()


async def test_a_short_transaction_waits_for_another_process_while_the_loop_goes_on(on_sqlite: Database) -> None:
    database, other = on_sqlite, Database(on_sqlite.url)
    ticks, held, let_go = 0, asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with other.session() as session:
            await session.execute(text("CREATE TABLE IF NOT EXISTS held (id INTEGER)"))
            held.set()
            await let_go.wait()

    async def tick() -> None:
        nonlocal ticks
        while ticks < 20:
            ticks += 1
            await asyncio.sleep(0.01)
        let_go.set()

    async def write() -> int:
        await held.wait()
        async with database.session(short=True) as session:
            await session.execute(text("INSERT INTO held VALUES (1)"))
            return ticks

    seen = await asyncio.gather(hold(), tick(), write())
    assert seen[2] == 20
    async with database.reading(short=True) as session:
        assert (await session.execute(text("SELECT count(*) FROM held"))).scalar() == 1
    await other.close()


async def test_who_stops_waiting_for_another_process_holds_up_nobody(on_sqlite: Database) -> None:
    database, other = on_sqlite, Database(on_sqlite.url)

    async def write() -> None:
        async with database.session(short=True) as session:
            await session.execute(text("CREATE TABLE IF NOT EXISTS never (id INTEGER)"))

    async with other.session() as session:
        await session.execute(text("CREATE TABLE IF NOT EXISTS held (id INTEGER)"))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await write()
    async with asyncio.timeout(5):
        await write()
    await other.close()


async def test_only_another_writer_is_waited_for(tmp_path: Path) -> None:
    connection = await opened(str(tmp_path / "x.db"), 30)()
    try:
        await connection.execute(BEGIN_WRITE)
        async with asyncio.timeout(5):
            with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
                await connection.execute(BEGIN_WRITE)
    finally:
        await connection.close()


@pytest.mark.parametrize("short", [True, False])
async def test_a_transaction_that_fails_leaves_nothing(database: Database, short: bool) -> None:
    async with database.session(short=short) as session:
        await session.execute(text("CREATE TABLE kept (id INTEGER PRIMARY KEY)"))
    with pytest.raises(RuntimeError):
        async with database.session(short=short) as session:
            await session.execute(text("INSERT INTO kept VALUES (1)"))
            raise RuntimeError
    with pytest.raises(IntegrityError):
        async with database.session(short=short) as session:
            await session.execute(text("INSERT INTO kept VALUES (2)"))
            await session.execute(text("INSERT INTO kept VALUES (2)"))
    async with database.session(short=short) as session:
        await session.execute(text("INSERT INTO kept VALUES (3)"))
    async with database.reading(short=short) as session:
        assert list((await session.execute(text("SELECT id FROM kept"))).scalars()) == [3]


async def test_the_write_ahead_log_is_brought_into_the_file(on_sqlite: Database, tmp_path: Path) -> None:
    database, file = on_sqlite, tmp_path / "log.db"
    async with database.session() as session:
        await session.execute(text("CREATE TABLE much (words TEXT)"))
    for _ in range(4 * COMMITS):
        async with database.session(short=True) as session:
            await session.execute(text("INSERT INTO much VALUES (:words)"), {"words": "x" * 20_000})
        await asyncio.sleep(0.003)
    log = file.with_name("log.db-wal").stat().st_size
    assert log < 3 * COMMITS * 20_000
    alone = tmp_path / "alone.db"
    shutil.copy(file, alone)
    with closing(sqlite3.connect(alone)) as connection:
        assert connection.execute("SELECT count(*) FROM much").fetchone()[0] >= COMMITS
