"""How SQLite's file is used: settings of a connection, how a transaction begins, and the write-ahead log."""

import sqlite3
from contextlib import closing
from typing import Any

from firstline.core.logs import get_logger
from firstline.core.sqlite_connection import BEGIN_WRITE

_log = get_logger("database")

BUSY_SECONDS = 30


def prepare(connection: Any, _record: Any) -> None:
    """Set up a new connection; a listener of SQLAlchemy's."""
    connection.isolation_level = None  # transactions begin where SQLAlchemy says, not where the driver guesses
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA wal_autocheckpoint=0")  # ``checkpoint`` does that, in a thread
    cursor.close()


def compact(file: str, rewrite: bool) -> bool:
    """Empty the write-ahead log and, with ``rewrite``, write the file anew; ``False`` while a reader needs the log."""
    # Without SQLAlchemy, whose transactions begin by themselves: neither is possible inside of one.
    connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        if rewrite:
            connection.execute("VACUUM")
        busy, _pages, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    finally:
        connection.close()


def checkpoint(file: str) -> None:
    """Bring what the write-ahead log holds into the file, as far as nobody needs it there; nobody waits for it."""
    try:
        with closing(sqlite3.connect(file, timeout=BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
    except sqlite3.Error as error:  # The next one does it.
        _log.warning("checkpoint_failed", error=str(error))


def begin(connection: Any) -> None:
    """Begin a transaction, at once as a writer unless it only reads; a listener of SQLAlchemy's."""
    reads = connection.get_execution_options().get("firstline_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else BEGIN_WRITE)
