"""A line to PostgreSQL that is cut, or falls silent, in the middle of a transaction: who asked is told to try again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from firstline.core.database import Database
from firstline.core.database_away import DatabaseAway

from .conftest import Line

pytestmark = pytest.mark.services


SECONDS = 0.5


@asynccontextmanager
async def over_a_line(database_url: str) -> AsyncIterator[tuple[Line, Database]]:
    line = Line(database_url)
    await line.mend()
    database = Database(line.url, statement_seconds=SECONDS)
    try:
        yield line, database
        line.stalled = False
        await line.cut()
        await line.mend()
        async with database.reading() as session:
            assert await session.scalar(text("SELECT 1")) == 1, "it is there again"
    finally:
        await line.cut()
        await database.close()


@pytest.mark.parametrize("asking", [True, False], ids=["while it answers", "before the end"])
@pytest.mark.parametrize("begin", ["session", "reading"])
async def test_a_cut_line_is_a_database_away(database_url: str, begin: str, asking: bool) -> None:
    async with over_a_line(database_url) as (line, database):
        with pytest.raises(DatabaseAway):
            async with getattr(database, begin)() as session:
                await session.execute(text("SELECT 1"))
                cutting = asyncio.create_task(_cut_soon(line))
                if asking:
                    await session.execute(text("SELECT pg_sleep(60)"))
                await cutting


@pytest.mark.parametrize("begin", ["session", "reading"])
async def test_a_statement_without_an_end_is_given_up(database_url: str, begin: str) -> None:
    async with over_a_line(database_url) as (_, database):
        async with asyncio.timeout(20):
            with pytest.raises(DatabaseAway):
                async with getattr(database, begin)() as session:
                    await session.execute(text("SELECT pg_sleep(600)"))


@pytest.mark.parametrize("asking", [True, False], ids=["while it answers", "before the end"])
async def test_a_silent_line_is_given_up(database_url: str, asking: bool) -> None:
    async with over_a_line(database_url) as (line, database):
        async with asyncio.timeout(20):
            with pytest.raises(DatabaseAway):
                async with database.session() as session:
                    await session.execute(text("SELECT 1"))
                    line.stalled = True
                    if asking:
                        await session.execute(text("SELECT 1"))


async def test_a_change_of_the_schema_takes_its_time(database_url: str) -> None:
    async with over_a_line(database_url) as (_, database), database.patient() as connection:
        await connection.execute(text(f"SELECT pg_sleep({2 * SECONDS})"))


async def _cut_soon(line: Line) -> None:
    await asyncio.sleep(0.2)
    await line.cut()
