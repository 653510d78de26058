"""Delivers what stands in the outbox: one process at a time, each notice until it is taken or given up.

An attempt is counted, and the notice set aside for ``_AT_MOST``, before anything is sent. A process that is killed
between sending and writing that down therefore sends the same notice again later, with the same id: the receiver's
side sees it as one, by ``Message-ID`` or ``webhook-id``.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.database import Database
from firstline.core.leases import Leases
from firstline.core.logs import get_logger, log_failure
from firstline.core.metrics import OUTBOX_ATTEMPTS
from firstline.core.times import utcnow
from firstline.outbox.attempts import Never, NotNow, Patience, settle
from firstline.outbox.models import DEAD, PENDING, Notice

Send = Callable[[Notice], Awaitable[str | None]]
GiveUp = Callable[[AsyncSession, Notice], Awaitable[None]]

_log = get_logger("outbox")
_AT_MOST = timedelta(minutes=2)
_LEASE = timedelta(seconds=30)
_AT_ONCE = 8
_PAUSE_SECONDS = 1.0


class Delivery:
    """The worker. ``channels`` send by the name of the channel; they raise ``NotNow`` or ``Never``."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Send],
        patience: Patience,
        given_up: Mapping[str, GiveUp] | None = None,
    ) -> None:
        """Deliver from ``database``; starts nothing yet. A channel may return what the receiver said when it took it.

        ``given_up`` says by channel what else becomes of a notice that is undeliverable, in the same transaction.
        """
        self._database = database
        self._channels = channels
        self._given_up = given_up or {}
        self._patience = patience
        self._leases = Leases(database)
        self._draw = random.Random()  # noqa: S311 - spreads load, protects nothing

    async def deliver_due(self, now: datetime) -> int:
        """Try what is due at ``now``, a few at a time; return how many were tried. Another process's lease means 0."""
        if not await self._leases.hold("outbox", _LEASE, now):
            return 0
        async with self._database.reading() as session:
            query = select(Notice.id).where(Notice.state == PENDING, Notice.next_at <= now)
            due = list(await session.scalars(query.order_by(Notice.next_at, Notice.id).limit(_AT_ONCE)))
        return sum(await asyncio.gather(*(self._try(ident, now) for ident in due)))

    async def run(self) -> None:
        """Deliver until cancelled, then give the lease back."""
        with contextlib.suppress(asyncio.CancelledError):
            while True:
                tried = 0
                try:
                    tried = await self.deliver_due(utcnow())
                except Exception as error:
                    log_failure(_log, "outbox_failed", error)
                if not tried:
                    await asyncio.sleep(_PAUSE_SECONDS)
        with contextlib.suppress(Exception):
            await self._leases.let_go("outbox")

    async def _try(self, ident: str, now: datetime) -> int:
        async with self._database.session() as session:
            due = (Notice.id == ident, Notice.state == PENDING, Notice.next_at <= now)
            change = update(Notice).where(*due).values(attempts=Notice.attempts + 1, next_at=now + _AT_MOST)
            notice = await session.scalar(change.returning(Notice))
        if notice is None:
            return 0
        outcome: Exception | str
        try:
            async with asyncio.timeout(_AT_MOST.total_seconds() / 2):
                outcome = await self._channel(notice.channel)(notice) or ""
        except TimeoutError:
            outcome = NotNow("the receiver took too long")
        except (NotNow, Never) as error:
            outcome = error
        except Exception as error:
            name = type(error).__name__
            _log.error("notice_failed", notice=ident, channel=notice.channel, error=name, exc_info=error)
            outcome = NotNow(f"unexpected {type(error).__name__}; the log has more")
        async with self._database.session() as session:
            tried = await session.get_one(Notice, ident)
            settle(tried, outcome, self._patience, utcnow(), self._draw)
            result = "failed" if tried.state == PENDING else tried.state
            OUTBOX_ATTEMPTS.labels(tried.channel, result).inc()
            if tried.state == DEAD:
                _log.error("notice_dead", notice=ident, channel=tried.channel, kind=tried.kind, error=tried.error)
                if give_up := self._given_up.get(tried.channel):
                    await give_up(session, tried)
        return 1

    def _channel(self, name: str) -> Send:
        if name not in self._channels:
            raise Never(f"there is no channel {name!r} any more")
        return self._channels[name]
