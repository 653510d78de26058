"""Response texts from the domain, filled in or refused: never half a sentence, never none."""

import copy
import logging
import re
from typing import Any, Dict, List, Optional, Text

from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from firstline_bot.partner_files import PartnerFiles

logger = logging.getLogger(__name__)
_VARIABLE = re.compile(r"\{(\w+)\}")


class ResponseFailed(Exception):
    """A response does not exist, has no text for the language, or lacks a variable."""


class StrictResponses(TemplatedNaturalLanguageGenerator):
    """Picks the variant whose `language` condition holds and fills its variables.

    Rasa's own generator says nothing when no variant fits, and shows "{name}" to the customer when a variable is
    missing or a value holds certain brackets; here the first two raise and values are put in as they are. It picks
    by chance among several wordings; here the first one counts that was not said a moment ago.
    """

    def __init__(self, endpoint_config: Optional[EndpointConfig] = None, domain: Optional[Domain] = None) -> None:
        """Called by Rasa from `endpoints.yml`; the responses follow when the model is loaded."""
        super().__init__(domain.responses if domain else {})
        self._partners = PartnerFiles()

    async def generate(
        self, utter_action: Text, tracker: DialogueStateTracker, output_channel: Text, **kwargs: Any
    ) -> Optional[Dict[Text, Any]]:
        """Return the filled response, in the partner's own words where it has some.

        Raises ResponseFailed when it can't be said.
        """
        slots = tracker.current_slot_values()
        values = {name: value for name, value in {**slots, **kwargs}.items() if value is not None}
        wordings = self._own_wordings(utter_action, slots, values)
        if not wordings:
            variants = self._variants(utter_action, output_channel, slots)
            if not variants:
                raise ResponseFailed(f"'{utter_action}' has no text for language '{slots.get('language')}'.")
            wordings = [_fill(_without_condition(variant), values, utter_action) for variant in variants]
        said = _said_last(tracker)
        return next((wording for wording in wordings if wording.get("text") not in said), wordings[0])

    def _own_wordings(self, name: Text, slots: Dict[Text, Any], values: Dict[Text, Any]) -> List[Dict[Text, Any]]:
        own = self._partners.of(slots.get("partner")).responses.get(name, {}).get(str(slots.get("language")), [])
        try:
            return [_fill(copy.deepcopy(variant), values, name) for variant in own]
        except ResponseFailed as failure:
            # A text made for another version of the bot; ours serve.
            logger.error("Partner %s: %s", slots.get("partner"), failure)
            return []

    def _variants(self, utter_action: Text, channel: Text, slots: Dict[Text, Any]) -> List[Dict[Text, Any]]:
        if utter_action not in self.responses:
            return []
        return ResponseVariationFilter(self.responses).responses_for_utter_action(utter_action, channel, slots)


def _without_condition(variant: Dict[Text, Any]) -> Dict[Text, Any]:
    return {key: copy.deepcopy(value) for key, value in variant.items() if key != "condition"}


def _said_last(tracker: DialogueStateTracker) -> List[Optional[Text]]:
    """Return the texts since the customer's last message but one: what this turn and the one before it said."""
    texts: List[Optional[Text]] = []
    turns = 0
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            turns += 1
            if turns > 1:
                break
        elif isinstance(event, BotUttered) and event.text:
            texts.append(event.text)
    return texts


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
