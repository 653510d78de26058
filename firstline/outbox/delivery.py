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
_AHEAD, _LOOKED_UP = 50, 1000
"""Notices that are looked up together, of one receiver and in all: to look at all that wait before each attempt takes
longer than the attempt once thousands do.
"""


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
        self._ahead: list[_Due] = []
        self._looked_at = -_PAUSE_SECONDS
        self._draw = random.Random()  # noqa: S311 - spreads load, protects nothing

    async def deliver_due(self, now: datetime) -> int:
        """Try what is due at ``now``, a few at a time; return how many were tried. Another process's lease means 0."""
        self._ahead = []
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
                self._ahead = []
                return []
            self._held_at = time.monotonic()
        if len(trying) < _AT_ONCE and (not self._ahead or time.monotonic() - self._looked_at >= _PAUSE_SECONDS):
            self._looked_at = time.monotonic()
            self._ahead = await self._due(now, trying)
        return self._take(trying)

    async def _due(self, now: datetime, trying: Sequence[_Due]) -> list[_Due]:
        """Return notices that are due beside ``trying``: each receiver's first, then each one's second, and so on."""
        receiver = (Notice.partner, Notice.channel)
        place = func.row_number().over(partition_by=receiver, order_by=(Notice.next_at, Notice.id))
        query = select(Notice.id, *receiver, Notice.next_at, place.label("place"))
        # What is being tried was set aside, but perhaps a moment after it was asked for here.
        ranked = query.where(
            Notice.state == PENDING, Notice.next_at <= now, Notice.id.not_in([due.ident for due in trying])
        ).subquery()
        first = select(ranked.c.id, ranked.c.partner, ranked.c.channel).where(ranked.c.place <= _AHEAD)
        async with self._database.reading() as session:
            found = await session.execute(
                first.order_by(ranked.c.place, ranked.c.next_at, ranked.c.id).limit(_LOOKED_UP)
            )
            return [_Due(*row) for row in found]

    def _take(self, trying: Sequence[_Due]) -> list[_Due]:
        """Take from those ahead what finds a place beside ``trying``."""
        receivers = Counter((due.partner, due.channel) for due in trying)
        channels = Counter(due.channel for due in trying)
        chosen: list[_Due] = []
        left: list[_Due] = []
        for due in self._ahead:
            to = (due.partner, due.channel)
            full = len(trying) + len(chosen) == _AT_ONCE
            if full or receivers[to] == _BY_RECEIVER or channels[due.channel] == _BY_CHANNEL:
                left.append(due)
                continue
            receivers[to] += 1
            channels[due.channel] += 1
            chosen.append(due)
        self._ahead = left
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
