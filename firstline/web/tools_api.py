"""What stands beside a case: suggested articles, the customer's past cases, canned replies."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.row_ids import RowId
from firstline.desk import canned
from firstline.desk.audit import audit
from firstline.desk.models import Staff
from firstline.desk.past import past_cases
from firstline.desk.queue import find_case
from firstline.desk.suggest import asked_in, suggest
from firstline.knowledge.service import Knowledge
from firstline.web.staff_session import signed_in


class ByLanguage(BaseModel):
    """A text in each language."""

    model_config = ConfigDict(extra="forbid")

    ko: str = Field("", max_length=10_000)
    en: str = Field("", max_length=10_000)


class CannedBody(BaseModel):
    """Body that saves a canned reply."""

    model_config = ConfigDict(extra="forbid")

    scope: Literal["own", "team"] = "own"
    shortcut: str = Field(max_length=31)
    title: ByLanguage
    text: ByLanguage

    def draft(self) -> canned.Draft:
        """Return it as the desk takes it."""
        return canned.Draft(self.scope, self.shortcut, self.title.model_dump(), self.text.model_dump())


def tools_router(database: Database, charters: Charters, knowledge: Knowledge) -> APIRouter:
    """Return the routes of the agents' tools; each sees the signed-in agent's partner alone."""
    router = APIRouter(prefix="/api/desk", tags=["desk"])
    Agent = Annotated[Staff, Depends(signed_in(database, "case.work"))]  # noqa: N806 - a type

    @router.get("/cases/{number}/articles")
    async def articles(number: str, agent: Agent, q: Annotated[str, Query(max_length=2000)] = "") -> dict[str, Any]:
        async with database.reading() as session:
            _, conversation = await find_case(session, agent.partner, number)
            asked, shown = await asked_in(session, conversation)
        lang: Literal["ko", "en"] = "en" if conversation.language == "en" else "ko"
        queries = [q.strip()] if q.strip() else asked
        found = await suggest(knowledge, agent.partner, lang, queries, shown)
        return {"lang": lang, "queries": queries, "articles": found}

    @router.get("/cases/{number}/past")
    async def past(number: str, agent: Agent) -> dict[str, Any]:
        async with database.reading() as session:
            case, _ = await find_case(session, agent.partner, number)
            return {"cases": await past_cases(session, case, charters.get(agent.partner))}

    @router.get("/cases/{number}/canned")
    async def filled(number: str, agent: Agent) -> dict[str, Any]:
        async with database.reading() as session:
            case, conversation = await find_case(session, agent.partner, number)
            replies = await canned.canned_of(session, agent)
            charter = charters.get(agent.partner)
            return {"replies": [canned.fill(reply, agent, case, conversation, charter) for reply in replies]}

    @router.get("/canned")
    async def all_canned(agent: Agent) -> dict[str, Any]:
        async with database.reading() as session:
            replies = [canned.canned_json(reply) for reply in await canned.canned_of(session, agent)]
        return {"replies": replies, "variables": canned.VARIABLES, "may_share": agent.may("team.keep")}

    @router.post("/canned", status_code=201)
    async def add(body: CannedBody, agent: Agent) -> dict[str, Any]:
        async with database.session() as session:
            saved = canned.canned_json(await canned.save_canned(session, agent, body.draft()))
            audit(session, agent, "canned_reply.added", saved["id"], shared=body.scope == "team")
            return {"reply": saved}

    @router.post("/canned/starter")
    async def starter(agent: Agent) -> dict[str, int]:
        async with database.session() as session:
            counts = await canned.import_starter(session, agent)
            audit(session, agent, "canned_reply.starter", shared=True)
            return counts

    @router.put("/canned/{reply_id}")
    async def change(reply_id: RowId, body: CannedBody, agent: Agent) -> dict[str, Any]:
        async with database.session() as session:
            saved = canned.canned_json(await canned.save_canned(session, agent, body.draft(), reply_id))
            audit(session, agent, "canned_reply.changed", reply_id, shared=body.scope == "team")
            return {"reply": saved}

    @router.delete("/canned/{reply_id}", status_code=204)
    async def delete(reply_id: RowId, agent: Agent) -> None:
        async with database.session() as session:
            await canned.delete_canned(session, agent, reply_id)
            audit(session, agent, "canned_reply.deleted", reply_id)

    return router
