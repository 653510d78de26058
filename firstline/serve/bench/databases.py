"""Databases of their own for measuring on PostgreSQL: made beside the one that is named, and dropped afterwards."""

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.engine import make_url

from firstline.core.database import Database
from firstline.serve.backup.rows import lines_of, load, tables_of
from firstline.serve.migrate import migrate


@contextmanager
def own_database(url: str) -> Iterator[str]:
    """Make an empty database on the server of ``url``, yield its address, and drop it; what ``url`` holds is not read.

    The user named there must be allowed to make databases.
    """
    parsed = make_url(url)
    name = f"firstline_bench_{uuid.uuid4().hex[:12]}"
    asyncio.run(_say(url, f'CREATE DATABASE "{name}" TEMPLATE template0'))
    try:
        yield parsed.set(database=name).render_as_string(hide_password=False)
    finally:
        asyncio.run(_say(url, f'DROP DATABASE "{name}" WITH (FORCE)'))


async def copy_rows(source: str, target: str) -> None:
    """Migrate the empty database ``target`` and put into it all that ``source`` holds, of the same release."""
    reading, writing = Database(source), Database(target)
    try:
        await migrate(writing)
        async with reading.engine.connect() as held, writing.engine.begin() as made:
            for table in await tables_of(made):
                await load(made, table, [line async for line in lines_of(held, table)])
    finally:
        await reading.close()
        await writing.close()


async def _say(url: str, statement: str) -> None:
    database = Database(url)
    try:
        async with database.engine.connect() as connection:
            connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text(statement))
    finally:
        await database.close()
