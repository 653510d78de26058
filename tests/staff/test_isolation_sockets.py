"""Live lines for staff: shut to whoever may not see them, of one partner alone, and ended with their session."""

import asyncio
import json
from typing import Any

import pytest
import websockets
from fastapi import FastAPI

from firstline.core.times import utcnow
from firstline.desk.permissions import ROLES
from firstline.desk.session_keeping import follow_ended

from ..conftest import PASSWORD
from .demo import EVERY_ROLE, Demo
from .routes import ROUTES


async def frame(socket: Any, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while (found := json.loads(await socket.recv()))["type"] != kind:
            pass
    return dict(found)


async def closed(socket: Any) -> int:
    async with asyncio.timeout(20):
        try:
            while True:
                await socket.recv()
        except websockets.ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else 0


SOCKETS = [route.partition(" ")[2] for route in ROUTES if route.startswith("WS ")]


@pytest.mark.parametrize("path", SOCKETS)
async def test_sockets_are_shut_to_nobody_wrong_roles_and_forged_tokens(address: str, person: Any, path: str) -> None:
    refused = [role for role in ROLES if role not in ROUTES[f"WS {path}"].may]
    tokens = [("", "not_signed_in"), ("forged", "not_signed_in")]
    tokens += [((await person(f"only-{role}", role)).token, "wrong_role") for role in refused]
    for token, code in tokens:
        async with websockets.connect(f"ws://{address}{path}") as socket:
            await socket.send(json.dumps({"type": "auth", "token": token}))
            assert (await frame(socket, "error"))["error"]["code"] == code
            assert await closed(socket) == 4401
    me = await person("minji")
    cookie = {"Cookie": f"firstline_staff={me.token}", "Origin": "https://evil.example"}
    async with websockets.connect(f"ws://{address}{path}", additional_headers=cookie) as socket:
        await socket.send(json.dumps({"type": "ping"}))
        assert (await frame(socket, "error"))["error"]["code"] == "not_signed_in"


async def test_a_socket_shows_its_own_partner_alone(address: str, person: Any, demo: Demo) -> None:
    stranger = await person("stranger", *EVERY_ROLE, partner="far")
    async with websockets.connect(f"ws://{address}/api/desk/ws") as socket:
        await socket.send(json.dumps({"type": "auth", "token": stranger.token}))
        await frame(socket, "ready")
        await socket.send(json.dumps({"type": "watch", "number": demo.names["number"]}))
        assert (await frame(socket, "error"))["error"]["code"] == "no_case"
        await demo.owner.ok("POST", f"/api/desk/cases/{demo.names['number']}/claim")
        await socket.send(json.dumps({"type": "ping"}))
        assert json.loads(await socket.recv()) == {"type": "pong"}


@pytest.mark.parametrize("how", ["revoked", "disabled", "password", "logout", "elsewhere"])
async def test_an_open_socket_ends_with_its_session(
    app: FastAPI, address: str, person: Any, second_process: Any, how: str
) -> None:
    admin, agent = await person("admin", "admin"), await person("agent")
    other = await person("agent")
    async with (
        websockets.connect(f"ws://{address}/api/desk/ws") as socket,
        websockets.connect(f"ws://{address}/api/desk/ws") as bystander,
    ):
        for line, who in ((socket, agent), (bystander, admin)):
            await line.send(json.dumps({"type": "auth", "token": who.token}))
            await frame(line, "ready")
        path = f"/api/staff/people/{agent.staff.id}"
        if how == "revoked":
            await admin.ok("DELETE", f"{path}/sessions")
        elif how == "disabled":
            await admin.ok("PATCH", path, json={"disabled": True})
        elif how == "password":
            link = (await admin.ok("POST", f"{path}/invitation"))["invitation"]["url"]
            body = {"token": link.partition("=")[2], "password": PASSWORD}
            await admin.ok("POST", "/api/staff/invitation", json=body)
        elif how == "logout":
            await agent.ok("POST", "/api/staff/logout")
            await other.ok("GET", "/api/staff/me")
        else:
            since = utcnow()
            headers = {"Authorization": f"Bearer {admin.token}"}
            assert (await second_process.delete(f"{path}/sessions", headers=headers)).status_code == 200
            await follow_ended(app.state.parts.database, since)
        assert await closed(socket) == 4401
        await bystander.send(json.dumps({"type": "ping"}))
        await frame(bystander, "pong")
