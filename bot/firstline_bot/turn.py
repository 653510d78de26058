"""One turn of a conversation: said once, saved as a whole or not at all, and never silently empty."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.exceptions import ActionLimitReached
from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from firstline_bot.watched import WatchedAction

CHANNEL_NAME = "firstline"
HANDED_OVER = "handed_over"
PERSON_PAYLOAD = "/human"

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
    """What the app sends: one message of a customer."""

    conversation_id: str
    message_id: str
    text: str
    language: str
    metadata: Dict[str, Any] = field(default_factory=dict)


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


async def run_turn(agent: Optional[Agent], turn: Turn, seconds: float) -> Reply:
    """Answer one message within `seconds`; the same message id again gives the same reply.

    The reply of a repeated message is read from the tracker, so it outlives a restart. A turn that fails leaves the
    tracker as it was, so it can be tried again. Raises TurnFailed.
    """
    if agent is None or agent.processor is None:
        raise TurnFailed(503, "model_missing", "No model is loaded. Train the bot and start it again.")
    try:
        return await asyncio.wait_for(_locked_turn(agent, agent.processor, turn), seconds)
    except TurnFailed:
        raise
    except asyncio.TimeoutError:
        raise TurnFailed(504, "turn_timeout", f"The turn took longer than {seconds:g} s.") from None
    except Exception as error:
        logger.exception("A turn failed.")
        raise TurnFailed(500, "turn_failed", f"The turn failed with {type(error).__name__}.") from error


async def _locked_turn(agent: Agent, processor: MessageProcessor, turn: Turn) -> Reply:
    async with agent.lock_store.lock(turn.conversation_id, wait_time_in_seconds=0.02):
        tracker = await processor.get_tracker(turn.conversation_id)
        events = _events_of(tracker, turn.message_id)
        if not events:
            await _answer(processor, tracker, turn)
            events = _events_of(tracker, turn.message_id)
            reply = _reply(events, tracker)
            if not reply.messages and not reply.handed_over:
                raise TurnFailed(502, "empty_turn", "The bot had nothing to say.")
            await processor.save_tracker(tracker)
            return reply
        return _reply(events, tracker)


async def _answer(processor: MessageProcessor, tracker: DialogueStateTracker, turn: Turn) -> None:
    """Do what `MessageProcessor.handle_message` does, but raise where that only writes to the log."""
    output = SilentOutput()
    await processor._update_tracker_session(tracker, output, turn.metadata)
    for name, value in (("language", turn.language), ("partner", turn.metadata.get("partner"))):
        if value is not None and tracker.get_slot(name) != value:
            tracker.update(SlotSet(name, value), processor.domain)
    message = UserMessage(turn.text, output, turn.conversation_id, None, CHANNEL_NAME, turn.message_id, turn.metadata)
    message.parse_data = await _parse(processor, message, tracker)
    await processor._handle_message_with_tracker(message, tracker)
    tracker = await processor.run_action_extract_slots(output, tracker)
    while True:
        try:
            action, prediction = processor.predict_next_with_tracker_if_should(tracker)
        except ActionLimitReached:
            raise TurnFailed(502, "too_many_actions", "The bot ran in a circle of actions.") from None
        watched = WatchedAction(action)
        go_on = await processor._run_action(watched, tracker, output, processor.nlg, prediction)
        if watched.error is not None:
            raise TurnFailed(
                502, "action_failed", f"'{action.name()}' failed with {type(watched.error).__name__}."
            ) from watched.error
        if not go_on:
            return


async def _parse(processor: MessageProcessor, message: UserMessage, tracker: DialogueStateTracker) -> Dict[str, Any]:
    """Parse the message; a leading slash means a payload only for an intent of ours, never for Rasa's own."""
    text = (message.text or "").strip()
    if text.startswith("/"):
        name = text[1:].partition("{")[0].partition("@")[0].strip()
        if name in DEFAULT_INTENTS or name not in processor.domain.intents:
            plain = UserMessage(text.lstrip("/").strip() or "?", message.output_channel, message.sender_id)
            return await processor.parse_message(plain, tracker)
    return await processor.parse_message(message, tracker)


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
    # An action's own buttons come after the response's; the way to a person stands last all the same.
    buttons.sort(key=lambda button: button["payload"] == PERSON_PAYLOAD)
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
