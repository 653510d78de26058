"""Greetings, thanks, farewells and "are you a bot": an action, so that an open form hears of them as well."""

from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.base import Events, FirstlineAction, Turn, say

SMALL_TALK = frozenset({"greet", "thanks", "goodbye", "bot_challenge"})


class SmallTalk(FirstlineAction):
    """Say the response that belongs to the intent."""

    action_name = "action_small_talk"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Answer and leave the conversation as it was."""
        say(dispatcher, f"utter_{turn.intent if turn.intent in SMALL_TALK else 'greet'}")
        return []
