"""The desk's API by its contract, over cases in memory, served beside the real pages."""

from contextlib import suppress
from typing import Any

from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse

from ..staff_pages import COOKIE, refuse, signed_in_as, staff_pages
from .fake_desk import EMAIL, NAME, PASSWORD, FakeDesk, stamp
from .fake_escalation import add_escalation
from .fake_tools import add_tools


def build(desk: FakeDesk) -> FastAPI:
    app = staff_pages()

    def staff() -> dict[str, Any]:
        return signed_in_as(NAME, desk.role, email=EMAIL)

    @app.middleware("http")
    async def guard(request: Request, call_next: Any) -> Response:
        path = request.url.path
        if path.startswith("/api/") and path != "/api/staff/login":
            if not desk.signed_in or request.cookies.get(COOKIE) != "good":
                return refuse(401, "not_signed_in", "Log in.")
            if request.method != "GET" and request.headers.get("X-Firstline-Request") != "1":
                return refuse(403, "forbidden", "Header missing.")
        answer: Response = await call_next(request)
        return answer

    @app.get("/api/staff/login")
    async def ways() -> Any:
        return {"oidc": desk.provider}

    @app.post("/api/staff/login")
    async def login(request: Request) -> Response:
        body = await request.json()
        desk.calls.append(("login", "", body))
        if body != {"partner": "demo", "email": EMAIL, "password": PASSWORD}:
            return refuse(401, "wrong_login", "Partner, e-mail address or password is wrong.")
        desk.signed_in = True
        answer = JSONResponse({"token": "t", "staff": staff()})
        answer.set_cookie(COOKIE, "good", httponly=True, samesite="strict")
        return answer

    @app.post("/api/staff/logout")
    async def logout() -> Response:
        desk.signed_in = False
        return Response(status_code=204)

    @app.get("/api/staff/me")
    async def me() -> Any:
        return {"staff": staff()}

    @app.get("/api/desk/cases")
    async def cases(request: Request) -> Any:
        query = {key: request.query_params.getlist(key) for key in request.query_params}
        desk.asked.append(query)
        rows = desk.rows(query)
        start, limit = int(query.get("after", ["0"])[0]), int(query["limit"][0])
        after = str(start + limit) if len(rows) > start + limit else None
        return {"cases": rows[start : start + limit], "next": after, "now": stamp(0)}

    add_tools(app, desk)
    add_escalation(app, desk)

    @app.get("/api/desk/cases/{number}")
    async def case(number: str) -> Any:
        return desk.cases.get(number) or refuse(404, "no_case", f"There is no case {number}.")

    @app.get("/api/desk/files")
    async def file_rules() -> Any:
        return {"max_bytes": 1_000_000, "max_files": 20, "endings": [".png"]}

    @app.post("/api/desk/cases/{number}/files")
    async def send_file(number: str, name: str, client_message_id: str, request: Request) -> Response:
        data = await request.body()
        if desk.failures:
            return refuse(desk.failures.pop(0), "file_kind", "Not this kind.")
        desk.calls.append(("file", number, {"name": name, "bytes": len(data)}))
        file = {"id": f"{next(desk.ids):032x}", "name": name, "kind": "png", "bytes": len(data), "state": "ready"}
        more = {"author_name": NAME, "client_message_id": client_message_id}
        said = desk.say(number, "agent", name, attachments=[{**file, "scanned": True}], **more)
        return JSONResponse({"message": said}, 201)

    @app.get("/api/desk/files/{file_id}")
    async def fetch_file(file_id: str) -> Response:
        return Response(b"content", headers={"Content-Disposition": "attachment"})

    @app.get("/api/desk/team")
    async def team() -> Any:
        names = [{"id": one["id"], "name": one["name"]} for one in desk.members]
        return {"members": desk.members, "names": names, "idle_minutes": 10, "now": stamp(0)}

    @app.put("/api/desk/presence")
    async def presence(request: Request) -> Any:
        body = await request.json()
        desk.calls.append(("presence", "", body))
        desk.members[0] |= {"mode": body["mode"], "standing": body["mode"]}
        mine = [number for number, case in desk.cases.items() if case["mine"] and body["mode"] == "off"]
        for number in mine:
            desk.act(number, "release", {"why": ""})
        return {"member": desk.members[0], "returned": mine}

    @app.put("/api/desk/team/{number}/capacity")
    async def capacity(number: int, request: Request) -> Any:
        body = await request.json()
        found = next(one for one in desk.members if one["id"] == number)
        found["capacity"] = body["cases"]
        return found

    @app.get("/api/desk/mentions")
    async def mentions() -> Any:
        return {"mentions": desk.mentions, "unread": sum(not one["read"] for one in desk.mentions)}

    @app.post("/api/desk/mentions/read")
    async def read(request: Request) -> Response:
        body = await request.json()
        for entry in desk.mentions:
            entry["read"] = entry["read"] or body["number"] in (None, entry["number"])
        return Response(status_code=204)

    @app.get("/api/desk/incidents")
    async def incidents() -> Any:
        return {"incidents": desk.incidents, "products": [{"id": "teams", "name": "Microsoft Teams"}]}

    @app.post("/api/desk/incidents")
    async def declare(request: Request) -> Response:
        body = await request.json()
        desk.calls.append(("declare", "", body))
        if desk.failures:
            return refuse(desk.failures.pop(0), "unavailable", "Try again.")
        desk.incidents.append({"id": next(desk.ids), "starts_at": stamp(0), "declared_by": NAME, **body})
        return JSONResponse({"incident": desk.incidents[-1]}, 201)

    @app.post("/api/desk/incidents/{number}/end")
    async def end(number: int) -> Any:
        desk.incidents = [row for row in desk.incidents if row["id"] != number]
        return {"incident": None}

    @app.post("/api/desk/cases/{number}/{what}")
    async def act(number: str, what: str, request: Request) -> Response:
        body = await request.json()
        desk.calls.append((what, number, body))
        return desk.act(number, what, body)

    @app.websocket("/api/desk/ws")
    async def live(socket: WebSocket) -> None:
        await socket.accept()
        if not desk.signed_in:
            await socket.close(4401)
            return
        desk.sockets[socket] = None
        await socket.send_json({"type": "ready"})
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                frame = await socket.receive_json()
                if frame["type"] == "watch":
                    with desk.watching:
                        desk.sockets[socket] = frame["number"]
                        desk.watching.notify_all()
                elif frame["type"] == "ping":
                    await socket.send_json({"type": "pong"})
        desk.sockets.pop(socket, None)

    return app
