"""The database: SQLite (WAL) or PostgreSQL behind SQLAlchemy's async engine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import JSON, text
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import NullPool

from firstline.core import sqlite_file
from firstline.core.database_away import DatabaseAway, connect, give_up, lost
from firstline.core.events import Event, Hub
from firstline.core.locks import file_lock
from firstline.core.logs import get_logger
from firstline.core.sqlite_connection import opened, short_statements

_log = get_logger("database")

_CONNECT_SECONDS = 5
_PLACE_SECONDS = 10
STATEMENT_SECONDS = 30.0
"""The longest that PostgreSQL may take over one statement, or the network over its answer."""
_MEMORY = ":memory:"
COMMITS = 100
"""Commits to SQLite after which the write-ahead log, of some kilobytes for each, is written into the file."""


class Base(DeclarativeBase):
    """Base of every table; parts declare their own in their ``models.py``."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {dict[str, Any]: JSON, list[Any]: JSON}


class Database:
    """One engine and its sessions.

    Writers on SQLite take the lock when their transaction begins (``BEGIN IMMEDIATE``), so that two of them
    wait for each other instead of failing half-way. Inside the process they wait in the order they came: SQLite only
    asks again after ever longer pauses, and who asks at the wrong moments waits for many seconds.
    """

    def __init__(self, url: str, hub: Hub | None = None, *, statement_seconds: float = STATEMENT_SECONDS) -> None:
        """Prepare the engine for ``url``; nothing is opened yet, but SQLite's folder is made.

        ``postgresql://`` means the asynchronous driver. There a statement that gets no answer within
        ``statement_seconds`` is ended, and its connection too.
        """
        url = url.replace("postgresql://", "postgresql+asyncpg://", 1)
        self.url = url
        self.hub = hub or Hub()
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._file = parsed.database or _MEMORY
        if self.is_sqlite and self._file != _MEMORY:
            Path(self._file).parent.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = (
            {"async_creator": opened(self._file, sqlite_file.BUSY_SECONDS)}
            if self.is_sqlite
            else {
                "pool_pre_ping": True,
                "pool_timeout": _PLACE_SECONDS,
                "connect_args": {"timeout": _CONNECT_SECONDS, "command_timeout": statement_seconds},
            }
        )
        self.engine = create_async_engine(url, **options)
        if self.is_sqlite:
            sqlalchemy_event.listen(self.engine.sync_engine, "connect", sqlite_file.prepare)
            sqlalchemy_event.listen(self.engine.sync_engine, "begin", sqlite_file.begin)
        else:
            sqlalchemy_event.listen(self.engine.sync_engine, "handle_error", give_up)
        self._writing = asyncio.Lock()
        self._commits = 0
        self._tidying: asyncio.Task[None] | None = None
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def session(self, *, short: bool = False) -> AsyncIterator[AsyncSession]:
        """One transaction that writes: committed at the end, rolled back as a whole on any error.

        ``short``: its statements find their rows by an index, and SQLite's are run without a thread.

        What ``publish_later`` was given inside goes to the hub after the commit, and nowhere if it fails. Raises
        ``DatabaseAway`` where the database is not there or goes away meanwhile; then it may have been committed
        nevertheless. A second one inside the first would wait for itself; it raises ``TimeoutError`` after 30 seconds.
        """
        with lost(), short_statements(short):
            async with self._sessions() as session, self._turn(), session.begin():
                await connect(session)
                yield session
            self._note_commit()
            for topic, event in session.info.pop("publish", []):
                self.hub.publish(topic, event)

    @asynccontextmanager
    async def reading(self, *, short: bool = False) -> AsyncIterator[AsyncSession]:
        """One transaction that only reads, and so never waits for a writer on SQLite; ``short`` as in ``session``.

        Raises ``DatabaseAway``.
        """
        with lost(), short_statements(short):  # around the session's own end too, which takes the transaction back
            async with self._sessions() as session:
                await connect(session, execution_options={"firstline_reads": True})
                yield session

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if not self.is_sqlite:
            yield
            return
        async with asyncio.timeout(sqlite_file.BUSY_SECONDS):
            await self._writing.acquire()
        try:
            yield
        finally:
            self._writing.release()

    def _note_commit(self) -> None:
        self._commits += 1
        if self.is_sqlite and self._commits >= COMMITS and (self._tidying is None or self._tidying.done()):
            self._commits = 0
            self._tidying = asyncio.create_task(self._tidy())

    async def _tidy(self) -> None:
        """Bring the write-ahead log into the file, in a thread; it begins anew only if nobody writes meanwhile."""
        async with self._turn():
            await asyncio.to_thread(sqlite_file.checkpoint, self._file)

    @asynccontextmanager
    async def alone(self, work: str) -> AsyncIterator[None]:
        """Do what is named ``work`` while no other process with this database does it; the others wait."""
        if self.is_sqlite:
            async with file_lock(Path(f"{self._file}.{work}.lock")) if self._file != _MEMORY else nullcontext():
                yield
            return
        # A lock of PostgreSQL's own, gone with its connection when the process dies.
        async with self.patient() as connection:
            await connection.execute(text("SELECT pg_advisory_lock(hashtext(:work))"), {"work": work})
            try:
                yield
            finally:
                await connection.execute(text("SELECT pg_advisory_unlock(hashtext(:work))"), {"work": work})

    @asynccontextmanager
    async def patient(self) -> AsyncIterator[AsyncConnection]:
        """A connection of its own for work that takes as long as it takes, such as a change of the schema."""
        if self.is_sqlite:
            async with self.engine.connect() as connection:
                yield connection
            return
        engine = create_async_engine(self.url, poolclass=NullPool, connect_args={"timeout": _CONNECT_SECONDS})
        try:
            async with engine.connect() as connection:
                yield connection
        finally:
            await engine.dispose()

    async def wait(self, seconds: float = 60.0) -> None:
        """Wait until it gives a connection, as it may be starting too; raises ``DatabaseAway`` after ``seconds``."""
        end = asyncio.get_running_loop().time() + seconds
        while True:
            try:
                async with self.engine.connect():
                    return
            except Exception as error:
                _log.warning("database_waited_for", error=type(error).__name__)
                if asyncio.get_running_loop().time() > end:
                    raise DatabaseAway(f"The database gave no connection within {seconds:g} s ({error}).") from error
            await asyncio.sleep(min(1.0, seconds))

    async def writes(self) -> bool:
        """Say whether the database takes a write now."""
        async with self.engine.connect() as connection:
            await connection.execute(text("CREATE TABLE IF NOT EXISTS health_probe (id INTEGER PRIMARY KEY)"))
            await connection.rollback()
        return True

    async def compact(self, *, rewrite: bool) -> bool:
        """Let go of what was deleted: on SQLite the write-ahead log is emptied, and with ``rewrite`` the file is
        written anew; on PostgreSQL, with ``rewrite``, the tables are vacuumed.

        Writers wait meanwhile on SQLite. Says ``False`` when somebody who reads kept the log from being emptied.
        """
        if self.is_sqlite:
            return await asyncio.to_thread(sqlite_file.compact, self._file, rewrite)
        if rewrite:
            async with self.patient() as connection:
                alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await alone.execute(text("VACUUM"))
        return True

    async def close(self) -> None:
        """Close every connection."""
        if self._tidying is not None and not self._tidying.done():
            await asyncio.wait([self._tidying])
        await self.engine.dispose()


async def insert_if_absent(session: AsyncSession, table: type[Base], **values: Any) -> None:
    """Insert a row unless one with the same key is there; two that do it at once leave one row and raise nothing."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    await session.execute(insert(table).values(**values).on_conflict_do_nothing())


def publish_later(session: AsyncSession, topic: str, event: Event) -> None:
    """Publish ``event`` once the session's transaction is committed."""
    session.info.setdefault("publish", []).append((topic, event))
