"""Answer from the articles, or ask back once, or say plainly that they hold no answer."""

import re
from dataclasses import replace
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.asking import CATEGORIES, ask_back, topic
from firstline.actions.base import Events, FirstlineAction, Turn, article_button, hand_off, say, slots
from firstline.actions.finding import find
from firstline.actions.library import Shown, named, no_answer
from firstline.knowledge.follow_up import Found

# Single Hangul letters such as ㅠㅠ are moods, not words.
_HAS_CONTENT = re.compile(r"[^\W_ㄱ-ㅎㅏ-ㅣ]")
_WORTH_KEEPING = 0.05
# Beside what was put aside little is likely; a button costs nothing.
_NEAR = 0.02
_NEAR_BUTTONS = 2
_CATEGORY_BUTTONS = 6
_TRAIL = 8


class Answer(FirstlineAction):
    """Search the partner's articles for what was typed, together with the question before where it goes on with it."""

    action_name = "action_answer"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Say the passage, or ask what was meant, or say that there is no answer; the second time a person."""
        if turn.pressed:
            return await self._offer_category(dispatcher, turn)
        if not _HAS_CONTENT.search(turn.text):
            say(dispatcher, "utter_ask_what")
            return slots(expecting=None)
        return give(dispatcher, turn, await find(self.services.knowledge, turn))

    async def _offer_category(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        articles = [stored.article for stored in await self.services.knowledge.articles(turn.partner)]
        buttons = [
            article_button(article)
            for article in articles
            if article.category == turn.intent and article.lang == turn.lang
        ][:_CATEGORY_BUTTONS]
        if not buttons:
            say(dispatcher, "utter_ask_what")
            return slots(expecting=None)
        say(dispatcher, "utter_pick_article", buttons=buttons, topic=topic(turn.intent, turn.lang))
        return slots(expecting="choice", last_category=turn.intent, offered=buttons)


class OutOfScope(FirstlineAction):
    """It doesn't sound like a matter of ours: the articles are asked all the same before it is refused."""

    action_name = "action_out_of_scope"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Answer what an article answers; say that the rest is outside of what the bot knows.

        Right after a question without an answer it is taken for another try at that one.
        """
        found = await find(self.services.knowledge, turn)
        if found.response.answered or turn.unanswered >= 1:
            return give(dispatcher, turn, found)
        say(dispatcher, "utter_out_of_scope")
        return []


class ShowArticle(FirstlineAction):
    """Show the article whose button was pressed, or that the partner names for what was typed."""

    action_name = "action_show_article"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Say the article's passage that fits the question best."""
        query = turn.last_query if turn.pressed else turn.text
        return await show(self, dispatcher, turn, turn.slug or "", query)


def give(dispatcher: CollectingDispatcher, turn: Turn, outcome: Found) -> Events:
    """Say what was found, or ask what was meant; the second time without an answer hand over to a person.

    What the customer has just put aside is not said again.
    """
    found = outcome.response
    shown = [Shown.found(found, hit) for hit in found.results]
    if turn.corrects and turn.trail and not outcome.together:
        first, shown = shown[:1], [item for item in shown if item.slug != turn.trail[-1]]
        # What comes second to it is likely by its likeness to it, not to the question: that much is offered, not said.
        if found.answered and first != shown[:1]:
            return _nothing_better(dispatcher, turn, shown, no_answer(found, again=turn.unanswered >= 1))
    if found.answered and outcome.nothing_new and turn.expecting == "helped":
        custom = {"articles": [shown[0].article()]} | no_answer(found, again=False)
        say(dispatcher, "utter_nothing_new", custom=custom)
        return slots(expecting="helped", unanswered=0)
    if found.answered:
        near = [other for other in shown[1:] if (other.probability or 0) >= found.threshold]
        if outcome.part and turn.expecting == "helped":
            tell(dispatcher, turn, replace(shown[0], excerpt=outcome.part), near, "utter_same_passage")
        else:
            tell(dispatcher, turn, shown[0], near)
        others = [article_button(item) for item in shown[1:] if (item.probability or 0) >= _WORTH_KEEPING]
        return slots(
            expecting="helped",
            unanswered=0,
            last_query=found.query,
            last_category=shown[0].category,
            offered=others,
            trail=seen(turn, shown[0].slug),
        )
    if turn.unanswered >= 1:
        return _give_up(dispatcher, turn, no_answer(found, again=True))
    return ask_back(dispatcher, turn, shown, no_answer(found, again=False))


def _nothing_better(
    dispatcher: CollectingDispatcher, turn: Turn, others: list[Shown], custom: dict[str, Any]
) -> Events:
    """Say that only what was put aside answers the turn, and offer what comes near, or a person."""
    if turn.unanswered >= 1:
        return _give_up(dispatcher, turn, custom)
    buttons = [article_button(item) for item in others if (item.probability or 0) >= _NEAR][:_NEAR_BUTTONS]
    response = "utter_nothing_better" if buttons else "utter_nothing_better_alone"
    say(dispatcher, response, custom=custom, buttons=buttons)
    kept = {"unanswered": 1, "last_query": turn.text, "offered": buttons}
    return slots(expecting="choice" if buttons else "person", **kept)


def _give_up(dispatcher: CollectingDispatcher, turn: Turn, custom: dict[str, Any]) -> Events:
    say(dispatcher, "utter_no_answer_again", custom=custom)
    hand_off(dispatcher, "no_answer", category=turn.intent if turn.intent in CATEGORIES else None)
    return slots(expecting=None, unanswered=0, last_query=turn.text, offered=[])


async def show(
    action: FirstlineAction, dispatcher: CollectingDispatcher, turn: Turn, slug: str, query: str | None = None
) -> Events:
    """Say the passage of the article named ``slug`` that fits ``query`` best, by default the last question."""
    shown = await named(action.services, turn, slug, turn.last_query if query is None else query)
    if shown is None:
        say(dispatcher, "utter_no_answer")
        return slots(expecting="person")
    tell(dispatcher, turn, shown)
    return slots(expecting="helped", unanswered=0, trail=seen(turn, slug))


def seen(turn: Turn, slug: str) -> list[str]:
    """Return the slugs shown so far with ``slug`` as the newest."""
    return [*(old for old in turn.trail if old != slug), slug][-_TRAIL:]


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
    say(
        dispatcher,
        response,
        custom=shown.custom(),
        buttons=[article_button(n) for n in near or []],
        passage=shown.excerpt,
    )
