"""After many how-to questions in one conversation, an offer of training, once."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.answer import tell
from firstline.actions.base import Events, FirstlineAction, Turn, say, slots
from firstline.actions.library import named

_ARTICLE = "training-courses"


class Training(FirstlineAction):
    """The customer wants to hear of training."""

    action_name = "action_training"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Say the passage on courses, with the way to a person who arranges one."""
        shown = await named(self.services, turn, _ARTICLE)
        if shown is None:
            say(dispatcher, "utter_training")
        else:
            tell(dispatcher, turn, shown, response="utter_training_article")
        return slots(expecting="person", unanswered=0)


async def offer_training(
    action: FirstlineAction, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker, events: Events
) -> Events:
    """Count answered how-to questions; at the setting's number say the offer below the answer."""
    given = {event["name"]: event["value"] for event in events if event.get("event") == "slot"}
    if action.name() != "action_answer" or given.get("last_category") != "usage":
        return []
    count = int(tracker.get_slot("howto_count") or 0) + 1
    if count < action.services.settings.training_offer_after or tracker.get_slot("training_offered"):
        return slots(howto_count=count)
    say(dispatcher, "utter_training_offer")
    return slots(howto_count=count, training_offered=True)
