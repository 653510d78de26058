"""From a query to a score for every article: measures of closeness, weighed, and a calibrated probability."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.encoder import Vectors
from firstline.knowledge.index import SearchIndex, centre
from firstline.knowledge.layout import Layout
from firstline.knowledge.lexical import tokens

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
    "topic",
    "nothing",
)
PROFILES = ("same_with_examples", "same_plain", "cross_with_examples", "cross_plain")
CONFIDENCE = ("bias", "share", "lead", *FEATURES)
EXAMPLES = ("with_examples", "plain")
FURTHEST_LEAD = 5.0
SHARPNESS = 10.0
"""How far the closest lines outweigh the others when an article's lines are averaged (a kernel density)."""


@dataclass(frozen=True)
class Closeness:
    """What a query has in common with each document: ``features`` ``[documents, 9]``, ``passages`` by row."""

    features: Floats
    profiles: NDArray[np.intp]
    passages: Floats


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

    def save(self, path: Path) -> None:
        """Write the weights as JSON, by name."""
        weights = {
            profile: dict(zip(FEATURES, map(_rounded, row), strict=True)) | {"bias": _rounded(bias)}
            for profile, row, bias in zip(PROFILES, self.weights, self.biases, strict=True)
        }
        confidence = {
            kind: dict(zip(CONFIDENCE, map(_rounded, row), strict=True))
            for kind, row in zip(EXAMPLES, self.confidence, strict=True)
        }
        data = {"weights": weights, "confidence": confidence, "threshold": self.threshold}
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


def measure(index: SearchIndex, query: str, vector: Vectors, lang: str) -> Closeness:
    """Compare ``query`` (in ``lang``) and its ``vector`` ``[dim]`` with every document of ``index``."""
    centred = centre(vector, index.lines_mean)
    lines = index.lines.scores(centred)
    passages = index.texts.scores(vector)
    line_words = np.zeros(len(lines), dtype=np.float32)
    passage_words = np.zeros(len(passages), dtype=np.float32)
    terms = tokens(query)
    for other in index.line_words:
        line_rows, text_rows = index.rows(other)
        line_words[line_rows] = index.line_words[other].shares(terms)
        passage_words[text_rows] = index.text_words[other].shares(terms)
    layout = index.layout
    told = index.topics.log_probabilities(centred, query)
    density = _density(lines, layout)
    features = np.stack(
        [
            density,
            _best(lines, layout, 5),
            density[layout.twins],
            np.maximum.reduceat(passages, layout.text_starts),
            lines[layout.line_starts] * layout.title_tells,
            _best(line_words, layout, 3),
            np.maximum.reduceat(passage_words, layout.text_starts),
            [told.get(document.slug, 0.0) for document in index.documents],
            np.full(len(index.documents), _nearness(index.unanswered @ centred)),
        ],
        axis=1,
    ).astype(np.float32)
    other_language = layout.korean != (lang == "ko")
    profiles = 2 * other_language.astype(np.intp) + ~layout.with_examples
    return Closeness(features, profiles, passages)


def candidates(index: SearchIndex, lang: str) -> NDArray[np.intp]:
    """Return the documents to choose from: those in ``lang``, and those that exist in the other language only."""
    native = {document.slug for document in index.documents if document.lang == lang}
    chosen = [
        place for place, document in enumerate(index.documents) if document.lang == lang or document.slug not in native
    ]
    return np.array(chosen, dtype=np.intp)


def confidence_features(closeness: Closeness, scores: Floats, order: NDArray[np.intp]) -> Floats:
    """Return what the confidence is computed from: bias, share and lead of the first of ``order``, its features."""
    ranked = scores[order]
    share = 1.0 / np.exp(ranked - ranked[0]).sum()
    lead = float(ranked[0] - ranked[1]) if len(ranked) > 1 else FURTHEST_LEAD
    return np.array([1.0, share, min(lead, FURTHEST_LEAD), *closeness.features[order[0]]], dtype=np.float32)


def _density(scores: Floats, layout: Layout) -> Floats:
    """Average each document's similarities so that the closest count most (log-mean-exp)."""
    sums = np.add.reduceat(np.exp((scores - 1.0) * SHARPNESS), layout.line_starts)
    return (1.0 + np.log(np.maximum(sums / layout.line_counts, 1e-30)) / SHARPNESS).astype(np.float32)


def _nearness(scores: Floats, count: int = 5) -> float:
    """Average the ``count`` highest similarities; 0 where there are none."""
    return float(np.sort(scores)[-count:].mean()) if len(scores) else 0.0


def _best(scores: Floats, layout: Layout, count: int) -> Floats:
    """Average each document's ``count`` highest scores."""
    owners = np.repeat(np.arange(len(layout.line_counts)), layout.line_counts)
    ordered = scores[np.lexsort((-scores, owners))]
    ranks = np.arange(len(scores)) - np.repeat(layout.line_starts, layout.line_counts)
    sums = np.add.reduceat(np.where(ranks < count, ordered, 0.0), layout.line_starts)
    return (sums / np.minimum(layout.line_counts, count)).astype(np.float32)


def _rounded(value: float) -> float:
    return round(float(value), 4)
