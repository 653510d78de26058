"""Leases in the database: of many processes that would do a job on a schedule, one does it."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import String, or_, update
from sqlalchemy.orm import Mapped, mapped_column

from firstline.core.database import Base, Database, insert_if_absent
from firstline.core.times import UtcDateTime


class Lease(Base):
    """Who does a job, and until when the others leave it alone."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Leases:
    """The leases of one process. A process that dies loses its leases when they expire.

    A lease spares work, it is no lock: a holder that hangs for longer than its lease may wake up beside the next one,
    so each piece of work still has to be one transaction that does nothing the second time.
    """

    def __init__(self, database: Database) -> None:
        """Hold leases in ``database`` under a name that no other process has."""
        self._database = database
        self._owner = uuid.uuid4().hex

    async def hold(self, name: str, length: timedelta, now: datetime) -> bool:
        """Take or prolong the lease until ``now + length``; say ``False`` when another process holds it.

        One that would hold for longer than ``length`` was written before a clock was put back, and is free.
        """
        free = or_(Lease.owner == self._owner, Lease.expires_at <= now, Lease.expires_at > now + length)
        async with self._database.session() as session:
            await insert_if_absent(session, Lease, name=name, owner=self._owner, expires_at=now)
            change = update(Lease).where(Lease.name == name, free)
            taken = await session.execute(change.values(owner=self._owner, expires_at=now + length))
            return bool(taken.rowcount)  # type: ignore[attr-defined]

    async def let_go(self, name: str) -> None:
        """Give the lease back, so that another process need not wait for its end."""
        async with self._database.session() as session:
            lease = await session.get(Lease, name)
            if lease is not None and lease.owner == self._owner:
                await session.delete(lease)
