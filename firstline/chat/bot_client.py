"""The only place that speaks the bot's HTTP API."""

import asyncio
import base64
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from firstline.core.breaker import Breaker
from firstline.core.errors import Unavailable
from firstline.core.logs import get_logger, request_id
from firstline.core.metrics import BOT_PAUSED, BOT_PAUSES, BOT_TURNS_OPEN
from firstline.core.tracing import outgoing
from firstline.knowledge.encoder import Vectors
from firstline.knowledge.normalise import normalise

_log = get_logger("bot_client")


class BotFailed(Unavailable):
    """The bot is not there, was too slow, or its turn failed."""

    default_code = "bot_failed"


class BotPaused(BotFailed):
    """The bot failed so often that it is left alone for a moment."""

    default_code = "bot_paused"


class BotBusy(Unavailable):
    """More messages wait for the bot than allowed, or this one waited too long for its turn."""

    default_code = "bot_busy"


@dataclass(frozen=True)
class BotMessage:
    """One thing the bot said: words, or data for the app in ``custom``."""

    text: str
    buttons: list[dict[str, str]] = field(default_factory=list)
    custom: dict[str, Any] = field(default_factory=dict)


class BotClient:
    """Send turns to the bot, at most ``concurrency`` at once and ``queue`` waiting.

    After ``failures`` in a row it sends none for ``pause`` seconds, then one to see.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        url: str,
        secret: str,
        *,
        timeout: float,
        concurrency: int,
        queue: int,
        failures: int = 5,
        pause: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
        vector_of: Callable[[str], Awaitable[Vectors]] | None = None,
    ) -> None:
        """Use ``http`` to reach the bot at ``url``; ``timeout`` in seconds bounds waiting and answering together.

        ``clock`` counts seconds.
        ``vector_of`` makes the sentence vector that goes with a message, so that the bot needn't make its own.
        """
        self._http = http
        self._url = url.rstrip("/")
        self._headers = {"X-Firstline-Secret": secret}
        self._timeout = timeout
        self._places = asyncio.Semaphore(concurrency)
        self._room = concurrency + queue
        self._inside = 0
        self._open: Counter[str] = Counter()
        self._vector_of = vector_of
        self._breaker = Breaker(failures, pause, _note_pause, clock)

    async def turn(
        self,
        *,
        conversation_id: str,
        message_id: str,
        text: str,
        lang: str,
        partner: str,
        slots: dict[str, str] | None = None,
    ) -> list[BotMessage]:
        """Return what the bot says to ``text``; ``slots`` hold what the message names.

        Raises ``BotFailed`` or ``BotBusy``.
        """
        if self._inside >= self._room:
            raise BotBusy("Too many messages are waiting for the bot.")
        self._inside += 1
        BOT_TURNS_OPEN.inc()
        end = asyncio.get_running_loop().time() + self._timeout
        try:
            async with asyncio.timeout_at(end) as waiting, self._places:
                body: dict[str, Any] = {
                    "conversation_id": conversation_id,
                    "message_id": message_id,
                    "text": text,
                    "lang": lang,
                    "request_id": request_id.get(),
                    "metadata": {"partner": partner, "slots": slots or {}},
                    **await self._with_vector(text),
                }
                waiting.reschedule(None)  # From here on it is the bot that is too slow.
                headers = outgoing() | {"X-Request-Id": request_id.get()}
                return _messages(await self._post("turn", body, headers, end))
        except TimeoutError as error:
            _log.warning("bot_turn_not_sent", conversation_id=conversation_id)
            raise BotBusy("The message waited too long for the bot.") from error
        except BotFailed as error:
            _log.warning("bot_turn_failed", error=error.message, conversation_id=conversation_id)
            raise
        finally:
            self._inside -= 1
            BOT_TURNS_OPEN.dec()

    def move_to(self, url: str) -> None:
        """Send every turn from now on to the bot at ``url``; turns that were sent stay where they are."""
        self._url = url.rstrip("/")
        self._breaker.reset()

    def open_turns(self, url: str) -> int:
        """Return how many turns the bot at ``url`` has not answered yet."""
        return self._open[url.rstrip("/")]

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def health(self, url: str | None = None) -> str | None:
        """Return the name of the bot's model, or ``None`` when the bot, or the one at ``url``, can't answer."""
        url = (url or self._url).rstrip("/")
        try:
            answer = await self._http.get(f"{url}/webhooks/firstline/health", headers=self._headers, timeout=3.0)
            return str(answer.json()["model"]) if answer.status_code == 200 else None
        except (httpx.HTTPError, ValueError, KeyError):
            return None

    async def parse(self, text: str) -> dict[str, Any]:
        """Return the bot's understanding of one message: ``intent``, ``intent_ranking``; raises ``BotFailed``."""
        end = asyncio.get_running_loop().time() + self._timeout
        return await self._post("parse", {"text": text, **await self._with_vector(text)}, {}, end)

    async def _post(self, what: str, body: dict[str, Any], headers: dict[str, str], end: float) -> dict[str, Any]:
        with self._breaker.call(BotPaused("The bot failed too often; it is left alone for a moment.")):
            try:
                async with asyncio.timeout_at(end):
                    with self._bot() as url:
                        answer = await self._http.post(
                            f"{url}/webhooks/firstline/{what}",
                            json=body,
                            headers=self._headers | headers,
                            timeout=self._timeout,
                        )
                answer.raise_for_status()
                told: dict[str, Any] = answer.json()
            except httpx.HTTPStatusError as error:
                raise BotFailed(f"The bot failed (HTTP {error.response.status_code}).") from error
            except (httpx.HTTPError, TimeoutError, ValueError) as error:
                raise BotFailed(f"The bot did not answer ({type(error).__name__}).") from error
        return told

    async def _with_vector(self, text: str) -> dict[str, Any]:
        """Return the field ``vector`` of a request: what was encoded, and its vector; none for a button's name."""
        if self._vector_of is None or text.startswith("/"):
            return {}
        plain = normalise(text)
        vector = (await self._vector_of(plain)).tobytes()
        return {"vector": {"text": plain, "base64": base64.b64encode(vector).decode()}}

    @contextmanager
    def _bot(self) -> Iterator[str]:
        url = self._url
        self._open[url] += 1
        try:
            yield url
        finally:
            self._open[url] -= 1


def _messages(told: dict[str, Any]) -> list[BotMessage]:
    try:
        messages = [
            BotMessage(item.get("text") or "", item.get("buttons") or [], item.get("custom") or {})
            for item in told["messages"]
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise BotFailed(f"The bot answered with something else ({type(error).__name__}).") from error
    if not messages:
        raise BotFailed("The bot said nothing.")
    return messages


def _note_pause(paused: bool) -> None:
    BOT_PAUSED.set(paused)
    if paused:
        BOT_PAUSES.inc()
        _log.error("bot_paused")
    else:
        _log.info("bot_resumed")
