"""Sessions: one's own, and anybody's for admins."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from firstline.core.database import Database
from firstline.core.row_ids import RowId
from firstline.desk.audit import audit
from firstline.desk.models import Staff
from firstline.desk.sessions import end_session, end_sessions, list_sessions, session_json
from firstline.desk.staff import get_staff
from firstline.web.staff_session import signed_in


def sessions_router(database: Database) -> APIRouter:
    """Return ``/api/staff/sessions`` and ``/api/staff/people/{staff_id}/sessions``."""
    router = APIRouter(prefix="/api/staff", tags=["staff"])
    Anybody = Annotated[Staff, Depends(signed_in(database, "account.own"))]  # noqa: N806 - a type
    Admin = Annotated[Staff, Depends(signed_in(database, "session.keep"))]  # noqa: N806 - a type

    @router.get("/sessions")
    async def own(me: Anybody) -> dict[str, Any]:
        return await listed(me, me)

    @router.delete("/sessions")
    async def end_others(me: Anybody) -> dict[str, Any]:
        async with database.session() as session:
            ended = await end_sessions(session, me, but=me.session_id)
            audit(session, me, "session.revoked", me.email, partner=me.home, count=ended)
        return {"ended": ended}

    @router.delete("/sessions/{session_id}", status_code=204)
    async def end_one(session_id: str, me: Anybody) -> None:
        async with database.session() as session:
            await end_session(session, me, session_id)
            audit(session, me, "session.revoked", me.email, partner=me.home, count=1)

    @router.get("/people/{staff_id}/sessions")
    async def of_somebody(staff_id: RowId, admin: Admin) -> dict[str, Any]:
        async with database.reading() as session:
            staff = await get_staff(session, admin.partner, staff_id)
        return await listed(staff, admin)

    @router.delete("/people/{staff_id}/sessions")
    async def end_all_of_somebody(staff_id: RowId, admin: Admin) -> dict[str, Any]:
        async with database.session() as session:
            staff = await get_staff(session, admin.partner, staff_id)
            ended = await end_sessions(session, staff, but=admin.session_id)
            audit(session, admin, "session.revoked", staff.email, count=ended)
        return {"ended": ended}

    @router.delete("/people/{staff_id}/sessions/{session_id}", status_code=204)
    async def end_one_of_somebody(staff_id: RowId, session_id: str, admin: Admin) -> None:
        async with database.session() as session:
            staff = await get_staff(session, admin.partner, staff_id)
            await end_session(session, staff, session_id)
            audit(session, admin, "session.revoked", staff.email, count=1)

    async def listed(staff: Staff, asking: Staff) -> dict[str, Any]:
        async with database.reading() as session:
            found = await list_sessions(session, staff)
        return {"sessions": [session_json(one, asking.session_id) for one in found]}

    return router
