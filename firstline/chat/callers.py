"""Who calls the chat API."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Header, Request

from firstline.chat.origins import Origins
from firstline.chat.tokens import Claim, Tokens
from firstline.core.errors import NotSignedIn


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
