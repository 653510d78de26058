"""The chat's live socket: what is said, by whom, and who is typing; it ends with its token."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from firstline.chat.callers import claim_for
from firstline.chat.origins import Origins
from firstline.chat.service import ChatService
from firstline.chat.tokens import Claim, Tokens, expired
from firstline.conversations import store
from firstline.core.errors import FirstlineError
from firstline.core.events import Event, Hub
from firstline.core.metrics import counted
from firstline.core.row_ids import LARGEST_ID
from firstline.core.sockets import Frame, converse, end_for, first_frame
from firstline.core.times import utcnow


def socket_router(service: ChatService, tokens: Tokens, origins: Origins, hub: Hub) -> APIRouter:
    """Return ``WS /api/chat/ws``; its first frame is ``{"type": "auth", "token": ..., "after": ...}``."""
    router = APIRouter()

    @router.websocket("/api/chat/ws")
    async def live(socket: WebSocket) -> None:
        await socket.accept()
        frame = await first_frame(socket)
        after = frame.get("after")
        try:
            claim = claim_for(tokens, str(frame.get("token", "")), str(frame.get("partner") or ""))
            origins.check(claim.partner, socket)
            topic = store.topic(claim.conversation_id)
            async with _until(claim) as end, hub.subscribe(topic) as queue, counted("chat"):
                now = await service.snapshot(claim, after if isinstance(after, int) else 0)
                for message in now["messages"]:
                    await socket.send_json({"type": "message", "message": message})
                await socket.send_json({"type": "ready", **_standing(now)})

                async def on_frame(frame: Frame) -> None:
                    if frame.get("type") == "typing":
                        hub.publish(topic, {"type": "typing", "author": "customer", "on": bool(frame.get("on"))})
                    elif frame.get("type") == "token":
                        _prolong(end, claim, tokens.read(str(frame.get("token", ""))))
                    elif frame.get("type") == "seen" and type(frame.get("id")) is int:
                        await service.note_seen(claim, frame["id"])

                async def on_event(event: Event) -> Frame | None:
                    if event["type"] == "state":
                        return {"type": "state", **_standing(await service.snapshot(claim, after=LARGEST_ID))}
                    is_own = event["type"] == "seen" or event.get("author") == "customer"
                    return None if is_own else event

                await converse(socket, queue, on_frame, on_event)
        except FirstlineError as error:
            await end_for(socket, error)
        except WebSocketDisconnect:
            return  # The page was left while it was told what it had missed.

    return router


@asynccontextmanager
async def _until(claim: Claim) -> AsyncIterator[asyncio.Timeout]:
    """Run what is inside until the token's end, then raise ``NotSignedIn``."""
    limit = asyncio.timeout(None)
    try:
        async with limit:
            _end_with(limit, claim)
            yield limit
    except TimeoutError:
        if limit.expired():
            raise expired() from None
        raise


def _prolong(end: asyncio.Timeout, claim: Claim, renewed: Claim) -> None:
    if (renewed.partner, renewed.conversation_id) == (claim.partner, claim.conversation_id):
        _end_with(end, renewed)


def _end_with(limit: asyncio.Timeout, claim: Claim) -> None:
    limit.reschedule(asyncio.get_running_loop().time() + (claim.expires - utcnow()).total_seconds())


def _standing(snapshot: dict[str, Any]) -> dict[str, Any]:
    return {key: snapshot[key] for key in ("state", "case", "language", "agent_name")}
