"""What both sides' routes do with a file's bytes: read them from a request, hand them out so that nothing can run."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import FileResponse
from starlette.requests import ClientDisconnect

from firstline.core.errors import BadInput
from firstline.files.kinds import KINDS
from firstline.files.models import StoredFile

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}

_BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
FILE_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {"application/octet-stream": _BYTES}}}
"""For the OpenAPI document: the body is the file itself."""

FILE_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind.media_type: _BYTES for kind in KINDS.values()}},
    409: {},
}
"""For the OpenAPI document: what ``handed_out`` answers, and that a file may be held back."""


@dataclass(frozen=True)
class Incoming:
    """The bytes of a request as they come, and the length it declared, if it did."""

    pieces: AsyncIterator[bytes]
    declared: int | None


def incoming(request: Request) -> Incoming:
    """Return the request's body unread; raises ``BadInput`` for a form, as the body is the file itself."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        raise BadInput("Send the file's bytes as the body, not a form; the name goes into the query.", code="form")
    length = request.headers.get("content-length", "")
    return Incoming(_pieces(request), int(length) if length.isdigit() else None)


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect as gone:
        raise BadInput("The upload ended before the file was there; send it again.", code="upload_cut") from gone


def handed_out(file: StoredFile, path: Path) -> FileResponse:
    """Return the file to be saved, never shown as a page."""
    return FileResponse(
        path,
        media_type=KINDS[file.kind].media_type,
        filename=file.name,
        content_disposition_type="attachment",
        headers=_HEADERS,
    )
