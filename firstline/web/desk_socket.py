"""The desk's live socket: which case changed, and what is said in the one that is watched."""

import asyncio
from contextlib import AsyncExitStack

from fastapi import APIRouter, WebSocket

from firstline.conversations import store
from firstline.core.database import Database
from firstline.core.errors import FirstlineError, Forbidden
from firstline.core.events import Event
from firstline.core.sockets import Frame, converse, first_frame, refuse
from firstline.desk.handover import desk_topic
from firstline.desk.queue import find_case
from firstline.desk.staff import staff_of
from firstline.web.staff_session import COOKIE

DESK_ROLES = frozenset({"agent", "admin"})


def desk_socket_router(database: Database) -> APIRouter:
    """Return ``WS /api/desk/ws``, signed in by cookie or by a first frame ``{"type": "auth", "token": ...}``."""
    router = APIRouter()

    @router.websocket("/api/desk/ws")
    async def live(socket: WebSocket) -> None:
        await socket.accept()
        token = socket.cookies.get(COOKIE, "") if _same_origin(socket) else ""
        if not token:
            token = str((await first_frame(socket)).get("token", ""))
        try:
            async with database.reading() as session:
                staff = await staff_of(session, token)
            if staff.role not in DESK_ROLES:
                raise Forbidden(f"The desk needs the role agent; you are {staff.role}.", code="wrong_role")
        except FirstlineError as error:
            await refuse(socket, error.code, error.message)
            return
        async with database.hub.subscribe(desk_topic(staff.partner)) as queue, AsyncExitStack() as watched:
            await socket.send_json({"type": "ready"})

            async def on_frame(frame: Frame) -> None:
                if frame.get("type") != "watch":
                    return
                await watched.aclose()
                try:
                    async with database.reading() as session:
                        _, conversation = await find_case(session, staff.partner, str(frame.get("number", "")))
                except FirstlineError as error:
                    await socket.send_json({"type": "error", "error": {"code": error.code, "message": error.message}})
                    return
                talk = await watched.enter_async_context(database.hub.subscribe(store.topic(conversation.id)))
                task = asyncio.create_task(_forward(talk, queue))
                watched.callback(task.cancel)

            async def on_event(event: Event) -> Frame | None:
                return None if event["type"] == "typing" and event.get("author") == "agent" else event

            await converse(socket, queue, on_frame, on_event)

    return router


async def _forward(source: asyncio.Queue[Event], target: asyncio.Queue[Event]) -> None:
    while True:
        await target.put(await source.get())


def _same_origin(socket: WebSocket) -> bool:
    origin = socket.headers.get("origin")
    return origin is None or origin.partition("://")[2] == socket.headers.get("host")
