"""The desk as a team: who is there, what one says about oneself, and where one is mentioned."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.row_ids import RowId
from firstline.core.settings import Settings
from firstline.core.times import iso, utcnow
from firstline.desk import presence
from firstline.desk.abandoned import leave
from firstline.desk.audit import audit
from firstline.desk.mentions import colleagues, mark_read, mentions_of
from firstline.desk.models import Staff
from firstline.web.staff_session import signed_in


class Body(BaseModel):
    """Base of bodies: unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid")


class Choice(Body):
    """Body of ``PUT /api/desk/presence``."""

    mode: presence.Mode


class Capacity(Body):
    """Body of ``PUT /api/desk/team/{staff_id}/capacity``; ``None`` for the setting's."""

    cases: int | None


class Read(Body):
    """Body of ``POST /api/desk/mentions/read``; ``None`` for all."""

    number: str | None = None


def team_router(database: Database, charters: Charters, settings: Settings) -> APIRouter:
    """Return ``/api/desk/team``, ``/api/desk/presence`` and ``/api/desk/mentions``."""
    router = APIRouter(prefix="/api/desk", tags=["desk"])
    Agent = Annotated[Staff, Depends(signed_in(database, "team.read"))]  # noqa: N806 - a type
    Lead = Annotated[Staff, Depends(signed_in(database, "team.keep"))]  # noqa: N806 - a type

    @router.get("/team")
    async def team(agent: Agent) -> dict[str, Any]:
        now = utcnow()
        async with database.reading() as session:
            members = await presence.team(session, agent.partner, now)
            names = [{"id": one.id, "name": one.name} for one in await colleagues(session, agent.partner)]
        return {
            "members": [presence.member_json(member, agent) for member in members],
            "names": names,
            "idle_minutes": settings.agent_idle_minutes,
            "now": iso(now),
        }

    @router.put("/presence")
    async def choose(body: Choice, agent: Agent) -> dict[str, Any]:
        now = utcnow()
        async with database.session() as session:
            await presence.choose(session, agent, body.mode, now)
            left = await leave(session, agent, charters.get(agent.partner), now) if body.mode == "off" else []
        async with database.reading() as session:
            member = await presence.member_of(session, agent.partner, agent.id, now)
        return {"member": presence.member_json(member, agent), "returned": left}

    @router.put("/team/{staff_id}/capacity")
    async def set_capacity(staff_id: RowId, body: Capacity, lead: Lead) -> dict[str, Any]:
        async with database.session() as session:
            await presence.set_capacity(session, lead.partner, staff_id, body.cases, settings.agent_capacity)
            audit(session, lead, "presence.capacity", staff_id, cases=body.cases)
            return presence.member_json(await presence.member_of(session, lead.partner, staff_id, utcnow()), lead)

    @router.get("/mentions")
    async def mentions(agent: Agent) -> dict[str, Any]:
        async with database.reading() as session:
            return await mentions_of(session, agent)

    @router.post("/mentions/read", status_code=204)
    async def read(body: Read, agent: Agent) -> None:
        async with database.session() as session:
            await mark_read(session, agent, body.number, utcnow())

    return router
