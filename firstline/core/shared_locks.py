"""Locks that processes hold against each other over Redis, in the order they were asked for."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from firstline.core.locks import KeyedLocks
from firstline.core.logs import get_logger
from firstline.core.redis_away import REDIS_AWAY

_log = get_logger("shared_locks")
_ALIVE_SECONDS = 6.0
_ASK_SECONDS = 0.02

# Takes a ticket unless one is held, says whether it is the lowest, and drops those in front whose process is gone.
_TAKE = """
local queue, tickets, alive = KEYS[1], KEYS[2], KEYS[1] .. ':'
local me, length = ARGV[1], tonumber(ARGV[2])
if not redis.call('ZSCORE', queue, me) then
  redis.call('ZADD', queue, redis.call('INCR', tickets), me)
end
redis.call('SET', alive .. me, 1, 'PX', length)
redis.call('PEXPIRE', queue, length * 10)
redis.call('PEXPIRE', tickets, length * 20)
while true do
  local first = redis.call('ZRANGE', queue, 0, 0)[1]
  if first == me then return 1 end
  if redis.call('EXISTS', alive .. first) == 1 then return 0 end
  redis.call('ZREM', queue, first)
end
"""


class SharedLocks(KeyedLocks):
    """Locks by key between all processes with the same Redis; whoever asked first gets one first.

    A process that dies lets go after six seconds. Without Redis the lock holds inside the process only, which is
    logged: a customer who has to wait for an answer is worse off than one whose two messages change places.
    """

    def __init__(self, url: str) -> None:
        """Prepare for the Redis at ``url``; nothing is opened yet. Raises ``ValueError`` for a bad address."""
        super().__init__()
        self._redis = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=2, retry=Retry(NoBackoff(), 0))
        self._take = self._redis.register_script(_TAKE)
        self._last_in_line: dict[str, asyncio.Future[Exception | None]] = {}

    @asynccontextmanager
    async def hold(self, key: str) -> AsyncIterator[None]:
        """Hold the lock of ``key`` until the block ends."""
        me = uuid.uuid4().hex
        keeping: asyncio.Task[None] | None = None
        try:
            try:
                first = await self._asked_in_line(key, me)
                while not first:
                    await asyncio.sleep(_ASK_SECONDS)
                    first = await self._asked(key, me)
                keeping = asyncio.create_task(self._keep(key, me))
            except REDIS_AWAY as error:
                _log.error("shared_lock_unavailable", error=type(error).__name__)
            # Inside, so that nobody waits here for one who has the later ticket.
            async with super().hold(key):
                yield
        finally:
            if keeping is not None:
                keeping.cancel()
            await asyncio.shield(self._let_go(key, me))

    async def close(self) -> None:
        """Close every connection."""
        with contextlib.suppress(*REDIS_AWAY):
            await self._redis.aclose()

    async def _asked_in_line(self, key: str, me: str) -> bool:
        # Each asks on a connection of its own: without a line here, one that comes later could have the earlier ticket.
        before = self._last_in_line.get(key)
        mine: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()
        mine.add_done_callback(lambda _: self._last_in_line.get(key) is mine and self._last_in_line.pop(key))
        self._last_in_line[key] = mine
        failure: Exception | None = None
        try:
            if before is not None and (failure := await asyncio.shield(before)):
                raise failure  # A Redis that does not answer is waited for once, not by everybody in the line.
            return await self._asked(key, me)
        except REDIS_AWAY as error:
            failure = error
            raise
        finally:
            if before is None or before.done():
                mine.set_result(failure)
            else:  # Cancelled, and whoever stands behind has still those in front before him.
                before.add_done_callback(lambda done: mine.set_result(done.result()))

    async def _asked(self, key: str, me: str) -> bool:
        queue = f"firstline:turn:{key}"
        asking = asyncio.current_task()
        cancelled = asking.cancelling() if asking else 0
        taken = await self._take(keys=[queue, f"{queue}#tickets"], args=[me, int(_ALIVE_SECONDS * 1000)])
        if asking and asking.cancelling() > cancelled:
            # The client waits with Python 3.11's wait_for, which loses a cancellation that comes with the answer.
            raise asyncio.CancelledError
        return bool(taken)

    async def _keep(self, key: str, me: str) -> None:
        while True:
            await asyncio.sleep(_ALIVE_SECONDS / 3)
            with contextlib.suppress(*REDIS_AWAY):
                await self._redis.set(f"firstline:turn:{key}:{me}", 1, px=int(_ALIVE_SECONDS * 1000))

    async def _let_go(self, key: str, me: str) -> None:
        queue = f"firstline:turn:{key}"
        try:
            async with self._redis.pipeline() as change:
                change.zrem(queue, me)
                change.delete(f"{queue}:{me}")
                await change.execute()
        except REDIS_AWAY as error:
            _log.error("shared_lock_not_released", error=type(error).__name__)
