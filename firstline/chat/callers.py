"""Who calls the chat API, and how often they may."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Header, Request
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from firstline.chat.origins import Origins
from firstline.chat.tokens import Claim, Tokens
from firstline.core.errors import NotFound, NotSignedIn, TooMany


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
    """Counts by key within the last minute."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def hit(self, item: RateLimitItemPerMinute, *key: str) -> None:
        """Count once; raises ``TooMany`` above the limit."""
        if not await self._limiter.hit(item, *key):
            raise TooMany("That was too fast; wait a minute and send it again. Nothing was lost.")

    @asynccontextmanager
    async def misses(self, item: RateLimitItemPerMinute, *key: str) -> AsyncIterator[None]:
        """Count only what is not found inside the block, as guesses; above the limit nothing is looked up any more."""
        if not await self._limiter.test(item, *key):
            raise TooMany("Too many guesses; wait a minute.")
        try:
            yield
        except NotFound:
            await self._limiter.hit(item, *key)
            raise
