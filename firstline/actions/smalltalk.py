"""Greetings, thanks, farewells and "are you a bot": an action, so that an open form hears of them as well."""

from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.base import Events, FirstlineAction, Turn, say, slots

SMALL_TALK = frozenset({"greet", "thanks", "goodbye", "bot_challenge"})


class SmallTalk(FirstlineAction):
    """Say the response that belongs to the intent."""

    action_name = "action_small_talk"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Answer and leave the conversation as it was, but for the question whether an answer helped."""
        say(dispatcher, f"utter_{turn.intent if turn.intent in SMALL_TALK else 'greet'}")
        # Whoever gives thanks for an answer has judged it: a "no" that follows is about something else.
        thanked = turn.intent in ("thanks", "goodbye") and turn.expecting == "helped"
        return slots(expecting=None, unanswered=0) if thanked else []
