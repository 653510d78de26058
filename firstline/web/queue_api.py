"""The queue over HTTP: pages of cases by filter, and the views that agents save."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.errors import NotFound
from firstline.core.texts import LANGUAGES
from firstline.core.times import iso, utcnow
from firstline.desk import views
from firstline.desk.audit import audit
from firstline.desk.filters import CaseFilter
from firstline.desk.listing import list_page
from firstline.desk.models import Case, Staff
from firstline.desk.questions import CATEGORIES
from firstline.desk.rows import case_row, product_names
from firstline.desk.shared_counts import SharedCounts
from firstline.web.staff_session import signed_in


class CaseQuery(CaseFilter):
    """Query of ``GET /api/desk/cases``."""

    after: str = Field("", max_length=400)
    limit: int = Field(50, ge=1, le=200)


class ViewBody(BaseModel):
    """Body that saves a view."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=60)
    scope: Literal["own", "team"] = "own"
    filter: CaseFilter


class DefaultBody(BaseModel):
    """Body of ``PUT /api/desk/views/default``."""

    model_config = ConfigDict(extra="forbid")

    view: str = Field(max_length=20)


def queue_router(database: Database, charters: Charters) -> APIRouter:
    """Return the routes of the queue; each sees the signed-in agent's partner alone."""
    router = APIRouter(prefix="/api/desk", tags=["desk"])
    counts = SharedCounts(database)
    Agent = Annotated[Staff, Depends(signed_in(database, "case.read"))]  # noqa: N806 - a type

    @router.get("/cases")
    async def cases(agent: Agent, wanted: Annotated[CaseQuery, Query()]) -> dict[str, Any]:
        now = utcnow()
        charter = charters.get(agent.partner)
        async with database.reading() as session:
            page = await list_page(
                session, agent.partner, wanted, agent.id, now, after=wanted.after, limit=wanted.limit
            )
            listed = [await case_row(session, case, talk, charter, agent, now) for case, talk in page.rows]
        return {"cases": listed, "next": page.next, "now": iso(now)}

    @router.get("/views")
    async def all_views(agent: Agent) -> dict[str, Any]:
        now = utcnow()
        async with database.reading() as session:
            found = await views.views_of(session, agent)
            default = await views.default_view(session, agent)
        numbers = await counts.of(agent.partner, [view.filter for view in found], agent.id, now)
        listed = [view.as_json() | {"count": number} for view, number in zip(found, numbers, strict=True)]
        return {"views": listed, "default": default, "may_share": agent.may("team.keep"), "now": iso(now)}

    @router.post("/views", status_code=201)
    async def save(body: ViewBody, agent: Agent) -> dict[str, Any]:
        async with database.session() as session:
            saved = (await views.save_view(session, agent, body.scope, body.name, body.filter)).as_json()
            audit(session, agent, "view.added", saved["id"], shared=body.scope == "team")
            return {"view": saved}

    @router.put("/views/default", status_code=204)
    async def choose(body: DefaultBody, agent: Agent) -> None:
        async with database.session() as session:
            await views.choose_default(session, agent, body.view)

    @router.put("/views/{view}")
    async def change(view: str, body: ViewBody, agent: Agent) -> dict[str, Any]:
        async with database.session() as session:
            changed = await views.change_view(session, agent, _number(view), body.scope, body.name, body.filter)
            audit(session, agent, "view.changed", view, shared=body.scope == "team")
            return {"view": changed.as_json()}

    @router.delete("/views/{view}", status_code=204)
    async def delete(view: str, agent: Agent) -> None:
        async with database.session() as session:
            await views.delete_view(session, agent, _number(view))
            audit(session, agent, "view.deleted", view)

    @router.get("/filters")
    async def choices(agent: Agent) -> dict[str, Any]:
        charter = charters.get(agent.partner)
        async with database.reading() as session:
            named = select(Case.product).where(Case.partner == agent.partner, Case.product.is_not(None)).distinct()
            reasons = select(Case.reason).where(Case.partner == agent.partner).distinct()
            team = select(Staff.id, Staff.name).where(Staff.partner == agent.partner).order_by(Staff.name)
            products = sorted(str(product) for product in await session.scalars(named))
            return {
                "severities": [
                    {"id": key, "name": {lang: charter.severities[key].name.say(lang) for lang in LANGUAGES}}
                    for key in charter.severities_by_rank
                ],
                "categories": list(CATEGORIES),
                "products": [{"id": key, "name": product_names(key)} for key in products],
                "reasons": sorted(await session.scalars(reasons)),
                "agents": [{"id": row.id, "name": row.name} for row in await session.execute(team)],
                "languages": list(LANGUAGES),
            }

    return router


def _number(view: str) -> int:
    """Return the number in a saved view's id; raises ``NotFound`` for what is none, built-in views too."""
    if view.startswith("v") and view[1:].isascii() and view[1:].isdecimal() and len(view) < 10:
        return int(view[1:])
    raise NotFound(f"There is no saved view {view}.", code="no_view")
