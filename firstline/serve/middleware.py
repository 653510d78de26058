"""What happens around every request: an id, a size limit, a log line, safe headers."""

import math
import re
import time

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from firstline.core.logs import client_address, get_logger, new_request_id, request_id
from firstline.core.metrics import HTTP_SECONDS
from firstline.core.tracing import incoming
from firstline.serve.http_errors import crashed, error_response

_log = get_logger("http")
CLIENT_GONE = 499
"""What the figures count a request under whose caller hung up in the middle of it; the number is nginx's."""
_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
BODY_LIMIT = 1_000_000
LARGER_BODIES = {
    "/api/authors/import": 60_000_000,
    "/api/authors/images": 2_500_000,
    "/api/authors/": 8_000_000,
}
"""Bytes allowed for paths that begin so, the first that fits: authors send whole articles, files and pictures."""


CUT_OFF_BY_ROUTE = re.compile(r"/api/(chat|desk/cases/[^/]+)/files")
"""Paths of files: they are read piece by piece, and the route stops reading at its own limit."""


class RequestContext:
    """Give each request an id (``X-Request-Id``, taken over when it is sane), bound its body, log its end."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"")
        token = request_id.set(given.decode() if _ID.fullmatch(given) else new_request_id())
        address = client_address.set((scope.get("client") or ("",))[0])
        try:
            if scope["type"] == "websocket":
                await self._app(scope, receive, send)
            elif _declared_length(headers) > (limit := _limit(scope["path"])):
                message = f"The request is larger than {limit} bytes; send less."
                await error_response(413, "too_large", message)(scope, receive, _with_headers(send, []))
            else:
                with incoming("request", headers, **{"request.id": request_id.get(), "http.method": scope["method"]}):
                    await self._serve(scope, receive, send)
        finally:
            request_id.reset(token)
            client_address.reset(address)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        status: list[int] = []
        received = 0
        limit = _limit(scope["path"])

        async def bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                return {"type": "http.disconnect"}
            return message

        sender = _with_headers(send, status)
        try:
            await self._app(scope, bounded, sender)
        except ClientDisconnect:
            status.append(CLIENT_GONE)  # There is nobody left to be answered.
        except Exception as error:
            # Answered here and not further out, where the request's id is no longer known.
            answer = crashed(error)
            if status:
                raise
            await answer(scope, bounded, sender)
        finally:
            took = time.perf_counter() - began
            said = status[0] if status else 500
            HTTP_SECONDS.labels(scope["method"], _route(scope), said).observe(took)
            _log.debug("request", method=scope["method"], path=scope["path"], status=said, ms=round(took * 1000, 1))


def _route(scope: Scope) -> str:
    """Return the route as it is declared; what belongs to none counts together, as anybody can ask for anything."""
    return str(getattr(scope.get("route"), "path", "")) or "none"


def _limit(path: str) -> float:
    if CUT_OFF_BY_ROUTE.fullmatch(path):
        return math.inf
    return next((limit for start, limit in LARGER_BODIES.items() if path.startswith(start)), BODY_LIMIT)


def _with_headers(send: Send, status: list[int]) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            status.append(message["status"])
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = request_id.get()
            if message["status"] == 413:
                headers["Connection"] = "close"  # else the rest of the body would be read to its end
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers.setdefault("Referrer-Policy", "same-origin")
        await send(message)

    return sender


def _declared_length(headers: dict[bytes, bytes]) -> int:
    length = headers.get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0
