"""The partner's support terms, true at the moment of asking."""

from pathlib import Path
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.base import Events, FirstlineAction, Turn, say, slots
from firstline.charter import describe
from firstline.core.texts import string_table
from firstline.core.times import utcnow

_TEXTS = string_table(Path(__file__).parent / "texts")
_RESPONSES = {
    "support_hours": "utter_support_hours",
    "support_sla": "utter_support_sla",
    "support_contact": "utter_support_contact",
    "support_price": "utter_support_price",
}


class SupportOptions(FirstlineAction):
    """Say the hours, channels, prices or response times of the charter."""

    action_name = "action_support_options"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Answer the part that was asked for, or all of it."""
        charter = self.charter(turn)
        terms = describe(charter, turn.lang, utcnow())
        say(
            dispatcher,
            _RESPONSES.get(turn.intent, "utter_support_overview"),
            now_text=terms["now_text"],
            hours_text=terms["hours_text"],
            channels_text="\n".join(_channel(turn.lang, channel) for channel in terms["channels"]),
            tiers_text="\n".join(_line(turn.lang, tier["name"], tier["price_text"]) for tier in terms["tiers"]),
            sla_text="\n".join(_severity(turn.lang, s, charter.default_tier) for s in terms["severities"]),
        )
        return slots(expecting=None, unanswered=0)


def _line(lang: str, name: str, value: str) -> str:
    return _TEXTS.get(lang, "line", name=name, value=value)


def _channel(lang: str, channel: dict[str, Any]) -> str:
    value = ", ".join(filter(None, (channel["address"], channel["hours_text"])))
    return _line(lang, channel["name"], value)


def _severity(lang: str, severity: dict[str, Any], tier: str) -> str:
    targets: dict[str, Any] = severity["targets"].get(tier) or next(iter(severity["targets"].values()), {})
    first = targets.get("first_response")
    text = _TEXTS.get(
        lang,
        "severity_due" if first and first["respond_by_text"] else "severity_target",
        name=severity["name"],
        definition=severity["definition"].rstrip("."),
        target=first["text"] if first else "",
        respond_by=first["respond_by_text"] if first else "",
    )
    return text
