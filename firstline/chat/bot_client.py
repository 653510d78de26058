"""The only place that speaks the bot's HTTP API."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx

from firstline.core.errors import Unavailable
from firstline.core.logs import get_logger, request_id

_log = get_logger("bot_client")


class BotFailed(Unavailable):
    """The bot is not there, was too slow, or its turn failed."""

    default_code = "bot_failed"


class BotBusy(Unavailable):
    """More messages wait for the bot than allowed."""

    default_code = "bot_busy"


@dataclass(frozen=True)
class BotMessage:
    """One thing the bot said: words, or data for the app in ``custom``."""

    text: str
    buttons: list[dict[str, str]] = field(default_factory=list)
    custom: dict[str, Any] = field(default_factory=dict)


class BotClient:
    """Send turns to the bot, at most ``concurrency`` at once and ``queue`` waiting."""

    def __init__(
        self, http: httpx.AsyncClient, url: str, secret: str, *, timeout: float, concurrency: int, queue: int
    ) -> None:
        """Use ``http`` to reach the bot at ``url``; ``timeout`` in seconds bounds waiting and answering together."""
        self._http = http
        self._url = url.rstrip("/")
        self._headers = {"X-Firstline-Secret": secret}
        self._secret = secret
        self._timeout = timeout
        self._places = asyncio.Semaphore(concurrency)
        self._room = concurrency + queue
        self._inside = 0

    async def turn(
        self, *, conversation_id: str, message_id: int, text: str, lang: str, partner: str
    ) -> list[BotMessage]:
        """Return what the bot says to ``text``; raises ``BotFailed`` or ``BotBusy``."""
        if self._inside >= self._room:
            raise BotBusy("Too many messages are waiting for the bot.")
        self._inside += 1
        try:
            async with asyncio.timeout(self._timeout), self._places:
                answer = await self._http.post(
                    f"{self._url}/webhooks/firstline/turn",
                    json={
                        "conversation_id": conversation_id,
                        "message_id": str(message_id),
                        "text": text,
                        "lang": lang,
                        "request_id": request_id.get(),
                        "metadata": {"partner": partner},
                    },
                    headers=self._headers,
                    timeout=self._timeout,
                )
        except (TimeoutError, httpx.HTTPError) as error:
            _log.warning("bot_turn_failed", error=type(error).__name__, conversation_id=conversation_id)
            raise BotFailed(f"The bot did not answer ({type(error).__name__}).") from error
        finally:
            self._inside -= 1
        return self._messages(answer, conversation_id)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def health(self) -> str | None:
        """Return the name of the bot's model, or ``None`` when the bot can't answer."""
        try:
            answer = await self._http.get(f"{self._url}/webhooks/firstline/health", headers=self._headers, timeout=3.0)
            return str(answer.json()["model"]) if answer.status_code == 200 else None
        except (httpx.HTTPError, ValueError, KeyError):
            return None

    async def parse(self, text: str) -> dict[str, Any]:
        """Return the bot's understanding of one message: ``intent``, ``intent_ranking``, ``entities``."""
        answer = await self._http.post(
            f"{self._url}/model/parse", params={"token": self._secret}, json={"text": text}, timeout=30.0
        )
        answer.raise_for_status()
        parsed: dict[str, Any] = answer.json()
        return parsed

    def _messages(self, answer: httpx.Response, conversation_id: str) -> list[BotMessage]:
        try:
            answer.raise_for_status()
            said = answer.json()["messages"]
            messages = [
                BotMessage(item.get("text") or "", item.get("buttons") or [], item.get("custom") or {}) for item in said
            ]
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            _log.warning("bot_turn_failed", status=answer.status_code, conversation_id=conversation_id)
            raise BotFailed(f"The bot's turn failed (HTTP {answer.status_code}).") from error
        if not messages:
            raise BotFailed("The bot said nothing.")
        return messages
