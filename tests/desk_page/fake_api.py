"""A staff API of its own for the desk's pages: cases in memory, live frames, and levers that tests pull."""

import asyncio
import itertools
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

import firstline
from firstline.web.pages import STATIC_FOLDER, STATIC_URL, router

WIDGET = Path(firstline.__file__).parent / "chat" / "static"
EMAIL, PASSWORD, NAME = "seoyeon@example.test", "correct horse", "김서연"
SEVERITIES = {
    "general": {"ko": "일반 문의", "en": "General"},
    "impaired": {"ko": "업무 불편", "en": "Impaired"},
    "production_impaired": {"ko": "일부 업무 중단", "en": "Production impaired"},
    "production_down": {"ko": "전체 업무 중단", "en": "Production down"},
}


def now() -> datetime:
    return datetime.now(UTC)


class FakeDesk:
    """The state behind the API; ``url`` is where it is served while the context lasts."""

    def __init__(self) -> None:
        self.sockets: dict[WebSocket, str | None] = {}
        self.watching = threading.Condition()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.reset()

    def reset(self) -> None:
        self.cases: dict[str, dict[str, Any]] = {}
        self.ids = itertools.count(1)
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        self.failures: list[int] = []
        self.signed_in = True

    # Levers

    def add(self, number: str, *, minutes: float | None = 58, question: str = "", **fields: Any) -> dict[str, Any]:
        """Add a waiting case whose answer is due in ``minutes`` (``None``: no promise), without telling anybody."""
        severity = fields.pop("severity", "impaired")
        language = fields.pop("language", "ko")
        case: dict[str, Any] = {
            "number": number,
            "status": "waiting",
            "state": "waiting",
            "severity": severity,
            "severity_name": SEVERITIES[severity],
            "category": "problem",
            "reason": "human",
            "language": language,
            "question": question,
            "agent_name": None,
            "mine": False,
            "opened_at": stamp(-12),
            "waiting_since": stamp(-12),
            "respond_by": None if minutes is None else stamp(minutes),
            "first_response_at": None,
            "overdue": minutes is not None and minutes < 0,
            "warning": minutes is not None and 0 <= minutes < 15,
            "last_message_at": stamp(-3),
            "messages": [],
            "notes": [],
            "events": [],
            "summary": {"questions": [question] if question else [], "articles": [], "turns": 1},
            "charter_version": "2026-11",
            "tier": "basic",
            "conversation_id": f"conversation-{number}",
        }
        self.cases[number] = case | fields
        if question:
            self.say(number, "customer", question, live=False)
        return self.cases[number]

    def arrive(self, number: str, **fields: Any) -> None:
        self.add(number, **fields)
        self.tell(number, "waiting")

    def say(self, number: str, author: str, text: str, *, live: bool = True, **fields: Any) -> dict[str, Any]:
        case = self.cases[number]
        message = {
            "id": next(self.ids),
            "author": author,
            "author_name": None,
            "text": text,
            "lang": case["language"],
            "buttons": [],
            "articles": [],
            "helpful": None,
            "client_message_id": None,
            "receipt": None,
            "payload": None,
            "created_at": stamp(0),
        } | fields
        case["messages"].append(message)
        if live:
            self.send({"type": "message", "message": message}, watching=number)
            self.tell(number, "message")
        return message

    def taken_by(self, number: str, name: str) -> None:
        """Let a colleague win the case without any frame about it."""
        self.cases[number] |= {"agent_name": name, "state": "human", "status": "human", "waiting_since": None}

    def customer_types(self, number: str, *, on: bool) -> None:
        self.send({"type": "typing", "author": "customer", "on": on}, watching=number)

    def tell(self, number: str, kind: str) -> None:
        self.send({"type": "case", "kind": kind, "number": number})

    def drop_lines(self) -> None:
        """Cut every live line, as a restart of the server would."""
        for socket in list(self.sockets):
            self._run(socket.close(1012))

    def send(self, frame: dict[str, Any], watching: str | None = None) -> None:
        for socket, number in list(self.sockets.items()):
            if watching is None or watching == number:
                self._run(socket.send_json(frame))

    def called(self, what: str) -> list[dict[str, Any]]:
        return [body for name, _, body in self.calls if name == what]

    def wait_until_watched(self, number: str) -> None:
        with self.watching:
            assert self.watching.wait_for(lambda: number in self.sockets.values(), 15), f"nobody watches {number}"

    def _run(self, coroutine: Any) -> None:
        assert self.loop is not None
        asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    # What an agent does

    def act(self, number: str, what: str, body: dict[str, Any]) -> Response:
        case = self.cases.get(number)
        if case is None:
            return refuse(404, "no_case", f"There is no case {number}.")
        if self.failures and what == "reply":
            return refuse(self.failures.pop(0), "unavailable", "Try again.")
        if what == "claim":
            if case["state"] == "human" and not case["mine"]:
                return refuse(409, "already_claimed", f"{case['agent_name']} has already taken case {number}.")
            case |= {"mine": True, "agent_name": NAME, "state": "human", "status": "human", "waiting_since": None}
            self.say(number, "system", f"{NAME} 담당자가 대화를 이어받았습니다.")
        elif what == "note":
            note = {"id": next(self.ids), "author_name": NAME, "text": body["text"], "created_at": stamp(0)}
            case["notes"].append(note)
        elif what != "typing" and not case["mine"]:
            return refuse(409, "not_yours", f"Claim case {number} first.")
        elif what == "reply":
            return self._reply(case, body)
        elif what in ("release", "return"):
            state = "waiting" if what == "release" else "bot"
            case |= {"mine": False, "agent_name": None, "state": state, "status": state, "waiting_since": stamp(0)}
        elif what == "resolve":
            self.say(number, "agent", body["solution"], author_name=NAME)
            self.say(
                number, "system", "문제가 해결되었나요?", buttons=[{"title": "네, 해결됐어요", "payload": "/solved"}]
            )
            case["status"] = "closing"
        case["events"].append(
            {"kind": {"claim": "claimed"}.get(what, what), "actor": EMAIL, "data": body, "at": stamp(0)}
        )
        if what != "typing":
            self.tell(number, what)
        return JSONResponse(case)

    def _reply(self, case: dict[str, Any], body: dict[str, Any]) -> Response:
        sent = next((m for m in case["messages"] if m["client_message_id"] == body["client_message_id"]), None)
        if sent is None:
            fields = {"author_name": NAME, "client_message_id": body["client_message_id"]}
            sent = self.say(case["number"], "agent", body["text"], **fields)
            case["first_response_at"] = case["first_response_at"] or stamp(0)
        return JSONResponse({"message": sent})

    def rows(self, status: str) -> list[dict[str, Any]]:
        wanted = {
            "open": lambda c: c["status"] not in ("closing", "closed"),
            "mine": lambda c: c["mine"] and c["status"] != "closed",
            "closing": lambda c: c["status"] == "closing",
            "closed": lambda c: c["status"] == "closed",
        }[status]
        found = [case for case in self.cases.values() if wanted(case)]
        found.sort(key=lambda c: (bool(c["first_response_at"] and not c["waiting_since"]), c["respond_by"] or "9999"))
        return found


