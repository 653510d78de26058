"""Ways to send one message and wait for the whole answer: the app's API, our bot's channel, Rasa's ``rest`` channel."""

import json
import random
import uuid
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, Protocol

import httpx

from firstline.core.errors import Unavailable
from firstline.core.settings import PROJECT_ROOT

MESSAGES = PROJECT_ROOT / "evaluation" / "routes_dev.jsonl"
# These end in a person's hands, where the bot is no longer asked.
_LEAVES_THE_BOT = frozenset({"human", "complaint", "case_status"})


def messages() -> list[tuple[str, str]]:
    """Return messages to send, ``(language, text)``, of every kind that the bot answers itself, mixed.

    The order is the same each time; the file's own has all greetings in one place, where a turn takes less.
    """
    rows = [json.loads(line) for line in MESSAGES.read_text("utf-8").splitlines()]
    said = [(row["lang"], row["text"]) for row in rows if row["route"] not in _LEAVES_THE_BOT]
    random.Random(1).shuffle(said)  # noqa: S311 - nothing is protected by it
    return said


def never_again(said: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield messages without end, no text twice: who has heard a message may remember what it made of it."""
    yield from said
    for number in count(2):
        yield from ((lang, f"{text} {number}") for lang, text in said)


class Talk(Protocol):
    """One conversation."""

    async def begin(self) -> None:
        """Get ready for a first message; not timed."""
        ...

    async def say(self, lang: str, text: str) -> bool:
        """Send a message, wait for the answer, and say whether there was one; timed."""
        ...


class AppTalk:
    """A customer over the app's HTTP API."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        """Talk to the app at ``url``."""
        self._http, self._url = http, url
        self._headers: dict[str, str] = {}
        self._left = True

    async def begin(self) -> None:
        """Start a new conversation, at first and where a person took the last one over."""
        if not self._left:
            return
        body = {"partner": "demo", "locale": "ko"}
        answer = await self._http.post(f"{self._url}/api/chat/conversations", json=body)
        if not answer.is_success:
            raise Unavailable(f"The app took no conversation (HTTP {answer.status_code}).")
        self._headers = {"Authorization": f"Bearer {answer.json()['token']}"}
        self._left = False

    async def say(self, lang: str, text: str) -> bool:
        """Send a message as the widget does."""
        body = {"text": text, "client_message_id": uuid.uuid4().hex}
        answer = await self._http.post(f"{self._url}/api/chat/messages", json=body, headers=self._headers)
        turn: dict[str, Any] = answer.json() if answer.is_success else {}
        self._left = turn.get("state") != "bot"
        return bool(turn.get("messages"))


class OwnBotTalk:
    """Our bot over its own channel; its actions are answered by the app."""

    def __init__(self, http: httpx.AsyncClient, url: str, secret: str) -> None:
        """Talk to the bot at ``url``."""
        self._http, self._url = http, url
        self._headers = {"X-Firstline-Secret": secret}
        self._id = uuid.uuid4().hex

    async def begin(self) -> None:
        """Nothing: a conversation begins with its first message."""

    async def say(self, lang: str, text: str) -> bool:
        """Send a turn as the app does."""
        body = {
            "conversation_id": self._id, "message_id": uuid.uuid4().hex, "text": text, "lang": lang,
            "metadata": {"partner": "demo"},
        }  # fmt: skip
        answer = await self._http.post(f"{self._url}/webhooks/firstline/turn", json=body, headers=self._headers)
        return answer.is_success and bool(answer.json()["messages"])


class RestTalk:
    """A bot over Rasa's ``rest`` channel."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        """Talk to the bot at ``url``."""
        self._http, self._url = http, url
        self._id = uuid.uuid4().hex

    async def begin(self) -> None:
        """Nothing: a conversation begins with its first message."""

    async def say(self, lang: str, text: str) -> bool:
        """Send a message; an answer without text counts as none."""
        body = {"sender": self._id, "message": text}
        answer = await self._http.post(f"{self._url}/webhooks/rest/webhook", json=body)
        return answer.is_success and bool(answer.json())
