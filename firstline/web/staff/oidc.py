"""Log-in by an OpenID Connect provider: what the log-in page offers, the way there and the way back."""

import re
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Cookie, Query, Request, Response
from fastapi.responses import RedirectResponse

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.errors import FirstlineError, NotFound
from firstline.core.settings import Settings
from firstline.desk.models import Staff
from firstline.desk.oidc import LOGIN_MINUTES, finish, start
from firstline.desk.oidc_client import CALLBACK, OidcClient
from firstline.web.staff_api import set_cookie

STATE_COOKIE = "firstline_oidc"
_PATH = CALLBACK.rpartition("/")[0]
_AFTER = re.compile(r"/(?:desk|authors|staff)(?:#[\w%/-]*)?")

Text = Annotated[str, Query(max_length=4096)]


def oidc_router(database: Database, settings: Settings, charters: Charters) -> APIRouter:
    """Return ``GET /api/staff/login`` and the routes under ``/api/staff/oidc``; raises ``SetupIncomplete``."""
    router = APIRouter(prefix="/api/staff", tags=["staff"])
    client = OidcClient(settings) if settings.oidc_issuer else None

    def provider() -> OidcClient:
        if client is None:
            raise NotFound("No provider of log-ins is set up; use the password.", code="no_oidc")
        return client

    @router.get("/login")
    async def ways() -> dict[str, Any]:
        return {"oidc": {"name": settings.oidc_name} if client else None}

    @router.get("/oidc/start", status_code=303, response_class=RedirectResponse)
    async def begin(
        partner: Annotated[str, Query(max_length=64)] = "", after: Annotated[str, Query(max_length=200)] = ""
    ) -> Response:
        wanted = after if _AFTER.fullmatch(after) else ""
        try:
            begun = await start(database, provider(), partner.strip(), wanted)
        except NotFound:
            raise
        except FirstlineError as error:
            return _back_to_login(error)
        answer = RedirectResponse(begun.url, 303)
        # Lax: the browser comes back from another site.
        answer.set_cookie(
            STATE_COOKIE,
            begun.state,
            max_age=LOGIN_MINUTES * 60,
            path=_PATH,
            httponly=True,
            samesite="lax",
            secure=settings.base_url.startswith("https"),
        )
        return answer

    @router.get("/oidc/callback", status_code=303, response_class=RedirectResponse)
    async def callback(
        request: Request, state: Text = "", code: Text = "", firstline_oidc: Annotated[str, Cookie()] = ""
    ) -> Response:
        try:
            token, staff, after = await finish(
                database,
                settings,
                provider(),
                state=state,
                kept_state=firstline_oidc,
                code=code,
                browser=request.headers.get("user-agent", ""),
                partners=charters.partners(),
            )
        except NotFound:
            raise
        except FirstlineError as error:
            return _back_to_login(error)
        answer = RedirectResponse(after or _first_page(staff), 303)
        answer.delete_cookie(STATE_COOKIE, path=_PATH)
        set_cookie(answer, token, settings)
        return answer

    return router


def _back_to_login(error: FirstlineError) -> Response:
    answer = RedirectResponse(f"/login?{urlencode({'problem': error.code})}", 303)
    answer.delete_cookie(STATE_COOKIE, path=_PATH)
    return answer


def _first_page(staff: Staff) -> str:
    return "/desk" if staff.may("case.read") else "/authors" if staff.may("article.write") else "/staff"
