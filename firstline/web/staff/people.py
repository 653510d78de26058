"""The partner's accounts, for admins; invitations and one's own password."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from firstline.core.database import Database
from firstline.core.errors import BadInput, Forbidden
from firstline.core.logs import client_address
from firstline.core.row_ids import RowId
from firstline.core.settings import Settings
from firstline.desk import staff as accounts
from firstline.desk.audit import audit
from firstline.desk.models import Staff
from firstline.desk.passwords import verify_password
from firstline.desk.throttle import count_attempt, forgive, throttle_of
from firstline.web.staff.body import Body
from firstline.web.staff_session import signed_in

_ROLES_MOST = 10


class NewPerson(Body):
    """Body of ``POST /api/staff/people``."""

    email: str = Field(max_length=254)
    name: str = Field("", max_length=120)
    roles: list[str] = Field(min_length=1, max_length=_ROLES_MOST)


class Change(Body):
    """Body of ``PATCH /api/staff/people/{staff_id}``; what isn't given stays."""

    name: str | None = Field(None, max_length=120)
    roles: list[str] | None = Field(None, min_length=1, max_length=_ROLES_MOST)
    disabled: bool | None = None


class NewPassword(Body):
    """Body of ``POST /api/staff/password``."""

    old: str = Field(max_length=1024)
    new: str = Field(max_length=1024)


class Accepted(Body):
    """Body of ``POST /api/staff/invitation``."""

    token: str = Field(min_length=1, max_length=200)
    password: str = Field(max_length=1024)


def people_router(database: Database, settings: Settings) -> APIRouter:
    """Return ``/api/staff/people``, ``/api/staff/invitation`` and ``/api/staff/password``."""
    router = APIRouter(prefix="/api/staff", tags=["staff"])
    Admin = Annotated[Staff, Depends(signed_in(database, "staff.keep"))]  # noqa: N806 - a type
    Anybody = Annotated[Staff, Depends(signed_in(database, "account.own"))]  # noqa: N806 - a type

    def invitation(staff: Staff) -> dict[str, Any]:
        url = accounts.invitation_url(settings.base_url, accounts.invite(staff, settings.invitation_hours))
        return {"url": url, "hours": settings.invitation_hours}

    @router.get("/people")
    async def people(admin: Admin) -> dict[str, Any]:
        async with database.reading() as session:
            found = await accounts.list_staff(session, admin.partner)
            return {"people": [accounts.account_json(staff) for staff in found]}

    @router.post("/people", status_code=201)
    async def add(body: NewPerson, admin: Admin) -> dict[str, Any]:
        async with database.session() as session:
            staff = await accounts.add_staff(session, admin.partner, body.email, body.roles, None, body.name or None)
            audit(session, admin, "staff.added", staff.email, roles=staff.roles, how="invitation")
            return {"invitation": invitation(staff), "person": accounts.account_json(staff)}

    @router.patch("/people/{staff_id}")
    async def change(staff_id: RowId, body: Change, admin: Admin) -> dict[str, Any]:
        if staff_id == admin.id and body.disabled:
            raise BadInput("You can't disable your own account; another admin can.", code="own_account")
        async with database.session() as session:
            staff = await accounts.get_staff(session, admin.partner, staff_id)
            if changed := await accounts.change_staff(session, staff, name=body.name, roles=body.roles):
                audit(session, admin, "staff.changed", staff.email, fields=changed, roles=staff.roles)
            if body.disabled is True and staff.disabled_at is None:
                await accounts.disable(session, staff)
                audit(session, admin, "staff.disabled", staff.email)
            elif body.disabled is False and staff.disabled_at is not None:
                accounts.enable(staff)
                audit(session, admin, "staff.enabled", staff.email)
            return {"person": accounts.account_json(staff)}

    @router.post("/people/{staff_id}/invitation")
    async def invite(staff_id: RowId, admin: Admin) -> dict[str, Any]:
        async with database.session() as session:
            staff = await accounts.get_staff(session, admin.partner, staff_id)
            made = invitation(staff)
            audit(session, admin, "staff.invited", staff.email)
            return {"invitation": made, "person": accounts.account_json(staff)}

    @router.post("/invitation")
    async def accept(body: Accepted) -> dict[str, Any]:
        async with database.session() as session:
            staff = await accounts.accept_invitation(session, body.token, body.password)
            audit(session, staff, "password.changed", staff.email, how="invitation")
            return {"partner": staff.partner, "email": staff.email}

    @router.post("/password", status_code=204)
    async def password(body: NewPassword, me: Anybody) -> None:
        home, address = me.home or me.partner, client_address.get()
        async with database.session() as session:
            await count_attempt(session, throttle_of(settings), home, me.email, address)
        right, _ = await verify_password(body.old, me.password_hash)
        if not right:
            raise Forbidden("The old password is wrong.", code="wrong_password")
        async with database.session() as session:
            await forgive(session, home, me.email, address)
            staff = await accounts.get_staff(session, home, me.id)
            await accounts.set_password(session, staff, body.new, keep_session=me.session_id)
            audit(session, staff, "password.changed", staff.email, how="own")

    return router
