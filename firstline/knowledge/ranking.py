"""From a query to a score for every article: measures of closeness, weighed, and a calibrated probability."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from firstline.core.threads import side_by_side
from firstline.knowledge.arrays import Hashes, Places
from firstline.knowledge.candidates import NEAREST, candidates
from firstline.knowledge.encoder import Vectors
from firstline.knowledge.index import SearchIndex, centre
from firstline.knowledge.lexical import tokens
from firstline.knowledge.line_products import LineProducts
from firstline.knowledge.rows import Rows
from firstline.knowledge.word_search import WordQuery, hashed

Floats = NDArray[np.float32]

RANKER_FILE = Path(__file__).parent / "data" / "ranker.json"
FEATURES = (
    "lines",
    "best_lines",
    "other_language",
    "passage",
    "title",
    "line_words",
    "passage_words",
    "quoted",
    "topic",
    "nothing",
)
PROFILES = ("same_with_examples", "same_plain", "cross_with_examples", "cross_plain")
CONFIDENCE = ("bias", "share", "lead", *FEATURES)
EXAMPLES = ("with_examples", "plain")
FURTHEST_LEAD = 5.0
QUOTED_FROM = 0.5
"""A passage that holds more than this share of a query's words was probably quoted."""
UNTOLD = 0.3
"""What words in passages count where every title is borne by several articles, as those of a manual cut into sections.
Passages hold their title, whose words then find all of them alike. The share is that of a conditional logit over the
starter library's headings, asked of its sections under their article's title."""


@dataclass(frozen=True)
class Closeness:
    """What a query has in common with the documents at ``places``: ``features`` ``[places, 10]``.

    ``passages`` are the similarities of their passages, ``starts`` says where each document's begin and the last ends.
    """

    features: Floats
    profiles: NDArray[np.intp]
    places: Places
    passages: Floats
    starts: Places


@dataclass(frozen=True)
class Ranker:
    """Learned weights: a row of features (and a bias) for each profile, and those of the confidence.

    A document's profile says whether it is in the query's language and whether it holds customers' words. The weights
    are those of a conditional logit over the documents; the confidence, one row each for documents with and without
    customers' words, is a logistic regression on top of it (Platt,
    "Probabilistic Outputs for Support Vector Machines", 1999).
    """

    weights: Floats
    biases: Floats
    confidence: Floats
    threshold: float

    @classmethod
    def load(cls, path: Path = RANKER_FILE) -> "Ranker":
        """Read weights that ``save`` wrote."""
        data = json.loads(path.read_text("utf-8"))
        return cls(
            weights=np.array([[data["weights"][p][f] for f in FEATURES] for p in PROFILES], dtype=np.float32),
            biases=np.array([data["weights"][p]["bias"] for p in PROFILES], dtype=np.float32),
            confidence=np.array(
                [[data["confidence"][e][name] for name in CONFIDENCE] for e in EXAMPLES], dtype=np.float32
            ),
            threshold=float(data["threshold"]),
        )

    def save(self, path: Path, choice: Mapping[str, object] | None = None) -> None:
        """Write the weights as JSON, by name; ``choice`` says how the threshold was chosen."""
        weights = {
            profile: dict(zip(FEATURES, map(_rounded, row), strict=True)) | {"bias": _rounded(bias)}
            for profile, row, bias in zip(PROFILES, self.weights, self.biases, strict=True)
        }
        confidence = {
            kind: dict(zip(CONFIDENCE, map(_rounded, row), strict=True))
            for kind, row in zip(EXAMPLES, self.confidence, strict=True)
        }
        data = {"weights": weights, "confidence": confidence, "threshold": self.threshold}
        data |= {"threshold_choice": dict(choice)} if choice else {}
        path.write_text(json.dumps(data, indent=2) + "\n", "utf-8")

    def scores(self, closeness: Closeness) -> Floats:
        """Weigh the features: a logit for every document."""
        profiles = closeness.profiles
        result: Floats = (closeness.features * self.weights[profiles]).sum(axis=1) + self.biases[profiles]
        return result

    def probabilities(self, closeness: Closeness, scores: Floats, order: NDArray[np.intp]) -> list[float]:
        """Return for the documents in ``order`` (best first) the probability that each answers the query."""
        if not len(order):
            return []
        facts = confidence_features(closeness, scores, order)
        weights = self.confidence[closeness.profiles[order[0]] % 2]
        sure = float(1.0 / (1.0 + np.exp(-np.clip(facts @ weights, -30, 30))))
        relative = np.exp(scores[order] - scores[order[0]])
        return [sure * float(share) for share in relative]


