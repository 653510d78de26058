"""The database: SQLite (WAL) or PostgreSQL behind SQLAlchemy's async engine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import JSON, text
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from firstline.core.events import Event, Hub


class Base(DeclarativeBase):
    """Base of every table; parts declare their own in their ``models.py``."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {dict[str, Any]: JSON, list[Any]: JSON}


class Database:
    """One engine and its sessions.

    Writers on SQLite take the lock when their transaction begins (``BEGIN IMMEDIATE``), so that two of them
    wait for each other instead of failing half-way.
    """

    def __init__(self, url: str, hub: Hub | None = None) -> None:
        """Prepare the engine for ``url``; nothing is opened yet, but SQLite's folder is made.

        ``postgresql://`` means the asynchronous driver.
        """
        url = url.replace("postgresql://", "postgresql+asyncpg://", 1)
        self.url = url
        self.hub = hub or Hub()
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = {"connect_args": {"timeout": 30}} if self.is_sqlite else {"pool_pre_ping": True}
        self.engine = create_async_engine(url, **options)
        if self.is_sqlite:
            sqlalchemy_event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            sqlalchemy_event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """One transaction that writes: committed at the end, rolled back as a whole on any error.

        What ``publish_later`` was given inside goes to the hub after the commit, and nowhere if it fails.
        """
        async with self._sessions() as session:
            async with session.begin():
                yield session
            for topic, event in session.info.pop("publish", []):
                self.hub.publish(topic, event)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """One transaction that only reads, and so never waits for a writer on SQLite."""
        async with self._sessions() as session:
            await session.connection(execution_options={"firstline_reads": True})
            yield session

    async def writes(self) -> bool:
        """Say whether the database takes a write now."""
        async with self.engine.connect() as connection:
            await connection.execute(text("CREATE TABLE IF NOT EXISTS health_probe (id INTEGER PRIMARY KEY)"))
            await connection.rollback()
        return True

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def publish_later(session: AsyncSession, topic: str, event: Event) -> None:
    """Publish ``event`` once the session's transaction is committed."""
    session.info.setdefault("publish", []).append((topic, event))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says, not where the driver guesses
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    reads = connection.get_execution_options().get("firstline_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
