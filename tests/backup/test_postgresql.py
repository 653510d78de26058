"""A backup goes from one kind of database to the other and back, row by row the same."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from firstline.core.database import Database
from firstline.core.errors import Conflict
from firstline.core.settings import Settings
from firstline.desk.staff import add_staff
from firstline.serve.backup import restore, take_backup, verify_installation
from firstline.serve.migrate import migrate

from ..conftest import PASSWORD

pytestmark = pytest.mark.services


@pytest.fixture
async def on_postgresql(settings: Settings, tmp_path: Path) -> Settings:
    """Settings of a machine whose PostgreSQL holds nothing."""
    url = os.environ.get("DATABASE_URL", "")
    assert url.startswith("postgresql"), "DATABASE_URL must name a PostgreSQL database that the tests may empty."
    return settings.model_copy(update={"data_dir": tmp_path / "on_postgresql", "database_url": url})


async def emptied(settings: Settings) -> None:
    database = Database(settings.resolved_database_url)
    async with database.engine.begin() as connection:
        for schema in ("public", "rasa"):
            await connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))
    await database.close()


async def test_from_any_database_to_postgresql_and_back(
    settings: Settings,
    app: Any,
    lived_in: Callable[[], Awaitable[Any]],
    on_postgresql: Settings,
    empty_place: Settings,
    tmp_path: Path,
) -> None:
    await lived_in()
    path, manifest = await take_backup(settings, tmp_path / "first.zip")
    await app.state.parts.database.close()
    await emptied(on_postgresql)
    await restore(on_postgresql, path)
    assert await verify_installation(manifest, on_postgresql) == []
    with pytest.raises(Conflict, match="tables in the database"):
        await restore(on_postgresql.model_copy(update={"data_dir": tmp_path / "third"}), path)
    second, again = await take_backup(on_postgresql, tmp_path / "second.zip")
    assert (again.tables, again.tracker, again.database) == (manifest.tables, manifest.tracker, "postgresql")
    await restore(empty_place, second)
    assert await verify_installation(again, empty_place) == []

    # New rows get numbers after the restored ones.
    database = Database(on_postgresql.resolved_database_url)
    await migrate(database)
    async with database.session() as session:
        newest = await session.scalar(text("SELECT max(id) FROM messages"))
        assert await session.scalar(text("SELECT nextval(pg_get_serial_sequence('messages', 'id'))")) == newest + 1
        assert (await add_staff(session, "demo", "a@example.com", "agent", PASSWORD, "a")).id
    await database.close()
