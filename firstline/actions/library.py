"""An article as an answer shows it, whether a search found it or it was named."""

from dataclasses import dataclass
from typing import Any

from firstline.actions.base import Services, Turn
from firstline.core.errors import NotFound
from firstline.core.times import iso, utcnow
from firstline.knowledge.chat_markdown import plain_text
from firstline.knowledge.search import Hit, SearchResponse


@dataclass(frozen=True)
class Shown:
    """A passage with its article.

    ``probability``, ``model``, ``threshold`` and ``asked`` (what was searched) are None when it was named.
    """

    slug: str
    lang: str
    title: str
    excerpt: str
    url: str
    version: int
    probability: float | None = None
    model: str | None = None
    threshold: float | None = None
    category: str = ""
    asked: str | None = None

    @classmethod
    def found(cls, response: SearchResponse, hit: Hit) -> "Shown":
        """Take a search's result."""
        return cls(
            hit.slug, hit.lang, hit.title, hit.excerpt, hit.url, hit.version, hit.probability,
            response.model, response.threshold, hit.category, response.query,
        )  # fmt: skip

    def article(self) -> dict[str, Any]:
        """Return the article as messages carry it, its passage without Markdown's marks."""
        article = {key: getattr(self, key) for key in ("slug", "lang", "title", "url", "probability")}
        return article | {"excerpt": plain_text(self.excerpt)}

    def receipt(self) -> dict[str, Any]:
        """Return what the answer rests on, for the desk and for later checks."""
        return {
            "answered": True,
            "asked": self.asked,
            "article": self.slug,
            "lang": self.lang,
            "version": self.version,
            "passage": self.excerpt,
            "probability": self.probability,
            "model": self.model,
            "threshold": self.threshold,
            "at": iso(utcnow()),
        }

    def custom(self) -> dict[str, Any]:
        """Return the data that goes along with the message."""
        return {"articles": [self.article()], "receipt": self.receipt()}


def no_answer(response: SearchResponse, *, again: bool) -> dict[str, Any]:
    """Return the data of a message that says that nothing answers; ``again`` for the second one in a row."""
    nearest = response.results[0] if response.results else None
    receipt = {
        "answered": False,
        "again": again,
        "asked": response.query,
        "nearest": nearest.slug if nearest else None,
        "probability": nearest.probability if nearest else None,
        "model": response.model,
        "threshold": response.threshold,
        "at": iso(utcnow()),
    }
    return {"receipt": receipt}


async def named(services: Services, turn: Turn, slug: str, query: str = "") -> Shown | None:
    """Return the passage of an article known by its slug, in the turn's language if it has it, else in the other."""
    for lang in (turn.lang, "en" if turn.lang == "ko" else "ko"):
        try:
            passage = await services.knowledge.passage_for(turn.partner, slug, lang, query)
        except NotFound:
            continue
        return Shown(slug, lang, passage.title, passage.excerpt, passage.url, passage.version)
    return None
