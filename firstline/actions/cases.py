"""Handing over to a person, and the state of a case."""

import re

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.base import Events, FirstlineAction, Turn, hand_off, say, slots
from firstline.actions.library import named
from firstline.conversations import store
from firstline.desk.queue import case_json, own_case
from firstline.reading.entities import lost_device

_SECURITY_ARTICLE = "compromised-account-or-phishing"
_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?P<name>[A-Za-z][A-Za-z0-9-]*?)?[- #]?(?P<count>\d{4,9})(?![\d])")


class Handoff(FirstlineAction):
    """A person was asked for, or the matter is too grave for a bot."""

    action_name = "action_handoff"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Say what the customer needs to hear first, then hand over."""
        if turn.intent == "complaint":
            say(dispatcher, "utter_complaint")
            hand_off(dispatcher, "complaint")
        elif turn.intent == "security_incident":
            await self._secure(dispatcher, turn)
        else:
            hand_off(dispatcher, "human", category=turn.last_category)
        return slots(expecting=None, unanswered=0)

    async def _secure(self, dispatcher: CollectingDispatcher, turn: Turn) -> None:
        if lost_device(turn.text):
            say(dispatcher, "utter_security_device")
        elif shown := await named(self.services, turn, _SECURITY_ARTICLE, turn.text):
            say(dispatcher, "utter_security", custom=shown.custom(), passage=shown.excerpt)
        charter = self.charter(turn)
        by_rank = charter.severities_by_rank
        hand_off(dispatcher, "security", category="problem", severity=by_rank[min(1, len(by_rank) - 1)])


class CaseStatus(FirstlineAction):
    """Say how the case of this conversation stands."""

    action_name = "action_case_status"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Say number, state and the promised time; only this conversation's own cases are ever told.

        Somebody else's number is answered with the words for one that doesn't exist.
        """
        number = number_in(turn.text, turn.partner)
        async with self.services.database.reading(short=True) as session:
            conversation = await store.get_conversation(session, turn.conversation_id)
            case = await own_case(session, turn.conversation_id, number)
            known = await case_json(session, case, conversation, self.charter(turn)) if case else None
        if known is None and number:
            say(dispatcher, "utter_case_unknown", number=number)
            return slots(expecting="person")
        if known is None:
            say(dispatcher, "utter_case_none")
            return slots(expecting="person")
        response = "utter_case_status_answered" if known["answered"] else "utter_case_status"
        say(
            dispatcher,
            response,
            number=known["number"],
            status_text=known["status_text"],
            respond_by_text=known["respond_by_text"],
        )
        return slots(expecting=None)


async def number_first(
    action: FirstlineAction, dispatcher: CollectingDispatcher, turn: Turn, _tracker: Tracker
) -> tuple[Events, bool]:
    """A message with a case number that means nothing else asks for the case."""
    if turn.intent != "nlu_fallback" or not re.search(rf"(?i)\b{re.escape(turn.partner)}-\d+\b", turn.text):
        return [], False
    return await CaseStatus(action.services).act(dispatcher, turn), True


def number_in(text: str, partner: str) -> str | None:
    """Return the case number that a message names, as it is kept, such as ``DEMO-1001`` for "demo 1001"."""
    match = None if text.startswith("/") else _NUMBER.search(text)
    return f"{(match['name'] or partner).upper()}-{match['count']}" if match else None
