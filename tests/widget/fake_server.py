"""A small stand-in for the app: the widget's files and the chat interface, with switches for every kind of trouble."""

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2
import uvicorn
from fastapi import FastAPI, Header, HTTPException, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles

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

GREETING = {
    "ko": "안녕하세요. **예시클라우드** 자동 안내입니다. 무엇을 도와드릴까요?",
    "en": "Hello, this is the automatic assistant of **Example Cloud**. How can I help?",
}
TOPICS = {
    "ko": ["청구와 구독", "설정 도움", "문제 해결", "사용 방법"],
    "en": ["Billing and subscriptions", "Setting things up", "Fixing a problem", "How to use"],
}
ANSWER = {
    "ko": "## 비밀번호 초기화\n관리자라면 **Microsoft 365 관리 센터**에서 바로 초기화할 수 있습니다.\n\n"
    "1. **사용자 > 활성 사용자**를 엽니다.\n2. 사용자를 고르고 **암호 재설정**을 누릅니다.\n"
    "3. 임시 암호를 전달해 주세요.\n\n"
    "관리 센터 주소는 https://admin.microsoft.com 입니다.",
    "en": "## Reset a password\nAn admin can do this in the **Microsoft 365 admin center**.\n\n"
    "1. Open **Users > Active users**.\n2. Choose the user, then **Reset password**.\n"
    "3. Hand over the temporary password.\n\n"
    "The address is https://admin.microsoft.com.",
}
ARTICLE = {
    "ko": (
        "사용자 암호를 초기화하는 방법",
        "관리자가 암호를 초기화하고 임시 암호를 안전하게 전달하는 순서를 설명합니다.",
    ),
    "en": ("Reset a user's password", "How an admin resets a password and hands over the temporary one safely."),
}
HELPED = {
    "ko": [("네, 해결됐어요", "/affirm"), ("아니요", "/deny")],
    "en": [("Yes, solved", "/affirm"), ("No", "/deny")],
}
WAITING = {
    "ko": "상담원에게 전달했습니다. 접수 번호는 FL-1042이고, 2026년 11월 23일(월) 오후 2시 30분까지 답변드립니다.",
    "en": "A person has been asked. Your case is FL-1042; you will get an answer by Mon 23 Nov 2026, 14:30 (KST).",
}
LATER = "2099-01-01T00:00:00.000Z"
WAIT = {
    "ko": "최근 34건은 보통 15분, 대부분 40분 안에 첫 답변을 드렸습니다. 예상일 뿐 약속은 아닙니다.",
    "en": "Going by our last 34 cases: about 15 minutes, for most no more than 40 minutes. An estimate, not a promise.",
}
NOBODY = {
    "ko": "지금은 영업시간이지만 자리에 있는 담당자가 없습니다. 접수는 되어 있습니다. "
    "이메일 주소를 남기시면 담당자가 그 주소로 답변드립니다.",
    "en": "We are open, but none of our people is at the desk right now. Your case is recorded. "
    "If you leave an e-mail address, our people will write to it.",
}
CLOSED = {
    "ko": "지금은 주말이라 상담하지 않습니다. 2026년 11월 30일(월) 오전 9시에 시작합니다.",
    "en": "We are closed for the weekend and open again on Mon 30 Nov 2026, 09:00 (KST).",
}
RESPOND_BY = {"ko": "2026년 11월 23일(월) 오후 2시 30분", "en": "Mon 23 Nov 2026, 14:30 (KST)"}


@dataclass
class Talk:
    """One conversation of the fake: its transcript, its state, the sockets that listen."""

    token: str
    language: str = "ko"
    state: str = "bot"
    case: dict[str, Any] | None = None
    agent: str | None = None
    messages: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    sockets: list[WebSocket] = field(default_factory=list)

    def standing(self) -> dict[str, Any]:
        return {"state": self.state, "case": self.case, "language": self.language, "agent_name": self.agent}


