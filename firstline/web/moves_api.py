"""Moving a case between agents: transfer, decline, take over, assign."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.row_ids import RowId
from firstline.core.times import utcnow
from firstline.desk import moves
from firstline.desk.models import Staff
from firstline.desk.queue import find_case
from firstline.desk.rows import case_row
from firstline.web.staff_session import signed_in

_Why = Annotated[str, Field(max_length=2000)]


class Body(BaseModel):
    """Base of bodies: unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid")


class Transfer(Body):
    """Body of ``.../transfer``."""

    to: RowId
    why: _Why


class Decline(Body):
    """Body of ``.../decline``."""

    why: _Why = ""


class TakeOver(Body):
    """Body of ``.../take-over``; ``from_agent`` names who is to be replaced."""

    from_agent: RowId
    why: _Why


class Assign(Body):
    """Body of ``.../assign``; ``from_agent`` is who had the case when the lead looked."""

    to: RowId
    from_agent: RowId | None = None
    why: _Why = ""


def moves_router(database: Database, charters: Charters) -> APIRouter:
    """Return the routes below ``/api/desk/cases/{number}`` by which a case changes hands."""
    router = APIRouter(prefix="/api/desk/cases/{number}", tags=["desk"])
    Agent = Annotated[Staff, Depends(signed_in(database, "case.transfer"))]  # noqa: N806 - a type
    Taker = Annotated[Staff, Depends(signed_in(database, "case.take_over"))]  # noqa: N806 - a type
    Lead = Annotated[Staff, Depends(signed_in(database, "case.reassign"))]  # noqa: N806 - a type

    async def row_of(staff: Staff, number: str) -> dict[str, Any]:
        async with database.reading() as session:
            case, conversation = await find_case(session, staff.partner, number)
            return await case_row(session, case, conversation, charters.get(staff.partner), staff, utcnow())

    @router.post("/transfer")
    async def transfer(number: str, body: Transfer, agent: Agent) -> dict[str, Any]:
        charter = charters.get(agent.partner)
        async with database.session() as session:
            await moves.transfer(session, agent, number, to=body.to, why=body.why, charter=charter, now=utcnow())
        return await row_of(agent, number)

    @router.post("/decline")
    async def decline(number: str, body: Decline, agent: Agent) -> dict[str, Any]:
        async with database.session() as session:
            await moves.decline(session, agent, number, why=body.why, now=utcnow())
        return await row_of(agent, number)

    @router.post("/take-over")
    async def take_over(number: str, body: TakeOver, agent: Taker) -> dict[str, Any]:
        async with database.session() as session:
            await moves.take_over(session, agent, number, from_agent=body.from_agent, why=body.why, now=utcnow())
        return await row_of(agent, number)

    @router.post("/assign")
    async def assign(number: str, body: Assign, lead: Lead) -> dict[str, Any]:
        async with database.session() as session:
            await moves.assign(
                session, lead, number, to=body.to, from_agent=body.from_agent, why=body.why, now=utcnow()
            )
        return await row_of(lead, number)

    return router
