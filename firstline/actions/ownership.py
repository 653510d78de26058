"""Who can mend it, and by which rule."""

from pathlib import Path

from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.base import Events, FirstlineAction, Turn, say, slots
from firstline.actions.billing import as_of_text
from firstline.core.texts import string_table
from firstline.support_rules.ownership import OwnerRule, owner_by_article, owner_by_matter, owner_rules

_TEXTS = string_table(Path(__file__).parent / "texts")


class WhoCanFix(FirstlineAction):
    """Say who can do it: the customer's admin, the partner, the publisher, or Microsoft through the partner."""

    action_name = "action_who_can_fix"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Take the matter from the message, else from what was asked before; then the article that answers it."""
        rule = await self._rule(turn)
        say(
            dispatcher,
            f"utter_owner_{rule.owner}",
            reason=_TEXTS.get(turn.lang, f"owner.{rule.name}"),
            as_of=as_of_text(turn.lang, rule.as_of),
        )
        return slots(expecting="person", unanswered=0)

    async def _rule(self, turn: Turn) -> OwnerRule:
        typed = "" if turn.pressed else turn.text
        for text in filter(None, (typed, turn.last_query)):
            if rule := owner_by_matter(text):
                return rule
        if turn.last_query:
            found = await self.services.knowledge.search(turn.partner, turn.last_query, turn.lang, k=1)
            if found.answered:
                hit = found.results[0]
                stored = await self.services.knowledge.article(turn.partner, hit.slug, hit.lang)
                return owner_by_article(stored.article.owner)
        return next(rule for rule in owner_rules() if rule.name == "unknown")
