"""A small stand-in for the app: one conversation after the other, with switches for every kind of trouble."""

import asyncio
import contextlib
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect

from .fake_words import ANSWER, ARTICLE, GREETING, HELPED, LATER, RESPOND_BY, TOPICS, WAIT, WAITING


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
        self.seen: list[int] = []
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
