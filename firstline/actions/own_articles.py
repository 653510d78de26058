"""Articles on topics of a partner's own: the bot was never taught them, and may take one for something else."""

from functools import cache

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.answer import give
from firstline.actions.base import Events, FirstlineAction, Turn
from firstline.actions.finding import find
from firstline.knowledge.arrays import Hashes, hashes_of
from firstline.knowledge.starter_library import starter_topics

_YIELDING = frozenset(
    {
        "support_overview", "support_contact", "support_price", "billing_estimate", "cancel_window", "data_retention",
        "training_wanted", "who_can_fix",
    }
)  # fmt: skip
"""Intents that are told by their words: what something costs, where somebody is, how something ends. Not those whose
answer has to come from the charter or a person: opening hours, response times, cases."""


@cache
def _known() -> Hashes:
    return hashes_of(starter_topics())


async def own_article_first(
    action: FirstlineAction, dispatcher: CollectingDispatcher, turn: Turn, _tracker: Tracker
) -> tuple[Events, bool]:
    """Give what an article of the partner's own answers, on a topic that the starter library lacks."""
    if turn.pressed or turn.intent not in _YIELDING:
        return [], False
    knowledge = action.services.knowledge
    if not (await knowledge.index(turn.partner)).layout.has_others(_known()):
        return [], False
    found = await find(knowledge, turn)
    if not found.response.answered or found.response.results[0].slug in starter_topics():
        return [], False
    return give(dispatcher, turn, found), True
