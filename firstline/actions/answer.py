"""Answer from the articles, or say plainly that they hold no answer."""

import re

from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.base import Events, FirstlineAction, Turn, hand_off, say, slots
from firstline.actions.library import Shown, named

_CATEGORIES = ("billing_subscription", "provisioning_configuration", "problem", "updates", "usage")
# Single Hangul letters such as ㅠㅠ are moods, not words.
_HAS_CONTENT = re.compile(r"[^\W_ㄱ-ㅎㅏ-ㅣ]")
_WORTH_OFFERING = 0.1
_SEARCHED = 3
_CATEGORY_BUTTONS = 6


class Answer(FirstlineAction):
    """Search the partner's articles for what was typed."""

    action_name = "action_answer"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Say the passage, or offer what is close, or say that there is no answer; the second time a person."""
        if turn.text.startswith("/"):
            return await self._offer_category(dispatcher, turn)
        if not _HAS_CONTENT.search(turn.text):
            say(dispatcher, "utter_ask_what")
            return slots(expecting=None)
        found = await self.services.knowledge.search(turn.partner, turn.text, turn.lang, k=_SEARCHED)
        shown = [Shown.found(found, hit) for hit in found.results]
        if found.answered:
            near = [other for other in shown[1:] if (other.probability or 0) >= found.threshold]
            tell(dispatcher, turn, shown[0], near)
            return slots(
                expecting="helped", unanswered=0, last_query=turn.text, last_category=found.results[0].category
            )
        if turn.unanswered >= 1:
            say(dispatcher, "utter_no_answer_again")
            hand_off(dispatcher, "no_answer", category=turn.intent if turn.intent in _CATEGORIES else None)
            return slots(expecting=None, unanswered=0, last_query=turn.text)
        worth_offering = [item for item in shown if (item.probability or 0) >= _WORTH_OFFERING]
        if worth_offering:
            say(dispatcher, "utter_unsure", buttons=[_button(item.slug, item.title) for item in worth_offering])
        else:
            say(dispatcher, "utter_no_answer")
        return slots(expecting="person", unanswered=turn.unanswered + 1, last_query=turn.text)

    async def _offer_category(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        articles = [stored.article for stored in await self.services.knowledge.articles(turn.partner)]
        buttons = [
            _button(article.slug, article.title)
            for article in articles
            if article.category == turn.intent and article.lang == turn.lang
        ]
        say(dispatcher, "utter_unsure" if buttons else "utter_ask_what", buttons=buttons[:_CATEGORY_BUTTONS])
        return slots(expecting=None)


class ShowArticle(FirstlineAction):
    """Show the article whose button was pressed."""

    action_name = "action_show_article"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Say the article's passage that fits the question best."""
        shown = await named(self.services, turn, turn.slug or "", turn.last_query)
        if shown is None:
            say(dispatcher, "utter_no_answer")
            return slots(expecting="person")
        tell(dispatcher, turn, shown)
        return slots(expecting="helped", unanswered=0)


def tell(
    dispatcher: CollectingDispatcher,
    turn: Turn,
    shown: Shown,
    near: list[Shown] | None = None,
    response: str = "utter_answer",
) -> None:
    """Say an article's passage with the article attached, the next best as buttons, and its receipt."""
    if shown.lang != turn.lang and response == "utter_answer":
        response = "utter_answer_other_language"
    buttons = [_button(other.slug, other.title) for other in near or []]
    say(dispatcher, response, custom=shown.custom(), buttons=buttons, passage=shown.excerpt)


def _button(slug: str, title: str) -> dict[str, str]:
    return {"title": title, "payload": f'/show_article{{"slug":"{slug}"}}'}
