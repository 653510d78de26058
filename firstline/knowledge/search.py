"""Search in one partner's index."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import yaml

from firstline.knowledge.documents import Document
from firstline.knowledge.encoder import Encoder
from firstline.knowledge.index import SearchIndex
from firstline.knowledge.languages import moved
from firstline.knowledge.normalise import language_of, mend_keyboard, normalise
from firstline.knowledge.ranking import FEATURES, Closeness, Ranker, measure

LONGEST_QUERY = 2_000
LEAD_BONUS = 0.03
"""The lead paragraph is written as the answer: another passage must be closer by this much."""
CLOSING_MALUS = 0.03
"""And by this much more where it says whom to ask, which stands below every answer anyway."""
_CLOSING_FILE = Path(__file__).parent / "data" / "closing_sections.yaml"
_CLOSING = frozenset(heading for each in yaml.safe_load(_CLOSING_FILE.read_text("utf-8")).values() for heading in each)


@dataclass(frozen=True)
class Hit:
    """An article that was found; ``excerpt`` is its passage for this query, ``parts`` what the score is made of."""

    slug: str
    lang: str
    title: str
    excerpt: str
    heading: str
    url: str
    probability: float
    version: int
    layer: str
    category: str
    cross_language: bool
    score: float
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Passage:
    """A passage of a live article, for showing it again."""

    slug: str
    lang: str
    title: str
    heading: str
    excerpt: str
    url: str
    version: int


@dataclass(frozen=True)
class SearchResponse:
    """What a search found, best first; ``answered`` says whether the first is likely enough to be given."""

    answered: bool
    results: list[Hit]
    model: str
    threshold: float
    query: str
    lang: str


def search_index(
    index: SearchIndex, encoder: Encoder, ranker: Ranker, query: str, lang: str | None, k: int, *, partner: str = ""
) -> SearchResponse:
    """Find the ``k`` best articles for ``query``; blank queries and empty indexes find nothing.

    ``lang`` None takes the query's own language. Articles of the other language come only for topics that the
    query's language lacks, and say so.
    """
    text = mend_keyboard(normalise(query)[:LONGEST_QUERY], index.knows)
    spoken = lang or language_of(text) or "ko"
    if not text or not len(index.documents) or k < 1:
        return SearchResponse(False, [], encoder.name, ranker.threshold, text, spoken)
    vector = encoder.encode_queries([text])[0]
    turned = moved(index, encoder, vector, spoken) if index.layout.offers_foreign[spoken == "ko"] else None
    closeness = measure(index, text, vector, spoken, moved=turned)
    scores = ranker.scores(closeness)
    order = np.argsort(-scores, kind="stable")
    chances = ranker.probabilities(closeness, scores, order)
    results = [
        _hit(index, closeness, int(row), float(scores[row]), chance, spoken, partner)
        for row, chance in list(zip(order, chances, strict=True))[:k]
    ]
    answered = bool(chances) and chances[0] >= ranker.threshold
    return SearchResponse(answered, results, encoder.name, ranker.threshold, text, spoken)


def passage_of(
    index: SearchIndex, encoder: Encoder, slug: str, lang: str, query: str, *, partner: str = ""
) -> Passage | None:
    """Return the passage of one article that fits ``query`` best, or its title's where the query is blank.

    None when the index lacks the article.
    """
    place = index.place_of(slug, lang)
    if place is None:
        return None
    document = index.documents[place]
    text = normalise(query) or document.title
    closeness = measure(index, text, encoder.encode_queries([text])[0], lang, np.array([place], dtype=np.int64))
    number = best_passage(document, closeness, 0)
    shown, anchor = index.shown(place, number)
    url = article_url(partner, document) + anchor
    return Passage(slug, lang, document.title, document.chunks[number].heading, shown, url, document.version)


def best_passage(document: Document, closeness: Closeness, row: int) -> int:
    """Return the number of the passage that fits the query best, the lead one where it is a near thing.

    ``row`` is that of ``document`` in ``closeness``.
    """
    scores = closeness.passages[closeness.starts[row] : closeness.starts[row + 1]].copy()
    scores -= [CLOSING_MALUS if chunk.heading in _CLOSING else 0.0 for chunk in document.chunks]
    if not document.chunks[0].heading:
        scores[0] += LEAD_BONUS
    return int(np.argmax(scores))


def article_url(partner: str, document: Document) -> str:
    """Return the path of the article's page."""
    return f"/articles/{partner}/{document.lang}/{document.slug}"


def _hit(
    index: SearchIndex, closeness: Closeness, row: int, score: float, chance: float, spoken: str, partner: str
) -> Hit:
    place = int(closeness.places[row])
    document = index.documents[place]
    number = best_passage(document, closeness, row)
    shown, anchor = index.shown(place, number)
    return Hit(
        slug=document.slug,
        lang=document.lang,
        title=document.title,
        excerpt=shown,
        heading=document.chunks[number].heading,
        url=article_url(partner, document) + anchor,
        probability=round(chance, 4),
        version=document.version,
        layer=document.layer,
        category=document.category,
        cross_language=document.lang != spoken,
        score=round(score, 4),
        parts={name: round(float(value), 4) for name, value in zip(FEATURES, closeness.features[row], strict=True)},
    )
