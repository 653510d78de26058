"""What goes along with a case: category, severity, product, what was tried, contact, language; and what is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.conversations import store
from firstline.conversations.customer_models import KnownCustomer
from firstline.conversations.models import Conversation, Message
from firstline.core.texts import LANGUAGES
from firstline.desk.history import events_of
from firstline.desk.models import Case, CaseEvent
from firstline.reading.entities import Entity, entities_of, name_of

QUESTIONS = ("severity", "category", "product", "tried", "contact")
ALL_QUESTIONS = "all"
_MOST = 3
_CONTACT = ("email", "phone")
# "For all users" or "two people at once" says how bad a fault is; in a question of another kind it says what is wanted.
_FAULTS = (None, "problem")
# From the most severe of the charter's ranks, 0, to the mildest, 1.
_MILDNESS = {"down": 0.0, "partial": 1 / 3, "hindered": 2 / 3, "question": 1.0}


@dataclass
class Package:
    """``known`` by question, ``None`` where it is missing; ``asked``: the questions put so far; ``open``: the one
    that waits for an answer; ``settled``: those that were answered or skipped; ``product_id``: the product as an id, or
    in the customer's words where we don't know it; ``contacts``: e-mail addresses and telephone numbers as typed."""

    known: dict[str, str | None] = field(default_factory=dict)
    product_id: str | None = None
    contacts: list[str] = field(default_factory=list)
    device: str | None = None
    suggested_severity: str | None = None
    asked: list[str] = field(default_factory=list)
    open: str | None = None
    settled: set[str] = field(default_factory=set)

    def next_question(self) -> str | None:
        """Return what to ask next: how bad it is first, how to reach the customer last, three questions at most."""
        again = [name for name in self.asked if name not in self.settled]
        if again:
            return again[0]
        left = _MOST - len(self.asked)
        missing = [name for name in QUESTIONS if self._is_missing(name)]
        if not missing or left <= 0:
            return None
        return "contact" if left == 1 and "contact" in missing else missing[0]

    def _is_missing(self, name: str) -> bool:
        if name in self.settled or self.known.get(name):
            return False
        # What was tried matters for faults, and a bill is not about one product.
        category = self.known.get("category")
        if name == "tried":
            return category in (None, "problem")
        return name != "product" or category != "billing_subscription"


async def package_of(session: AsyncSession, case: Case, conversation: Conversation, charter: Charter) -> Package:
    """Put together what the conversation and the customer's answers say."""
    messages = await store.transcript(session, conversation.id)
    package = _answers(await events_of(session, case), {message.id: message.text for message in messages})
    found = _entities(messages)
    last = {entity.kind: entity.value for entity in found}
    left = [case.contact_email] if case.contact_email else []
    contacts = dict.fromkeys([*left, *(entity.value for entity in found if entity.kind in _CONTACT)])
    said = package.known
    product = _product(said.get("product")) or last.get("product")
    package.known = {
        "category": case.category,
        "severity": case.severity if said.get("severity") else None,
        "product": name_of("product", product, conversation.language) if product else None,
        "tried": said.get("tried"),
        "contact": ", ".join(contacts) or None,
    }
    package.product_id, package.contacts = product, list(contacts)
    package.device = name_of("device", last["device"], conversation.language) if "device" in last else None
    if case.category in _FAULTS:
        package.suggested_severity = _suggested(found, charter)
    return package


async def package_json(
    session: AsyncSession, case: Case, conversation: Conversation, charter: Charter
) -> dict[str, Any]:
    """Return the package for the desk: what is known, ``None`` for what is not, and what the customer skipped.

    ``customer`` is ``{"id", "name", "email"}`` where the partner's own site vouched for one.
    Severities come by their names, ``{"ko", "en"}``; the suggested one is what the customer's words sound like.
    """
    package = await package_of(session, case, conversation, charter)
    customer = await session.get(KnownCustomer, conversation.id)
    skipped = [name for name in package.asked if name in package.settled and not package.known[name]]
    return {
        **package.known,
        "severity": _names(charter, package.known["severity"]),
        "customer": {"id": customer.customer_id, "name": customer.name, "email": customer.email} if customer else None,
        "device": package.device,
        "language": conversation.language,
        "suggested_severity": _names(charter, package.suggested_severity),
        "skipped": skipped,
        "open": package.open,
    }


def _names(charter: Charter, severity: str | None) -> dict[str, str] | None:
    known = charter.severities.get(severity or "")
    return {lang: known.name.say(lang) for lang in LANGUAGES} if known else None


def _answers(events: Iterable[CaseEvent], texts: dict[int, str]) -> Package:
    package = Package()
    for event in events:
        name = str(event.data.get("question", "severity"))
        if event.kind == "asked":
            package.asked += [name] if name not in package.asked else []
            package.settled.discard(name)
            package.open = name
        elif event.kind in ("told", "skipped") or (event.kind == "severity" and event.actor == "customer"):
            package.settled |= set(QUESTIONS) if name == ALL_QUESTIONS else {name}
            told = event.data.get("value") or event.data.get("to")
            package.known[name] = told or texts.get(int(event.data.get("message", 0)))
            package.open = None if name in (package.open, ALL_QUESTIONS) else package.open
    return package


def _entities(messages: Sequence[Message]) -> list[Entity]:
    typed = (message.text for message in messages if message.author == "customer" and not message.payload)
    return [entity for text in typed for entity in entities_of(text)]


def _product(told: str | None) -> str | None:
    """Return the product's id where the customer's answer names one we know, else the answer itself."""
    named = [entity.value for entity in entities_of(told or "") if entity.kind == "product"]
    return named[-1] if named else told


def _suggested(found: Iterable[Entity], charter: Charter) -> str | None:
    levels = [_MILDNESS[e.value] for e in found if e.kind == "severity" and e.value in _MILDNESS]
    by_rank = charter.severities_by_rank
    return by_rank[round(min(levels) * (len(by_rank) - 1))] if levels else None
