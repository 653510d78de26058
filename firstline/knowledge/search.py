"""Search in one partner's index."""

from dataclasses import dataclass, field

import numpy as np

from firstline.knowledge.encoder import Encoder
from firstline.knowledge.excerpt import excerpt
from firstline.knowledge.index import SearchIndex
from firstline.knowledge.layout import Document
from firstline.knowledge.normalise import language_of, mend_keyboard, normalise
from firstline.knowledge.ranking import FEATURES, Closeness, Ranker, candidates, measure

LONGEST_QUERY = 2_000
LEAD_BONUS = 0.02
"""The lead paragraph is written as the answer: another passage must be closer by this much."""


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
    text = mend_keyboard(normalise(query)[:LONGEST_QUERY], index.known_words.__contains__)
    spoken = lang or language_of(text) or "ko"
    places = candidates(index, spoken)
    if not text or not len(places) or k < 1:
        return SearchResponse(False, [], encoder.name, ranker.threshold, text, spoken)
    closeness = measure(index, text, encoder.encode_queries([text])[0], spoken)
    scores = ranker.scores(closeness)
    order = places[np.argsort(-scores[places], kind="stable")]
    chances = ranker.probabilities(closeness, scores, order)
    results = [
        _hit(index, closeness, int(place), float(scores[place]), chance, spoken, partner)
        for place, chance in list(zip(order, chances, strict=True))[:k]
    ]
    return SearchResponse(chances[0] >= ranker.threshold, results, encoder.name, ranker.threshold, text, spoken)


def best_passage(index: SearchIndex, closeness: Closeness, place: int) -> int:
    """Return the number of the document's passage that fits the query best, the lead one where it is a near thing."""
    document = index.documents[place]
    scores = closeness.passages[slice(*document.passages)].copy()
    if not len(scores):
        return 0
    if not document.chunks[0].heading:
        scores[0] += LEAD_BONUS
    return int(np.argmax(scores))


def article_url(partner: str, document: Document) -> str:
    """Return the path of the article's page."""
    return f"/articles/{partner}/{document.lang}/{document.slug}"


def _hit(
    index: SearchIndex, closeness: Closeness, place: int, score: float, chance: float, spoken: str, partner: str
) -> Hit:
    document = index.documents[place]
    piece = document.chunks[best_passage(index, closeness, place)]
    return Hit(
        slug=document.slug,
        lang=document.lang,
        title=document.title,
        excerpt=excerpt(piece.text),
        heading=piece.heading,
        url=article_url(partner, document),
        probability=round(chance, 4),
        version=document.version,
        layer=document.layer,
        category=document.category,
        cross_language=document.lang != spoken,
        score=round(score, 4),
        parts={name: round(float(value), 4) for name, value in zip(FEATURES, closeness.features[place], strict=True)},
    )
