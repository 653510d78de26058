"""Response texts from the domain, filled in or refused: never half a sentence, never none."""

import copy
import random
import re
from typing import Any, Dict, List, Optional, Text

from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

_VARIABLE = re.compile(r"\{(\w+)\}")


class ResponseFailed(Exception):
    """A response does not exist, has no text for the language, or lacks a variable."""


class StrictResponses(TemplatedNaturalLanguageGenerator):
    """Picks the variant whose `language` condition holds and fills its variables.

    Rasa's own generator says nothing when no variant fits, and shows "{name}" to the customer when a variable is
    missing or a value holds certain brackets; here the first two raise and values are put in as they are.
    """

    def __init__(self, endpoint_config: Optional[EndpointConfig] = None, domain: Optional[Domain] = None) -> None:
        """Called by Rasa from `endpoints.yml`; the responses follow when the model is loaded."""
        super().__init__(domain.responses if domain else {})

    async def generate(
        self, utter_action: Text, tracker: DialogueStateTracker, output_channel: Text, **kwargs: Any
    ) -> Optional[Dict[Text, Any]]:
        """Return the filled response. Raises ResponseFailed when it can't be said."""
        slots = tracker.current_slot_values()
        variants = self._variants(utter_action, output_channel, slots)
        if not variants:
            raise ResponseFailed(f"'{utter_action}' has no text for language '{slots.get('language')}'.")
        # Not a secret: which of several equal wordings is said.
        chosen = copy.deepcopy(random.choice(variants))  # noqa: S311
        chosen.pop("condition", None)
        values = {name: value for name, value in {**slots, **kwargs}.items() if value is not None}
        filled: Dict[Text, Any] = _fill(chosen, values, utter_action)
        return filled

    def _variants(self, utter_action: Text, channel: Text, slots: Dict[Text, Any]) -> List[Dict[Text, Any]]:
        if utter_action not in self.responses:
            return []
        return ResponseVariationFilter(self.responses).responses_for_utter_action(utter_action, channel, slots)


def _fill(value: Any, variables: Dict[Text, Any], name: Text) -> Any:
    if isinstance(value, dict):
        return {key: _fill(item, variables, name) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, variables, name) for item in value]
    if not isinstance(value, str):
        return value

    def replaced(match: "re.Match[str]") -> str:
        if match.group(1) not in variables:
            raise ResponseFailed(f"'{name}' needs the variable '{match.group(1)}', which the action did not give.")
        return str(variables[match.group(1)])

    return _VARIABLE.sub(replaced, value)
