"""Fits the ranker's weights and its confidence to examples."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from firstline.knowledge.ranking import CONFIDENCE, EXAMPLES, FEATURES, PROFILES, Closeness, Ranker, confidence_features

Floats = NDArray[np.float64]
PENALTY = 2e-4
UNUSED_WITHOUT_EXAMPLES = ("lines", "best_lines", "other_language")
"""With nothing but a title they say what ``title`` says. ``nothing`` is the same for all documents: it can't tell them
apart, only whether to trust the first."""
SCALES = np.array([1.0, 1.0, 1.0, 6.0, 1.0, 1.0, 1.0, 6.0, 0.1, 1.0])
"""Raw cosines of passages span a sixth of what centred ones do, log probabilities ten times as much: the penalty must
see them alike."""
CONFIDENCE_PENALTY = 10.0
UNUSED_FOR_CONFIDENCE: tuple[tuple[str, ...], ...] = (("passage",), ())
"""For firsts with examples and those without. How near a passage is, is said in the model's own scale, which differs
from one model to the next; customers' lines say it better where there are any."""


@dataclass(frozen=True)
class Example:
    """A query with the features of every topic under one profile each; ``right`` are the topics that answer it."""

    features: Floats
    profiles: NDArray[np.intp]
    right: list[int]
    weight: float


def fit_weights(examples: Iterable[Example]) -> tuple[Floats, Floats]:
    """Fit a conditional logit with weights that can't be negative by L-BFGS: weights ``[profile, feature]``, biases."""
    size, width = len(PROFILES), len(FEATURES) + 1
    blocks = [_spread(example) for example in examples]

    def loss(flat: Floats) -> tuple[float, Floats]:
        total, slope = 0.0, np.zeros_like(flat)
        for matrix, right, weight in blocks:
            scores = matrix @ flat
            over_all, over_right = logsumexp(scores), logsumexp(scores[right])
            total += weight * (over_all - over_right)
            shares = np.exp(scores - over_all)
            shares[right] -= np.exp(scores[right] - over_right)
            slope += weight * (shares @ matrix)
        count = sum(weight for _matrix, _right, weight in blocks)
        return total / count + PENALTY / 2 * float(flat @ flat), slope / count + PENALTY * flat

    bounds = [
        (0.0, 0.0 if name == "nothing" or ("plain" in profile and name in UNUSED_WITHOUT_EXAMPLES) else None)
        for profile in PROFILES
        for name in FEATURES
    ]
    for place in range(size):
        bounds.insert(place * width + width - 1, (None, None))  # type: ignore[arg-type]
    start = np.array([0.5 if high is None else 0.0 for _low, high in bounds])
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    table = fitted.x.reshape(size, width) * np.array([*SCALES, 1.0])
    return table[:, :-1], table[:, -1] - table[0, -1]


def _spread(example: Example) -> tuple[Floats, list[int], float]:
    width = len(FEATURES) + 1
    matrix = np.zeros((len(example.features), len(PROFILES) * width))
    for row, (values, profile) in enumerate(zip(example.features, example.profiles, strict=True)):
        matrix[row, profile * width : (profile + 1) * width] = (*(values * SCALES), 1.0)
    return matrix, example.right, example.weight


def with_confidence(ranker: Ranker, judged: Sequence[Example]) -> Ranker:
    """Fit one logistic regression for firsts with examples and one for those without."""
    facts: list[list[NDArray[np.float32]]] = [[] for _ in EXAMPLES]
    correct: list[list[bool]] = [[] for _ in EXAMPLES]
    weights: list[list[float]] = [[] for _ in EXAMPLES]
    for example in judged:
        closeness = closeness_of(example)
        scores = ranker.scores(closeness)
        order = np.argsort(-scores)
        kind = int(example.profiles[order[0]]) % 2
        facts[kind].append(confidence_features(closeness, scores, order))
        correct[kind].append(int(order[0]) in example.right)
        weights[kind].append(example.weight)
    rows = [
        _logistic(np.array(f), np.array(c), np.array(w), unused)
        for f, c, w, unused in zip(facts, correct, weights, UNUSED_FOR_CONFIDENCE, strict=True)
    ]
    return Ranker(ranker.weights, ranker.biases, np.array(rows, dtype=np.float32), ranker.threshold)


def _logistic(
    facts: NDArray[np.float32], correct: NDArray[np.bool_], weights: Floats, unused: Collection[str]
) -> Floats:
    """Fit on standardised columns and return the weights for the plain ones; the first column is the bias.

    No closeness may count against an article, and nearness to what nothing answers never for it: without these signs
    a small sample makes short, plain questions look doubtful.
    """
    mean, spread = facts[:, 1:].mean(axis=0), facts[:, 1:].std(axis=0) + 1e-6
    columns = (facts[:, 1:] - mean) / spread
    shares = weights / weights.mean()

    def loss(flat: Floats) -> tuple[float, Floats]:
        logits = columns @ flat[1:] + flat[0]
        slope = shares * (expit(logits) - correct)
        total = (shares * (np.logaddexp(0, logits) - correct * logits)).sum()
        penalty = CONFIDENCE_PENALTY / 2 * float(flat[1:] @ flat[1:])
        return float(total) + penalty, np.r_[slope.sum(), columns.T @ slope + CONFIDENCE_PENALTY * flat[1:]]

    signs = [(None, 0.0) if name == "nothing" else (0.0, 0.0 if name in unused else None) for name in CONFIDENCE[1:]]
    start = np.zeros(len(CONFIDENCE))
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(None, None), *signs])
    slopes: Floats = fitted.x[1:] / spread
    return np.concatenate([[fitted.x[0] - slopes @ mean], slopes])


def closeness_of(example: Example) -> Closeness:
    """Return the example as a search would have measured it, without places and passages."""
    nothing = np.zeros(0, dtype=np.int64)
    return Closeness(
        example.features.astype(np.float32), example.profiles, nothing, nothing.astype(np.float32), nothing
    )
