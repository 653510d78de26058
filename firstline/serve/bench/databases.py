"""Databases of their own for measuring on PostgreSQL: made beside the one that is named, and dropped afterwards."""

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.engine import make_url

from firstline.core.database import Database


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


async def _say(url: str, statement: str) -> None:
    database = Database(url)
    try:
        async with database.engine.connect() as connection:
            connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text(statement))
    finally:
        await database.close()
