"""What the customer thinks of an answer, said with a button or in words."""

from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.base import Events, FirstlineAction, Turn, hand_off, say, slots


class Helped(FirstlineAction):
    """The answer helped."""

    action_name = "action_helped"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Be glad, and let the conversation count as confirmed."""
        say(dispatcher, "utter_helped", custom={"helpful": True, "confirmed": True})
        return slots(expecting=None, unanswered=0)


class NotHelped(FirstlineAction):
    """The answer did not help: a person takes over."""

    action_name = "action_not_helped"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Hand over; the story goes along."""
        handoff = {"reason": "not_helped", "category": turn.last_category}
        dispatcher.utter_message(json_message={"helpful": False, "handoff": handoff})
        return slots(expecting=None, unanswered=0)


class Affirm(FirstlineAction):
    """A bare yes, to whatever was asked last."""

    action_name = "action_affirm"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Take it as 'helped' or as 'a person, please'; otherwise ask what it is about."""
        if turn.expecting == "helped":
            return await Helped(self.services).act(dispatcher, turn)
        if turn.expecting == "person":
            hand_off(dispatcher, "human")
            return slots(expecting=None, unanswered=0)
        say(dispatcher, "utter_nothing_to_confirm")
        return []


class Deny(FirstlineAction):
    """A bare no, to whatever was asked last."""

    action_name = "action_deny"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Take it as 'did not help' or as 'no person needed'; otherwise ask what it is about."""
        if turn.expecting == "helped":
            return await NotHelped(self.services).act(dispatcher, turn)
        say(dispatcher, "utter_okay_no_person" if turn.expecting == "person" else "utter_nothing_to_confirm")
        return slots(expecting=None)
