"""Which topic a question is about, told from all customers' words of all topics at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

from firstline.core.kept import Kept
from firstline.knowledge.arrays import Hashes, places_of
from firstline.knowledge.encoder import Vectors
from firstline.knowledge.examples import HASHED, NOTHING, Examples, grams_of, hashed_grams
from firstline.knowledge.vectors import centre

WIDTH = 2.0
GRAMS = 0.5
SMOOTHING = 0.2
TEMPERATURE = 0.06
FURTHEST = -12.0
"""Log probabilities below this all mean "not this one"."""
BLOCK = 24_000
"""Lines that are solved for at once: twice as many take four times the memory, 2.3 GB here, and eight times as long."""
STRIPE = 1_024
SOON = 3_000
"""Up to so many lines a change is learned by learning everything anew."""
_fitted: "Kept[bytes, TopicModel]" = Kept(2)


@dataclass(frozen=True)
class TopicModel:
    """Least squares over topics in the space of one kernel.

    The kernel of two questions is exp(``WIDTH`` (cosine - 1)) of their centred sentence vectors plus ``GRAMS`` times
    the inner product of their hashed character n-grams: Suykens and Vandewalle, "Least Squares Support Vector Machine
    Classifiers", Neural Processing Letters 1999. ``pulls`` ``[lines, topics]`` say how each line draws to each topic;
    ``gram_pulls`` ``[HASHED, topics]`` are their n-gram part, summed up. ``points`` are the lines' vectors, centred by
    ``mean``. A changed topic is learned alone, with all others as they stand (one step of block coordinate descent),
    so that publishing stays quick; a new index learns everything.
    """

    topics: Hashes
    mean: Vectors
    points: Vectors
    pulls: Vectors
    gram_pulls: Vectors
    prior: Vectors

    @classmethod
    def none(cls, mean: Vectors) -> "TopicModel":
        """Return a model of no topic."""
        nothing = np.zeros((0, 0), dtype=np.float32)
        return cls(np.zeros(0, dtype=np.uint64), mean, nothing, nothing, nothing, np.zeros(0, dtype=np.float32))

    @classmethod
    def fit(cls, examples: Examples, mean: Vectors) -> "TopicModel":
        """Fit on the topics that count, their vectors centred by ``mean`` ``[dim]``; none with fewer than two.

        The last models are remembered: partners that have the same lines share one.
        """
        key = examples.digest() + mean.tobytes()
        model = _fitted.get(key)
        if model is None:
            model = cls._fit(examples, mean)
            _fitted.keep(key, model)
        return model

    @classmethod
    def _fit(cls, examples: Examples, mean: Vectors) -> "TopicModel":
        counting = examples.counting()
        topics, counts = np.unique(examples.topics[counting], return_counts=True)
        if len(topics) < 2:
            return cls.none(mean)
        pulls = np.zeros((len(examples), len(topics)), dtype=np.float32)
        gram_pulls = np.zeros((HASHED, len(topics)), dtype=np.float32)
        prior = (counts / counts.sum()).astype(np.float32)
        model = cls(topics, mean, centre(examples.vectors, mean), pulls, gram_pulls, prior)
        rows = np.flatnonzero(counting)
        for start in range(0, len(rows), BLOCK):
            model = model._solved(examples, rows[start : start + BLOCK])
        return model

    def followed(self, before: Examples, after: Examples, changed: Hashes, mean: Vectors) -> "TopicModel":
        """Return the model of ``after``, which is ``before`` with the lines of the topics ``changed`` replaced.

        ``mean`` is what the vectors are centred by from now on; it counts where all lines are learned anew.
        """
        if len(after) <= SOON or not len(self.topics):
            return self.fit(after, mean)
        gone = np.isin(before.topics, changed)
        gram_pulls = self.gram_pulls - before.grams[gone].T @ self.pulls[gone]
        topics, counts = np.unique(after.topics[after.counting()], return_counts=True)
        old = places_of(self.topics, topics)
        known = old >= 0
        fresh = len(after) - int((~gone).sum())
        pulls = np.zeros((len(after), len(topics)), dtype=np.float32)
        pulls[: len(after) - fresh, known] = self.pulls[~gone][:, old[known]]
        grams = np.zeros((HASHED, len(topics)), dtype=np.float32)
        grams[:, known] = gram_pulls[:, old[known]]
        prior = (counts / counts.sum()).astype(np.float32)
        prior[known] = self.prior[old[known]]
        added = centre(after.vectors[len(after) - fresh :], self.mean)
        model = TopicModel(topics, self.mean, np.concatenate([self.points[~gone], added]), pulls, grams, prior)
        rows = np.arange(len(after) - fresh, len(after))
        return model._solved(after, rows[after.counting()[rows]])

    def scores(self, vectors: Vectors, texts: Sequence[str]) -> Vectors:
        """Return how much each text speaks for each topic, ``[texts, topics]``, for centred ``vectors``."""
        if not len(self.topics):
            return np.zeros((len(texts), 0), dtype=np.float32)
        return self._scores(vectors, grams_of(texts))

    def log_probabilities(
        self, vector: Vectors, text: str, cosines: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Return each topic's log probability, not below ``FURTHEST``, for a centred ``vector`` ``[dim]``.

        ``cosines`` ``[lines]`` are the vector's with the points, for who has them already.
        """
        if not len(self.topics):
            return np.zeros(0, dtype=np.float32)
        columns, values = hashed_grams(text)
        drawn = self._drawn(self.points @ vector if cosines is None else cosines)
        scores = (drawn + GRAMS * (values @ self.gram_pulls[columns]) + self.prior) / TEMPERATURE
        scores = scores - scores.max()
        result: NDArray[np.float32] = np.maximum(scores - np.log(np.exp(scores).sum()), FURTHEST)
        return result

    def told(self, probabilities: NDArray[np.float32], keys: Hashes) -> NDArray[np.float32]:
        """Pick the log probabilities of the topics ``keys``; for one that the model doesn't know that of ``NOTHING``.

        A topic without customers' words may be what all others are not. 0 where the model knows nothing at all.
        """
        places = places_of(self.topics, np.append(keys, np.uint64(NOTHING)))
        padded = np.append(probabilities, np.float32(0))
        told = padded[places]
        result: NDArray[np.float32] = np.where(places[:-1] < 0, told[-1], told[:-1])
        return result

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays to write; the points are those of the examples."""
        return {
            "model.topics": self.topics,
            "model.mean": self.mean,
            "model.pulls": self.pulls,
            "model.gram_pulls": self.gram_pulls,
            "model.prior": self.prior,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], examples: Examples | None) -> "TopicModel":
        """Take the arrays that ``arrays`` gave, and the examples that the model was fitted on."""
        mean = arrays["model.mean"]
        if examples is None or not len(arrays["model.topics"]):
            return cls.none(mean)
        names = ("pulls", "gram_pulls", "prior")
        points = centre(examples.vectors, mean)
        return cls(arrays["model.topics"], mean, points, *(arrays[f"model.{name}"] for name in names))

    def _scores(self, vectors: Vectors, grams: csr_matrix) -> Vectors:
        drawn = self._drawn(vectors @ self.points.T)
        result: Vectors = drawn + GRAMS * (grams @ self.gram_pulls) + self.prior
        return result

    def _drawn(self, cosines: Vectors) -> Vectors:
        """Return how much the lines draw to each topic what has ``cosines`` ``[..., lines]`` with them."""
        near = np.exp(np.float32(WIDTH) * (cosines - np.float32(1)))
        result: Vectors = near @ self.pulls
        return result

    def _solved(self, examples: Examples, rows: NDArray[np.intp]) -> "TopicModel":
        """Return the model with the pulls of ``rows``, which have none yet, solved for; all others stay."""
        if not len(rows):
            return self
        vectors, grams = self.points[rows], examples.grams[rows]
        targets = places_of(self.topics, examples.topics[rows])
        wanted = (targets[:, None] == np.arange(len(self.topics))).astype(np.float32)
        kernel = vectors @ vectors.T
        kernel -= 1.0
        kernel *= WIDTH
        np.exp(kernel, out=kernel)
        # A sparse product that is nearly full takes several times the memory of what it is added to.
        for start in range(0, len(rows), STRIPE):
            stripe = slice(start, start + STRIPE)
            kernel[stripe] += GRAMS * (grams[stripe] @ grams.T).toarray()
        kernel[np.diag_indices_from(kernel)] += SMOOTHING * self._ease(examples, targets)
        # The same matrix the other way round: LAPACK takes columns, and would copy rows.
        factor = cho_factor(kernel.T, overwrite_a=True, check_finite=False)
        missing = wanted - (self._scores(vectors, grams) if self.pulls.any() else self.prior)
        pulls = self.pulls.copy()
        pulls[rows] = cho_solve(factor, missing, check_finite=False)
        gram_pulls = self.gram_pulls + grams.T @ pulls[rows]
        return TopicModel(self.topics, self.mean, self.points, pulls, gram_pulls.astype(np.float32), self.prior)

    def _ease(self, examples: Examples, targets: NDArray[np.intp]) -> Vectors:
        """Return how far each row may stay off its mark: topics of many lines bend to those of few."""
        _topics, counts = np.unique(examples.topics[examples.counting()], return_counts=True)
        weights = np.sqrt(counts.mean() / counts)
        weights /= np.average(weights, weights=counts)
        result: Vectors = (1.0 / weights[targets]).astype(np.float32)
        return result
