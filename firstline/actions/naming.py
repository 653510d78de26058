"""Messages whose name decides: a product and no more, or a product that isn't ours."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.answer import give
from firstline.actions.asking import CATEGORIES
from firstline.actions.base import Events, FirstlineAction, Turn, article_button, say, slots
from firstline.knowledge.follow_up import Found
from firstline.reading.entities import name_alone, others_product

_SEARCHED = 12
_OFFERED = 3
_OUT_OF_SCOPE = "out_of_scope"
_QUESTIONS = frozenset({*CATEGORIES, _OUT_OF_SCOPE, "nlu_fallback", "follow_up", "service_health"})
# With such a share of the bot's opinion a product that exchanges things with ours is meant itself.
_OUTSIDE = 0.5


async def name_first(
    action: FirstlineAction, dispatcher: CollectingDispatcher, turn: Turn, _tracker: Tracker
) -> tuple[Events, bool]:
    """Offer the likeliest topics of a name that is the whole message, whatever the bot takes it for.

    After a question without an answer the name is what was missing in it, and both are searched together.
    """
    name = None if turn.pressed else name_alone(turn.text, turn.lang)
    if name is None:
        return [], False
    knowledge = action.services.knowledge
    if turn.unanswered >= 1 and turn.last_query:
        both = await knowledge.search(turn.partner, f"{turn.last_query} {turn.text}", turn.lang)
        if both.answered:
            return give(dispatcher, turn, Found(both)), True
    found = await knowledge.search(turn.partner, name, turn.lang, k=_SEARCHED)
    buttons = [article_button(hit) for hit in found.results if hit.category in CATEGORIES][:_OFFERED]
    if not buttons:
        return [], False
    say(dispatcher, "utter_pick_article", buttons=buttons, topic=name)
    return slots(expecting="choice", offered=buttons, last_query=turn.text), True


async def not_ours(
    action: FirstlineAction, dispatcher: CollectingDispatcher, turn: Turn, _tracker: Tracker
) -> tuple[Events, bool]:
    """Say that another maker's product is none of ours, and offer the article on the same matter if there is one."""
    product = others_product(turn.text, turn.lang) if turn.intent in _QUESTIONS else None
    if product is None:
        return [], False
    name, leaves_open = product
    if leaves_open and dict(turn.ranking).get(_OUT_OF_SCOPE, 0.0) < _OUTSIDE:
        return [], False
    found = await action.services.knowledge.search(turn.partner, turn.text, turn.lang, k=1)
    if not found.answered:
        say(dispatcher, "utter_not_ours", product=name)
        return slots(expecting=None), True
    buttons = [article_button(found.results[0])]
    say(dispatcher, "utter_not_ours_but", buttons=buttons, product=name)
    return slots(expecting="choice", offered=buttons, last_query=turn.text), True
