"""Search for what was typed, with what was said before where the words alone don't say enough."""

from firstline.actions.base import Turn
from firstline.knowledge.follow_up import Found, search_on
from firstline.knowledge.service import Knowledge
from firstline.reading.entities import entities_of, name_of

_SEARCHED = 4
# Whoever types more than this has said what it is about.
_ELLIPTIC = 30


async def find(knowledge: Knowledge, turn: Turn) -> Found:
    """Return what answers the turn, as it stands or going on with the question before.

    A short text without a product that finds nothing is tried with the product named before as well.
    """
    found = await search_on(knowledge, turn.partner, turn.text, turn.lang, turn.last_query, _SEARCHED)
    if found.response.answered or not turn.product or len(turn.text) > _ELLIPTIC:
        return found
    if any(entity.kind == "product" for entity in entities_of(turn.text)):
        return found
    named = f"{name_of('product', turn.product, turn.lang)} {turn.text}"
    widened = await knowledge.search(turn.partner, named, turn.lang, _SEARCHED)
    return Found(widened) if widened.answered else found
