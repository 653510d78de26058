"""Counts of the views, read once for all who ask: two hundred desks count after every change, and mostly the same."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from firstline.core.database import Database
from firstline.core.events import Event
from firstline.desk.filters import CaseFilter
from firstline.desk.history import desk_topic
from firstline.desk.listing import count

FRESH_SECONDS = 2.0
"""How long a count is used while no change is known: times run out, and another replica may have acted."""

_MOST_KEPT = 1000
# In these something is said; who has which case stays as it is.
_SAID = frozenset({"message", "note", "replied", "file"})


@dataclass(frozen=True)
class _Counted:
    number: int
    at: float
    changes: tuple[int, int]


@dataclass
class _Desk:
    """One partner's counts by filter. ``said`` and ``moved`` count the changes of either sort so far."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    known: dict[str, _Counted] = field(default_factory=dict)
    said: int = 0
    moved: int = 0

    def changes(self, wanted: CaseFilter) -> tuple[int, int]:
        """Return what a count of ``wanted`` depends on; words don't move a case between standings."""
        return self.moved, 0 if wanted.is_by_standing else self.said

    def is_fresh(self, wanted: CaseFilter, key: str) -> bool:
        found = self.known.get(key)
        is_recent = found is not None and time.monotonic() - found.at < FRESH_SECONDS
        return is_recent and found is not None and found.changes == self.changes(wanted)


class SharedCounts:
    """Keeps what was counted until the queue changes, and for ``FRESH_SECONDS`` at most."""

    def __init__(self, database: Database) -> None:
        """Count in ``database`` and follow the changes that its hub tells of."""
        self._database = database
        self._desks: dict[str, _Desk] = defaultdict(_Desk)
        database.hub.observe(self._note)

    async def of(self, partner: str, filters: Sequence[CaseFilter], staff_id: int, now: datetime) -> list[int]:
        """Return how many cases each filter takes for this agent at ``now``.

        Who asks while the same is being counted waits for that count. What depends on the agent is counted anew.
        """
        desk = self._desks[desk_topic(partner)]
        shared = {wanted.model_dump_json(): wanted for wanted in filters if not wanted.is_personal}
        async with desk.lock:
            known = {key: desk.known[key].number for key, wanted in shared.items() if desk.is_fresh(wanted, key)}
            missing = {key: wanted for key, wanted in shared.items() if key not in known}
            began, changes = time.monotonic(), {key: desk.changes(wanted) for key, wanted in missing.items()}
            counted = dict(zip(missing, await self._count(partner, list(missing.values()), staff_id, now), strict=True))
            if len(desk.known) > _MOST_KEPT:
                desk.known.clear()
            desk.known |= {key: _Counted(number, began, changes[key]) for key, number in counted.items()}
        own = await self._count(partner, [wanted for wanted in filters if wanted.is_personal], staff_id, now)
        shares, owns = known | counted, iter(own)
        return [next(owns) if wanted.is_personal else shares[wanted.model_dump_json()] for wanted in filters]

    async def _count(self, partner: str, filters: Sequence[CaseFilter], staff_id: int, now: datetime) -> list[int]:
        if not filters:
            return []
        async with self._database.reading() as session:
            return await count(session, partner, filters, staff_id, now)

    def _note(self, topic: str, event: Event) -> None:
        desk = self._desks.get(topic)
        if desk is None or event["type"] != "case":
            return
        if event["kind"] in _SAID:
            desk.said += 1
        else:
            desk.moved += 1
