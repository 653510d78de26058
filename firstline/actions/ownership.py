"""Who can mend it, and by which rule."""

from pathlib import Path

from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.answer import give
from firstline.actions.base import Events, FirstlineAction, Turn, say, slots
from firstline.actions.billing import as_of_text
from firstline.actions.finding import find
from firstline.core.texts import string_table
from firstline.support_rules.ownership import OwnerRule, owner_by_article, owner_by_matter, owner_rules

_TEXTS = string_table(Path(__file__).parent / "texts")


class WhoCanFix(FirstlineAction):
    """Say who can do it: the customer's admin, the partner, the publisher, or Microsoft through the partner."""

    action_name = "action_who_can_fix"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Take the matter from the message, else from what was asked before; then the article that answers it.

        Who asks it of nothing, of what is whose in general for instance, gets the article on that.
        """
        rule = _by_matter(turn)
        if rule is None and not turn.last_query and not turn.pressed:
            found = await find(self.services.knowledge, turn)
            if found.response.answered and found.response.results[0].category == "support":
                return give(dispatcher, turn, found)
        rule = rule or await self._by_article(turn)
        say(
            dispatcher,
            f"utter_owner_{rule.owner}",
            reason=_TEXTS.get(turn.lang, f"owner.{rule.name}"),
            as_of=as_of_text(turn.lang, rule.as_of),
        )
        return slots(expecting="person", unanswered=0)

    async def _by_article(self, turn: Turn) -> OwnerRule:
        """Return the rule of the article that answers what was asked before, or this message where it is the first."""
        if query := turn.last_query or ("" if turn.pressed else turn.text):
            found = await self.services.knowledge.search(turn.partner, query, turn.lang, k=1)
            if found.answered:
                hit = found.results[0]
                stored = await self.services.knowledge.article(turn.partner, hit.slug, hit.lang)
                return owner_by_article(stored.article.owner)
        return next(rule for rule in owner_rules() if rule.name == "unknown")


def _by_matter(turn: Turn) -> OwnerRule | None:
    texts = ("" if turn.pressed else turn.text, turn.last_query)
    return next((rule for text in texts if text and (rule := owner_by_matter(text))), None)
