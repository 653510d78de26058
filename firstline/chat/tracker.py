"""What the bot remembers of dialogues, seen from the app: Rasa's own table, beside ours or in a file of its own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    inspect,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateSchema

from firstline.core.database import Database
from firstline.core.settings import Settings

SCHEMA = "rasa"


def events_table(schema: str | None) -> Table:
    """Return the table; the bot makes it the same way, and Rasa's tools read it."""
    number = BigInteger().with_variant(Integer(), "sqlite")
    return Table(
        "events",
        MetaData(),
        Column("id", number, primary_key=True),
        Column("sender_id", String(255), nullable=False),
        Column("type_name", String(255), nullable=False),
        Column("timestamp", Float(53)),
        Column("intent_name", String(255)),
        Column("action_name", String(255)),
        Column("data", Text),
        Index("ix_events_sender_id", "sender_id"),
        schema=schema,
    )


class Tracker:
    """The bot's memory. Nobody is told of a change: the bot compares its own with the table before each turn."""

    def __init__(self, settings: Settings, database: Database) -> None:
        """Find it by the settings; on PostgreSQL it lies in ``database``."""
        self.file = None if not database.is_sqlite else Path(settings.tracker_address)
        self.table = events_table(None if self.file else SCHEMA)
        self._database = database

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """Give the database that holds the table; a file is closed at the end."""
        if self.file is None:
            yield self._database
            return
        own = Database(f"sqlite+aiosqlite:///{self.file}")
        try:
            yield own
        finally:
            await own.close()

    async def is_in(self, connection: AsyncConnection) -> bool:
        """Say whether the bot has made its table."""
        return await connection.run_sync(lambda sync: inspect(sync).has_table("events", schema=self.table.schema))

    async def make(self, connection: AsyncConnection) -> None:
        """Make the empty table, with its schema on PostgreSQL."""
        if self.table.schema:
            await connection.execute(CreateSchema(self.table.schema, if_not_exists=True))
        await connection.run_sync(self.table.metadata.create_all)

    def is_there(self) -> bool:
        """Say whether there may be a table; no file means that the bot never ran here."""
        return self.file is None or self.file.is_file()

    async def events(self, conversation_ids: Sequence[str]) -> list[dict[str, Any]]:
        """Return what the bot keeps of these conversations, in order."""
        query = select(self.table).where(self.table.c.sender_id.in_(conversation_ids)).order_by(self.table.c.id)
        if not self.is_there():
            return []
        async with self.database() as database, database.reading() as session:
            if not await self.is_in(await session.connection()):
                return []
            return [dict(row) for row in (await session.execute(query)).mappings()]

    async def forget(self, conversation_ids: Sequence[str]) -> int:
        """Delete what the bot keeps of these conversations; returns how many events that were."""
        if not self.is_there():
            return 0
        async with self.database() as database, database.session() as session:
            connection = await session.connection()
            if not await self.is_in(connection):
                return 0
            if self.file is not None:
                await connection.execute(text("PRAGMA secure_delete=ON"))
            done = await connection.execute(delete(self.table).where(self.table.c.sender_id.in_(conversation_ids)))
            return done.rowcount

    async def compact(self, *, rewrite: bool) -> bool:
        """Let go of what was deleted, as ``Database.compact`` does; what lies in our database goes with that."""
        if self.file is None or not self.is_there():
            return True
        async with self.database() as database:
            return await database.compact(rewrite=rewrite)
