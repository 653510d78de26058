"""Log-in and log-out of staff over HTTP, and who is signed in."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.desk.audit import audit
from firstline.desk.login import log_in
from firstline.desk.models import Staff
from firstline.desk.permissions import ACTIONS
from firstline.desk.sessions import end_session
from firstline.web.staff_session import COOKIE, signed_in


class Login(BaseModel):
    """Body of ``POST /api/staff/login``."""

    model_config = ConfigDict(extra="forbid")

    partner: str = Field(max_length=64)
    email: str = Field(max_length=254)
    password: str = Field(max_length=1024)


def staff_json(staff: Staff) -> dict[str, Any]:
    """Return what the pages may know about who is signed in; ``home`` is set while they act at a reseller."""
    return {
        "id": staff.id,
        "name": staff.name,
        "email": staff.email,
        "role": staff.role,
        "roles": staff.roles,
        "partner": staff.partner,
        "home": staff.home,
        "may": [action for action in ACTIONS if staff.may(action)],
    }


def set_cookie(response: Response, token: str, settings: Settings) -> None:
    """Give the browser its session: no script reads it, no other site sends it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=settings.staff_session_hours * 3600,
        httponly=True,
        samesite="strict",
        secure=settings.base_url.startswith("https"),
    )


def staff_router(database: Database, settings: Settings, charters: Charters) -> APIRouter:
    """Return the routes under ``/api/staff`` that begin and end a session."""
    router = APIRouter(prefix="/api/staff", tags=["staff"])
    Anybody = Annotated[Staff, Depends(signed_in(database))]  # noqa: N806 - a type

    @router.post("/login")
    async def login(body: Login, request: Request, response: Response) -> dict[str, Any]:
        token, staff = await log_in(
            database,
            settings,
            body.partner,
            body.email,
            body.password,
            browser=request.headers.get("user-agent", ""),
            known=body.partner in charters.partners(),
        )
        set_cookie(response, token, settings)
        return {"token": token, "staff": staff_json(staff)}

    @router.post("/logout", status_code=204)
    async def logout(response: Response, staff: Anybody) -> None:
        async with database.session() as session:
            await end_session(session, staff, staff.session_id or "")
            audit(session, staff, "logout")
        response.delete_cookie(COOKIE)

    @router.get("/me")
    async def me(staff: Anybody) -> dict[str, Any]:
        return {"staff": staff_json(staff)}

    return router
