"""What only this partner's customers ask: its own answer, from its own folder."""

from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.base import Events, FirstlineAction, Turn, say, slots
from firstline.partner_bot.intents import ANSWER_PREFIX


class PartnerAnswer(FirstlineAction):
    """Say the answer of the partner's own intent that the bot found."""

    action_name = "action_partner_answer"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Name the answer; the bot has its words from the partner's folder."""
        say(dispatcher, f"{ANSWER_PREFIX}{turn.extra}")
        return slots(expecting=None, unanswered=0)
