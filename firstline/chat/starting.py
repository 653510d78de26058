"""How a conversation begins over HTTP, goes on with a renewed token, and gets to know its customer."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from limits import RateLimitItemPerMinute
from pydantic import Field

from firstline.charter import Charters
from firstline.chat.callers import claim_reader
from firstline.chat.identity import LONGEST_TOKEN
from firstline.chat.known_customers import KnownCustomers
from firstline.chat.limiter import Limiter
from firstline.chat.origins import Origins
from firstline.chat.routes import Incoming, Locale
from firstline.chat.service import ChatService
from firstline.chat.shapes import IdentifiedShape, StartedShape, TokenShape, answers
from firstline.chat.tokens import Claim, Tokens
from firstline.core.row_ids import LARGEST_ID
from firstline.core.settings import Settings
from firstline.core.times import iso

_SignedIdentity = Annotated[str, Field(min_length=1, max_length=LONGEST_TOKEN)]


class NewConversation(Incoming):
    """Body of ``POST /api/chat/conversations``; ``identity`` is what the partner's site signed."""

    partner: str = Field(max_length=64)
    locale: Locale | None = None
    identity: _SignedIdentity | None = None


class SignedIdentity(Incoming):
    """Body of ``PUT /api/chat/identity``."""

    identity: _SignedIdentity


def starting_router(
    service: ChatService,
    charters: Charters,
    known: KnownCustomers,
    tokens: Tokens,
    origins: Origins,
    limiter: Limiter,
    settings: Settings,
) -> APIRouter:
    """Return ``POST /api/chat/conversations``, ``POST /api/chat/token`` and ``PUT /api/chat/identity``."""
    router = APIRouter(prefix="/api/chat", tags=["chat"])
    per_address = RateLimitItemPerMinute(settings.conversations_per_minute)
    per_conversation = RateLimitItemPerMinute(settings.messages_per_minute)

    Who = Annotated[Claim, Depends(claim_reader(tokens, origins))]  # noqa: N806 - a type

    @router.post("/conversations", status_code=201, responses=answers(201, StartedShape))
    async def start(body: NewConversation, request: Request) -> dict[str, Any]:
        await limiter.hit(per_address, "start", request.client.host if request.client else "-")
        charters.get(body.partner)
        origins.check(body.partner, request)
        vouched = known.read(body.partner, body.identity) if body.identity else None
        started = await service.start(body.partner, body.locale, known.binder(vouched))
        return {**_token(tokens.make(body.partner, started["conversation_id"])), **started}

    @router.post("/token", responses=answers(200, TokenShape))
    async def renew(claim: Who) -> dict[str, Any]:
        await limiter.hit(per_conversation, "renew", claim.conversation_id)
        await service.snapshot(claim, after=LARGEST_ID)  # is it there? Its messages are not asked for
        return _token(tokens.renew(claim))

    @router.put("/identity", responses=answers(200, IdentifiedShape))
    async def identify(body: SignedIdentity, claim: Who) -> dict[str, Any]:
        await limiter.hit(per_conversation, "identify", claim.conversation_id)
        return await known.identify(claim, body.identity)

    def _token(token: str) -> dict[str, Any]:
        return {"token": token, "token_expires_at": iso(tokens.read(token).expires)}

    return router
