"""The chat API over HTTP."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Request
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from pydantic import BaseModel, ConfigDict, Field

from firstline.chat.service import ChatService
from firstline.chat.tokens import Claim, Tokens
from firstline.core.errors import NotSignedIn, TooMany
from firstline.core.settings import Settings

Locale = Literal["ko", "en"]


class Incoming(BaseModel):
    """Base of bodies: unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid")


class NewConversation(Incoming):
    """Body of ``POST /api/chat/conversations``."""

    partner: str = Field(max_length=64)
    locale: Locale | None = None


class NewMessage(Incoming):
    """Body of ``POST /api/chat/messages``."""

    text: str
    client_message_id: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")


class Choice(Incoming):
    """Body of ``PATCH /api/chat/conversation``."""

    locale: Locale


class Feedback(Incoming):
    """Body of ``POST /api/chat/feedback``."""

    message_id: int
    helpful: bool


def bearer(authorization: str | None) -> str:
    """Return the token of an ``Authorization: Bearer`` header; raises ``NotSignedIn`` without one."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn("Send the conversation's token as 'Authorization: Bearer <token>'.")
    return token.strip()


def chat_router(service: ChatService, tokens: Tokens, settings: Settings) -> APIRouter:
    """Return the routes under ``/api/chat``."""
    router = APIRouter(prefix="/api/chat", tags=["chat"])
    limiter = MovingWindowRateLimiter(MemoryStorage())
    per_conversation = RateLimitItemPerMinute(settings.messages_per_minute)
    per_address = RateLimitItemPerMinute(settings.conversations_per_minute)

    async def claim_of(authorization: Annotated[str | None, Header()] = None) -> Claim:
        return tokens.read(bearer(authorization))

    async def limit(item: RateLimitItemPerMinute, *key: str) -> None:
        if not await limiter.hit(item, *key):
            raise TooMany("That was too fast; wait a minute and send it again. Nothing was lost.")

    Who = Annotated[Claim, Depends(claim_of)]  # noqa: N806 - a type

    @router.post("/conversations", status_code=201)
    async def start(body: NewConversation, request: Request) -> dict[str, Any]:
        await limit(per_address, "start", request.client.host if request.client else "-")
        started = await service.start(body.partner, body.locale)
        return {"token": tokens.make(body.partner, started["conversation_id"]), **started}

    @router.get("/conversation")
    async def resume(claim: Who) -> dict[str, Any]:
        return await service.snapshot(claim)

    @router.patch("/conversation")
    async def choose_language(body: Choice, claim: Who) -> dict[str, Any]:
        return await service.choose_language(claim, body.locale)

    @router.post("/messages")
    async def send(body: NewMessage, claim: Who) -> dict[str, Any]:
        await limit(per_conversation, "send", claim.conversation_id)
        return await service.send(claim, body.text, body.client_message_id)

    @router.get("/messages")
    async def messages(claim: Who, after: Annotated[int, Query(ge=0)] = 0) -> dict[str, Any]:
        return await service.snapshot(claim, after)

    @router.post("/feedback")
    async def feedback(body: Feedback, claim: Who) -> dict[str, Any]:
        await limit(per_conversation, "send", claim.conversation_id)
        return await service.feedback(claim, body.message_id, body.helpful)

    return router
