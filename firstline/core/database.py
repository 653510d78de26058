"""The database: SQLite (WAL) or PostgreSQL behind SQLAlchemy's async engine."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import JSON, text
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from firstline.core.errors import Unavailable
from firstline.core.events import Event, Hub
from firstline.core.locks import file_lock
from firstline.core.logs import get_logger

_log = get_logger("database")

_BUSY_SECONDS = 30
_CONNECT_SECONDS = 5
_PLACE_SECONDS = 10
_CUT = ("08", "57P")
"""Classes of PostgreSQL's error codes: connection exceptions, and what an operator or a crash ends
(https://www.postgresql.org/docs/current/errcodes-appendix.html)."""


class DatabaseAway(Unavailable):
    """The database gave no connection, or ended one in the middle of a transaction."""

    default_code = "database_away"


class Base(DeclarativeBase):
    """Base of every table; parts declare their own in their ``models.py``."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {dict[str, Any]: JSON, list[Any]: JSON}


class Database:
    """One engine and its sessions.

    Writers on SQLite take the lock when their transaction begins (``BEGIN IMMEDIATE``), so that two of them
    wait for each other instead of failing half-way. Inside the process they wait in the order they came: SQLite only
    asks again after ever longer pauses, and who asks at the wrong moments waits for many seconds.
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
        options: dict[str, Any] = (
            {"connect_args": {"timeout": _BUSY_SECONDS}}
            if self.is_sqlite
            else {"pool_pre_ping": True, "pool_timeout": _PLACE_SECONDS, "connect_args": {"timeout": _CONNECT_SECONDS}}
        )
        self.engine = create_async_engine(url, **options)
        if self.is_sqlite:
            sqlalchemy_event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            sqlalchemy_event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        self._writing = asyncio.Lock()
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """One transaction that writes: committed at the end, rolled back as a whole on any error.

        What ``publish_later`` was given inside goes to the hub after the commit, and nowhere if it fails. Raises
        ``DatabaseAway`` where the database is not there or goes away meanwhile; then it may have been committed
        nevertheless. A second one inside the first would wait for itself; it raises ``TimeoutError`` after 30 seconds.
        """
        with _lost():
            async with self._sessions() as session, self._turn(), session.begin():
                await _connect(session)
                yield session
            for topic, event in session.info.pop("publish", []):
                self.hub.publish(topic, event)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """One transaction that only reads, and so never waits for a writer on SQLite; raises ``DatabaseAway``."""
        with _lost():  # around the session's own end too, which takes the transaction back
            async with self._sessions() as session:
                await _connect(session, execution_options={"firstline_reads": True})
                yield session

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if not self.is_sqlite:
            yield
            return
        async with asyncio.timeout(_BUSY_SECONDS):
            await self._writing.acquire()
        try:
            yield
        finally:
            self._writing.release()

    @asynccontextmanager
    async def alone(self, work: str) -> AsyncIterator[None]:
        """Do what is named ``work`` while no other process with this database does it; the others wait."""
        if self.is_sqlite:
            file = make_url(self.url).database or ":memory:"
            async with file_lock(Path(f"{file}.{work}.lock")) if file != ":memory:" else nullcontext():
                yield
            return
        # A lock of PostgreSQL's own, gone with its connection when the process dies.
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT pg_advisory_lock(hashtext(:work))"), {"work": work})
            try:
                yield
            finally:
                await connection.execute(text("SELECT pg_advisory_unlock(hashtext(:work))"), {"work": work})

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
            return await asyncio.to_thread(_compact_file, str(make_url(self.url).database), rewrite)
        if rewrite:
            async with self.engine.connect() as connection:
                alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await alone.execute(text("VACUUM"))
        return True

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


async def _connect(session: AsyncSession, **options: Any) -> None:
    try:
        await session.connection(**options)
    except Exception as error:  # The driver's own, not SQLAlchemy's: whatever it is, there is no connection.
        raise DatabaseAway(f"The database gave no connection ({type(error).__name__}); try again.") from error


@contextmanager
def _lost() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if not (error.connection_invalidated or _is_cut(error.orig)):
            raise
        raise DatabaseAway("The database ended the connection; try again.") from error


def _is_cut(error: BaseException | None) -> bool:
    """Say whether a driver's error comes from a lost connection: SQLAlchemy does not know each of them as such."""
    while error is not None:
        if isinstance(error, OSError) or str(getattr(error, "sqlstate", None) or "").startswith(_CUT):
            return True
        error = error.__cause__
    return False


async def insert_if_absent(session: AsyncSession, table: type[Base], **values: Any) -> None:
    """Insert a row unless one with the same key is there; two that do it at once leave one row and raise nothing."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    await session.execute(insert(table).values(**values).on_conflict_do_nothing())


def publish_later(session: AsyncSession, topic: str, event: Event) -> None:
    """Publish ``event`` once the session's transaction is committed."""
    session.info.setdefault("publish", []).append((topic, event))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says, not where the driver guesses
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
    cursor.close()


def _compact_file(file: str, rewrite: bool) -> bool:
    # Without SQLAlchemy, whose transactions begin by themselves: neither is possible inside of one.
    connection = sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        if rewrite:
            connection.execute("VACUUM")
        busy, _pages, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    finally:
        connection.close()


def _begin_sqlite(connection: Any) -> None:
    reads = connection.get_execution_options().get("firstline_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
