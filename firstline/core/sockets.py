"""What every live socket shares: frames in, hub events out, and an end when the other side is gone."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from firstline.core.errors import FirstlineError, Unavailable
from firstline.core.events import Event
from firstline.core.logs import get_logger

_log = get_logger("sockets")

Frame = dict[str, Any]

AUTH_SECONDS = 10
REFUSED = 4401
FALLEN_BEHIND = 4408
AGAIN_LATER = 1013
SESSION_ENDED = "session_ended"
"""The type of the hub's event that ends the sockets of a session."""


async def first_frame(socket: WebSocket) -> Frame:
    """Return the first frame, ``{}`` when none comes in time or it is no JSON object."""
    try:
        async with asyncio.timeout(AUTH_SECONDS):
            return parse_frame(await socket.receive_text())
    except (TimeoutError, WebSocketDisconnect, KeyError):
        return {}


async def refuse(socket: WebSocket, code: str, message: str) -> None:
    """Say why and close with 4401, at which the other side does not come again by itself."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await socket.send_json({"type": "error", "error": {"code": code, "message": message}})
        await socket.close(REFUSED)


async def end_for(socket: WebSocket, error: FirstlineError) -> None:
    """Refuse for ``error``; where a part of ours is away, close with 1013: the other side tries again."""
    if not isinstance(error, Unavailable):
        await refuse(socket, error.code, error.message)
        return
    _log.warning("socket_ended", code=error.code)
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await socket.close(AGAIN_LATER)


async def converse(
    socket: WebSocket,
    queue: asyncio.Queue[Event],
    on_frame: Callable[[Frame], Awaitable[None]],
    on_event: Callable[[Event], Awaitable[Frame | str | None]],
) -> None:
    """Pass frames to ``on_frame`` and what ``on_event`` makes of hub events to the socket, until one side ends.

    A frame that many sockets get may come as text, encoded once by ``encode_frame``. A ping is answered here and passed
    on as well.
    """

    async def read() -> None:
        while True:
            frame = parse_frame(await socket.receive_text())
            if frame.get("type") == "ping":
                await socket.send_json({"type": "pong"})
            await on_frame(frame)

    async def write() -> None:
        while True:
            event = await queue.get()
            if event["type"] == "overflow":
                await socket.close(FALLEN_BEHIND)
                return
            if event["type"] == SESSION_ENDED:
                await refuse(socket, "not_signed_in", "The session has ended; log in again.")
                return
            frame = await on_event(event)
            if frame is not None:
                await socket.send_text(frame if isinstance(frame, str) else encode_frame(frame))

    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        tasks = {asyncio.create_task(read()), asyncio.create_task(write())}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def encode_frame(frame: Frame) -> str:
    """Return a frame as the text that goes over the line."""
    return json.dumps(frame, separators=(",", ":"), ensure_ascii=False)


def parse_frame(raw: str) -> Frame:
    """Return a frame as an object, ``{}`` for what isn't one."""
    try:
        frame = json.loads(raw)
    except ValueError:
        return {}
    return frame if isinstance(frame, dict) else {}
