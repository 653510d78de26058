"""Files over HTTP, on the agents' side."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse

from firstline.conversations import store
from firstline.core.database import Database
from firstline.desk.attachments import add_from_agent, check_room, check_speaker, file_of
from firstline.desk.audit import audit
from firstline.desk.models import Staff
from firstline.files.kinds import KINDS
from firstline.files.store import FileStore
from firstline.files.transfer import FILE_ANSWER, FILE_BODY, handed_out, incoming
from firstline.web.staff_session import signed_in


def desk_file_router(database: Database, files: FileStore, most: int) -> APIRouter:
    """Return the routes of files under ``/api/desk``; each sees the signed-in agent's partner alone."""
    router = APIRouter(prefix="/api/desk", tags=["desk"])
    Agent = Annotated[Staff, Depends(signed_in(database, "case.work"))]  # noqa: N806 - a type

    @router.get("/files")
    async def rules(agent: Agent) -> dict[str, Any]:
        endings = [f".{ending}" for kind in sorted(files.kinds) for ending in KINDS[kind].endings]
        return {"max_bytes": files.max_bytes, "max_files": most, "endings": endings}

    @router.post("/cases/{number}/files", status_code=201, openapi_extra=FILE_BODY)
    async def send(
        number: str,
        request: Request,
        agent: Agent,
        name: Annotated[str, Query(min_length=1, max_length=500)],
        client_message_id: Annotated[str, Query(min_length=1, max_length=64)],
    ) -> dict[str, Any]:
        async with database.reading() as session:
            conversation = await check_speaker(session, agent, number)
            before = await store.sent_before(session, conversation.id, client_message_id)
            if before is not None:
                return {"message": store.message_json(before)}
            await check_room(session, conversation.id, most)
        body = incoming(request)
        async with files.receive(body.pieces, body.declared) as received, database.session() as session:
            message = await add_from_agent(session, agent, number, received, name, client_message_id)
            await files.keep(received)
            audit(session, agent, "case.file_sent", number)
            return {"message": store.message_json(message)}

    @router.get("/files/{file_id}", response_class=FileResponse, responses=FILE_ANSWER)
    async def fetch(file_id: str, agent: Agent) -> FileResponse:
        async with database.reading() as session:
            file = await file_of(session, agent.partner, file_id)
        return handed_out(file, files.find(file.id))

    return router
