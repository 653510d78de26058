"""Databases for tests: a migrated, empty one for each, copied from a template that the first one makes."""

import asyncio
import os
import tempfile
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from firstline.core.database import Database
from firstline.serve.migrate import migrate

_TEMPLATE = "_template"
_made: set[str] = set()
_sqlite: list[bytes] = []


async def empty_database(url: str) -> None:
    """Make the database at ``url`` anew, with all tables and without rows; whatever it held is gone."""
    parsed = make_url(url)
    name, template = str(parsed.database), f"{parsed.database}{_TEMPLATE}"
    # From another database, as one that somebody is connected to can't be dropped or copied.
    server = Database(parsed.set(database="template1").render_as_string(hide_password=False))
    try:
        async with server.engine.connect() as connection:
            connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
            if template not in _made:
                await connection.execute(text(f'DROP DATABASE IF EXISTS "{template}" WITH (FORCE)'))
                await connection.execute(text(f'CREATE DATABASE "{template}" TEMPLATE template0'))
                await _migrate(parsed.set(database=template).render_as_string(hide_password=False))
                _made.add(template)
            await connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            await connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    finally:
        await server.close()


def of_this_worker() -> None:
    """Give each of several test processes a database of its own, beside the one that was named for all of them."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    for name in ("DATABASE_URL", "FIRSTLINE_TEST_DATABASE_URL"):
        if worker and os.environ.get(name):
            named = make_url(os.environ[name])
            own = named.set(database=f"{named.database}_{worker}").render_as_string(hide_password=False)
            os.environ[name] = own
            asyncio.run(empty_database(own))


async def empty_sqlite(path: Path) -> None:
    """Put a SQLite file with all tables and without rows at ``path``, where none is yet."""
    if not _sqlite:
        with tempfile.TemporaryDirectory() as folder:
            template = Path(folder) / "template.db"
            await _migrate(f"sqlite+aiosqlite:///{template}")
            _sqlite.append(template.read_bytes())
    await asyncio.to_thread(path.write_bytes, _sqlite[0])


async def _migrate(url: str) -> None:
    database = Database(url)
    try:
        await migrate(database)
    finally:
        await database.close()
