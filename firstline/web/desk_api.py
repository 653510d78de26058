"""The desk's API: a case with its whole story, and what an agent does with it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from firstline.charter import Charters
from firstline.conversations import store
from firstline.core.database import Database
from firstline.core.times import utcnow
from firstline.desk import work
from firstline.desk.history import case_topic
from firstline.desk.models import Staff
from firstline.desk.queue import find_case
from firstline.desk.rows import case_row, case_story
from firstline.desk.suggest import Cite, cited
from firstline.knowledge.service import Knowledge
from firstline.web.staff_session import signed_in

_LONGEST = 20_000


class Body(BaseModel):
    """Base of bodies: unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid")


class CitedPassage(Body):
    """An article that a reply cites, and what its passage was searched by."""

    slug: str = Field(max_length=80)
    lang: Literal["ko", "en"]
    query: str = Field(min_length=1, max_length=2000)


class Reply(Body):
    """Body of ``.../reply``."""

    text: str = Field(max_length=_LONGEST)
    client_message_id: str = Field(min_length=1, max_length=64)
    cites: list[CitedPassage] = Field([], max_length=5)
    awaits_customer: bool = False


class NoteText(Body):
    """Body of ``.../note``."""

    text: str = Field(max_length=_LONGEST)


class Why(Body):
    """Body of ``.../release`` and ``.../return``."""

    why: str = Field("", max_length=2000)


class Solution(Body):
    """Body of ``.../resolve``."""

    solution: str = Field(max_length=_LONGEST)


class Typing(Body):
    """Body of ``.../typing``."""

    on: bool


def desk_router(database: Database, charters: Charters, knowledge: Knowledge) -> APIRouter:
    """Return the routes under ``/api/desk``; each sees the signed-in agent's partner alone."""
    router = APIRouter(prefix="/api/desk", tags=["desk"])
    Agent = Annotated[Staff, Depends(signed_in(database, "case.work"))]  # noqa: N806 - a type

    async def row_of(staff: Staff, number: str) -> dict[str, Any]:
        async with database.reading() as session:
            case, conversation = await find_case(session, staff.partner, number)
            return await case_row(session, case, conversation, charters.get(staff.partner), staff, utcnow())

    @router.get("/cases/{number}")
    async def case(number: str, agent: Agent) -> dict[str, Any]:
        async with database.reading() as session:
            found, conversation = await find_case(session, agent.partner, number)
            return await case_story(session, found, conversation, charters.get(agent.partner), agent, utcnow())

    @router.post("/cases/{number}/claim")
    async def claim(number: str, agent: Agent) -> dict[str, Any]:
        async with database.session() as session:
            await work.claim(session, agent, number)
        return await row_of(agent, number)

    @router.post("/cases/{number}/reply")
    async def reply(number: str, body: Reply, agent: Agent) -> dict[str, Any]:
        fields = await cited(knowledge, agent.partner, [Cite(one.slug, one.lang, one.query) for one in body.cites])
        async with database.session() as session:
            message = await work.reply(
                session,
                agent,
                number,
                body.text,
                body.client_message_id,
                awaits_customer=body.awaits_customer,
                **fields,
            )
            return {"message": store.message_json(message)}

    @router.post("/cases/{number}/note")
    async def note(number: str, body: NoteText, agent: Agent) -> dict[str, Any]:
        async with database.session() as session:
            return {"note": work.note_json(await work.add_note(session, agent, number, body.text))}

    @router.post("/cases/{number}/release")
    async def release(number: str, body: Why, agent: Agent) -> dict[str, Any]:
        async with database.session() as session:
            await work.release(session, agent, number, body.why, charters.get(agent.partner))
        return await row_of(agent, number)

    @router.post("/cases/{number}/return")
    async def return_to_bot(number: str, body: Why, agent: Agent) -> dict[str, Any]:
        async with database.session() as session:
            await work.return_to_bot(session, agent, number, body.why)
        return await row_of(agent, number)

    @router.post("/cases/{number}/resolve")
    async def resolve(number: str, body: Solution, agent: Agent) -> dict[str, Any]:
        async with database.session() as session:
            await work.send_closing(session, agent, number, body.solution)
        return await row_of(agent, number)

    @router.post("/cases/{number}/typing", status_code=204)
    async def typing(number: str, body: Typing, agent: Agent) -> None:
        async with database.reading() as session:
            _, conversation = await find_case(session, agent.partner, number)
        event = {"type": "typing", "author": "agent", "on": body.on}
        database.hub.publish(store.topic(conversation.id), event)
        database.hub.publish(case_topic(agent.partner, number), {**event, "by": agent.id, "name": agent.name})

    return router
