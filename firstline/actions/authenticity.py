"""Is this mail really from Microsoft?"""

from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.answer import tell
from firstline.actions.base import Events, FirstlineAction, Turn, say, slots
from firstline.actions.library import named

_ARTICLE = "is-this-mail-from-microsoft"


class MailAuthenticity(FirstlineAction):
    """Say the rule first: whatever concerns subscriptions comes from the partner; then what to look for."""

    action_name = "action_mail_authenticity"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Say the rule with the article's passage; who has clicked already gets to a person by the button."""
        shown = await named(self.services, turn, _ARTICLE, turn.text)
        if shown is None:
            say(dispatcher, "utter_mail_rule")
        else:
            tell(dispatcher, turn, shown, response="utter_mail_rule_article")
        return slots(expecting="person", unanswered=0, last_category="support")
