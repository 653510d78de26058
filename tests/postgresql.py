"""PostgreSQL for tests: a migrated, empty database for each, copied from a template that the first one makes."""

from sqlalchemy import text
from sqlalchemy.engine import make_url

from firstline.core.database import Database
from firstline.serve.migrate import migrate

_TEMPLATE = "_template"
_made: set[str] = set()


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


async def _migrate(url: str) -> None:
    database = Database(url)
    try:
        await migrate(database)
    finally:
        await database.close()
