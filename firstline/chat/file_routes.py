"""Files over HTTP, on the customer's side: the rules, one file in, one file out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse
from limits import RateLimitItemPerMinute

from firstline.chat.callers import claim_reader
from firstline.chat.files import ChatFiles
from firstline.chat.limiter import Limiter
from firstline.chat.origins import Origins
from firstline.chat.shapes import FileRulesShape, TurnShape, answers
from firstline.chat.tokens import Claim, Tokens
from firstline.core.settings import Settings
from firstline.files.transfer import FILE_ANSWER, FILE_BODY, handed_out, incoming

_GUESSES_A_MINUTE = RateLimitItemPerMinute(30)
FileName = Annotated[str, Query(min_length=1, max_length=500)]
ClientId = Annotated[str, Query(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]


def chat_file_router(
    files: ChatFiles, tokens: Tokens, origins: Origins, limiter: Limiter, settings: Settings
) -> APIRouter:
    """Return the routes under ``/api/chat/files``."""
    router = APIRouter(prefix="/api/chat/files", tags=["chat"])
    Who = Annotated[Claim, Depends(claim_reader(tokens, origins))]  # noqa: N806 - a type
    uploads = RateLimitItemPerMinute(settings.uploads_per_minute)

    @router.get("", responses=answers(200, FileRulesShape))
    async def rules(claim: Who) -> dict[str, Any]:
        return await files.rules(claim)

    @router.post("", status_code=201, responses=answers(201, TurnShape), openapi_extra=FILE_BODY)
    async def send(request: Request, claim: Who, name: FileName, client_message_id: ClientId) -> dict[str, Any]:
        await limiter.hit(uploads, "upload", "conversation", claim.conversation_id)
        await limiter.hit(uploads, "upload", "address", request.client.host if request.client else "-")
        return await files.send(claim, incoming(request), name, client_message_id)

    @router.get("/{file_id}", response_class=FileResponse, responses=FILE_ANSWER)
    async def fetch(file_id: str, claim: Who) -> FileResponse:
        async with limiter.misses(_GUESSES_A_MINUTE, "file", claim.conversation_id):
            return handed_out(*await files.fetch(claim, file_id))

    return router
