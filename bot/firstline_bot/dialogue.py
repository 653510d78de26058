"""A turn through Rasa's parts: its components, rules, actions and tracker, without what it does twice or for others."""

import logging
from typing import Any, Dict, List, Optional, Text
from weakref import WeakKeyDictionary

import numpy as np
from rasa.core.actions.action import (
    Action,
    ActionBotResponse,
    ActionExecutionRejection,
    RemoteAction,
    action_for_name_or_text,
)
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.constants import ACTION_LISTEN_NAME, DEFAULT_INTENTS
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecutionRejected, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from firstline_bot.app_actions import AppAction, AppEndpoint
from firstline_bot.featurizer import VECTOR
from firstline_bot.rules import Rules
from firstline_bot.straight_graph import StraightRunner

logger = logging.getLogger(__name__)


class ActionFailed(Exception):
    """An action did not do its work; `__cause__` is why."""


class TooManyActions(Exception):
    """The rules run in a circle."""


class Dialogue:
    """What `MessageProcessor.handle_message` does, but raising where that only writes to the log."""

    def __init__(self, processor: MessageProcessor) -> None:
        """Use the model that `processor` loaded."""
        if isinstance(processor.graph_runner, DaskGraphRunner):
            processor.graph_runner = StraightRunner(processor.graph_runner)  # type: ignore[assignment]
        self._processor = processor
        self._rules = Rules(processor, processor.graph_runner.components())  # type: ignore[attr-defined]
        endpoint = processor.action_endpoint
        self._endpoint = AppEndpoint(endpoint) if endpoint else None
        self._actions: Dict[Text, Action] = {}
        self._slots_come_from_entities = _slots_come_from_entities(processor.domain)

    def is_intent(self, name: Text) -> bool:
        """Tell whether the domain has an intent `name` that is no machinery of Rasa's."""
        return name not in DEFAULT_INTENTS and name in self._processor.domain.intents

    def understand(
        self, text: Text, message: UserMessage, tracker: Optional[DialogueStateTracker], vector: Optional[np.ndarray]
    ) -> Dict[Text, Any]:
        """Return what the components make of `text`, said in `message`; `vector` (dim,) is its sentence's if known."""
        read = UserMessage(
            text,
            sender_id=message.sender_id,
            message_id=message.message_id,
            metadata={**(message.metadata or {}), VECTOR: vector},
        )
        tracker = tracker or DialogueStateTracker.from_events(message.sender_id, [])
        return self._processor._parse_message_with_graph(read, tracker)

    async def answer(self, tracker: DialogueStateTracker, message: UserMessage) -> None:
        """Take the message, whose `parse_data` is set, and do what the rules say until the bot listens again.

        Raises ActionFailed or TooManyActions; the tracker is then half-way and must be thrown away.
        """
        output = message.output_channel
        assert output is not None
        await self._processor._handle_message_with_tracker(message, tracker)
        if message.parse_data["entities"] or not self._slots_come_from_entities:  # type: ignore[index]
            await self._processor.run_action_extract_slots(output, tracker)
        for _ in range(self._processor.max_number_of_predictions + 1):
            prediction = self._rules.next(tracker)
            name = self._processor.domain.action_names_or_texts[prediction.max_confidence_index]
            await self._run(self._action(name), tracker, output, prediction)
            if name == ACTION_LISTEN_NAME:
                return
        raise TooManyActions

    async def _run(
        self, action: Action, tracker: DialogueStateTracker, output: OutputChannel, prediction: PolicyPrediction
    ) -> None:
        domain = self._processor.domain
        tracker.update_with_events(prediction.events, domain)
        try:
            events: List[Event] = await action.run(output, self._processor.nlg, tracker, domain) or []
        except ActionExecutionRejection:
            tracker.update(ActionExecutionRejected(action.name(), prediction.policy_name, prediction.max_confidence))
            return
        except Exception as error:
            logger.exception("'%s' failed.", action.name())
            raise ActionFailed(f"'{action.name()}' failed with {type(error).__name__}.") from error
        tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events, domain)
        if any(isinstance(event, UserUttered) for event in events):
            await self._processor.run_action_extract_slots(output, tracker)
        await self._processor.execute_side_effects(events, tracker, output)

    def _action(self, name: Text) -> Action:
        """Return the action; those that only speak or call the app keep nothing and are made once."""
        if name not in self._actions:
            action = action_for_name_or_text(name, self._processor.domain, self._processor.action_endpoint)
            if type(action) is RemoteAction:
                action = AppAction(name, self._endpoint)
            if not isinstance(action, (AppAction, ActionBotResponse)) and name != ACTION_LISTEN_NAME:
                return action
            self._actions[name] = action
        return self._actions[name]


_dialogues: "WeakKeyDictionary[MessageProcessor, Dialogue]" = WeakKeyDictionary()


def dialogue_of(processor: MessageProcessor) -> Dialogue:
    """Return the dialogue of a loaded model, made once."""
    if processor not in _dialogues:
        _dialogues[processor] = Dialogue(processor)
    return _dialogues[processor]


def _slots_come_from_entities(domain: Domain) -> bool:
    """Tell whether slots are set by actions and entities alone: then a message without entities sets none."""
    mappings = [mapping for slot in domain.slots for mapping in slot.mappings]
    return all(
        mapping["type"] == "from_entity" or (mapping["type"] == "custom" and not mapping.get("action"))
        for mapping in mappings
    )
