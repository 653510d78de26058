"""A case's way up: dossier, handing on, answers from above, the service-credit file, and the packet."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from firstline.core.database import Database
from firstline.core.row_ids import RowId
from firstline.core.times import utcnow
from firstline.desk.history import record
from firstline.desk.models import Staff
from firstline.desk.queue import find_case, locked_case
from firstline.escalation import keeping
from firstline.escalation.credit_file import CreditFile
from firstline.escalation.dossier import Dossier
from firstline.escalation.keeping import hold
from firstline.escalation.packet import Kind, packet
from firstline.escalation.views import escalation_json, words_json
from firstline.files.store import FileStore
from firstline.web.downloads import ZipFile, saved_as
from firstline.web.staff_session import signed_in


class Body(BaseModel):
    """Base of bodies: unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid")


class DossierChange(Body):
    """Body of ``PUT .../escalation``: the whole dossier, and the revision it was changed from."""

    dossier: Dossier
    revision: RowId


class CreditChange(Body):
    """Body of ``PUT .../escalation/credit``."""

    credit: CreditFile
    revision: RowId


class HandOn(Body):
    """Body of ``.../escalation/hand-on``."""

    language: Literal["ko", "en"]
    revision: RowId


class Answer(Body):
    """Body of ``.../escalation/answer``: what the hop said, and its number for the case."""

    text: Annotated[str, Field(max_length=8000)]
    reference: Annotated[str, Field(max_length=80)] = ""


def escalation_router(database: Database, files: FileStore, lead_days: int) -> APIRouter:
    """Return the routes below ``/api/desk/cases/{number}/escalation``, and the one for the names of its fields."""
    router = APIRouter(prefix="/api/desk", tags=["desk"])
    one = "/cases/{number}/escalation"
    Agent = Annotated[Staff, Depends(signed_in(database, "case.work"))]  # noqa: N806 - a type

    async def shown(agent: Staff, number: str) -> dict[str, Any]:
        async with database.reading() as session:
            held = await hold(session, *await find_case(session, agent.partner, number))
            return await escalation_json(session, held, utcnow(), lead_days)

    @router.get(one)
    async def show(number: str, agent: Agent) -> dict[str, Any]:
        return await shown(agent, number)

    @router.put(one)
    async def save(number: str, body: DossierChange, agent: Agent) -> dict[str, Any]:
        async with database.session() as session:
            await keeping.save_dossier(session, agent, number, body.dossier, body.revision)
        return await shown(agent, number)

    @router.put(f"{one}/credit")
    async def save_credit(number: str, body: CreditChange, agent: Agent) -> dict[str, Any]:
        async with database.session() as session:
            await keeping.save_credit(session, agent, number, body.credit, body.revision)
        return await shown(agent, number)

    @router.post(f"{one}/hand-on")
    async def hand_on(number: str, body: HandOn, agent: Agent) -> dict[str, Any]:
        async with database.session() as session:
            await keeping.hand_on(session, agent, number, body.language, body.revision)
        return await shown(agent, number)

    @router.post(f"{one}/answer")
    async def answer(number: str, body: Answer, agent: Agent) -> dict[str, Any]:
        async with database.session() as session:
            await keeping.record_answer(session, agent, number, body.text, body.reference)
        return await shown(agent, number)

    @router.get(f"{one}/packet", response_class=ZipFile, responses={409: {}})
    async def export(
        number: str,
        agent: Agent,
        kind: Annotated[Kind, Query()] = "dossier",
        language: Annotated[Literal["ko", "en"], Query()] = "en",
    ) -> ZipFile:
        async with database.session() as session:
            held = await hold(session, *await locked_case(session, agent.partner, number))
            made = await packet(session, held, files, kind, utcnow(), lead_days, language)
            record(session, held.case, "packet_exported", agent)
        name = f"{held.case.number}-{kind}.zip"
        return ZipFile(made, headers=saved_as(name) | {"Cache-Control": "no-store"})

    @router.get("/escalation/words")
    async def words(agent: Agent) -> dict[str, dict[str, str]]:
        return words_json()

    return router
