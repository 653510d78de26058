"""Which other sites may call the chat: CORS for those that a partner allows, and nothing for the others."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from firstline.chat.partner_site import ANY, PartnerSites
from firstline.core.errors import Forbidden

_PATHS = ("/api/chat/", "/api/charter", "/api/incidents", "/api/knowledge/")
_ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Firstline-Partner, X-Request-Id",
    "Access-Control-Max-Age": "600",
}


class Origins:
    """Knows Firstline's own origin and those of the partners' sites."""

    def __init__(self, sites: PartnerSites, base_url: str) -> None:
        """Ask ``sites``; pages of ``base_url`` and of the host that was called are our own."""
        self._sites = sites
        self._own = urlsplit(base_url).netloc

    def check(self, partner: str, connection: HTTPConnection) -> None:
        """Raise ``Forbidden`` for a call from a page that ``partner`` doesn't allow; programs send no origin."""
        origin = connection.headers.get("origin")
        if origin is None or self._is_own(origin, connection.headers):
            return
        if not self._sites.get(partner).allows(origin):
            raise Forbidden(
                f"Pages of {origin[:200]} may not use this partner's chat; its site.yaml lists those that may.",
                code="origin_not_allowed",
            )

    def ancestors(self, partner: str) -> str:
        """Return the directive that says which pages may hold the frame; empty where any may."""
        allowed = self._sites.get(partner).origins
        return "" if allowed == ANY else "; frame-ancestors " + " ".join(["'self'", *allowed])

    def known(self, origin: str) -> bool:
        """Say whether any partner allows ``origin``."""
        return any(self._sites.get(partner).allows(origin) for partner in self._sites.partners())

    def _is_own(self, origin: str, headers: Headers) -> bool:
        return urlsplit(origin).netloc in (headers.get("host"), self._own)


class CrossOrigin:
    """Answers preflights and adds CORS headers for origins that some partner allows; the routes ask for which one."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        """Wrap ``app``."""
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not scope["path"].startswith(_PATHS):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        allowed = {"Access-Control-Allow-Origin": origin} if origin and self._origins.known(origin) else {}
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            answer = Response(status_code=204 if allowed else 403, headers=allowed and {**allowed, **_ALLOWED})
            answer.headers["Vary"] = "Origin"
            await answer(scope, receive, send)
            return

        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                answered.update(allowed)
                answered.add_vary_header("Origin")
            await send(message)

        await self._app(scope, receive, sender)
