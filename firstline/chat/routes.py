"""The chat API over HTTP."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from limits import RateLimitItemPerMinute
from pydantic import BaseModel, ConfigDict, Field

from firstline.chat.aftercare import LONGEST_COMMENT, Aftercare
from firstline.chat.callers import claim_reader
from firstline.chat.limiter import Limiter
from firstline.chat.origins import Origins
from firstline.chat.service import ChatService
from firstline.chat.shapes import ConversationShape, SaidShape, TurnShape, answers
from firstline.chat.tokens import Claim, Tokens
from firstline.core.errors import Unavailable
from firstline.core.row_ids import RowId
from firstline.core.settings import Settings
from firstline.desk.rating import BEST

Locale = Literal["ko", "en"]


class Incoming(BaseModel):
    """Base of bodies: unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid")


class NewMessage(Incoming):
    """Body of ``POST /api/chat/messages``."""

    text: str
    client_message_id: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")


class Choice(Incoming):
    """Body of ``PATCH /api/chat/conversation``."""

    locale: Locale


class Feedback(Incoming):
    """Body of ``POST /api/chat/feedback``."""

    message_id: RowId
    helpful: bool


class Contact(Incoming):
    """Body of ``PUT /api/chat/contact``; ``None`` takes the address away."""

    email: str | None = Field(max_length=254)


class Rating(Incoming):
    """Body of ``PUT /api/chat/rating``."""

    score: int = Field(ge=1, le=BEST, strict=True)
    comment: str | None = Field(None, max_length=LONGEST_COMMENT)


def chat_router(
    service: ChatService, aftercare: Aftercare, tokens: Tokens, origins: Origins, limiter: Limiter, settings: Settings
) -> APIRouter:
    """Return the routes under ``/api/chat``."""
    router = APIRouter(prefix="/api/chat", tags=["chat"])
    per_conversation = RateLimitItemPerMinute(settings.messages_per_minute)

    Who = Annotated[Claim, Depends(claim_reader(tokens, origins))]  # noqa: N806 - a type

    @router.get("/conversation", responses=answers(200, ConversationShape))
    async def resume(claim: Who) -> dict[str, Any]:
        return await service.snapshot(claim)

    @router.patch("/conversation", responses=answers(200, ConversationShape))
    async def choose_language(body: Choice, claim: Who) -> dict[str, Any]:
        return await service.choose_language(claim, body.locale)

    @router.post("/messages", responses=answers(200, TurnShape))
    async def send(body: NewMessage, claim: Who) -> dict[str, Any]:
        await limiter.hit(per_conversation, "send", claim.conversation_id)
        try:
            async with asyncio.timeout(settings.turn_timeout_seconds):
                return await service.send(claim, body.text, body.client_message_id)
        except TimeoutError as error:
            raise Unavailable("This takes too long; send the same message again.", code="too_slow") from error

    @router.get("/messages", responses=answers(200, ConversationShape))
    async def messages(claim: Who, after: RowId = 0) -> dict[str, Any]:
        return await service.snapshot(claim, after)

    @router.post("/feedback", responses=answers(200, SaidShape, TurnShape))
    async def feedback(body: Feedback, claim: Who) -> dict[str, Any]:
        await limiter.hit(per_conversation, "send", claim.conversation_id)
        return await service.feedback(claim, body.message_id, body.helpful)

    @router.put("/contact", responses=answers(200, ConversationShape))
    async def contact(body: Contact, claim: Who, after: RowId = 0) -> dict[str, Any]:
        await limiter.hit(per_conversation, "send", claim.conversation_id)
        return await aftercare.leave_email(claim, body.email, after)

    @router.put("/rating", responses=answers(200, ConversationShape))
    async def rating(body: Rating, claim: Who, after: RowId = 0) -> dict[str, Any]:
        await limiter.hit(per_conversation, "send", claim.conversation_id)
        return await aftercare.rate(claim, body.score, body.comment, after)

    return router
