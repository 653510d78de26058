"""How often somebody may ask: counts by key within the last minute."""

import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal

import redis.asyncio as redis
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.storage.memory import Entry
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from firstline.core.errors import NotFound, TooMany
from firstline.core.logs import get_logger
from firstline.core.redis_away import REDIS_AWAY

_log = get_logger("limiter")
_SWEEP_SECONDS = 10.0


class OwnCounts(MemoryStorage):
    """Counts in this process, by the same rules as the base class.

    That one looks with each count for what is too old, under every key and through a thread for each: with a thousand
    people who write, a thousand threads' errands a message. Here all keys are looked through once in a while.
    """

    def __init__(self) -> None:
        """Start with nothing counted."""
        super().__init__()
        self._swept = time.time()

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count ``amount`` under ``key``, if no more than ``limit`` stand there within the last ``expiry`` seconds."""
        now = time.time()
        if now - self._swept > _SWEEP_SECONDS:
            self._swept = now
            self.sweep()
        entries = self.events.get(key, [])
        if amount > limit or (len(entries) > limit - amount and entries[limit - amount].atime >= now - expiry):
            return False
        # Newest first; nobody asks for more of them than the limit.
        self.events[key] = [Entry(expiry) for _ in range(amount)] + entries[: limit - amount]
        return True

    def sweep(self) -> None:
        """Forget who has not asked for so long that it no longer counts."""
        now = time.time()
        self.events = {key: entries for key, entries in self.events.items() if entries[0].expiry > now}


class Limiter:
    """Counts by key within the last minute, together with the other apps where there is a Redis.

    Without an answer of Redis it counts for itself, which is logged: a customer who writes is not sent away for that.
    """

    def __init__(self, redis_url: str = "") -> None:
        """Start with nothing counted here; opens nothing yet."""
        self._own = MovingWindowRateLimiter(OwnCounts())
        self._redis: redis.Redis | None = None
        if redis_url:
            self._redis = redis.Redis.from_url(
                redis_url, socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0)
            )
            storage = RedisStorage(
                f"async+{redis_url}", wrap_exceptions=True, implementation="redispy", key_prefix="firstline:limit",
                connection_pool=self._redis.connection_pool,  # type: ignore[arg-type]
            )  # fmt: skip
            self._shared = MovingWindowRateLimiter(storage)

    async def hit(self, item: RateLimitItemPerMinute, *key: str) -> None:
        """Count once; raises ``TooMany``, with ``retry_after``, above the limit."""
        limiter, allowed = await self._ask("hit", item, *key)
        if not allowed:
            raise TooMany(
                "That was too fast; wait a minute and send it again. Nothing was lost.",
                retry_after=await _wait(limiter, item, *key),
            )

    async def close(self) -> None:
        """Close every connection."""
        if self._redis is not None:
            with suppress(*REDIS_AWAY):
                await self._redis.aclose()

    @asynccontextmanager
    async def misses(self, item: RateLimitItemPerMinute, *key: str) -> AsyncIterator[None]:
        """Count only what is not found inside the block, as guesses; above the limit nothing is looked up any more."""
        limiter, allowed = await self._ask("test", item, *key)
        if not allowed:
            raise TooMany("Too many guesses; wait a minute.", retry_after=await _wait(limiter, item, *key))
        try:
            yield
        except NotFound:
            await self._ask("hit", item, *key)
            raise

    async def _ask(
        self, what: Literal["hit", "test"], item: RateLimitItemPerMinute, *key: str
    ) -> tuple[MovingWindowRateLimiter, bool]:
        """Return who counted, and whether the limit allows it."""
        if self._redis is not None:
            try:
                return self._shared, await getattr(self._shared, what)(item, *key)
            except (StorageError, *REDIS_AWAY) as error:
                _log.error("shared_limits_unavailable", error=str(error))
        return self._own, await getattr(self._own, what)(item, *key)


async def _wait(limiter: MovingWindowRateLimiter, item: RateLimitItemPerMinute, *key: str) -> int:
    """Return the seconds until the limit allows another, at least one."""
    try:
        until = (await limiter.get_window_stats(item, *key)).reset_time
    except (StorageError, *REDIS_AWAY):
        return item.get_expiry()
    return max(1, math.ceil(until - time.time()))
