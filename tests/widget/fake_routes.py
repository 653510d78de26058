"""The routes the real app has to serve, in their smallest form, and the widget's files."""

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2
import uvicorn
from fastapi import FastAPI, Header, HTTPException, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles

from .fake_server import FakeServer, Talk
from .fake_words import LATER, RESPOND_BY

PACKAGE = Path(__file__).parents[2] / "firstline"
WIDGET = PACKAGE / "chat" / "static"
DEMO = PACKAGE / "web" / "static" / "demo"
TEMPLATES = PACKAGE / "web" / "templates"
FRAME_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
PAGE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'"
)


def error(status: int, code: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": code, "request_id": "r"}}, status)


def build_app(fake: FakeServer) -> FastAPI:
    """The routes the real app has to serve, in their smallest form."""
    app = FastAPI()
    app.add_exception_handler(HTTPException, lambda request, exc: error(exc.status_code, str(exc.detail)))

    def talk_of(authorization: str | None) -> Talk:
        talk = fake.talks.get((authorization or "").removeprefix("Bearer "))
        if talk is None:
            raise HTTPException(401, "token_refused")
        return talk

    @app.middleware("http")
    async def trouble(request: Request, call_next: Any) -> Any:
        fake.requested.append(request.url.path)
        if request.url.path.startswith("/api/chat/"):
            fake.request_ids.append(request.headers.get("X-Request-Id", ""))
        if fake.fail_with and request.url.path.startswith("/api/"):
            return error(fake.fail_with, "trouble")
        return await call_next(request)

    @app.post("/api/chat/conversations", status_code=201)
    async def create(body: dict[str, Any]) -> dict[str, Any]:
        fake.identities.append(body.get("identity"))
        if body.get("identity") == "expired":
            raise HTTPException(401, "expired_identity")
        talk = Talk(f"demo.{datetime.now(UTC):%H%M%S%f}-{len(fake.talks)}.0", body.get("locale") or "ko")
        fake.talks[talk.token] = talk
        await fake.greet(talk)
        return {"token": talk.token, "conversation_id": "c1", **talk.standing(), "messages": talk.messages}

    @app.post("/api/chat/token")
    async def renew(authorization: str | None = Header(None)) -> dict[str, Any]:
        talk = talk_of(authorization)
        fake.renewed += 1
        talk.token = f"{talk.token.rpartition('.')[0]}.{fake.renewed}"
        fake.talks[talk.token] = talk
        return {"token": talk.token, "token_expires_at": LATER}

    @app.get("/api/chat/conversation")
    async def resume(authorization: str | None = Header(None)) -> dict[str, Any]:
        talk = talk_of(authorization)
        return {"conversation_id": "c1", **talk.standing(), "messages": talk.messages}

    @app.patch("/api/chat/conversation")
    async def language(body: dict[str, Any], authorization: str | None = Header(None)) -> dict[str, Any]:
        talk = talk_of(authorization)
        talk.language = body["locale"]
        if talk.case:
            talk.case = {**talk.case, "respond_by_text": RESPOND_BY[talk.language]}
        return {"language": talk.language}

    @app.post("/api/chat/messages")
    async def send(body: dict[str, Any], authorization: str | None = Header(None)) -> Any:
        talk = talk_of(authorization)
        fake.posts.append(body)
        while not fake.hold.is_set():  # noqa: ASYNC110 - set from the tests' thread
            await asyncio.sleep(0.01)
        client_id = body["client_message_id"]
        answer = talk.answers.get(client_id) or await fake.turn(talk, body["text"], client_id)
        if fake.lose_answers:
            fake.lose_answers -= 1
            return error(502, "answer_lost")
        return answer

    @app.get("/api/chat/files")
    async def file_rules(authorization: str | None = Header(None)) -> dict[str, Any]:
        talk_of(authorization)
        return {"max_bytes": fake.max_bytes, "max_files": 20, "endings": [".png", ".pdf"]}

    @app.post("/api/chat/files", status_code=201)
    async def upload(
        request: Request, name: str, client_message_id: str, authorization: str | None = Header(None)
    ) -> Any:
        talk = talk_of(authorization)
        data = await request.body()
        while not fake.hold_uploads.is_set():  # noqa: ASYNC110 - set from the tests' thread
            await asyncio.sleep(0.01)
        if fake.refuse_upload:
            return error(*fake.refuse_upload)
        fake.uploads.append((name, data))
        kind = name.rpartition(".")[2]
        file = {"id": f"{len(fake.uploads):032x}", "name": name, "kind": kind, "bytes": len(data), "state": "ready"}
        extra = {"client_message_id": client_message_id, "attachments": [{**file, "scanned": True}]}
        own = await fake._store(talk, "customer", name, **extra)
        return {"message": own, "messages": [], "state": talk.state, "case": talk.case}

    @app.get("/api/chat/files/{file_id}")
    async def file(file_id: str, authorization: str | None = Header(None)) -> Response:
        talk_of(authorization)
        _, data = fake.uploads[int(file_id, 16) - 1]
        return Response(data, media_type="application/octet-stream")

    @app.put("/api/chat/contact")
    async def contact(body: dict[str, Any], authorization: str | None = Header(None)) -> Any:
        talk = talk_of(authorization)
        if body["email"] == "a@b.c":
            return error(400, "bad_email")
        talk.case = {**(talk.case or {}), "contact_email": body["email"]}
        return {**talk.standing(), "messages": []}

    @app.put("/api/chat/rating")
    async def rating(body: dict[str, Any], authorization: str | None = Header(None)) -> dict[str, Any]:
        talk = talk_of(authorization)
        fake.posts.append(body)
        talk.case = {**(talk.case or {}), "rating": {"state": "given", "until": LATER, **body}}
        return {**talk.standing(), "messages": []}

    @app.get("/api/chat/messages")
    async def after(after: int = 0, authorization: str | None = Header(None)) -> dict[str, Any]:
        talk = talk_of(authorization)
        return {**talk.standing(), "messages": [m for m in talk.messages if m["id"] > after]}

    @app.post("/api/chat/feedback")
    async def feedback(body: dict[str, Any], authorization: str | None = Header(None)) -> dict[str, Any]:
        talk = talk_of(authorization)
        fake.posts.append(body)
        return {"messages": [], "state": talk.state, "case": talk.case}

    @app.get("/api/charter")
    async def charter(partner: str, lang: str) -> dict[str, Any]:
        ko = lang == "ko"
        return {
            "partner": {"name": "예시클라우드" if ko else "Example Cloud"},
            "now_text": "지금 상담할 수 있습니다. 오후 6시까지 운영합니다." if ko else "We are open now, until 18:00.",
            "hours_text": "평일 09:00~12:00, 13:00~18:00 (점심 12:00~13:00 제외)"
            if ko
            else "Mon-Fri 09:00-12:00, 13:00-18:00",
            "channels": [
                {"kind": "chat", "name": "채팅" if ko else "Chat", "address": "https://example.com"},
                {"kind": "phone", "name": "전화" if ko else "Phone", "address": "02-000-0000"},
                {"kind": "email", "name": "이메일" if ko else "E-mail", "address": "support@example.com"},
            ],
        }

    @app.get("/api/incidents")
    async def incidents(partner: str) -> dict[str, Any]:
        return {"incidents": fake.incidents}

    @app.websocket("/api/chat/ws")
    async def live(socket: WebSocket) -> None:
        if fake.refuse_sockets:
            await socket.close(1013)
            return
        await socket.accept()
        hello = await socket.receive_json()
        talk = fake.talks.get(hello.get("token"))
        if hello.get("type") != "auth" or talk is None:
            await socket.close(4401)
            return
        await socket.send_json({"type": "ready", **talk.standing()})
        for message in talk.messages:
            if message["id"] > hello["after"]:
                await socket.send_json({"type": "message", "message": message})
        talk.sockets.append(socket)
        try:
            while True:
                frame = await socket.receive_json()
                if frame["type"] == "ping":
                    await socket.send_json({"type": "pong"})
                if frame["type"] == "typing":
                    fake.typed.append(frame["on"])
                if frame["type"] == "seen":
                    fake.seen.append(frame["id"])
        except (WebSocketDisconnect, RuntimeError):
            talk.sockets.remove(socket)

    @app.get("/widget.js")
    async def loader() -> FileResponse:
        return FileResponse(WIDGET / "widget.js")

    @app.get("/widget/frame")
    async def frame() -> FileResponse:
        return FileResponse(WIDGET / "frame.html", headers={"Content-Security-Policy": FRAME_CSP})

    @app.get("/")
    async def demo(lang: str = "ko") -> HTMLResponse:
        return HTMLResponse(render_demo(lang), headers={"Content-Security-Policy": PAGE_CSP})

    app.mount("/widget/static", StaticFiles(directory=WIDGET))
    app.mount("/demo/static", StaticFiles(directory=DEMO))
    return app


def render_demo(lang: str) -> str:
    """The demo page as the app renders it."""
    loader = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    strings = json.loads((DEMO / f"strings.{lang}.json").read_text(encoding="utf-8"))
    return loader.get_template("demo.html").render(partner="demo", lang=lang, strings=strings)


@contextlib.contextmanager
def running() -> Iterator[FakeServer]:
    """Serves in a thread until the block ends."""
    fake = FakeServer()
    server = uvicorn.Server(uvicorn.Config(build_app(fake), port=0, log_level="warning", timeout_graceful_shutdown=1))
    started = threading.Event()

    async def serve() -> None:
        fake.loop = asyncio.get_running_loop()
        task = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
            await asyncio.sleep(0.01)
        fake.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        started.set()
        await task

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert started.wait(20), "the fake server did not start"
    try:
        yield fake
    finally:
        fake.hold.set()
        server.should_exit = True
        thread.join(10)
