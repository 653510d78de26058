"""Which topic a question is about, told from all customers' words of all topics at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize

from firstline.knowledge.encoder import Vectors

HASHED = 2048
SHRINKAGE = 0.1
FEWEST_LINES = 5
FURTHEST = -12.0
"""Log probabilities below this all mean "not this one"."""
NOTHING = ""
"""The topic of questions that no article answers; ``unanswered_lines`` are its examples."""

_GRAMS = HashingVectorizer(analyzer="char_wb", ngram_range=(1, 4), n_features=HASHED, norm=None)


@dataclass(frozen=True)
class TopicModel:
    """Linear discriminant analysis over topics, with one covariance shrunk towards a sphere.

    Fisher 1936; shrinkage as in Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance
    matrices", 2004, with a fixed amount. A closed form: fitting is one linear solve, so publishing stays quick.
    A question is its centred sentence vector beside its hashed character n-grams (1 to 4), each of length 1.
    """

    topics: list[str]
    weights: Vectors
    biases: Vectors

    @classmethod
    def fit(cls, vectors: Vectors, texts: Sequence[str], topics: Sequence[str]) -> "TopicModel":
        """Fit on centred ``vectors`` ``[lines, dim]``, their texts and topics; topics of few lines are left out."""
        names, labels, counts = np.unique(np.array(topics, dtype=np.str_), return_inverse=True, return_counts=True)
        kept = [str(name) for name, count in zip(names, counts, strict=True) if count >= FEWEST_LINES]
        if len(kept) < 2:
            return cls([], np.zeros((0, 0), dtype=np.float32), np.zeros(0, dtype=np.float32))
        rows = counts[labels] >= FEWEST_LINES
        features = _features(vectors[rows], [text for text, row in zip(texts, rows, strict=True) if row])
        places = np.searchsorted(np.array(kept), names[labels[rows]])
        means = np.stack([features[places == place].mean(axis=0) for place in range(len(kept))])
        spread = features - means[places]
        covariance = (1 - SHRINKAGE) / len(features) * (spread.T @ spread)
        covariance[np.diag_indices_from(covariance)] += SHRINKAGE * (spread**2).sum() / spread.size
        weights = np.linalg.solve(covariance, means.T).astype(np.float32)
        biases = -0.5 * (means.T * weights).sum(axis=0)
        return cls(kept, weights, biases.astype(np.float32))

    def log_probabilities(self, vector: Vectors, text: str) -> dict[str, float]:
        """Return each topic's log probability, not below ``FURTHEST``, for a centred ``vector`` ``[dim]``."""
        if not self.topics:
            return {}
        scores = (_features(vector[None, :], [text]) @ self.weights + self.biases)[0]
        scores = scores - scores.max()
        scores = np.maximum(scores - np.log(np.exp(scores).sum()), FURTHEST)
        return dict(zip(self.topics, scores.tolist(), strict=True))

    def save(self, path: Path) -> None:
        """Write the model as one ``.npz`` file."""
        np.savez(path, topics=np.array(self.topics, dtype=np.str_), weights=self.weights, biases=self.biases)

    @classmethod
    def load(cls, path: Path) -> "TopicModel":
        """Read what ``save`` wrote."""
        with np.load(path) as kept:
            return cls(kept["topics"].tolist(), kept["weights"], kept["biases"])


@cache
def unanswered_lines() -> tuple[str, ...]:
    """Return near-domain questions that the starter library does not answer, in both languages."""
    paths = sorted((Path(__file__).parent / "data").glob("unanswered.*.txt"))
    return tuple(line for path in paths for line in path.read_text("utf-8").splitlines() if line.strip())


def _features(vectors: Vectors, texts: Sequence[str]) -> Vectors:
    grams = _GRAMS.transform([text.casefold() for text in texts])
    grams.data = np.sign(grams.data) * (1 + np.log(np.maximum(np.abs(grams.data), 1)))
    result: Vectors = np.hstack([vectors, normalize(grams).toarray()]).astype(np.float32)
    return result
