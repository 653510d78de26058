"""What a customer asks for in one message: one request, or several that are answered one after the other."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any, Protocol

from firstline.core.errors import FirstlineError
from firstline.core.texts import Language
from firstline.knowledge.search import SearchResponse
from firstline.reading.entities import entities_of
from firstline.reading.openings import corrects, request_in
from firstline.reading.parts import Part, parts_of, wants
from firstline.support_rules.products import named_in

# A part whose meaning is less sure than this tells more about the part before it.
_SURE = 0.6
# So sure is a part of what no article answers, if it asks for something, and an article of a part that isn't sure.
_QUITE_SURE = 0.8
_ANSWERS = 0.9
_FALLBACK = "nlu_fallback"
_OUT_OF_SCOPE = "out_of_scope"
# These are asked of the articles: what they want is the article that answers.
_ASKED_OF_ARTICLES = frozenset({"billing_subscription", "provisioning_configuration", "problem", "updates", "usage"})
_NO_REQUEST = frozenset(
    {"greet", "thanks", "goodbye", "affirm", "deny", "helped", "not_helped", "bot_challenge",
     "complaint", "billing_details", "skip_question", "follow_up"}
)  # fmt: skip
_PROBLEMS = frozenset({"problem", "service_health"})
# Told as well as asked: "downdetector is all red".
_TOLD = frozenset({"service_health", "case_status"})
# What can't wait comes first, then what is broken; a form asks back, so it comes after answers; a person comes last,
# since whoever is handed over is not answered by the bot any more.
_URGENCY = {
    "security_incident": 0, "service_health": 1, "problem": 2, "billing_estimate": 4, "cancel_window": 4,
    "data_retention": 4, "service_credit": 4, "human": 5,
}  # fmt: skip
_URGENT = 1
_ORDINARY = 3


class Understanding(Protocol):
    """The bot, as far as it tells what one message means."""

    async def parse(self, text: str) -> dict[str, Any]:
        """Return ``intent`` with ``name`` and ``confidence``."""
        ...


class Library(Protocol):
    """The articles, as far as they can be searched."""

    async def search(self, partner: str, query: str, lang: Language | None = None, k: int = 3) -> SearchResponse:
        """Return what answers ``query``."""
        ...


@dataclass(frozen=True)
class Asked:
    """The requests of a message in the order in which they are answered.

    ``urgent_first`` says that the first is more urgent than the others; ``corrects`` that the only one stands for what
    was asked before.
    """

    requests: list[str]
    urgent_first: bool = False
    corrects: bool = False


@dataclass(frozen=True)
class Wanted:
    """What a part asks for: the bot's intent, the article that answers it, if one does, and the product it names.

    ``firm`` says that it may be a request of its own behind another one. What is less sure tells more of that one:
    which Windows it is, why it is asked, what the screen says.
    """

    intent: str
    slug: str | None
    product: str | None
    firm: bool = True

    @property
    def article(self) -> str | None:
        """The article, where that is what is wanted."""
        return self.slug if self.intent in _ASKED_OF_ARTICLES or self.intent == _OUT_OF_SCOPE else None

    def differs_from(self, other: "Wanted", *, added: bool) -> bool:
        """Tell whether these are two requests and not two sides of one.

        Two things that go wrong are one trouble told in two ways, unless a word like "also" says that something else
        comes (``added``) or this one names another product.
        """
        if self.slug and self.slug == other.slug and (self.article or other.article):
            return False
        if {self.intent, other.intent} <= _PROBLEMS and not added:
            answered = self.slug and other.slug
            return bool(self.product and self.product != other.product and (answered or other.product))
        return bool(self.article and other.article) or self.intent != other.intent


class Requests:
    """Tells the requests in a message apart."""

    def __init__(self, bot: Understanding, library: Library) -> None:
        """Ask ``bot`` what a part means and ``library`` whether it is a question of its own."""
        self._bot = bot
        self._library = library

    async def of(self, partner: str, text: str, lang: Language) -> Asked:
        """Return the requests, the most urgent first; one, without the courtesies around it, unless each is its own.

        A part that is no request of its own stays with the one before it, so that no word is lost. Where the bot
        can't be asked, the message is one request.
        """
        whole = request_in(text)
        one = Asked([whole], corrects=corrects(text))
        parts = parts_of(whole)
        if len(parts) < 2:
            return one
        try:
            wanted = await asyncio.gather(*(self._wanted(partner, part, lang) for part in parts))
            if await self._is_one_outage(whole, wanted):
                return one
        except (FirstlineError, OSError, ValueError, KeyError, TypeError):
            return one
        requests = _told_apart(parts, wanted)
        if len(requests) < 2:
            return one
        ranked = sorted((_urgency(text, want), place, text) for place, (text, want) in enumerate(requests))
        first, last = ranked[0][0], ranked[-1][0]
        return Asked([text for _, _, text in ranked], urgent_first=first < _ORDINARY and first < last)

    async def _is_one_outage(self, whole: str, wanted: list[Wanted | None]) -> bool:
        """Tell whether parts that each name something broken tell of one outage."""
        if not {want.intent for want in wanted if want} <= _PROBLEMS:
            return False
        intent, sure = _likeliest(await self._bot.parse(whole))
        return intent == "service_health" and sure >= _SURE

    async def _wanted(self, partner: str, told: Part, lang: Language) -> Wanted | None:
        """Return what a part asks for; ``None`` where it is no clear request."""
        part, added = told.text, told.added
        intent, sure = _likeliest(await self._bot.parse(part))
        if intent in _NO_REQUEST:
            return None
        found = await self._library.search(partner, part, lang, k=1)
        slug = found.results[0].slug if found.answered else None
        named = {entity.kind: entity.value for entity in reversed(entities_of(part))}
        down = intent in _PROBLEMS and named.get("severity") == "down"
        if not slug and not down and (sure < _SURE or intent == _OUT_OF_SCOPE):
            return None
        want = Wanted(intent, slug, named.get("product"))
        if down:
            return want
        if slug and intent not in _TOLD:
            return replace(want, firm=sure >= _SURE or found.results[0].probability >= _ANSWERS)
        broken = intent in _PROBLEMS and bool(want.product or named_in(part))
        if intent in _TOLD:
            return replace(want, firm=broken or wants(part))
        enough = sure >= (_SURE if added else _QUITE_SURE)
        return replace(want, firm=intent not in _ASKED_OF_ARTICLES or (enough and (broken or wants(part))))


def _told_apart(parts: list[Part], wanted: list[Wanted | None]) -> list[tuple[str, Wanted | None]]:
    requests: list[tuple[str, Wanted | None]] = []
    for part, want in zip(parts, wanted, strict=True):
        before, other = requests[-1] if requests else ("", None)
        if not requests or (want and other and want.firm and want.differs_from(other, added=part.added)):
            requests.append((part.text, want))
        else:
            requests[-1] = (f"{before} {part.text}", other or want)
    return requests


def _likeliest(parsed: dict[str, Any]) -> tuple[str, float]:
    ranking = [item for item in parsed.get("intent_ranking") or [parsed["intent"]] if item["name"] != _FALLBACK]
    return str(ranking[0]["name"]), float(ranking[0]["confidence"])


def _urgency(text: str, want: Wanted | None) -> int:
    rank = _URGENCY.get(want.intent, _ORDINARY) if want else _ORDINARY
    urgent = any(entity.kind == "severity" and entity.value in ("down", "urgent") for entity in entities_of(text))
    return min(rank, _URGENT) if urgent and rank <= _ORDINARY else rank
