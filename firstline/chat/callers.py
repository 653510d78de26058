"""Who calls the chat API, and how often they may."""

import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Literal

import redis.asyncio as redis
from fastapi import Header, Request
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from firstline.chat.origins import Origins
from firstline.chat.tokens import Claim, Tokens
from firstline.core.errors import NotFound, NotSignedIn, TooMany
from firstline.core.logs import get_logger

_log = get_logger("callers")


def bearer(authorization: str | None) -> str:
    """Return the token of an ``Authorization: Bearer`` header; raises ``NotSignedIn`` without one."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn("Send the conversation's token as 'Authorization: Bearer <token>'.")
    return token.strip()


def claim_reader(tokens: Tokens, origins: Origins) -> Callable[..., Awaitable[Claim]]:
    """Return a dependency that yields whom the request speaks for; raises ``NotSignedIn`` or ``Forbidden``."""

    async def claim_of(
        request: Request,
        authorization: Annotated[str | None, Header()] = None,
        x_firstline_partner: Annotated[str | None, Header(max_length=64)] = None,
    ) -> Claim:
        claim = claim_for(tokens, bearer(authorization), x_firstline_partner)
        origins.check(claim.partner, request)
        return claim

    return claim_of


def claim_for(tokens: Tokens, token: str, partner: str | None) -> Claim:
    """Return whom ``token`` speaks for; raises ``NotSignedIn``, also for another partner than the caller names."""
    claim = tokens.read(token)
    if partner and partner != claim.partner:
        raise NotSignedIn("This token is of another partner; start a new conversation.", code="bad_token")
    return claim


class Limiter:
    """Counts by key within the last minute, together with the other apps where there is a Redis.

    Without an answer of Redis it counts for itself, which is logged: a customer who writes is not sent away for that.
    """

    def __init__(self, redis_url: str = "") -> None:
        """Start with nothing counted here; opens nothing yet."""
        self._own = MovingWindowRateLimiter(MemoryStorage())
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
            with suppress(RedisError, OSError):
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
            except StorageError as error:
                _log.error("shared_limits_unavailable", error=str(error))
        return self._own, await getattr(self._own, what)(item, *key)


async def _wait(limiter: MovingWindowRateLimiter, item: RateLimitItemPerMinute, *key: str) -> int:
    """Return the seconds until the limit allows another, at least one."""
    try:
        until = (await limiter.get_window_stats(item, *key)).reset_time
    except StorageError:
        return item.get_expiry()
    return max(1, math.ceil(until - time.time()))
