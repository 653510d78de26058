"""What every action shares: the services it may call, and the turn it serves."""

import json
from dataclasses import dataclass, field
from typing import Any, Protocol

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from firstline.charter import Charter, Charters
from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.core.texts import Language
from firstline.knowledge.service import Knowledge

Events = list[dict[str, Any]]


@dataclass(frozen=True)
class Services:
    """The parts of the app that actions call."""

    knowledge: Knowledge
    charters: Charters
    database: Database
    settings: Settings


@dataclass(frozen=True)
class Turn:
    """One turn as an action sees it; ``corrects``: it stands for the question before, whose answer was put aside."""

    conversation_id: str
    partner: str
    lang: Language
    text: str
    intent: str
    unanswered: int
    expecting: str | None
    slug: str | None
    last_query: str
    last_category: str | None
    product: str | None
    offered: list[dict[str, str]]
    trail: list[str]
    ranking: list[tuple[str, float]]
    health_shown: list[str] = field(default_factory=list)
    extra: str | None = None
    corrects: bool = False

    @classmethod
    def of(cls, tracker: Tracker) -> "Turn":
        """Read the turn from the tracker that Rasa sent."""
        latest = tracker.latest_message or {}
        text = str(latest.get("text") or "").strip()
        return cls(
            conversation_id=str(tracker.sender_id),
            partner=str(tracker.get_slot("partner") or ""),
            lang="en" if tracker.get_slot("language") == "en" else "ko",
            text=text,
            intent=str((latest.get("intent") or {}).get("name") or ""),
            unanswered=int(tracker.get_slot("unanswered") or 0),
            expecting=tracker.get_slot("expecting"),
            slug=tracker.get_slot("slug"),
            last_query=str(tracker.get_slot("last_query") or ""),
            last_category=tracker.get_slot("last_category"),
            product=tracker.get_slot("product"),
            offered=list(tracker.get_slot("offered") or []),
            trail=list(tracker.get_slot("trail") or []),
            ranking=[(str(i["name"]), float(i["confidence"])) for i in latest.get("intent_ranking") or []],
            health_shown=list(tracker.get_slot("health_shown") or []),
            extra=tracker.get_slot("extra"),
            corrects=bool(text) and tracker.get_slot("corrects") == text,
        )

    @property
    def pressed(self) -> bool:
        """A button was pressed, nothing typed."""
        return self.text.startswith("/")

    @property
    def confidence(self) -> float:
        """How sure the classifier is of the intent, 0 to 1."""
        return dict(self.ranking).get(self.intent, 0.0)

    @property
    def something_answered(self) -> bool:
        """An answer was given in this conversation that can be judged."""
        return self.expecting == "helped" or bool(self.trail or self.health_shown)


class FirstlineAction(Action):  # type: ignore[misc]
    """An action with its services; subclasses set ``action_name`` and write ``act``."""

    action_name = ""

    def __init__(self, services: Services) -> None:
        """Keep what the action may call."""
        self.services = services

    def name(self) -> str:
        """Return the name the bot's rules use."""
        return self.action_name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Serve one turn; an error reaches the bot as a failed action, and so the customer as a sentence."""
        return await self.act(dispatcher, Turn.of(tracker))

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Answer the turn and return the slots to set."""
        raise NotImplementedError

    def charter(self, turn: Turn) -> Charter:
        """Return the charter of the turn's partner."""
        return self.services.charters.get(turn.partner)


def say(
    dispatcher: CollectingDispatcher,
    response: str,
    *,
    custom: dict[str, Any] | None = None,
    buttons: list[dict[str, str]] | None = None,
    **values: object,
) -> None:
    """Let the bot say ``response`` with its variables; ``custom`` is data for the chat service."""
    dispatcher.utter_message(response=response, json_message=custom or {}, buttons=buttons or [], **values)


class Titled(Protocol):
    """Whatever has a slug and a title: an article, or a finding that shows one."""

    @property
    def slug(self) -> str:
        """The article's name in addresses."""
        ...

    @property
    def title(self) -> str:
        """The article's title."""
        ...


def article_button(article: Titled) -> dict[str, str]:
    """Return the button that shows an article."""
    return {"title": article.title, "payload": f'/show_article{{"slug":"{article.slug}"}}'}


def slug_of(button: dict[str, str]) -> str | None:
    """Return the slug of the article that a button shows, ``None`` for another button."""
    name, _, data = button["payload"].partition("{")
    return str(json.loads("{" + data)["slug"]) if name == "/show_article" else None


def hand_off(dispatcher: CollectingDispatcher, reason: str, **details: object) -> None:
    """Ask the chat service to hand the conversation over when it stores this turn."""
    dispatcher.utter_message(json_message={"handoff": {"reason": reason, **details}})


def slots(**values: object) -> Events:
    """Return the events that set slots."""
    return [{"event": "slot", "timestamp": None, "name": name, "value": value} for name, value in values.items()]
