"""Ask what was meant: a question built from the two likeliest things, before a person is asked."""

from pathlib import Path
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.base import Events, Turn, article_button, say, slots
from firstline.actions.library import Shown
from firstline.core.texts import string_table

CATEGORIES = ("billing_subscription", "provisioning_configuration", "problem", "updates", "usage")

_TEXTS = string_table(Path(__file__).parent / "texts")
_WORTH_OFFERING = 0.05
_WORTH_OFFERING_FEW_WORDS = 0.01
"""A few words that are surely ours, such as "메일 설정", leave open what is to be done, and make no article likely."""
_FEW_WORDS = 3
_SURELY_OURS = 0.75
_WORTH_NAMING = 0.25
_OFFERED = 2


def ask_back(dispatcher: CollectingDispatcher, turn: Turn, shown: list[Shown], custom: dict[str, Any]) -> Events:
    """Ask which of the two likeliest articles or topics is meant; without any, say so and offer a person.

    ``custom`` goes with what is said: the receipt of the search.
    """
    likely_enough = [item for item in shown if (item.probability or 0) >= _worth_offering(turn)]
    candidates = [article_button(item) for item in likely_enough[:_OFFERED]]
    if len(candidates) < _OFFERED:
        likely = [name for name, sure in turn.ranking if sure >= _WORTH_NAMING and has_topic(name)]
        categories = {item.category for item in likely_enough}
        topics = [{"title": topic(name, turn.lang), "payload": f"/{name}"} for name in likely if name not in categories]
        candidates += topics[: _OFFERED - len(candidates)]
        # "Is it about how to use something?" alone would ask nothing.
        if len(candidates) == 1 and topics and likely[0] in CATEGORIES:
            candidates = []
    return ask_which(dispatcher, turn, candidates, custom)


def ask_which(
    dispatcher: CollectingDispatcher,
    turn: Turn,
    candidates: list[dict[str, str]],
    custom: dict[str, Any] | None = None,
) -> Events:
    """Ask which of one or two buttons is meant; it counts as a question without an answer."""
    kept = {"unanswered": turn.unanswered + 1, "last_query": turn.text or turn.last_query, "offered": candidates}
    titles = [button["title"] for button in candidates]
    if not candidates:
        say(dispatcher, "utter_no_answer", custom=custom)
        return slots(expecting="person", **kept)
    if len(candidates) == 1:
        say(dispatcher, "utter_unsure_one", custom=custom, buttons=candidates, first=titles[0])
    else:
        say(dispatcher, "utter_unsure", custom=custom, buttons=candidates, first=titles[0], second=titles[1])
    return slots(expecting="choice", **kept)


def _worth_offering(turn: Turn) -> float:
    ours = sum(sure for name, sure in turn.ranking if name in CATEGORIES) >= _SURELY_OURS
    return _WORTH_OFFERING_FEW_WORDS if ours and len(turn.text.split()) <= _FEW_WORDS else _WORTH_OFFERING


def topic(intent: str, lang: str) -> str:
    """Return what an intent is about, as customers call it."""
    return _TEXTS.get(lang, f"topics.{intent}")


def has_topic(intent: str) -> bool:
    """Tell whether an intent can be offered by name."""
    return not {f"topics.{intent}"}.isdisjoint(_TEXTS.keys())
