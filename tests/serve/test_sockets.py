"""The live sockets, over a real server."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
import websockets


@pytest.fixture
async def server(app: Any) -> AsyncIterator[str]:
    running = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None, ws="websockets-sansio"))
    task = asyncio.create_task(running.serve())
    while not running.started:  # noqa: ASYNC110 - the server offers no event
        await asyncio.sleep(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"ws://127.0.0.1:{port}"
    running.should_exit = True
    await task


async def frames_until(socket: Any, kind: str) -> list[dict[str, Any]]:
    seen = []
    async with asyncio.timeout(10):
        while not seen or seen[-1]["type"] != kind:
            seen.append(json.loads(await socket.recv()))
    return seen


async def test_customer_sees_messages_typing_and_state(
    server: str, new_customer: Any, new_agent: Any, http: Any
) -> None:
    customer = await new_customer()
    number = (await customer.send("/human"))["case"]["number"]
    agent = await new_agent()
    async with websockets.connect(f"{server}/api/chat/ws") as socket:
        await socket.send(json.dumps({"type": "auth", "token": customer.token, "after": 0}))
        caught_up = await frames_until(socket, "ready")
        assert [f["message"]["author"] for f in caught_up[:-1]] == ["bot", "customer", "system", "system"]
        assert caught_up[-1]["state"] == "waiting" and caught_up[-1]["case"]["number"] == number
        await http.post(f"/api/desk/cases/{number}/claim", headers=agent)
        state = (await frames_until(socket, "state"))[-1]
        assert state["state"] == "human"
        await http.post(f"/api/desk/cases/{number}/typing", json={"on": True}, headers=agent)
        assert (await frames_until(socket, "typing"))[-1] == {"type": "typing", "author": "agent", "on": True}
        body = {"text": "안녕하세요", "client_message_id": "r1"}
        await http.post(f"/api/desk/cases/{number}/reply", json=body, headers=agent)
        assert (await frames_until(socket, "message"))[-1]["message"]["text"] == "안녕하세요"


async def test_desk_is_told_of_a_new_case_and_follows_the_watched_one(
    server: str, new_customer: Any, new_agent: Any
) -> None:
    customer = await new_customer()
    agent = await new_agent()
    token = agent["Authorization"].split()[1]
    async with websockets.connect(f"{server}/api/desk/ws") as socket:
        await socket.send(json.dumps({"type": "auth", "token": token}))
        await frames_until(socket, "ready")
        number = (await customer.send("/human"))["case"]["number"]
        alert = (await frames_until(socket, "case"))[-1]
        assert (alert["kind"], alert["number"]) == ("waiting", number)
        await socket.send(json.dumps({"type": "watch", "number": number}))
        await socket.send(json.dumps({"type": "ping"}))
        await frames_until(socket, "pong")
        await customer.send("추가 내용입니다")
        assert (await frames_until(socket, "message"))[-1]["message"]["text"] == "추가 내용입니다"


@pytest.mark.parametrize("path", ["/api/chat/ws", "/api/desk/ws"])
async def test_forged_token_is_refused(server: str, path: str) -> None:
    async with websockets.connect(f"{server}{path}") as socket:
        await socket.send(json.dumps({"type": "auth", "token": "demo.x.forged"}))
        assert (await frames_until(socket, "error"))[-1]["error"]["code"]
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 4401


async def test_author_has_no_desk_socket(server: str, new_agent: Any) -> None:
    token = (await new_agent("writer", role="author"))["Authorization"].split()[1]
    async with websockets.connect(f"{server}/api/desk/ws") as socket:
        await socket.send(json.dumps({"type": "auth", "token": token}))
        assert (await frames_until(socket, "error"))[-1]["error"]["code"] == "wrong_role"
