"""Articles beside a case: what the customer's questions find, and the passage that a reply cites."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.conversations.models import Conversation
from firstline.core.times import iso, utcnow
from firstline.desk.story import summarise
from firstline.knowledge.chat_markdown import plain_text
from firstline.knowledge.search import Hit, SearchResponse
from firstline.knowledge.service import Knowledge

Lang = Literal["ko", "en"]
SHOWN = 5
LIKELY = 0.02
"""What is less likely than this is no suggestion, unless the customer has seen it."""
_QUESTIONS = 3
_DEEP = 20


@dataclass(frozen=True)
class Cite:
    """A passage that a reply cites: of this article, the one that fits ``query``."""

    slug: str
    lang: Lang
    query: str


async def asked_in(session: AsyncSession, conversation: Conversation) -> tuple[list[str], dict[tuple[str, str], Any]]:
    """Return the customer's last questions, newest first, and the articles already shown with how they were judged."""
    story = await summarise(session, conversation.id)
    shown = {(article["slug"], article["lang"]): article["helpful"] for article in story["articles"]}
    return list(dict.fromkeys(reversed(story["questions"])))[:_QUESTIONS], shown


async def suggest(
    knowledge: Knowledge, partner: str, lang: Lang, queries: Sequence[str], shown: dict[tuple[str, str], Any]
) -> list[dict[str, Any]]:
    """Return the articles that ``queries`` find, the likeliest first, each with the query that found its passage.

    ``{"slug", "lang", "title", "heading", "excerpt", "text", "url", "version", "probability", "query", "shown",
    "helpful"}``; ``text`` is the passage as a reply may say it. Articles of another language come only where the
    customer's lacks the topic, and unlikely ones only where the customer has seen them.
    """
    best: dict[tuple[str, str], tuple[Hit, str]] = {}
    for query in queries:
        found = await knowledge.search(partner, query, lang, SHOWN)
        for hit in found.results:
            known = best.get((hit.slug, hit.lang))
            if hit.probability < LIKELY and (hit.slug, hit.lang) not in shown:
                continue
            if known is None or hit.probability > known[0].probability:
                best[hit.slug, hit.lang] = hit, query
    ranked = sorted(best.values(), key=lambda pair: -pair[0].probability)[:SHOWN]
    return [_suggestion(hit, query, shown) for hit, query in ranked]


async def cited(knowledge: Knowledge, partner: str, cites: Sequence[Cite]) -> dict[str, Any]:
    """Return what a message carries for the passages it cites: the customer's cards, and the receipt.

    Empty without any. Raises ``NotFound`` for an article that customers can't read.
    """
    if not cites:
        return {}
    cards, receipts = [], []
    for cite in cites:
        found = await knowledge.search(partner, cite.query, cite.lang, _DEEP)
        hit = next((hit for hit in found.results if (hit.slug, hit.lang) == (cite.slug, cite.lang)), None)
        passage = hit or await knowledge.passage_for(partner, cite.slug, cite.lang, cite.query)
        chance = hit.probability if hit else None
        card = {key: getattr(passage, key) for key in ("slug", "lang", "title", "url")}
        cards.append(card | {"excerpt": plain_text(passage.excerpt), "probability": chance})
        receipts.append(
            _receipt(found, cite) | {"passage": passage.excerpt, "version": passage.version} | {"probability": chance}
        )
    return {"articles": cards, "receipt": {"cited": receipts}}


def _receipt(found: SearchResponse, cite: Cite) -> dict[str, Any]:
    return {
        "asked": cite.query,
        "article": cite.slug,
        "lang": cite.lang,
        "model": found.model,
        "threshold": found.threshold,
        "at": iso(utcnow()),
    }


def _suggestion(hit: Hit, query: str, shown: dict[tuple[str, str], Any]) -> dict[str, Any]:
    names = ("slug", "lang", "title", "heading", "url", "version", "probability")
    return {name: getattr(hit, name) for name in names} | {
        "excerpt": plain_text(hit.excerpt),
        "text": hit.excerpt,
        "query": query,
        "shown": (hit.slug, hit.lang) in shown,
        "helpful": shown.get((hit.slug, hit.lang)),
    }
