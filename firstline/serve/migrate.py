"""Brings the database to the newest schema, and says which schema there is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from firstline.core.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config() -> Config:
    """Return Alembic's settings; the connection is handed over in ``attributes``."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


async def migrate(database: Database) -> None:
    """Run the migrations that are missing, in one transaction; of several apps that start at once one does."""
    async with database.alone("migrations"), database.patient() as connection, connection.begin():
        await upgrade(connection)


async def upgrade(connection: AsyncConnection, revision: str = "head") -> None:
    """Run the migrations up to ``revision`` in the connection's transaction."""

    def run(sync: Connection) -> None:
        config = alembic_config()
        config.attributes["connection"] = sync
        command.upgrade(config, revision)

    await connection.run_sync(run)


def known_revisions() -> list[str]:
    """Return the schemas this Firstline knows, the newest first."""
    return [script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()]


async def schema_of(connection: AsyncConnection) -> str | None:
    """Return the database's schema as the last migration that ran, ``None`` for a database without Firstline's."""
    tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    if "alembic_version" not in tables:
        return None
    found = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    return str(found) if found else None
