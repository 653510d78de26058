"""Cases in memory, live frames, and levers that tests pull."""

import asyncio
import itertools
import threading
from typing import Any

from fastapi import Response, WebSocket
from fastapi.responses import JSONResponse

from firstline.desk.permissions import Role

from ..staff_pages import refuse
from .fake_team import first_answer, member, stamp

EMAIL, PASSWORD, NAME = "seoyeon@example.test", "correct horse", "김서연"
SEVERITIES = {
    "general": {"ko": "일반 문의", "en": "General"},
    "impaired": {"ko": "업무 불편", "en": "Impaired"},
    "production_impaired": {"ko": "일부 업무 중단", "en": "Production impaired"},
    "production_down": {"ko": "전체 업무 중단", "en": "Production down"},
}


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
        self.provider: dict[str, str] | None = None
        self.incidents: list[dict[str, Any]] = []
        self.asked: list[dict[str, list[str]]] = []
        self.views: list[dict[str, Any]] = []
        self.default_view = "open"
        self.may_share = False
        self.canned: list[dict[str, Any]] = []
        self.articles: list[dict[str, Any]] = []
        self.past: dict[str, list[dict[str, Any]]] = {}
        self.members = [
            member(1, NAME, "here", 1, me=True),
            member(2, "박민준", "here", 0),
            member(3, "최지우", "away", 2),
        ]
        self.mentions: list[dict[str, Any]] = []
        self.ways_up: dict[str, dict[str, Any]] = {}
        self.role: Role = "agent"

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
            "product": None,
            "product_name": None,
            "reason": "human",
            "language": language,
            "question": question,
            "agent_id": None,
            "agent_name": None,
            "offered_to": None,
            "offered_to_name": None,
            "customer_seen": 0,
            "watchers": [],
            "mine": False,
            "opened_at": stamp(-12),
            "waiting_since": stamp(-12),
            "respond_by": None if minutes is None else stamp(minutes),
            "first_response_at": None,
            "overdue": minutes is not None and minutes < 0,
            "warning": minutes is not None and 0 <= minutes < 15,
            "escalation": 0,
            "awaiting_customer_since": None,
            "last_message_at": stamp(-3),
            "messages": [],
            "notes": [],
            "events": [],
            "summary": {"questions": [question] if question else [], "articles": [], "turns": 1},
            "charter_version": "2026-11",
            "tier": "basic",
            "conversation_id": f"conversation-{number}",
        }
        case |= fields
        self.cases[number] = case | first_answer(case) | fields
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
        who = {"agent_id": self.id_of(name), "agent_name": name, "mine": name == NAME}
        self.cases[number] |= who | {"state": "human", "status": "human", "waiting_since": None, "offered_to": None}

    def customer_types(self, number: str, *, on: bool) -> None:
        self.send({"type": "typing", "author": "customer", "on": on}, watching=number)

    def tell(self, number: str, kind: str, *, to: int | None = None, by: str | None = None) -> None:
        alert = {"id": f"alert-{next(self.ids)}", "to": to, "by": by}
        row = {"row": self.cases[number]} if kind == "waiting" else {}
        self.send({"type": "case", "kind": kind, "number": number, **alert, **row})

    def offer(self, number: str, by: str) -> None:
        """Let a colleague transfer the case to the agent at the page."""
        who = {"agent_id": None, "agent_name": None, "mine": False, "offered_to": 1, "offered_to_name": NAME}
        self.cases[number] |= who | {"state": "waiting", "status": "waiting", "waiting_since": stamp(0)}
        self.tell(number, "offered", to=1, by=by)

    def mention(self, number: str, by: str, text: str) -> None:
        entry = {"id": next(self.ids), "number": number, "author_name": by, "text": text, "created_at": stamp(0)}
        self.mentions.insert(0, entry | {"read": False})
        self.send({"type": "mention", "id": f"mention-{entry['id']}", "number": number, "to": 1, "by": by})

    def id_of(self, name: str | None) -> int | None:
        return next((one["id"] for one in self.members if one["name"] == name), None)

    def drop_lines(self) -> None:
        """Cut every live line, as a restart of the server would."""
        for socket in list(self.sockets):
            self._run(socket.close(1012))

    def send(self, frame: dict[str, Any], watching: str | None = None) -> None:
        if watching is not None:
            frame = {"number": watching, **frame}
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
            self.taken_by(number, NAME)
            self.say(number, "system", f"{NAME} 담당자가 대화를 이어받았습니다.")
        elif what == "note":
            note = {"id": next(self.ids), "author_name": NAME, "text": body["text"], "created_at": stamp(0)}
            case["notes"].append(note)
        elif what in ("take-over", "assign"):
            held = case["agent_id"] if case["state"] == "human" else None
            if held != body.get("from_agent"):
                return refuse(409, "already_claimed", f"{case['agent_name']} has case {number} by now.")
            to = body.get("to", 1)
            self.taken_by(number, next(one["name"] for one in self.members if one["id"] == to))
        elif what == "decline":
            case |= {"offered_to": None, "offered_to_name": None}
        elif what != "typing" and not case["mine"]:
            return refuse(409, "not_yours", f"Claim case {number} first.")
        elif what == "reply":
            return self._reply(case, body)
        elif what in ("release", "return", "transfer"):
            state = "bot" if what == "return" else "waiting"
            case |= {"mine": False, "agent_id": None, "agent_name": None, "state": state, "status": state}
            case |= {"waiting_since": stamp(0), "offered_to": body.get("to")}
            case["offered_to_name"] = next((m["name"] for m in self.members if m["id"] == body.get("to")), None)
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
            case |= {"due": None, "clocks": [clock | {"state": "met"} for clock in case["clocks"]]}
            case["awaiting_customer_since"] = stamp(0) if body.get("awaits_customer") else None
        return JSONResponse({"message": sent})

    def rows(self, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        """Return the rows that a filter takes, in the order of the queue."""
        wanted = query.get("status", [])

        def fits(case: dict[str, Any]) -> bool:
            is_open = case["status"] != "closed"
            status = {"open": is_open, "mine": is_open and case["mine"], case["status"]: True}
            due = {"overdue": case["overdue"], "warning": case["warning"]}
            agent = {"me": case["mine"], "none": case["agent_name"] is None}
            said = " ".join([case["number"], *(m["text"] for m in case["messages"])]).casefold()
            return (
                (not wanted or any(status.get(one) for one in wanted))
                and all(case[name] in query[name] for name in ("severity", "reason", "language") if name in query)
                and (not query.get("due") or any(due[one] for one in query["due"]))
                and (not query.get("agent") or any(agent.get(one) for one in query["agent"]))
                and all(word in said for word in query.get("text", [""])[0].casefold().split())
            )

        found = [case for case in self.cases.values() if fits(case)]
        found.sort(key=lambda c: c["due"] or "9999")
        return found
