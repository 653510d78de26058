"""Rows of any table as lines of JSON that are the same on SQLite and on PostgreSQL, and back into a table."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    text,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

_AT_ONCE = 500
# Which schema there is stands in the manifest; the restored database gets it from the migrations.
_LEFT_OUT = {"alembic_version"}


class Tally:
    """Counts rows and sums their SHA-256 up, so that the order in which a database returns them does not matter."""

    def __init__(self) -> None:
        """Start with no row."""
        self.rows = 0
        self._sum = 0

    def add(self, line: bytes) -> None:
        """Count one line, without its end."""
        self.rows += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(line).digest(), "big")) % (1 << 256)

    @property
    def digest(self) -> str:
        """The sum, 64 hexadecimal digits."""
        return f"{self._sum:064x}"


async def tables_of(connection: AsyncConnection) -> list[Table]:
    """Return the database's own tables as they are, each after those it refers to."""
    metadata = MetaData()
    await connection.run_sync(metadata.reflect)
    return [table for table in metadata.sorted_tables if table.name not in _LEFT_OUT]


async def lines_of(connection: AsyncConnection, table: Table) -> AsyncIterator[bytes]:
    """Return each row as one line of JSON, without its end: columns by name in their order.

    Instants are ISO 8601 in UTC, days ISO 8601, bytes are base64, and JSON columns are the text that the database
    keeps, so that JSON's ``null`` and no value stay two things.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    columns = [_text_of(column, is_sqlite) if isinstance(column.type, JSON) else column for column in table.columns]
    names = [column.name for column in table.columns]
    result = await connection.stream(select(*columns).execution_options(yield_per=_AT_ONCE))
    async for row in result:
        found = {name: _plain(value) for name, value in zip(names, row, strict=True)}
        yield json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


async def load(connection: AsyncConnection, table: Table, lines: Iterable[bytes]) -> None:
    """Put lines of ``lines_of`` into the empty ``table``; raises ``ValueError`` or ``KeyError`` for anything else."""
    is_sqlite = connection.dialect.name == "sqlite"
    statement = insert(table).values({column.name: _bound(column, is_sqlite) for column in table.columns})
    batch: list[dict[str, Any]] = []
    for line in lines:
        found = json.loads(line)
        batch.append({f"p_{column.name}": _value(column, found[column.name]) for column in table.columns})
        if len(batch) == _AT_ONCE:
            await connection.execute(statement, batch)
            batch = []
    if batch:
        await connection.execute(statement, batch)
    await _count_on(connection, table)


def _text_of(column: Column[Any], is_sqlite: bool) -> Any:
    return (type_coerce(column, Text()) if is_sqlite else cast(column, Text())).label(column.name)


def _bound(column: Column[Any], is_sqlite: bool) -> Any:
    name = f"p_{column.name}"
    if not isinstance(column.type, JSON):
        return bindparam(name, type_=column.type)
    as_text = bindparam(name, type_=Text())
    return type_coerce(as_text, Text()) if is_sqlite else cast(as_text, column.type)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value


def _value(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, DateTime):
        moment = datetime.fromisoformat(value)
        return moment if column.type.timezone else moment.replace(tzinfo=None)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value, validate=True)
    return value


async def _count_on(connection: AsyncConnection, table: Table) -> None:
    """Let PostgreSQL number new rows after the loaded ones; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    preparer = connection.dialect.identifier_preparer
    for column in table.primary_key.columns:
        query = text("SELECT pg_get_serial_sequence(:table, :column)")
        name = preparer.format_table(table)
        sequence = await connection.scalar(query, {"table": name, "column": column.name})
        if sequence and (newest := await connection.scalar(select(func.max(column)))):
            await connection.execute(
                text("SELECT setval(:sequence, :newest)"), {"sequence": sequence, "newest": newest}
            )
