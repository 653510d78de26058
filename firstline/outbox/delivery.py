"""Delivers what stands in the outbox: one process at a time, each notice until it is taken or given up.

Attempts run beside each other, few of them to one receiver: one that does not answer keeps nobody else waiting.

An attempt is counted, and the notice set aside for ``_AT_MOST``, before anything is sent. A process that is killed
between sending and writing that down therefore sends the same notice again later, with the same id: the receiver's
side sees it as one, by ``Message-ID`` or ``webhook-id``.
"""

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
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
_LEASE = timedelta(seconds=8)
"""Prolonged every second. When its holder is killed, nobody delivers for so long."""
_AT_ONCE = 24
_BY_CHANNEL = 12
_BY_RECEIVER = 4
"""Attempts at once: in all, by one channel (all mail goes to one server), and by one channel of one partner."""
_PAUSE_SECONDS = 1.0


@dataclass(frozen=True)
class _Due:
    """A notice that is due."""

    ident: str
    partner: str
    channel: str


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
        self._held_at = -_PAUSE_SECONDS
        self._draw = random.Random()  # noqa: S311 - spreads load, protects nothing

    async def deliver_due(self, now: datetime) -> int:
        """Try what is due at ``now``, a few at a time; return how many were tried. Another process's lease means 0."""
        return sum(await asyncio.gather(*(self._try(due.ident, now) for due in await self._begin(now, []))))

    async def run(self) -> None:
        """Deliver until cancelled, then give the lease back."""
        trying: dict[asyncio.Task[None], _Due] = {}
        with contextlib.suppress(asyncio.CancelledError):
            while True:
                try:
                    for due in await self._begin(utcnow(), list(trying.values())):
                        trying[asyncio.create_task(self._attempt(due))] = due
                except Exception as error:
                    log_failure(_log, "outbox_failed", error)
                pause = asyncio.create_task(asyncio.sleep(_PAUSE_SECONDS))
                try:
                    await asyncio.wait([pause, *trying], return_when=asyncio.FIRST_COMPLETED)
                finally:
                    pause.cancel()
                trying = {task: due for task, due in trying.items() if not task.done()}
        for task in trying:
            task.cancel()
        await asyncio.gather(*trying, return_exceptions=True)
        with contextlib.suppress(Exception):
            await self._leases.let_go("outbox")

    async def _begin(self, now: datetime, trying: Sequence[_Due]) -> list[_Due]:
        """Return what is to be tried at ``now`` beside ``trying``; nothing while another process holds the lease."""
        if time.monotonic() - self._held_at >= _PAUSE_SECONDS:
            if not await self._leases.hold("outbox", _LEASE, now):
                return []
            self._held_at = time.monotonic()
        return await self._due(now, trying) if len(trying) < _AT_ONCE else []

    async def _due(self, now: datetime, trying: Sequence[_Due]) -> list[_Due]:
        """Return notices that are due and find a place beside ``trying``, those that waited longest first."""
        receiver = (Notice.partner, Notice.channel)
        place = func.row_number().over(partition_by=receiver, order_by=(Notice.next_at, Notice.id))
        query = select(Notice.id, *receiver, Notice.next_at, place.label("place"))
        # What is being tried was set aside, but perhaps a moment after it was asked for here.
        ranked = query.where(
            Notice.state == PENDING, Notice.next_at <= now, Notice.id.not_in([due.ident for due in trying])
        ).subquery()
        first = select(ranked.c.id, ranked.c.partner, ranked.c.channel).where(ranked.c.place <= _BY_RECEIVER)
        async with self._database.reading() as session:
            rows = [_Due(*row) for row in await session.execute(first.order_by(ranked.c.next_at, ranked.c.id))]
        receivers = Counter((due.partner, due.channel) for due in trying)
        channels = Counter(due.channel for due in trying)
        chosen: list[_Due] = []
        for due in rows:
            to = (due.partner, due.channel)
            if len(trying) + len(chosen) == _AT_ONCE:
                break
            if receivers[to] < _BY_RECEIVER and channels[due.channel] < _BY_CHANNEL:
                receivers[to] += 1
                channels[due.channel] += 1
                chosen.append(due)
        return chosen

    async def _attempt(self, due: _Due) -> None:
        try:
            await self._try(due.ident, utcnow())
        except Exception as error:
            log_failure(_log, "outbox_failed", error)

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
