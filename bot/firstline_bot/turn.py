"""One turn of a conversation: said once, saved as a whole or not at all, and never silently empty."""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from firstline_bot.dialogue import ActionFailed, Dialogue, TooManyActions, dialogue_of
from firstline_bot.vectors import Vectors

CHANNEL_NAME = "firstline"
HANDED_OVER = "handed_over"
_LAST_BUTTONS = {"/deny": 1, "/human": 2}
# What the app reads out of a message before the bot does; they stay until another is named.
NAMED_SLOTS = ("product", "device", "corrects")

logger = logging.getLogger(__name__)


class TurnFailed(Exception):
    """A turn that can't be answered: an HTTP status, a code and an English message, without the customer's text."""

    def __init__(self, status: int, code: str, message: str) -> None:
        """`status`: 5xx; `code`: what the app decides on."""
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Turn:
    """What the app sends: one message of a customer, and `vectors` where it knows or can tell sentence vectors."""

    conversation_id: str
    message_id: str
    text: str
    language: str
    metadata: Dict[str, Any] = field(default_factory=dict)
    vectors: Vectors = field(default_factory=Vectors)


@dataclass(frozen=True)
class Reply:
    """What the bot says in one turn; `handed_over` when an action gave the conversation to a person."""

    messages: List[Dict[str, Any]]
    intent: Dict[str, Any]
    language: str
    handed_over: bool

    def as_dict(self) -> Dict[str, Any]:
        """Return the reply as the channel's JSON."""
        return {
            "messages": self.messages,
            "intent": self.intent,
            "language": self.language,
            "handed_over": self.handed_over,
        }


async def run_turn(agent: Optional[Agent], turn: Turn, seconds: float, line: asyncio.Semaphore) -> Reply:
    """Answer one message within `seconds`, waiting in `line` included; the same message id again gives the same reply.

    The reply of a repeated message is read from the tracker, so it outlives a restart. A turn that fails leaves the
    tracker as it was, so it can be tried again. Raises TurnFailed.
    """
    if agent is None or agent.processor is None:
        raise TurnFailed(503, "model_missing", "No model is loaded. Train the bot and start it again.")
    try:
        return await asyncio.wait_for(_locked_turn(agent, agent.processor, turn, line), seconds)
    except TurnFailed:
        raise
    except asyncio.TimeoutError:
        raise TurnFailed(504, "turn_timeout", f"The turn took longer than {seconds:g} s.") from None
    except Exception as error:
        logger.exception("A turn failed.")
        raise TurnFailed(500, "turn_failed", f"The turn failed with {type(error).__name__}.") from error


async def _locked_turn(agent: Agent, processor: MessageProcessor, turn: Turn, line: asyncio.Semaphore) -> Reply:
    async with agent.lock_store.lock(turn.conversation_id, wait_time_in_seconds=0.02):
        tracker = await processor.get_tracker(turn.conversation_id)
        events = _events_of(tracker, turn.message_id)
        if not events:
            async with line:
                await _answer(processor, tracker, turn)
            events = _events_of(tracker, turn.message_id)
            reply = _reply(events, tracker)
            if not reply.messages and not reply.handed_over:
                raise TurnFailed(502, "empty_turn", "The bot had nothing to say.")
            await processor.save_tracker(tracker)
            return reply
        return _reply(events, tracker)


async def _answer(processor: MessageProcessor, tracker: DialogueStateTracker, turn: Turn) -> None:
    dialogue, output = dialogue_of(processor), SilentOutput()
    if not tracker.events or is_session_over(processor, tracker):
        await processor._update_tracker_session(tracker, output, turn.metadata)
    named = turn.metadata.get("slots") or {}
    given = {"language": turn.language, "partner": turn.metadata.get("partner")}
    given.update({name: named.get(name) for name in NAMED_SLOTS})
    for name, value in given.items():
        if value is not None and tracker.get_slot(name) != value:
            tracker.update(SlotSet(name, value), processor.domain)
    message = UserMessage(turn.text, output, turn.conversation_id, None, CHANNEL_NAME, turn.message_id, turn.metadata)
    text = readable(dialogue, turn.text)
    message.parse_data = dialogue.understand(text, message, tracker, await turn.vectors.of(text))  # type: ignore
    try:
        await dialogue.answer(tracker, message)
    except TooManyActions:
        raise TurnFailed(502, "too_many_actions", "The bot ran in a circle of actions.") from None
    except ActionFailed as error:
        raise TurnFailed(502, "action_failed", str(error)) from error


def is_session_over(processor: MessageProcessor, tracker: DialogueStateTracker) -> bool:
    """Tell what Rasa's processor does, which walks through all events to find the last message."""
    config = processor.domain.session_config
    said = next((event for event in reversed(tracker.events) if isinstance(event, UserUttered)), None)
    if said is None or not config.are_sessions_enabled():
        return False
    return time.time() - said.timestamp > config.session_expiration_time * 60


def readable(dialogue: Dialogue, text: str) -> str:
    """Return `text` as it is to be understood: a leading slash means a payload only for an intent of ours."""
    text = text.strip()
    if not text.startswith("/"):
        return text
    name = text[1:].partition("{")[0].partition("@")[0].strip()
    return text if dialogue.is_intent(name) else text.lstrip("/").strip() or "?"


def _events_of(tracker: DialogueStateTracker, message_id: str) -> List[Event]:
    """Return the events from the message with this id up to the next message."""
    found: List[Event] = []
    for event in tracker.events:
        if isinstance(event, UserUttered):
            if found:
                break
            if event.message_id == message_id:
                found.append(event)
        elif found:
            found.append(event)
    return found


def _reply(events: List[Event], tracker: DialogueStateTracker) -> Reply:
    said = events[0]
    assert isinstance(said, UserUttered)
    return Reply(
        messages=[_message(event) for event in events if isinstance(event, BotUttered) and _is_visible(event)],
        intent={"name": said.intent.get("name"), "confidence": round(float(said.intent.get("confidence") or 0.0), 4)},
        language=str(tracker.get_slot("language")),
        handed_over=any(isinstance(event, SlotSet) and event.key == HANDED_OVER and event.value for event in events),
    )


def _is_visible(event: BotUttered) -> bool:
    return bool((event.text or "").strip() or event.data.get("custom") or event.data.get("buttons"))


def _message(event: BotUttered) -> Dict[str, Any]:
    buttons = [{"title": button["title"], "payload": button["payload"]} for button in event.data.get("buttons") or []]
    # An action's own buttons come after the response's; "neither" and the way to a person stand last all the same.
    buttons.sort(key=lambda button: _LAST_BUTTONS.get(button["payload"], 0))
    return {
        "text": event.text or "",
        "buttons": buttons,
        "custom": event.data.get("custom") or None,
        "response": event.metadata.get("utter_action"),
    }


class SilentOutput(OutputChannel):
    """Sends nothing: the reply is read from the tracker, where a message is one event with text, buttons and all."""

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, which responses may be bound to."""
        return CHANNEL_NAME

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Drop the message."""
