"""The partner's support terms, true at the moment of asking."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.answer import give
from firstline.actions.base import Events, FirstlineAction, Turn, say, slots
from firstline.actions.finding import find
from firstline.charter import Charter, describe
from firstline.conversations.customer_models import KnownCustomer
from firstline.core.texts import string_table
from firstline.core.times import utcnow

_TEXTS = string_table(Path(__file__).parent / "texts")
_RESPONSES = {
    "support_hours": "utter_support_hours",
    "support_sla": "utter_support_sla",
    "support_contact": "utter_support_contact",
    "support_price": "utter_support_price",
}
_SUPPORT = "support"
# What these articles are about the charter tells, with its figures.
_CHARTER_TELLS = frozenset({"how-to-get-support", "service-levels"})


class SupportOptions(FirstlineAction):
    """Say the hours, channels, prices or response times of the charter."""

    action_name = "action_support_options"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Answer the part that was asked for, or all of it: response times for the tier of the customer.

        Of one whom nobody vouched for the tier is not known: the default one's response times are said by its name,
        and channels that are not open to it with the tiers that have them. Who names another tier hears the response
        times of that one.
        """
        if turn.intent == "support_overview" and (told := await self._article(dispatcher, turn)):
            return told
        charter = self.charter(turn)
        known = await self._known_tier(turn, charter)
        tier = known or charter.default_tier
        if turn.intent == "support_sla":
            tier = _other_tier(charter, turn, tier)
        terms = describe(charter, turn.lang, utcnow(), tiers=[tier], kinds=["first_response"])
        names = {entry["id"]: entry["name"] for entry in terms["tiers"]}
        wanted = set(names) if known is None else {known}
        channels = [channel for channel in terms["channels"] if wanted & set(channel["tiers"])]
        say(
            dispatcher,
            _RESPONSES.get(turn.intent, "utter_support_overview"),
            now_text=terms["now_text"],
            hours_text=terms["hours_text"],
            channels_text="\n".join(_channel(turn.lang, channel, tier, names) for channel in channels),
            tiers_text="\n".join(_tier(turn.lang, entry, known) for entry in terms["tiers"]),
            tier_text=names[tier],
            sla_text="\n".join(_severity(turn.lang, entry, tier) for entry in terms["severities"] if entry["targets"]),
        )
        return slots(expecting=None, unanswered=0)

    async def _article(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Give the article on support that answers what was typed, such as why not to ask Microsoft, if one does."""
        if turn.pressed:
            return []
        found = await find(self.services.knowledge, turn)
        first = found.response.results[:1] if found.response.answered else []
        if not any(hit.category == _SUPPORT and hit.slug not in _CHARTER_TELLS for hit in first):
            return []
        return give(dispatcher, turn, found)

    async def _known_tier(self, turn: Turn, charter: Charter) -> str | None:
        """Return the tier that the partner's own site gave for this customer, if it did and the charter has it."""
        async with self.services.database.reading(short=True) as session:
            customer = await session.get(KnownCustomer, turn.conversation_id)
        return customer.tier_among(charter.tiers) if customer else None


def _other_tier(charter: Charter, turn: Turn, tier: str) -> str:
    """Return the tier besides ``tier`` that the message names, in either language; else ``tier``."""
    text = "" if turn.pressed else turn.text.casefold()
    for name, other in charter.tiers.items():
        if name != tier and any(_names(word.casefold()).search(text) for word in other.name.root.values()):
            return name
    return tier


@cache
def _names(word: str) -> re.Pattern[str]:
    # A Korean name carries particles behind it; in front of it a word would have to end.
    return re.compile(rf"(?<!\w){re.escape(word)}" + (r"\b" if word.isascii() else ""))


def _line(lang: str, name: str, value: str) -> str:
    return _TEXTS.get(lang, "line", name=name, value=value)


def _tier(lang: str, tier: dict[str, Any], known: str | None) -> str:
    name = tier["name"]
    return _line(lang, _TEXTS.get(lang, "own_tier", name=name) if tier["id"] == known else name, tier["price_text"])


def _channel(lang: str, channel: dict[str, Any], tier: str, names: dict[str, str]) -> str:
    name = channel["name"]
    if tier not in channel["tiers"]:
        sold_in = ", ".join(names[other] for other in channel["tiers"])
        name = _TEXTS.get(lang, "channel_of_tiers", name=name, tiers=sold_in)
    return _line(lang, name, ", ".join(filter(None, (channel["address"], channel["hours_text"]))))


def _severity(lang: str, severity: dict[str, Any], tier: str) -> str:
    first = severity["targets"][tier]["first_response"]
    return _TEXTS.get(
        lang,
        "severity_due" if first["respond_by_text"] else "severity_target",
        name=severity["name"],
        definition=severity["definition"].rstrip("."),
        target=first["text"],
        respond_by=first["respond_by_text"] or "",
    )