def stamp(minutes: float) -> str:
    return (now() + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def refuse(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message, "request_id": "r"}}, status)


def build(desk: FakeDesk) -> FastAPI:
    app = FastAPI()
    app.include_router(router)
    app.mount(STATIC_URL, StaticFiles(directory=STATIC_FOLDER))
    app.mount("/widget/static", StaticFiles(directory=WIDGET))
    staff = {"name": NAME, "email": EMAIL, "role": "agent", "partner": "demo"}

    @app.middleware("http")
    async def guard(request: Request, call_next: Any) -> Response:
        path = request.url.path
        if path.startswith("/api/") and path != "/api/staff/login":
            if not desk.signed_in or request.cookies.get("firstline_staff") != "good":
                return refuse(401, "not_signed_in", "Log in.")
            if request.method != "GET" and request.headers.get("X-Firstline-Request") != "1":
                return refuse(403, "forbidden", "Header missing.")
        answer: Response = await call_next(request)
        return answer

    @app.post("/api/staff/login")
    async def login(request: Request) -> Response:
        body = await request.json()
        desk.calls.append(("login", "", body))
        if body != {"partner": "demo", "email": EMAIL, "password": PASSWORD}:
            return refuse(401, "wrong_login", "Partner, e-mail address or password is wrong.")
        desk.signed_in = True
        answer = JSONResponse({"token": "t", "staff": staff})
        answer.set_cookie("firstline_staff", "good", httponly=True, samesite="strict")
        return answer

    @app.post("/api/staff/logout")
    async def logout() -> Response:
        desk.signed_in = False
        return Response(status_code=204)

    @app.get("/api/staff/me")
    async def me() -> Any:
        return {"staff": staff}

    @app.get("/api/desk/cases")
    async def cases(status: str) -> Any:
        return {"cases": desk.rows(status), "now": stamp(0)}

    @app.get("/api/desk/cases/{number}")
    async def case(number: str) -> Any:
        return desk.cases.get(number) or refuse(404, "no_case", f"There is no case {number}.")

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


class Served:
    """Serves a ``FakeDesk`` from a thread for as long as the context lasts."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk
        started = threading.Event()
        app = build(desk)

        async def note_loop() -> None:
            desk.loop = asyncio.get_running_loop()
            started.set()

        app.router.on_startup.append(note_loop)
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", timeout_graceful_shutdown=1)
        self.server = uvicorn.Server(config)
        self.socket = config.bind_socket()
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)
        self.started = started

    def __enter__(self) -> str:
        self.thread.start()
        assert self.started.wait(30), "the fake server did not start"
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(10)
