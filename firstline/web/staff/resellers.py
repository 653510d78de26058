"""A provider's resellers: their queues and cases to read, and acting there as lead."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.errors import Forbidden, NotFound
from firstline.core.times import iso, utcnow
from firstline.desk.audit import audit
from firstline.desk.filters import CaseFilter
from firstline.desk.listing import list_page
from firstline.desk.models import Staff
from firstline.desk.queue import find_case
from firstline.desk.reseller_overview import burning, overview
from firstline.desk.rows import case_row, case_story
from firstline.desk.sessions import act_for
from firstline.desk.staff import get_staff
from firstline.escalation.from_below import from_below
from firstline.knowledge.service import Knowledge
from firstline.web.staff.body import Body
from firstline.web.staff.shared_articles import shared_articles
from firstline.web.staff_api import staff_json
from firstline.web.staff_session import act_at, signed_in

_PAGE = 100


class Where(Body):
    """Body of ``PUT /api/staff/partner``; ``null`` goes home."""

    partner: str | None = Field(max_length=64)


def resellers_router(
    database: Database, charters: Charters, providers: Mapping[str, str], knowledge: Knowledge
) -> APIRouter:
    """Return ``/api/staff/resellers`` and ``/api/staff/partner``; a partner that is no reseller is 404."""
    router = APIRouter(prefix="/api/staff", tags=["staff"])
    Provider = Annotated[Staff, Depends(signed_in(database, "reseller.read"))]  # noqa: N806 - a type
    Anybody = Annotated[Staff, Depends(signed_in(database))]  # noqa: N806 - a type

    def reseller_of(staff: Staff, partner: str) -> str:
        if providers.get(partner) != staff.partner:
            raise NotFound(f"There is no reseller '{partner}'.", code="no_reseller")
        return partner

    @router.get("/resellers")
    async def resellers(staff: Provider) -> dict[str, Any]:
        now = utcnow()
        found = []
        async with database.reading() as session:
            for partner, provider in providers.items():
                if provider != staff.partner:
                    continue
                charter = charters.get(partner)
                waiting = [row for row in await from_below(session, [partner], now) if row["with"] == "provider"]
                found.append({
                    "partner": partner,
                    "name": charter.partner.name.root,
                    "extends": charter.extends is not None,
                    **await overview(session, partner, charter, staff.id, now),
                    "escalations": {"waiting": len(waiting), "late": sum(row["late"] for row in waiting)},
                })  # fmt: skip
        return {"resellers": sorted(found, key=burning), "now": iso(now)}

    @router.get("/resellers/articles")
    async def articles(staff: Provider) -> dict[str, Any]:
        mine = [partner for partner, provider in providers.items() if provider == staff.partner]
        return {"articles": await shared_articles(knowledge, staff.partner, mine)}

    @router.get("/resellers/{partner}/cases")
    async def cases(
        partner: str,
        staff: Provider,
        status: Literal["open", "closing", "closed"] = "open",
        after: Annotated[str, Query(max_length=400)] = "",
    ) -> dict[str, Any]:
        charter = charters.get(reseller_of(staff, partner))
        now = utcnow()
        async with database.reading() as session:
            wanted = CaseFilter(status=[status])
            page = await list_page(session, partner, wanted, staff.id, now, after=after, limit=_PAGE)
            listed = [await case_row(session, case, talk, charter, staff, now) for case, talk in page.rows]
        return {"cases": listed, "next": page.next, "now": iso(now)}

    @router.get("/resellers/{partner}/cases/{number}")
    async def case(partner: str, number: str, staff: Provider) -> dict[str, Any]:
        charter = charters.get(reseller_of(staff, partner))
        async with database.reading() as session:
            found, conversation = await find_case(session, partner, number)
            return await case_story(session, found, conversation, charter, staff, utcnow())

    @router.put("/partner")
    async def act(body: Where, staff: Anybody) -> dict[str, Any]:
        async with database.session() as session:
            person = await get_staff(session, staff.home or staff.partner, staff.id)
            if not person.may("reseller.act"):
                raise Forbidden("Only a provider's people act at resellers.", code="wrong_role")
            where = reseller_of(person, body.partner) if body.partner is not None else None
            await act_for(session, staff.session_id, where)
            audit(session, person, "partner.switched", where or person.partner, **{"from": staff.partner})
            if where is not None:
                person.home = person.partner
                audit(session, person, "partner.switched", where, partner=where, **{"from": staff.partner})
        person.home = None
        if where is not None:
            act_at(person, where)
        return {"staff": staff_json(person)}

    return router
