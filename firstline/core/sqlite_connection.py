"""SQLite's connection for the event loop: short work is done where it is asked for, the rest in a thread."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import aiosqlite

BEGIN_WRITE = "BEGIN IMMEDIATE"
_SOON, _LATER = 0.001, 0.05
"""Seconds after which it is asked again whether somebody else still writes: at first, and at last."""
_short: ContextVar[bool] = ContextVar("short", default=False)
_PRIMARY = 0xFF
"""What of an extended error code is the primary one (https://www.sqlite.org/rescode.html)."""
_INSTANT = frozenset({"cursor", "close", "rollback"})
_SHORT = frozenset({"execute", "executemany", "fetchone", "fetchmany", "fetchall", "commit"})


@contextmanager
def short_statements(short: bool = True) -> Iterator[None]:
    """Tell that what is asked inside finds its rows by an index and takes far less than a millisecond."""
    token = _short.set(short)
    try:
        yield
    finally:
        _short.reset(token)


class LoopConnection(aiosqlite.Connection):
    """Runs in the event loop what is over sooner than a thread could be woken, and answers like its base class.

    A statement asks for four things: a cursor, to be run, its rows, and an end. Each would go to the thread and back,
    which takes ten times as long as a row that is found by its key, and all that time nobody else can write. Whoever
    waits for another process to write asks again and again, and holds up nobody meanwhile.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection], patience: float) -> None:
        """Open what ``connect`` opens, in the thread; ``patience`` in seconds, for whoever writes."""
        super().__init__(connect, iter_chunk_size=64)
        self._thread.daemon = True
        self._patience = patience
        # Errands that the thread has not done yet; who asked for one may have been cancelled meanwhile.
        self._busy = 0

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._running and self._connection is not None and not self._busy:
            name = getattr(fn, "__name__", "")
            if args and args[0] == BEGIN_WRITE:
                return await self._begin(fn)
            if (name in _INSTANT and fn != self._connection.close) or (_short.get() and name in _SHORT):
                return fn(*args, **kwargs)
        self._busy += 1
        return await super()._execute(self._errand, fn, *args, **kwargs)  # type: ignore[no-untyped-call]

    def _errand(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return fn(*args, **kwargs)
        finally:
            self._busy -= 1

    async def _begin(self, execute: Callable[[str], Any]) -> None:
        """Begin to write; raises ``sqlite3.OperationalError`` where another process still does when patience ends.

        Whatever else is wrong is raised at once.
        """
        connection, loop, pause = self._conn, asyncio.get_running_loop(), _SOON
        end = loop.time() + self._patience
        while True:
            connection.execute("PRAGMA busy_timeout = 0")
            try:
                execute(BEGIN_WRITE)
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY or loop.time() > end:
                    raise
            finally:
                connection.execute(f"PRAGMA busy_timeout = {self._patience * 1000:.0f}")
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LATER)


def opened(file: str, seconds: float) -> Callable[[], LoopConnection]:
    """Return what opens connections to ``file``, which wait up to ``seconds`` for whoever writes."""

    def connect() -> sqlite3.Connection:
        # The loop and the connection's thread take turns: nothing is asked before the last answer is there.
        return sqlite3.connect(file, timeout=seconds, check_same_thread=False)

    return lambda: LoopConnection(connect, seconds)
