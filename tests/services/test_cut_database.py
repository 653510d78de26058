"""A line to PostgreSQL that is cut in the middle of a transaction: who asked is told to try again."""

import asyncio

import pytest
from sqlalchemy import text

from firstline.core.database import Database, DatabaseAway

from .conftest import Line

pytestmark = pytest.mark.services


@pytest.mark.parametrize("asking", [True, False], ids=["while it answers", "before the end"])
@pytest.mark.parametrize("begin", ["session", "reading"])
async def test_it_is_a_database_away(database_url: str, begin: str, asking: bool) -> None:
    line = Line(database_url)
    await line.mend()
    database = Database(line.url)
    try:
        with pytest.raises(DatabaseAway):
            async with getattr(database, begin)() as session:
                await session.execute(text("SELECT 1"))
                cutting = asyncio.create_task(_cut_soon(line))
                if asking:
                    await session.execute(text("SELECT pg_sleep(60)"))
                await cutting
        await line.mend()
        async with database.reading() as session:
            assert await session.scalar(text("SELECT 1")) == 1
    finally:
        await line.cut()
        await database.close()


async def _cut_soon(line: Line) -> None:
    await asyncio.sleep(0.2)
    await line.cut()
