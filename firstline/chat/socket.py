"""The chat's live socket: what is said, by whom, and who is typing."""

from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from firstline.chat.service import ChatService
from firstline.chat.tokens import Tokens
from firstline.conversations import store
from firstline.core.errors import FirstlineError
from firstline.core.events import Event, Hub
from firstline.core.sockets import Frame, converse, first_frame, refuse


def socket_router(service: ChatService, tokens: Tokens, hub: Hub) -> APIRouter:
    """Return ``WS /api/chat/ws``; its first frame is ``{"type": "auth", "token": ..., "after": ...}``."""
    router = APIRouter()

    @router.websocket("/api/chat/ws")
    async def live(socket: WebSocket) -> None:
        await socket.accept()
        frame = await first_frame(socket)
        after = frame.get("after")
        try:
            claim = tokens.read(str(frame.get("token", "")))
            topic = store.topic(claim.conversation_id)
            async with hub.subscribe(topic) as queue:
                now = await service.snapshot(claim, after if isinstance(after, int) else 0)
                for message in now["messages"]:
                    await socket.send_json({"type": "message", "message": message})
                await socket.send_json({"type": "ready", **_standing(now)})

                async def on_frame(frame: Frame) -> None:
                    if frame.get("type") == "typing":
                        hub.publish(topic, {"type": "typing", "author": "customer", "on": bool(frame.get("on"))})
                    elif frame.get("type") == "seen" and type(frame.get("id")) is int:
                        await service.note_seen(claim, frame["id"])

                async def on_event(event: Event) -> Frame | None:
                    if event["type"] == "state":
                        return {"type": "state", **_standing(await service.snapshot(claim, after=_NO_MESSAGES))}
                    is_own = event["type"] == "seen" or event.get("author") == "customer"
                    return None if is_own else event

                await converse(socket, queue, on_frame, on_event)
        except FirstlineError as error:
            await refuse(socket, error.code, error.message)
        except WebSocketDisconnect:
            return  # The page was left while it was told what it had missed.

    return router


_NO_MESSAGES = 2**31 - 1


def _standing(snapshot: dict[str, Any]) -> dict[str, Any]:
    return {key: snapshot[key] for key in ("state", "case", "language", "agent_name")}
