"""The live sockets, over a real server."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import websockets

from firstline.core.times import utcnow
from firstline.desk.breach import act_on_clocks
from firstline.desk.waiting import QueueNews


@pytest.fixture
def server(address: str) -> str:
    return f"ws://{address}"


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


async def test_waiting_customer_is_told_when_the_place_changes(server: str, app: Any, new_customer: Any) -> None:
    parts = app.state.parts
    following = asyncio.create_task(QueueNews(parts.database, parts.charters).run())
    first, second = await new_customer(), await new_customer()
    for customer in (first, second):
        await customer.send("/human")
    async with websockets.connect(f"{server}/api/chat/ws") as socket:
        await socket.send(json.dumps({"type": "auth", "token": second.token, "after": 0}))
        assert (await frames_until(socket, "ready"))[-1]["case"]["position"] == 2
        await first.send("/withdraw")
        told = await frames_until(socket, "queue")
        while told[-1]["position"] != 1:
            told += await frames_until(socket, "queue")
    following.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await following


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
        told = (await frames_until(socket, "message"))[-1]
        assert (told["number"], told["message"]["text"]) == (number, "추가 내용입니다")


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


class DeskWindow:
    """An agent's window: signed in, and following one case if it is told to."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket

    async def tell(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def until(self, kind: str) -> dict[str, Any]:
        return (await frames_until(self.socket, kind))[-1]


@asynccontextmanager
async def desk_window(server: str, agent: dict[str, str], number: str | None = None) -> AsyncIterator[DeskWindow]:
    async with websockets.connect(f"{server}/api/desk/ws") as socket:
        window = DeskWindow(socket)
        await window.tell(type="auth", token=agent["Authorization"].split()[1])
        await window.until("ready")
        if number:
            await window.tell(type="watch", number=number)
            await window.until("watchers")
        yield window


async def test_the_agent_sees_how_far_the_customer_has_read(
    server: str, new_customer: Any, new_agent: Any, http: Any
) -> None:
    customer = await new_customer()
    turn = await customer.send("/human")
    number, last = turn["case"]["number"], turn["messages"][-1]["id"]
    agent = await new_agent()

    async def seen() -> int:
        found: int = (await http.get(f"/api/desk/cases/{number}", headers=agent)).json()["customer_seen"]
        return found

    rows = (await http.get("/api/desk/cases", headers=agent)).json()["cases"]
    async with desk_window(server, agent, number) as window, websockets.connect(f"{server}/api/chat/ws") as socket:
        await socket.send(json.dumps({"type": "auth", "token": customer.token, "after": last}))
        await frames_until(socket, "ready")
        for read in (last, last - 1, last + 1000, "12", True):
            await socket.send(json.dumps({"type": "seen", "id": read}))
        await socket.send(json.dumps({"type": "typing", "on": True}))
        assert await window.until("seen") == {"type": "seen", "id": last, "number": number}
        typing = {"type": "typing", "author": "customer", "on": True, "number": number}
        assert await window.until("typing") == typing
        await socket.send(json.dumps({"type": "ping"}))
        assert [frame["type"] for frame in await frames_until(socket, "pong")] == ["pong"]
    assert await seen() == last
    assert (await http.get("/api/desk/cases", headers=agent)).json()["cases"] == rows, "reading counts as no news"


async def test_who_watches_a_case_is_shown_and_customers_are_not_told(
    server: str, new_customer: Any, new_agent: Any, http: Any
) -> None:
    customer = await new_customer()
    number = (await customer.send("/human"))["case"]["number"]
    minji, jun = await new_agent("minji"), await new_agent("jun")
    async with websockets.connect(f"{server}/api/chat/ws") as socket:
        await socket.send(json.dumps({"type": "auth", "token": customer.token, "after": 0}))
        await frames_until(socket, "ready")
        async with desk_window(server, minji, number) as window:
            async with desk_window(server, jun, number):
                shown = await window.until("watchers")
                assert [one["name"] for one in shown["watchers"]] == ["jun", "minji"]
                story = (await http.get(f"/api/desk/cases/{number}", headers=minji)).json()
                assert [one["name"] for one in story["watchers"]] == ["jun"]
                await http.post(f"/api/desk/cases/{number}/typing", json={"on": True}, headers=jun)
                typing = await window.until("typing")
                assert (typing["author"], typing["name"]) == ("agent", "jun")
            left = await window.until("watchers")
            assert [one["name"] for one in left["watchers"]] == ["minji"]
            await window.tell(type="watch", number="DEMO-9999")
            assert (await window.until("error"))["error"]["code"] == "no_case"
        await socket.send(json.dumps({"type": "ping"}))
        told = await frames_until(socket, "pong")
        assert [frame for frame in told if frame["type"] != "pong"] == [
            {"type": "typing", "author": "agent", "on": True}
        ]


async def test_a_window_is_a_sign_of_life_and_alerts_name_whom_they_concern(
    server: str, new_customer: Any, new_agent: Any, http: Any
) -> None:
    customer = await new_customer()
    number = (await customer.send("/human"))["case"]["number"]
    minji, jun = await new_agent("minji"), await new_agent("jun")

    async def standing() -> dict[str, str]:
        team = (await http.get("/api/desk/team", headers=minji)).json()
        return {member["name"]: member["standing"] for member in team["members"]}

    await http.post(f"/api/desk/cases/{number}/claim", headers=minji)
    assert await standing() == {"minji": "gone"}
    async with desk_window(server, jun) as window:
        assert await standing() == {"minji": "gone", "jun": "here"}
        me = (await http.get("/api/staff/me", headers=jun)).json()["staff"]["id"]
        await http.post(f"/api/desk/cases/{number}/transfer", json={"to": me, "why": "교대"}, headers=minji)
        alert = await window.until("case")
        while alert["kind"] != "offered":
            alert = await window.until("case")
        assert (alert["number"], alert["to"], alert["by"]) == (number, me, "minji") and alert["id"]
        await http.post(f"/api/desk/cases/{number}/note", json={"text": "@jun 확인 부탁해요"}, headers=minji)
        mention = await window.until("mention")
        assert (mention["number"], mention["to"], mention["by"]) == (number, me, "minji")
        await http.put("/api/desk/presence", json={"mode": "away"}, headers=jun)
        assert (await window.until("team")) == {"type": "team"}
        assert (await standing())["jun"] == "away"


async def test_every_desk_gets_the_changed_row_as_its_agent_sees_it(
    server: str, new_customer: Any, new_agent: Any, http: Any
) -> None:
    customer = await new_customer()
    number = (await customer.send("/human"))["case"]["number"]
    minji, juno = await new_agent("minji"), await new_agent("juno")
    await http.post(f"/api/desk/cases/{number}/claim", headers=minji)
    async with desk_window(server, minji) as mine, desk_window(server, juno) as other:
        await customer.send("추가 내용입니다")
        rows = [(await window.until("case"))["row"] for window in (mine, other)]
    listed = (await http.get("/api/desk/cases", headers=minji)).json()["cases"][0]
    assert rows[0] == listed and listed["mine"] is True
    assert rows[1] == listed | {"mine": False}


async def test_a_missed_time_reaches_leads_apart_from_the_desk(
    server: str, app: Any, new_customer: Any, new_agent: Any, http: Any
) -> None:
    number = (await (await new_customer()).send("/human"))["case"]["number"]
    agent, lead = await new_agent(), await new_agent("jun", "lead")
    await http.post(f"/api/desk/cases/{number}/claim", headers=agent)
    seen: list[list[dict[str, Any]]] = []
    async with (
        websockets.connect(f"{server}/api/desk/ws") as of_agent,
        websockets.connect(f"{server}/api/desk/ws") as of_lead,
    ):
        for socket, who in ((of_agent, agent), (of_lead, lead)):
            await socket.send(json.dumps({"token": who["Authorization"].removeprefix("Bearer ")}))
            await frames_until(socket, "ready")
        assert (await act_on_clocks(app.state.parts.database, utcnow() + timedelta(days=30))).breached == 1
        await http.post(f"/api/desk/cases/{number}/note", json={"text": "끝"}, headers=lead)
        for socket in (of_agent, of_lead):
            seen.append(await frames_until_kind(socket, "note"))
    told = [[frame["kind"] for frame in frames if frame["type"] == "case"] for frames in seen]
    assert "breached" in told[0] and "escalated" not in told[0]
    assert "breached" in told[1] and told[1].count("escalated") == 1
    (frame,) = [frame for frame in seen[1] if frame.get("kind") == "escalated"]
    assert (frame["number"], frame["by"], frame["row"]["number"]) == (number, "minji", number)


async def frames_until_kind(socket: Any, kind: str) -> list[dict[str, Any]]:
    frames = []
    async with asyncio.timeout(10):
        while not frames or frames[-1].get("kind") != kind:
            frames.append(json.loads(await socket.recv()))
    return frames
