"""What the customer thinks of an answer, said with a button or in words."""

from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.answer import give, show
from firstline.actions.base import Events, FirstlineAction, Turn, hand_off, say, slots, slug_of
from firstline.actions.finding import find
from firstline.reading.phrases import Wish, wish_of

_SURE = 0.6
"""Below it "it works" may as well be "it acts up", and a conversation must not end on that."""


class Helped(FirstlineAction):
    """The answer helped."""

    action_name = "action_helped"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Be glad; what may just as well be a question is searched for, and where that finds nothing, asked about."""
        if turn.pressed or (turn.something_answered and turn.confidence >= _SURE):
            return _confirm(dispatcher, turn)
        found = await find(self.services.knowledge, turn)
        if found.response.answered:
            return give(dispatcher, turn, found)
        if turn.confidence >= _SURE:
            return _confirm(dispatcher, turn)
        say(dispatcher, "utter_nothing_to_confirm")
        return []


class NotHelped(FirstlineAction):
    """The answer did not help: a person takes over."""

    action_name = "action_not_helped"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Hand over, and the story goes along; where nothing was answered yet it may be a question like any other.

        What surely is none and no article answers is asked for in other words: it holds nothing to choose articles by.
        """
        if turn.pressed or turn.something_answered:
            return _pass_on(dispatcher, turn)
        found = await find(self.services.knowledge, turn)
        if found.response.answered or turn.confidence < _SURE or turn.unanswered >= 1:
            return give(dispatcher, turn, found)
        say(dispatcher, "utter_neither")
        return slots(expecting=None, unanswered=1)


def _confirm(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    """Be glad; only where there was an answer does the conversation count as confirmed."""
    confirmed = {"helpful": True, "confirmed": True} if turn.pressed or turn.something_answered else {}
    say(dispatcher, "utter_helped", custom=confirmed)
    return slots(expecting=None, unanswered=0)


def _pass_on(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    handoff = {"reason": "not_helped", "category": turn.last_category}
    dispatcher.utter_message(json_message={"helpful": False, "handoff": handoff})
    return slots(expecting=None, unanswered=0)


class Affirm(FirstlineAction):
    """A bare yes, to whatever was asked last."""

    action_name = "action_affirm"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Take it as 'helped', as 'a person, please' or as the only choice; otherwise ask what it is about."""
        if turn.expecting == "helped":
            return _confirm(dispatcher, turn)
        if turn.expecting == "person":
            hand_off(dispatcher, "human", category=turn.last_category)
            return slots(expecting=None, unanswered=0)
        if turn.expecting == "choice" and turn.offered:
            return await self._take_choice(dispatcher, turn)
        say(dispatcher, "utter_nothing_to_confirm")
        return []

    async def _take_choice(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        slug = slug_of(turn.offered[0]) if len(turn.offered) == 1 else None
        if slug:
            return await show(self, dispatcher, turn, slug)
        say(dispatcher, "utter_say_which", buttons=turn.offered)
        return []


class Deny(FirstlineAction):
    """A bare no, to whatever was asked last."""

    action_name = "action_deny"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Take it as 'did not help', as 'no person needed' or as 'none of these'; otherwise ask what it is about."""
        if turn.expecting != "person" and wish_of(turn.text) in (Wish.SKIP, Wish.ENOUGH):
            # "I'm fine" is no "it did not help".
            say(dispatcher, "utter_goodbye")
            return slots(expecting=None, unanswered=0)
        if turn.expecting == "helped":
            return _pass_on(dispatcher, turn)
        if turn.expecting == "choice":
            say(dispatcher, "utter_neither")
            # What was refused is not offered again: "something else" leads on to a person.
            return slots(expecting=None, offered=[], last_query=None)
        say(dispatcher, "utter_okay_no_person" if turn.expecting == "person" else "utter_nothing_to_confirm")
        return slots(expecting=None)
