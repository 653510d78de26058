"""What the bot does next, by its rules: asked of Rasa once for every kind of turn, and remembered."""

import copy
import json
from typing import Any, Dict, List, Optional, Text, Tuple

from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker

Key = Tuple[Optional[Text], Tuple[Text, ...]]


class Rules:
    """Predicts as the model's policies do.

    Rasa makes features of the whole conversation for every prediction. Where all rules look at one message and what
    was done since, nothing before it can change what they say, so intent and actions since are all there is to know.
    """

    def __init__(self, processor: MessageProcessor, components: List[Any]) -> None:
        """Ask `processor`, whose model has loaded `components`."""
        self._processor = processor
        policies = [component for component in components if isinstance(component, Policy)]
        self._remembers = all(isinstance(policy, RulePolicy) and _looks_at_one_message(policy) for policy in policies)
        self._known: Dict[Key, PolicyPrediction] = {}

    def next(self, tracker: DialogueStateTracker) -> PolicyPrediction:
        """Return what comes next; its events are the caller's own."""
        if not self._remembers or tracker.followup_action or tracker.active_loop or tracker.is_paused():
            return self._processor._predict_next_with_tracker(tracker)
        key = (tracker.latest_message.intent_name if tracker.latest_message else None, _done_since(tracker))
        if key not in self._known:
            self._known[key] = self._processor._predict_next_with_tracker(tracker)
        prediction = copy.copy(self._known[key])
        prediction.events = [copy.copy(event) for event in prediction.events]
        return prediction


def _done_since(tracker: DialogueStateTracker) -> Tuple[Text, ...]:
    """Return the actions since the bot last listened, newest first, with what it listened by."""
    names: List[Text] = []
    for event in reversed(tracker.events):
        if isinstance(event, ActionExecuted):
            names.append(str(event.action_name))
            if event.action_name == ACTION_LISTEN_NAME:
                break
    return tuple(names)


def _looks_at_one_message(policy: RulePolicy) -> bool:
    """Tell whether every rule names one intent, with nothing else about it, and then actions alone."""
    if policy.lookup.get(RULES_FOR_LOOP_UNHAPPY_PATH):
        return False
    for key in policy.lookup[RULES]:
        first, *later = json.loads(key)
        if _action(first) != ACTION_LISTEN_NAME or any(_action(state) == ACTION_LISTEN_NAME for state in later):
            return False
        if any(set(state) - {"user", "prev_action"} for state in (first, *later)):
            return False
        if any(set(state.get("user", {})) - {"intent"} for state in (first, *later)):
            return False
    return True


def _action(state: Dict[Text, Any]) -> Any:
    return state.get("prev_action", {}).get("action_name")