class FakeServer:
    """Runs on a free port; tests read `posts` and `talks` and set the switches."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.url = ""
        self.reset()

    def reset(self) -> None:
        """Back to a healthy server without conversations (ids go on, as tokens of earlier pages may come back)."""
        self.talks: dict[str, Talk] = {}
        self.posts: list[dict[str, Any]] = []
        self.typed: list[bool] = []
        self.fail_with: int | None = None
        self.refuse_sockets = False
        self.hold = threading.Event()
        self.hold.set()
        self.lose_answers = 0
        self.renewed = 0
        self.identities: list[str | None] = []
        self.tells_client_ids = True
        self.incidents: list[dict[str, Any]] = []
        self.uploads: list[tuple[str, bytes]] = []
        self.max_bytes = 10_000_000
        self.refuse_upload: tuple[int, str] | None = None
        self.hold_uploads = threading.Event()
        self.hold_uploads.set()
        self.requested: list[str] = []
        self.request_ids: list[str] = []

    # What tests do to the other side of the conversation.

    @property
    def started(self) -> int:
        """How many conversations there are; a renewed token is no other one."""
        return len({id(talk) for talk in self.talks.values()})

    @property
    def talk(self) -> Talk:
        return list(self.talks.values())[-1]

    def say(self, author: str, text: str, **more: Any) -> None:
        """A message from the other side, pushed to every open socket."""
        self._run(self._store(self.talk, author, text, **more))

    def set_state(self, state: str, case: dict[str, Any] | None = None, agent: str | None = None) -> None:
        self.talk.agent = agent
        self._run(self._set_state(self.talk, state, case))

    def push(self, frame: dict[str, Any]) -> None:
        self._run(self._push(self.talk, frame))

    def drop_sockets(self, code: int = 1012) -> None:
        async def drop() -> None:
            for talk in self.talks.values():
                for socket in list(talk.sockets):
                    with contextlib.suppress(RuntimeError):
                        await socket.close(code)

        self._run(drop())

    def _run(self, coroutine: Any) -> None:
        assert self.loop is not None
        asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    # The conversation itself.

    async def _push(self, talk: Talk, frame: dict[str, Any]) -> None:
        for socket in list(talk.sockets):
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await socket.send_json(frame)

    async def _store(self, talk: Talk, author: str, text: str, **more: Any) -> dict[str, Any]:
        message = {
            "id": len(talk.messages) + 1,
            "author": author,
            "text": text,
            "lang": talk.language,
            "buttons": [],
            "articles": [],
            "created_at": datetime.now(UTC).isoformat(),
            **more,
        }
        talk.messages.append(message)
        await self._push(talk, {"type": "message", "message": message})
        return message

    async def _set_state(self, talk: Talk, state: str, case: dict[str, Any] | None) -> None:
        talk.state, talk.case = state, case
        await self._push(talk, {"type": "state", **talk.standing()})

    async def greet(self, talk: Talk) -> None:
        buttons = [{"title": title, "payload": f"/topic{n}"} for n, title in enumerate(TOPICS[talk.language])]
        await self._store(talk, "bot", GREETING[talk.language], buttons=buttons)

    async def turn(self, talk: Talk, text: str, client_id: str) -> dict[str, Any]:
        """Stores the customer's message and answers it."""
        title = next((b["title"] for m in talk.messages for b in m["buttons"] if b["payload"] == text), text)
        title = {"/human": "상담원 연결", "/bot": "자동 안내로 돌아가기", "/withdraw": "문의 취소하기"}.get(
            title, title
        )
        extra = {"client_message_id": client_id} if self.tells_client_ids else {}
        own = await self._store(talk, "customer", title, **extra)
        replies = []
        if text == "/human":
            case = {
                "number": "FL-1042",
                "severity": "general",
                "severity_name": "일반 문의",
                "status": "open",
                "position": 2,
                "respond_by": "2026-11-23T14:30:00+09:00",
                "respond_by_text": RESPOND_BY[talk.language],
                "open_now": True,
                "wait": {"text": WAIT[talk.language]},
                "duty": {"code": "here", "text": None},
                "contact_email": None,
                "rating": None,
            }
            replies.append(await self._store(talk, "system", WAITING[talk.language]))
            await self._set_state(talk, "waiting", case)
        elif text == "/bot":
            await self._set_state(talk, "bot", talk.case)
        elif text == "/withdraw":
            case = {**(talk.case or {}), "rating": {"state": "asked", "score": None, "comment": None, "until": LATER}}
            await self._set_state(talk, "closed", case)
        elif talk.state == "bot":
            slug = "reset-a-password"
            heading, excerpt = ARTICLE[talk.language]
            article = {
                "slug": slug,
                "lang": talk.language,
                "title": heading,
                "excerpt": excerpt,
                "probability": 0.87,
                "url": f"/articles/demo/{talk.language}/{slug}",
            }
            buttons = [{"title": t, "payload": p} for t, p in HELPED[talk.language]]
            replies.append(await self._store(talk, "bot", ANSWER[talk.language], articles=[article], buttons=buttons))
        answer = {"message": own, "messages": replies, "state": talk.state, "case": talk.case}
        talk.answers[client_id] = answer
        return answer


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
