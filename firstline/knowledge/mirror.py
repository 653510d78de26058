"""The mirror test: whoever quotes a passage must be shown its article."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from firstline.knowledge.articles import Article
from firstline.knowledge.chunking import chunk
from firstline.knowledge.evaluation import Progress
from firstline.knowledge.search import SearchResponse

QUOTED = 200
_MARKS = re.compile(r"^\s{0,3}(?:[-*+>]|\d{1,3}[.)]|#{1,6})\s+|\*\*|`", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?。])\s+|\n")


@dataclass(frozen=True)
class Missed:
    """A quotation whose article did not come first, and what did (None: nothing)."""

    slug: str
    lang: str
    heading: str
    quote: str
    first: str | None


@dataclass(frozen=True)
class Mirror:
    """One way of quoting in one language: how many passages were quoted, how many found their article first."""

    lang: str
    way: str
    n: int
    found: int
    missed: list[Missed]


def mirror(
    articles: Sequence[Article], find: Callable[[str, str], SearchResponse], progress: Progress | None = None
) -> list[Mirror]:
    """Quote every passage twice, its start (some 200 characters) and its first sentence, and ask ``find(quote, lang)``.

    A sentence that stands in several articles counts as found when any of them comes first.
    """
    quotes: dict[tuple[str, str], list[tuple[Article, str, str]]] = {}
    for article in articles:
        for piece in chunk(article.body):
            text = _MARKS.sub("", piece.text).strip()
            if not text:
                continue
            for way, quote in (("start", start_of(text)), ("sentence", _SENTENCE_END.split(text, maxsplit=1)[0])):
                quotes.setdefault((article.lang, way), []).append((article, piece.heading, quote))
    total, done = sum(map(len, quotes.values())), 0
    results: list[Mirror] = []
    for (lang, way), entries in sorted(quotes.items()):
        holders: dict[str, set[str]] = {}
        for article, _heading, quote in entries:
            holders.setdefault(quote, set()).add(article.slug)
        missed: list[Missed] = []
        for article, heading, quote in entries:
            hits = find(quote, lang).results
            first = hits[0].slug if hits else None
            if first not in holders[quote]:
                missed.append(Missed(article.slug, lang, heading, quote, first))
            done += 1
            if progress:
                progress("quoting", done, total)
        results.append(Mirror(lang, way, len(entries), len(entries) - len(missed), missed))
    return results


def start_of(text: str) -> str:
    """Return the first ``QUOTED`` characters, cut at a space."""
    flat = " ".join(text.split())
    return flat if len(flat) <= QUOTED else flat[:QUOTED].rsplit(" ", 1)[0]
