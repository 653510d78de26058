"""Cases that resellers have handed to their provider: the queue, the dossier, and what the provider does with one."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.errors import NotFound
from firstline.core.times import iso, utcnow
from firstline.desk.models import Staff
from firstline.desk.queue import find_case
from firstline.escalation import from_below as below
from firstline.escalation.keeping import hold
from firstline.web.staff.body import Body
from firstline.web.staff_session import act_at, signed_in

Words = Annotated[str, Field(max_length=8000)]


class More(Body):
    """Body of ``.../ask``: what is missing."""

    text: Words


class Answer(Body):
    """Body of ``.../answer``: what the reseller is told, and the number of the case above."""

    text: Words
    reference: Annotated[str, Field(max_length=80)] = ""


class PassOn(Body):
    """Body of ``.../pass-on``."""

    to: below.Further
    language: Literal["ko", "en"]


def from_below_router(database: Database, charters: Charters, providers: Mapping[str, str]) -> APIRouter:
    """Return ``/api/staff/escalations`` and the routes below it; a partner that is no reseller is 404.

    What the provider does stands in the reseller's audit log, with the person's own partner as ``home``.
    """
    router = APIRouter(prefix="/api/staff/escalations", tags=["staff"])
    Reader = Annotated[Staff, Depends(signed_in(database, "reseller.read"))]  # noqa: N806 - a type
    Actor = Annotated[Staff, Depends(signed_in(database, "reseller.act"))]  # noqa: N806 - a type

    def checked(staff: Staff, partner: str) -> str:
        if providers.get(partner) != staff.partner:
            raise NotFound(f"There is no reseller '{partner}'.", code="no_reseller")
        return partner

    async def shown(home: str, partner: str, number: str) -> dict[str, Any]:
        async with database.reading() as session:
            held = await hold(session, *await find_case(session, partner, number))
            return below.below_json(held, charters.get(home), utcnow())

    @router.get("")
    async def queue(staff: Reader) -> dict[str, Any]:
        now = utcnow()
        mine = [partner for partner, provider in providers.items() if provider == staff.partner]
        async with database.reading() as session:
            return {"escalations": await below.from_below(session, mine, now), "now": iso(now)}

    @router.get("/{partner}/{number}", responses={409: {}})
    async def show(partner: str, number: str, staff: Reader) -> dict[str, Any]:
        return await shown(staff.partner, checked(staff, partner), number)

    @router.post("/{partner}/{number}/accept")
    async def accept(partner: str, number: str, staff: Actor) -> dict[str, Any]:
        home = staff.partner
        act_at(staff, checked(staff, partner))
        async with database.session() as session:
            await below.accept(session, staff, number)
        return await shown(home, partner, number)

    @router.post("/{partner}/{number}/ask")
    async def ask(partner: str, number: str, body: More, staff: Actor) -> dict[str, Any]:
        home = staff.partner
        act_at(staff, checked(staff, partner))
        async with database.session() as session:
            await below.ask_more(session, staff, number, body.text)
        return await shown(home, partner, number)

    @router.post("/{partner}/{number}/answer")
    async def answer(partner: str, number: str, body: Answer, staff: Actor) -> dict[str, Any]:
        home = staff.partner
        act_at(staff, checked(staff, partner))
        async with database.session() as session:
            await below.answer(session, staff, number, body.text, body.reference)
        return await shown(home, partner, number)

    @router.post("/{partner}/{number}/pass-on")
    async def pass_on(partner: str, number: str, body: PassOn, staff: Actor) -> dict[str, Any]:
        home = staff.partner
        act_at(staff, checked(staff, partner))
        async with database.session() as session:
            await below.pass_on(session, staff, number, body.to, body.language, charters.get(home))
        return await shown(home, partner, number)

    return router
