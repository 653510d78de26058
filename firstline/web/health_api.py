"""Staff's API for what is broken now: imported service-health issues and declared incidents; and what widgets ask."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.errors import BadInput
from firstline.core.row_ids import RowId
from firstline.core.times import iso, utcnow
from firstline.desk.audit import audit
from firstline.desk.health_news import import_issues
from firstline.desk.models import Staff
from firstline.service_health.graph_issue import read_issues
from firstline.service_health.incidents import (
    declare,
    end_incident,
    incident_json,
    incidents_not_over,
    incidents_now,
)  # fmt: skip
from firstline.service_health.issues import issue_json, open_issues
from firstline.support_rules.products import products
from firstline.web.staff_session import signed_in

_LONGEST = 600

Issues = Annotated[JsonValue, Body()]


class Words(BaseModel):
    """The same thing said in both languages."""

    model_config = ConfigDict(extra="forbid")

    ko: str = Field(max_length=_LONGEST)
    en: str = Field(max_length=_LONGEST)


class NewIncident(BaseModel):
    """Body of ``POST /api/desk/incidents``."""

    model_config = ConfigDict(extra="forbid")

    text: Words
    product: str | None = Field(None, max_length=40)
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None


def health_router(database: Database, charters: Charters) -> APIRouter:
    """Return ``/api/desk/health``, ``/api/desk/incidents`` and the public ``GET /api/incidents``."""
    router = APIRouter(prefix="/api")
    Agent = Annotated[Staff, Depends(signed_in(database, "health.keep"))]  # noqa: N806 - a type

    async def keep(agent: Staff, body: JsonValue, *, replace: bool) -> dict[str, int]:
        issues = read_issues(body)
        async with database.session() as session:
            imported = await import_issues(session, charters.get(agent.partner), issues, replace=replace)
            counts: dict[str, Any] = dict(imported.counts())
            audit(session, agent, "health.imported", **counts)
        return imported.counts()

    @router.get("/desk/health", tags=["desk"])
    async def issues(agent: Agent) -> dict[str, Any]:
        now = utcnow()
        async with database.reading() as session:
            found = await open_issues(session, agent.partner, now)
        return {"issues": [issue_json(issue) for issue in found], "now": iso(now)}

    @router.post("/desk/health", tags=["desk"])
    async def add_issues(agent: Agent, body: Issues) -> dict[str, int]:
        return await keep(agent, body, replace=False)

    @router.put("/desk/health", tags=["desk"])
    async def replace_issues(agent: Agent, body: Issues) -> dict[str, int]:
        return await keep(agent, body, replace=True)

    @router.get("/desk/incidents", tags=["desk"])
    async def incidents(agent: Agent) -> dict[str, Any]:
        async with database.reading() as session:
            found = await incidents_not_over(session, agent.partner, utcnow())
        return {
            "incidents": [incident_json(row) | {"declared_by": row.declared_by} for row in found],
            "products": [{"id": product.id, "name": product.name} for product in products().values()],
        }

    @router.post("/desk/incidents", status_code=201, tags=["desk"])
    async def declare_incident(agent: Agent, body: NewIncident) -> dict[str, Any]:
        if body.product is not None and body.product not in products():
            raise BadInput(f"There is no product '{body.product}'; take one of {', '.join(products())}.")
        async with database.session() as session:
            incident = await declare(
                session,
                agent.partner,
                agent.name,
                text=body.text.model_dump(),
                product=body.product,
                starts_at=body.starts_at,
                ends_at=body.ends_at,
            )
            audit(session, agent, "incident.declared", incident.id, product=body.product)
            return {"incident": incident_json(incident)}

    @router.post("/desk/incidents/{number}/end", tags=["desk"])
    async def end(number: RowId, agent: Agent) -> dict[str, Any]:
        async with database.session() as session:
            ended = await end_incident(session, agent.partner, number)
            audit(session, agent, "incident.ended", number)
            return {"incident": incident_json(ended)}

    @router.get("/incidents", tags=["public"])
    async def shown(partner: str) -> dict[str, Any]:
        charters.get(partner)
        async with database.reading() as session:
            found = await incidents_now(session, partner, utcnow())
        return {"incidents": [incident_json(incident) for incident in found]}

    return router