def measure(
    index: SearchIndex,
    query: str,
    vector: Vectors,
    lang: str,
    places: Places | None = None,
    moved: Vectors | None = None,
) -> Closeness:
    """Compare ``query`` (in ``lang``) and its ``vector`` ``[dim]`` with documents of ``index``.

    ``places`` are the documents' places, ascending; None chooses those that could be the answer. Documents of the
    other language are compared with ``moved``, the vector as if the question had been asked in theirs, if it is given.
    """
    centred = centre(vector, index.lines_mean)
    turned = None if moved is None else (moved, centre(moved, index.lines_mean))
    layout = index.layout
    if places is None and index.scores_all:
        places = layout.offered_places[lang == "ko"]
    # Words of a language that no document is in find nothing; candidates are found by either's.
    spoken = (False, True) if places is None else np.unique(layout.table.korean[places])
    terms = hashed(tokens(query), spoken)
    if places is None:
        own_vectors, line_vectors = zip((vector, centred), *([turned] if turned else []), strict=True)
        (compared, line_words, lines), (text_words, passages) = side_by_side(
            lambda: _by_lines(index, query, terms, line_vectors), lambda: _by_texts(index, terms, own_vectors)
        )
        places = candidates(index, lang, lines, passages, compared.topics)
    else:
        compared = _Compared.of(index, centred, query)
        line_words, text_words = index.line_words.ask(terms), index.text_words.ask(terms)
    own, texts = Rows.of(layout.line_starts, places), Rows.of(layout.text_starts, places)
    line_scores, text_scores = compared.lines(own.rows), index.texts.scores(vector, texts.rows)
    density = own.density(line_scores)
    # Of the topic's other language before that is turned to: most questions are spared the second comparison.
    twins_density = density.copy()
    if len(twinned := np.flatnonzero(layout.twins[places] != places)):
        twins = Rows.of(layout.line_starts, layout.twins[places[twinned]])
        twins_density[twinned] = twins.density(compared.lines(twins.rows))
    other_language = layout.table.korean[places] != (lang == "ko")
    if turned and other_language.any():
        for rows, scores, stored, query_vector in (
            (own, line_scores, index.lines, turned[1]),
            (texts, text_scores, index.texts, turned[0]),
        ):
            foreign = np.repeat(other_language, np.diff(rows.starts))
            scores[foreign] = stored.scores(query_vector, rows.rows[foreign])
        density = own.density(line_scores)
    passage_words = texts.highest(text_words.shares(texts.rows))
    features = np.stack(
        [
            density,
            own.best(line_scores, 5),
            twins_density,
            texts.highest(text_scores),
            line_scores[own.starts[:-1]] * layout.title_tells[places],
            own.best_shares(line_words.shares(own.rows), 3),
            passage_words * (UNTOLD + (1 - UNTOLD) * layout.title_tells[places]),
            np.maximum(passage_words - QUOTED_FROM, 0.0),
            index.frame.topics.told(compared.topics, layout.table.keys[places]),
            np.full(len(places), _nearness(compared.unanswered)),
        ],
        axis=1,
    ).astype(np.float32)
    profiles = 2 * other_language.astype(np.intp) + ~layout.with_examples[places]
    return Closeness(features, profiles, places, text_scores, texts.starts)


@dataclass(frozen=True)
class _Compared:
    """What scores rows of lines, the unanswered questions' scores, and each topic's log probability."""

    lines: Callable[[Places], Floats]
    unanswered: Floats
    topics: Floats

    @classmethod
    def of(cls, index: SearchIndex, centred: Vectors, query: str) -> "_Compared":
        topics = index.frame.topics
        if not index.scores_all:
            everything = np.arange(len(index.unanswered))
            return cls(
                partial(index.lines.scores, centred),
                index.unanswered.scores(centred, everything),
                topics.log_probabilities(centred, query),
            )
        products = LineProducts(index.lines, index.unanswered, centred)
        cosines = products.cosines(index.points, topics.mean) if index.points else None
        return cls(products.scores, products.unanswered(), topics.log_probabilities(centred, query, cosines))


def _by_lines(
    index: SearchIndex, query: str, terms: Mapping[bool, Hashes], centred: Sequence[Vectors]
) -> tuple[_Compared, WordQuery, Places]:
    """Return what lines and topics say to the question, and the rows of the lines that come near to it."""
    words = index.line_words.ask(terms)
    near = [words.best(NEAREST), *(index.lines.nearest(vector, NEAREST) for vector in centred)]
    return _Compared.of(index, centred[0], query), words, np.concatenate(near)


def _by_texts(index: SearchIndex, terms: Mapping[bool, Hashes], vectors: Sequence[Vectors]) -> tuple[WordQuery, Places]:
    """Return what passages' words say to the question, and the rows of the passages that come near to it."""
    words = index.text_words.ask(terms)
    return words, np.concatenate([words.best(NEAREST), *(index.texts.nearest(vector, NEAREST) for vector in vectors)])


def confidence_features(closeness: Closeness, scores: Floats, order: NDArray[np.intp]) -> Floats:
    """Return what the confidence is computed from: bias, share and lead of the first of ``order``, its features."""
    ranked = scores[order]
    share = 1.0 / np.exp(ranked - ranked[0]).sum()
    lead = float(ranked[0] - ranked[1]) if len(ranked) > 1 else FURTHEST_LEAD
    return np.array([1.0, share, min(lead, FURTHEST_LEAD), *closeness.features[order[0]]], dtype=np.float32)


def _nearness(scores: Floats, count: int = 5) -> float:
    """Average the ``count`` highest similarities; 0 where there are none."""
    return float(np.sort(scores)[-count:].mean()) if len(scores) else 0.0


def _rounded(value: float) -> float:
    return round(float(value), 4)
