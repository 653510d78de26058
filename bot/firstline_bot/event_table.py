"""Where the tracker's events lie: a SQLite file of the bot's own, or a schema of its own in PostgreSQL."""

import re
import sqlite3
from pathlib import Path
from typing import Any, Dict, List, Text, Tuple

# Commits are short; who holds the lock longer is not going to let go in time for this turn.
_LOCK_SECONDS = 1.5
_INSERT = """
INSERT INTO events (sender_id, type_name, timestamp, intent_name, action_name, data)
VALUES (:sender_id, :type_name, :timestamp, :intent_name, :action_name, :data)
"""
_NEWEST = "SELECT max(id) FROM events WHERE sender_id = :sender_id"

Row = Dict[Text, Any]


class SqliteTable:
    """Rasa's own table in a file, so that its tools read it.

    SQLite syncs at checkpoints only (WAL mode): Rasa commits inside its event loop, so a disk that is slow to sync
    would stop every conversation. A killed process loses nothing; what a power cut can cost is what the bot asked
    last, while the transcript is the app's.
    """

    def __init__(self, path: Text) -> None:
        """Open the file `path`; its folder and table are made."""
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(path, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=NORMAL")
        self.connection.executescript(
            """
            CREATE TABLE IF NOT EXISTS events (
                id INTEGER NOT NULL PRIMARY KEY, sender_id VARCHAR(255) NOT NULL, type_name VARCHAR(255) NOT NULL,
                timestamp FLOAT, intent_name VARCHAR(255), action_name VARCHAR(255), data TEXT);
            CREATE INDEX IF NOT EXISTS ix_events_sender_id ON events (sender_id);
            """
        )

    def rows(self, query: Text, values: Row) -> List[Tuple[Any, ...]]:
        """Return what `query` finds; its parameters are written as `:name`."""
        return self.connection.execute(query, values).fetchall()

    def append(self, sender_id: Text, rows: List[Row]) -> int:
        """Add all rows or none; return the newest id of the sender."""
        with self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_INSERT, rows)
            return int(connection.execute(_NEWEST, {"sender_id": sender_id}).fetchone()[0])

    def close(self) -> None:
        """Write the log back and close the file."""
        self.connection.close()


class PostgresTable:
    """Rasa's own table in the schema `rasa`, beside the app's tables. A connection that was lost is opened again."""

    def __init__(self, url: Text) -> None:
        """Connect to `url`; schema and table are made. Raises psycopg2.OperationalError when it can't."""
        self._url = url
        self._connect()
        with self._connection as connection, connection.cursor() as cursor:
            # Several bots may start at once, and IF NOT EXISTS alone does not keep them apart.
            cursor.execute("SELECT pg_advisory_xact_lock(7266001)")
            cursor.execute("CREATE SCHEMA IF NOT EXISTS rasa")
            cursor.execute(
                "CREATE TABLE IF NOT EXISTS rasa.events (id BIGSERIAL PRIMARY KEY, sender_id VARCHAR(255) NOT NULL, "
                "type_name VARCHAR(255) NOT NULL, timestamp DOUBLE PRECISION, intent_name VARCHAR(255), "
                "action_name VARCHAR(255), data TEXT)"
            )
            cursor.execute("CREATE INDEX IF NOT EXISTS ix_events_sender_id ON rasa.events (sender_id)")

    def rows(self, query: Text, values: Row) -> List[Tuple[Any, ...]]:
        """Return what `query` finds; its parameters are written as `:name`."""

        def read(cursor: Any) -> List[Tuple[Any, ...]]:
            cursor.execute(_named(query), values)
            found: List[Tuple[Any, ...]] = cursor.fetchall()
            return found

        return self._transaction(read, tries=2)  # type: ignore[no-any-return]

    def append(self, sender_id: Text, rows: List[Row]) -> int:
        """Add all rows or none; return the newest id of the sender."""

        def write(cursor: Any) -> int:
            for row in rows:
                cursor.execute(_named(_INSERT), row)
            cursor.execute(_named(_NEWEST), {"sender_id": sender_id})
            return int(cursor.fetchone()[0])

        # Not tried again: what failed at its end may have been written.
        return self._transaction(write, tries=1)  # type: ignore[no-any-return]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _connect(self) -> None:
        import psycopg2

        self._connection = psycopg2.connect(
            self._url,
            connect_timeout=2,
            application_name="firstline_bot",
            options="-c search_path=rasa -c statement_timeout=5000",
        )

    def _transaction(self, work: Any, tries: int) -> Any:
        import psycopg2

        if self._connection.closed:
            self._connect()
        try:
            with self._connection as connection, connection.cursor() as cursor:
                return work(cursor)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            self._connection.close()
            if tries == 1:
                raise
        return self._transaction(work, tries - 1)


def open_table(address: Text) -> Any:
    """Return the table at `address`: a file, or a `postgresql://` address."""
    return PostgresTable(address) if address.startswith("postgresql://") else SqliteTable(address)


def _named(query: Text) -> Text:
    return re.sub(r":(\w+)", r"%(\1)s", query)
