"""Log-in and log-out of staff over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Depends, Header, Request, Response
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from pydantic import BaseModel, ConfigDict, Field

from firstline.core.database import Database
from firstline.core.errors import TooMany
from firstline.core.settings import Settings
from firstline.desk.models import Staff
from firstline.desk.staff import log_in, log_out
from firstline.web.staff_session import COOKIE, signed_in


class Login(BaseModel):
    """Body of ``POST /api/staff/login``."""

    model_config = ConfigDict(extra="forbid")

    partner: str = Field(max_length=64)
    email: str = Field(max_length=254)
    password: str = Field(max_length=1024)


def staff_json(staff: Staff) -> dict[str, Any]:
    """Return what the pages may know about a staff member."""
    return {"name": staff.name, "email": staff.email, "role": staff.role, "partner": staff.partner}


def staff_router(database: Database, settings: Settings) -> APIRouter:
    """Return the routes under ``/api/staff``."""
    router = APIRouter(prefix="/api/staff", tags=["staff"])
    limiter = MovingWindowRateLimiter(MemoryStorage())
    attempts = RateLimitItemPerMinute(settings.login_attempts_per_minute)

    @router.post("/login")
    async def login(body: Login, request: Request, response: Response) -> dict[str, Any]:
        address = request.client.host if request.client else "-"
        if not await limiter.hit(attempts, address, body.partner, body.email.lower()):
            raise TooMany("Too many attempts; wait a minute and try again.")
        async with database.session() as session:
            token, staff = await log_in(session, body.partner, body.email, body.password, settings.staff_session_hours)
        response.set_cookie(
            COOKIE,
            token,
            max_age=settings.staff_session_hours * 3600,
            httponly=True,
            samesite="strict",
            secure=settings.base_url.startswith("https"),
        )
        return {"token": token, "staff": staff_json(staff)}

    @router.post("/logout", status_code=204)
    async def logout(
        response: Response,
        _staff: Annotated[Staff, Depends(signed_in(database))],
        authorization: Annotated[str | None, Header()] = None,
        firstline_staff: Annotated[str | None, Cookie()] = None,
    ) -> None:
        token = (authorization or "").partition(" ")[2] or firstline_staff or ""
        async with database.session() as session:
            await log_out(session, token)
        response.delete_cookie(COOKIE)

    @router.get("/me")
    async def me(staff: Annotated[Staff, Depends(signed_in(database))]) -> dict[str, Any]:
        return {"staff": staff_json(staff)}

    return router
