"""The desk's live socket: signs of life, which case changed, and what is said in the one that is watched."""

import asyncio
import uuid
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charters
from firstline.conversations import store
from firstline.core.database import Database, publish_later
from firstline.core.errors import FirstlineError
from firstline.core.events import Event
from firstline.core.metrics import counted
from firstline.core.settings import Settings
from firstline.core.sockets import Frame, converse, end_for
from firstline.core.times import utcnow
from firstline.desk import presence
from firstline.desk.history import case_topic, desk_topic
from firstline.desk.models import Staff
from firstline.desk.queue import find_case
from firstline.desk.sessions import session_topic
from firstline.desk.signs_of_life import SignsOfLife
from firstline.web.live_rows import LiveRows
from firstline.web.staff_session import socket_staff


def desk_socket_router(database: Database, charters: Charters, settings: Settings) -> APIRouter:
    """Return ``WS /api/desk/ws``, signed in by cookie or by a first frame ``{"type": "auth", "token": ...}``."""
    router = APIRouter()
    rows = LiveRows(database, charters)
    signs = SignsOfLife(database, timedelta(seconds=settings.agent_gone_seconds))

    @router.websocket("/api/desk/ws")
    async def live(socket: WebSocket) -> None:
        await socket.accept()
        try:
            staff = await socket_staff(database, socket, "case.read")
        except FirstlineError as error:
            await end_for(socket, error)
            return
        topics = (desk_topic(staff.partner), session_topic(staff.session_id))
        async with database.hub.subscribe(*topics) as queue, counted("desk"):
            window = _Window(database, settings, rows, signs, staff, queue)
            await window.open()
            try:
                with suppress(WebSocketDisconnect):  # The page may have been left already.
                    await socket.send_json({"type": "ready"})
                await converse(socket, queue, window.on_frame, window.on_event)
            finally:
                await asyncio.shield(window.close())

    return router


class _Window:
    """One browser window on the desk, from its first sign of life to its last."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        rows: LiveRows,
        signs: SignsOfLife,
        staff: Staff,
        queue: asyncio.Queue[Event],
    ) -> None:
        self._database = database
        self._rows = rows
        self._signs = signs
        self._staff = staff
        self._queue = queue
        self._line = uuid.uuid4().hex
        self._gone_after = timedelta(seconds=settings.agent_gone_seconds)
        self._capacity = settings.agent_capacity
        self._watching = AsyncExitStack()
        self._case: tuple[int, str] | None = None

    async def open(self) -> None:
        async with self._database.session() as session:
            await presence.open_line(
                session, self._staff, self._line, utcnow(), gone_after=self._gone_after, capacity=self._capacity
            )

    async def close(self) -> None:
        await self._watching.aclose()
        await self._signs.forget(self._line)
        async with self._database.session() as session:
            await presence.close_line(session, self._line, utcnow())
            await _tell_watchers(session, self._staff.partner, self._case)

    async def on_frame(self, frame: Frame) -> None:
        match frame.get("type"):
            case "ping" | "active" as kind:
                self._signs.note(self._line, active=kind == "active")
            case "watch":
                await self._watch(str(frame.get("number") or ""))

    async def on_event(self, event: Event) -> Frame | str | None:
        is_own = event["type"] == "typing" and event.get("by") == self._staff.id
        # What an agent types reaches colleagues with the name, over the case's own topic.
        is_nameless = event["type"] == "typing" and event.get("author") == "agent" and "by" not in event
        needs = event.get("needs")
        is_for_others = needs is not None and not self._staff.may(needs)
        return None if is_own or is_nameless or is_for_others else await self._rows.with_row(event, self._staff)

    async def _watch(self, number: str) -> None:
        """Follow one case instead of the one before; an empty number follows none."""
        await self._watching.aclose()
        before, self._case = self._case, None
        if number:
            try:
                async with self._database.reading() as session:
                    case, conversation = await find_case(session, self._staff.partner, number)
            except FirstlineError as error:
                self._queue.put_nowait({"type": "error", "error": {"code": error.code, "message": error.message}})
            else:
                self._case = (case.id, number)
                topics = (store.topic(conversation.id), case_topic(self._staff.partner, number))
                talk = await self._watching.enter_async_context(self._database.hub.subscribe(*topics))
                self._watching.callback(asyncio.create_task(_forward(talk, self._queue, number)).cancel)
        async with self._database.session() as session:
            await presence.watch(session, self._line, self._case[0] if self._case else None)
            for shown in {before, self._case}:
                await _tell_watchers(session, self._staff.partner, shown)


async def _tell_watchers(session: AsyncSession, partner: str, shown: tuple[int, str] | None) -> None:
    if shown is None:
        return
    case_id, number = shown
    event = {"type": "watchers", "number": number, "watchers": await presence.watchers(session, case_id, utcnow())}
    publish_later(session, case_topic(partner, number), event)


async def _forward(source: asyncio.Queue[Event], target: asyncio.Queue[Event], number: str) -> None:
    """Pass on what happens in a case with the case's number: what was on its way may come after the next is watched."""
    while True:
        event = await source.get()
        await target.put(event if event["type"] == "overflow" else event | {"number": number})
