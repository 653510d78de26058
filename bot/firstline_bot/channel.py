"""The app's way to the bot: one small HTTP channel with a shared secret, where every failure is an HTTP error."""

import asyncio
import hmac
import logging
import os
import time
import uuid
from typing import Any, Awaitable, Callable, Dict, Optional

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.exceptions import RasaException
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from firstline_bot import request as current
from firstline_bot.dialogue import dialogue_of
from firstline_bot.turn import CHANNEL_NAME, Turn, TurnFailed, readable, run_turn
from firstline_bot.vectors import Vectors

SECRET_HEADER = "X-Firstline-Secret"  # noqa: S105
SECRET_MIN_CHARS = 16
LANGUAGES = ("ko", "en")

logger = logging.getLogger(__name__)


class FirstlineInput(InputChannel):
    """Takes one message per request and answers with all the bot says to it.

    ``POST /webhooks/firstline/turn``, ``POST /webhooks/firstline/parse``, which tells what a text means and changes
    nothing, and ``GET /webhooks/firstline/health``; all ask for the secret.
    """

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, which is also its part of the address."""
        return CHANNEL_NAME

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "FirstlineInput":
        """Read the secret. Raises RasaException when it is missing or short."""
        secret = str((credentials or {}).get("secret") or "")
        seconds = float(os.environ.get("FIRSTLINE_BOT_TURN_SECONDS") or 7.0)
        return cls(secret, seconds, int(os.environ.get("FIRSTLINE_BOT_CONCURRENCY") or 5))

    def __init__(self, secret: str, turn_seconds: float = 7.0, at_once: int = 5) -> None:
        """`secret`: shared with the app; `turn_seconds`: longest time for one turn.

        `at_once`: turns answered at the same time. The others wait in the order in which they came: a turn that has to
        share the processor with all others ends late for no reason but bad luck.
        """
        if len(secret) < SECRET_MIN_CHARS:
            raise RasaException(
                f"The bot's secret needs {SECRET_MIN_CHARS} characters or more. Set FIRSTLINE_BOT_SECRET."
            )
        self._secret = secret.encode()
        self._turn_seconds = turn_seconds
        self._line = asyncio.Semaphore(at_once)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes; turns go to the agent itself, because `on_new_message` hides failures."""
        routes = Blueprint("firstline_webhook", __name__)

        @routes.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            return await self._turn(request)

        @routes.post("/parse")
        async def parse(request: Request) -> HTTPResponse:
            return await self._parse(request)

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            return self._health(request)

        return routes

    async def _turn(self, request: Request) -> HTTPResponse:
        if not self._is_known(request):
            return _error(401, "secret_refused", f"The header {SECRET_HEADER} is missing or wrong.", None)
        body = _body(request)
        request_id = str(body.get("request_id") or uuid.uuid4())
        current.request_id.set(request_id)
        current.traceparent.set(request.headers.get("traceparent", ""))
        began = time.monotonic()
        try:
            turn = _read_turn(body, request_id)
        except ValueError as error:
            return _error(400, "bad_request", str(error), request_id)
        agent: Optional[Agent] = getattr(request.app.ctx, "agent", None)
        if agent is not None:
            refuse_memory_fallback(agent)
        try:
            reply = await run_turn(agent, turn, self._turn_seconds, self._line)
        except TurnFailed as failure:
            return _error(failure.status, failure.code, str(failure), request_id)
        data = {"message_id": turn.message_id, "ms": round((time.monotonic() - began) * 1000), **reply.intent}
        logger.info("turn_done", extra={"data": data})
        return json({**reply.as_dict(), "request_id": request_id}, ensure_ascii=False)

    async def _parse(self, request: Request) -> HTTPResponse:
        if not self._is_known(request):
            return _error(401, "secret_refused", f"The header {SECRET_HEADER} is missing or wrong.", None)
        body = _body(request)
        agent: Optional[Agent] = getattr(request.app.ctx, "agent", None)
        if agent is None or agent.processor is None:
            return _error(503, "model_missing", "No model is loaded.", None)
        try:
            vectors = Vectors.sent(body.get("vector"))
        except ValueError as error:
            return _error(400, "bad_request", str(error), None)
        if not isinstance(body.get("text"), str) or not body["text"].strip():
            return _error(400, "bad_request", "The body must be JSON and hold 'text', a text that is not empty.", None)
        dialogue = dialogue_of(agent.processor)
        text = readable(dialogue, body["text"])
        try:
            understood = dialogue.understand(text, UserMessage(text), None, await vectors.of(text))
        except Exception as error:
            logger.exception("A message could not be understood.")
            return _error(500, "parse_failed", f"Reading failed with {type(error).__name__}.", None)
        return json({name: understood.get(name) for name in ("text", "intent", "intent_ranking", "entities")})

    def _health(self, request: Request) -> HTTPResponse:
        if not self._is_known(request):
            return _error(401, "secret_refused", f"The header {SECRET_HEADER} is missing or wrong.", None)
        agent: Optional[Agent] = getattr(request.app.ctx, "agent", None)
        if agent is None or not agent.is_ready():
            return _error(503, "model_missing", "No model is loaded.", None)
        return json({"model": agent.model_name, "model_id": agent.model_id})

    def _is_known(self, request: Request) -> bool:
        return hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), self._secret)


def refuse_memory_fallback(agent: Agent) -> None:
    """Let errors of the tracker store fail the turn.

    Rasa would go on with an empty tracker, or keep the turn in memory where a restart loses it.
    """
    if isinstance(agent.tracker_store, FailSafeTrackerStore):
        agent.tracker_store._on_tracker_store_error = _raise


def _raise(error: Exception) -> None:
    raise error


def _body(request: Request) -> Dict[str, Any]:
    try:
        body = request.json
    except Exception:
        return {}
    return body if isinstance(body, dict) else {}


def _read_turn(body: Dict[str, Any], request_id: str) -> Turn:
    for name in ("conversation_id", "message_id", "text"):
        if not isinstance(body.get(name), (str, int)) or not str(body[name]).strip():
            raise ValueError(f"The body must be JSON and hold '{name}', a text that is not empty.")
    if body.get("lang") not in LANGUAGES:
        raise ValueError(f"'lang' must be one of {', '.join(LANGUAGES)}.")
    metadata = body.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise ValueError("'metadata' must be an object.")
    return Turn(
        conversation_id=str(body["conversation_id"]),
        message_id=str(body["message_id"]),
        text=str(body["text"]),
        language=body["lang"],
        metadata={**metadata, "request_id": request_id},
        vectors=Vectors.sent(body.get("vector")),
    )


def _error(status: int, code: str, message: str, request_id: Optional[str]) -> HTTPResponse:
    return json({"error": {"code": code, "message": message, "request_id": request_id}}, status=status)
