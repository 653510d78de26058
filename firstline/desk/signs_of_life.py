"""Windows' signs of life, written together every few seconds: hundreds of desks ping, and none of it is urgent."""

import asyncio
from datetime import timedelta

from firstline.core.database import Database
from firstline.core.logs import get_logger, log_failure
from firstline.core.times import utcnow
from firstline.desk import presence

WRITE_SECONDS = 5.0
"""How long a sign may wait; far less than the shortest time after which a window counts as dead."""

_log = get_logger("desk.signs_of_life")


class SignsOfLife:
    """Collects signs and writes them in one transaction."""

    def __init__(self, database: Database, gone_after: timedelta) -> None:
        """Write to ``database``; a window is alive for ``gone_after`` from the write on."""
        self._database = database
        self._gone_after = gone_after
        self._alive: set[str] = set()
        self._active: set[str] = set()
        self._writing: asyncio.Task[None] | None = None
        self._one_write = asyncio.Lock()

    def note(self, line: str, *, active: bool) -> None:
        """Note that a window is alive; ``active`` when the agent did something there."""
        self._alive.add(line)
        if active:
            self._active.add(line)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_soon())

    async def forget(self, line: str) -> None:
        """Drop the signs of a window that is about to be closed, so that none of them revives it."""
        async with self._one_write:
            self._alive.discard(line)
            self._active.discard(line)

    async def write(self) -> None:
        """Write what was noted; what can't be written is kept for the next time."""
        async with self._one_write, self._database.session() as session:
            alive, active = frozenset(self._alive), frozenset(self._active)
            await presence.keep_lines(session, alive, active, utcnow(), self._gone_after)
        self._alive -= alive
        self._active -= active

    async def _write_soon(self) -> None:
        while self._alive:
            await asyncio.sleep(WRITE_SECONDS)
            try:
                await self.write()
            except Exception as error:
                log_failure(_log, "signs_of_life_failed", error)
