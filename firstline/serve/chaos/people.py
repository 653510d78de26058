"""Customers and agents over HTTP who, like widget and desk, send again what was not confirmed, under the same id."""

import asyncio
import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

from firstline.serve.chaos.audit import Kind, Sent, Told
from firstline.serve.chaos.stack import PARTNER, PASSWORD

_PATIENCE_SECONDS = 240.0
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 2.0
_WIDGETS_TIMEOUT = 45.0
_IMPATIENT = 0.05
_IMPATIENT_SECONDS = 0.3
_HOLDING = frozenset({"bot", "waiting"})


class EndedEarlyError(Exception):
    """A conversation can't go on; ``kind`` and the message say why."""

    def __init__(self, kind: Kind, why: str) -> None:
        """Keep what the audit reports."""
        super().__init__(why)
        self.kind = kind


@dataclass
class Line:
    """What the run has seen so far, of all conversations."""

    silences: list[float] = field(default_factory=list)
    acknowledged: int = 0
    repeated: int = 0
    apologies: int = 0
    errors: dict[str, int] = field(default_factory=dict)


class Caller:
    """Sends requests until they are answered."""

    def __init__(self, http: httpx.AsyncClient, line: Line, draw: random.Random) -> None:
        """Send over ``http``, whose base is the balancer; ``draw`` decides who loses patience."""
        self._http, self.line, self._draw = http, line, draw

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        token: str = "",
        *,
        patient: bool = True,
        may: tuple[int, ...] = (),
    ) -> httpx.Response:
        """Return the answer, of success or with a status that it ``may`` have; raises ``EndedEarlyError``.

        One that is not ``patient`` may hang up at once and send the same again.
        """
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        began, pause, tries = time.monotonic(), _FIRST_PAUSE, 0
        hangs_up = not patient and self._draw.random() < _IMPATIENT
        while time.monotonic() - began < _PATIENCE_SECONDS:
            wait = _IMPATIENT_SECONDS if hangs_up and not tries else _WIDGETS_TIMEOUT
            tries += 1
            try:
                answer = await self._http.request(method, path, json=body, headers=headers, timeout=wait)
            except httpx.HTTPError as error:
                self._count(type(error).__name__)
            else:
                if answer.is_success or answer.status_code in may:
                    self.line.repeated += tries > 1
                    return answer
                if answer.status_code < 500 and answer.status_code != 429:
                    raise EndedEarlyError("refused", f"{method} {path}: HTTP {answer.status_code} {answer.text[:200]}")
                self._count(f"HTTP {answer.status_code}")
            await asyncio.sleep(pause * self._draw.uniform(0.7, 1.3))
            pause = min(pause * 2, _LONGEST_PAUSE)
        raise EndedEarlyError("stuck", f"{method} {path}: no answer within {_PATIENCE_SECONDS:.0f} s")

    def _count(self, what: str) -> None:
        self.line.errors[what] = self.line.errors.get(what, 0) + 1


class Customer:
    """One customer's side of a conversation; ``told`` is what they know."""

    def __init__(self, caller: Caller, told: Told) -> None:
        """Talk through ``caller``."""
        self._caller, self.told = caller, told
        self.token = ""
        self.state = "bot"

    async def begin(self, locale: str) -> None:
        """Start the conversation."""
        body = {"partner": PARTNER, "locale": locale}
        started = (await self._caller.call("POST", "/api/chat/conversations", body)).json()
        self.token, self.told.conversation = started["token"], started["conversation_id"]

    async def say(self, text: str) -> None:
        """Send a message until it is acknowledged, and note for how long it was silent."""
        body = {"text": text, "client_message_id": uuid.uuid4().hex}
        self.told.tried.append(body["client_message_id"])
        began = time.monotonic()
        turn = (await self._caller.call("POST", "/api/chat/messages", body, self.token, patient=False)).json()
        line = self._caller.line
        line.silences.append(time.monotonic() - began)
        line.acknowledged += 1
        kept, replies = turn["message"], turn["messages"]
        self.told.sent.append(
            Sent(body["client_message_id"], "customer", kept["id"], kept["text"], tuple(m["id"] for m in replies))
        )
        if self.state == "bot" and not replies:
            raise EndedEarlyError("unanswered", f"message {body['client_message_id']} was taken without an answer")
        self.state = turn["state"]
        line.apologies += self.state == "bot" and all(reply["author"] == "system" for reply in replies)
        if self.state in _HOLDING and turn["case"]:
            self.told.case = turn["case"]["number"]

    async def transcript(self) -> list[dict[str, Any]]:
        """Return all that was said."""
        messages: list[dict[str, Any]] = (
            await self._caller.call("GET", "/api/chat/messages", None, self.token)
        ).json()["messages"]
        return messages


class Agent:
    """One agent with an account."""

    def __init__(self, caller: Caller, email: str) -> None:
        """Work through ``caller``."""
        self._caller, self.email = caller, email
        self._token = ""

    async def log_in(self) -> None:
        """Get a session."""
        body = {"partner": PARTNER, "email": self.email, "password": PASSWORD}
        self._token = (await self._caller.call("POST", "/api/staff/login", body)).json()["token"]

    async def claim(self, number: str) -> bool:
        """Take a case; say whether it is theirs, or a colleague was first."""
        answer = await self._caller.call("POST", f"/api/desk/cases/{number}/claim", None, self._token, may=(409,))
        return answer.is_success

    async def reply(self, told: Told, text: str) -> None:
        """Write to the customer until it is acknowledged."""
        body = {"text": text, "client_message_id": uuid.uuid4().hex}
        told.tried.append(body["client_message_id"])
        path = f"/api/desk/cases/{told.case}/reply"
        kept = (await self._caller.call("POST", path, body, self._token, patient=False)).json()["message"]
        self._caller.line.acknowledged += 1
        told.sent.append(Sent(body["client_message_id"], "agent", kept["id"], kept["text"]))
