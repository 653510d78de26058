"""From a query to a score for every article: measures of closeness, weighed, and a calibrated probability."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.arrays import Places, spread, starts_of
from firstline.knowledge.candidates import candidates
from firstline.knowledge.encoder import Vectors
from firstline.knowledge.index import SearchIndex, centre
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
SHARPNESS = 10.0
"""How far the closest lines outweigh the others when an article's lines are averaged (a kernel density)."""


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
    terms = tokens(query)
    words = index.line_words.ask(terms), index.text_words.ask(terms)
    told = index.frame.topics.log_probabilities(centred, query)
    if places is None:
        places = candidates(index, lang, [(vector, centred), *([turned] if turned else [])], words, told)
    layout = index.layout
    # A topic's other language is measured with it, for the feature of that name.
    measured = np.union1d(places, layout.twins[places])
    lines = _Rows.of(layout.line_starts, measured)
    texts = _Rows.of(layout.text_starts, measured)
    line_scores = index.lines.scores(centred, lines.rows)
    text_scores = index.texts.scores(vector, texts.rows)
    # Of the topic's other language before that is turned to: most questions are spared the second comparison.
    twins_density = lines.density(line_scores)[np.searchsorted(measured, layout.twins[measured])]
    other_language = layout.table.korean[measured] != (lang == "ko")
    if turned and (foreign := other_language & np.isin(measured, places)).any():
        for rows, scores, stored, query_vector in (
            (lines, line_scores, index.lines, turned[1]),
            (texts, text_scores, index.texts, turned[0]),
        ):
            own = np.repeat(foreign, np.diff(rows.starts))
            scores[own] = stored.scores(query_vector, rows.rows[own])
    density = lines.density(line_scores)
    passage_words = texts.highest(words[1].shares(texts.rows))
    topics = index.frame.topics.told(told, layout.table.keys[measured])
    features = np.stack(
        [
            density,
            lines.best(line_scores, 5),
            twins_density,
            texts.highest(text_scores),
            line_scores[lines.starts[:-1]] * layout.title_tells[measured],
            lines.best(words[0].shares(lines.rows), 3),
            passage_words * (UNTOLD + (1 - UNTOLD) * layout.title_tells[measured]),
            np.maximum(passage_words - QUOTED_FROM, 0.0),
            topics,
            np.full(len(measured), _nearness(index.unanswered @ centred)),
        ],
        axis=1,
    ).astype(np.float32)
    wanted = np.searchsorted(measured, places)
    profiles = 2 * other_language[wanted].astype(np.intp) + ~layout.with_examples[places]
    chosen = _Rows.of(texts.starts, wanted)
    return Closeness(features[wanted], profiles, places, text_scores[chosen.rows], chosen.starts)


def confidence_features(closeness: Closeness, scores: Floats, order: NDArray[np.intp]) -> Floats:
    """Return what the confidence is computed from: bias, share and lead of the first of ``order``, its features."""
    ranked = scores[order]
    share = 1.0 / np.exp(ranked - ranked[0]).sum()
    lead = float(ranked[0] - ranked[1]) if len(ranked) > 1 else FURTHEST_LEAD
    return np.array([1.0, share, min(lead, FURTHEST_LEAD), *closeness.features[order[0]]], dtype=np.float32)


def _nearness(scores: Floats, count: int = 5) -> float:
    """Average the ``count`` highest similarities; 0 where there are none."""
    return float(np.sort(scores)[-count:].mean()) if len(scores) else 0.0


@dataclass(frozen=True)
class _Rows:
    """The rows of some documents one after the other; a document's begin at its ``starts``, none is without."""

    rows: Places
    starts: Places

    @classmethod
    def of(cls, starts: Places, places: Places) -> "_Rows":
        """Collect the rows of ``places`` of all documents, whose rows begin at ``starts``."""
        counts = starts[places + 1] - starts[places]
        return cls(spread(starts[places], counts), starts_of(counts))

    def density(self, scores: Floats) -> Floats:
        """Average each document's similarities so that the closest count most (log-mean-exp)."""
        sums = _reduced(np.add, np.exp((scores - 1.0) * SHARPNESS), self.starts)
        return (1.0 + np.log(np.maximum(sums / np.diff(self.starts), 1e-30)) / SHARPNESS).astype(np.float32)

    def highest(self, scores: Floats) -> Floats:
        """Return each document's highest score."""
        return _reduced(np.maximum, scores, self.starts)

    def best(self, scores: Floats, count: int) -> Floats:
        """Average each document's ``count`` highest scores."""
        counts = np.diff(self.starts)
        # Scores lie within -1 and 1: so far apart, one plain sort orders all documents' scores at once.
        apart = np.repeat(4.0 * np.arange(len(counts)), counts)
        ordered = apart - np.sort(apart - scores)
        ranks = np.arange(len(scores)) - np.repeat(self.starts[:-1], counts)
        sums = _reduced(np.add, np.where(ranks < count, ordered, 0.0), self.starts)
        return (sums / np.minimum(counts, count)).astype(np.float32)


def _reduced(function: np.ufunc, scores: Floats, starts: Places) -> Floats:
    result: Floats = function.reduceat(scores, starts[:-1]) if len(scores) else scores
    return result


def _rounded(value: float) -> float:
    return round(float(value), 4)
