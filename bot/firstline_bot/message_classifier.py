"""Which intent a message has, from its text and its sentence vector: no Rasa in here."""

import re
from collections import Counter
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix

from firstline_bot.kernel_classifier import KernelClassifier
from firstline_bot.ngrams import CharacterNgrams

DEFAULTS: Dict[str, Any] = {
    "within": 0.2,
    "width": 3.0,
    "smoothing": 0.2,
    "balance": 0.5,
    "ngram_weight": 0.45,
    "ngram_min_count": 2,
    "enough": 1600,
    "rank": 256,
}
# So many examples tell one direction, and so many directions are kept in any case.
_EXAMPLES_A_DIRECTION, _LEAST_RANK = 6, 64
_NAMED_BELOW = 30


class MessageClassifier:
    """Centred vectors and character n-grams into one kernel classifier."""

    def __init__(self, centre: np.ndarray, measure: np.ndarray, ngrams: CharacterNgrams, ngram_weight: float) -> None:
        """Use `fit` or `restore`."""
        self._centre = centre
        self._measure = measure
        self._ngrams = ngrams
        self._ngram_weight = ngram_weight
        self._kernel: KernelClassifier

    @classmethod
    def fit(
        cls, texts: Sequence[str], vectors: np.ndarray, labels: Sequence[str], config: Dict[str, Any]
    ) -> "MessageClassifier":
        """Fit on all rows; `vectors`: (texts, dim).

        `within`: how much less directions count in which messages of one intent differ, see `within_measure`;
        `width`: how near two vectors must be to say anything about each other; `smoothing`: the ridge, larger where
        examples contradict each other; `balance`: 0 counts every example once, 1 gives every intent the same total
        weight; `ngram_weight`: length of each n-gram view beside the vector's 1; `ngram_min_count`: n-grams found in
        fewer texts are left out; `enough`: with fewer examples than this `smoothing` and `ngram_weight` count in
        proportion and `within` as its root, since covariance, noise and n-grams are told badly by few; `rank`:
        directions of vectors that are kept, fewer where there are few examples, see `main_directions`. Raises
        ValueError without two intents.
        """
        if len(set(labels)) < 2:
            raise ValueError("The training data must hold examples of two intents or more.")
        config = {**DEFAULTS, **config}
        told = min(1.0, len(texts) / float(config["enough"]))
        ngrams = CharacterNgrams(int(config["ngram_min_count"])).fit(texts)
        centre = vectors.mean(axis=0)
        measure = within_measure(vectors - centre, labels, np.sqrt(told) * float(config["within"]))
        rank = min(int(config["rank"]), max(_LEAST_RANK, len(texts) // _EXAMPLES_A_DIRECTION))
        measure = measure @ main_directions((vectors - centre) @ measure, rank)
        fitted = cls(centre, measure, ngrams, told * float(config["ngram_weight"]))
        fitted._kernel = KernelClassifier.fit(
            *fitted.parts(texts, vectors),
            labels,
            balanced(labels, float(config["balance"])),
            width=float(config["width"]),
            smoothing=told * float(config["smoothing"]),
        )
        return fitted

    @property
    def classes(self) -> Sequence[str]:
        """Return the intents in the order of the columns of `probabilities`."""
        return self._kernel.classes

    @property
    def points(self) -> np.ndarray:
        """Return the examples' vectors as the kernel reads them, in their order: (examples, dim)."""
        return self._kernel.points

    def probabilities(self, texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """Return (texts, classes); each row sums to one."""
        return self._kernel.probabilities(*self.parts(texts, vectors))

    def stored(self) -> Tuple[Dict[str, np.ndarray], Dict[str, Any]]:
        """Return numbers and names from which `restore` builds the object again."""
        idf = {f"idf_{name}": value for name, value in self._ngrams.weights().items()}
        own = {"centre": self._centre, "measure": self._measure, "ngram_weight": np.array(self._ngram_weight)}
        return {**own, **idf, **self._kernel.arrays()}, self._ngrams.terms()

    @classmethod
    def restore(cls, numbers: Dict[str, np.ndarray], terms: Dict[str, Any]) -> "MessageClassifier":
        """Build the object from what `stored` returned."""
        ngrams = CharacterNgrams.restore(terms, {name: numbers[f"idf_{name}"] for name in terms})
        restored = cls(numbers["centre"], numbers["measure"], ngrams, float(numbers["ngram_weight"]))
        restored._kernel = KernelClassifier.restore(numbers)
        return restored

    def parts(self, texts: Sequence[str], vectors: np.ndarray) -> Tuple[np.ndarray, csr_matrix]:
        """Return what the kernel reads: vectors of length one, and n-grams.

        Vectors of this encoder lie close together: moved to their centre and stretched again they tell apart.
        """
        centred = (vectors - self._centre) @ self._measure
        centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
        return centred.astype(np.float32), self.words(texts)

    def words(self, texts: Sequence[str]) -> csr_matrix:
        """Return the n-grams of `texts` as the kernel reads them."""
        return self._ngrams.transform(texts, self._ngram_weight)


def names_as_examples(labels: Sequence[str], below: int = _NAMED_BELOW) -> List[Tuple[str, str]]:
    """Return (text, intent) of every intent with fewer than `below` examples: its name, read as words.

    Whoever named it said in a few words what its messages have in common.
    """
    counts = Counter(labels)
    return [(re.sub(r"[\W_]+", " ", name).strip(), name) for name in sorted(counts) if counts[name] < below]


def within_measure(centred: np.ndarray, labels: Sequence[str], within: float) -> np.ndarray:
    """Return (dim, dim), by which vectors are multiplied so that what varies inside an intent tells less.

    It is the inverse square root of the covariance of examples around their intent's mean, shrunk towards a multiple
    of the identity: `within` is what the covariance counts, 0 leaves all directions as they are. Few examples tell a
    covariance badly, so it should count little. Hatch, Kajarekar and Stolcke, "Within-Class Covariance Normalization
    for SVM-based Speaker Recognition", Interspeech 2006.
    """
    _, inverse, counts = np.unique(np.asarray(labels), return_inverse=True, return_counts=True)
    sums = np.zeros((len(counts), centred.shape[1]), dtype=np.float64)
    np.add.at(sums, inverse, centred)
    around = centred - (sums / counts[:, None])[inverse]
    covariance = around.T @ around / len(around)
    size = float(np.trace(covariance)) / len(covariance)
    if size < 1e-12 or within <= 0.0:
        return np.eye(centred.shape[1], dtype=np.float32)
    values, directions = np.linalg.eigh(within * covariance / size + (1.0 - within) * np.eye(len(covariance)))
    measure: np.ndarray = (directions / np.sqrt(values)) @ directions.T
    return measure.astype(np.float32)


def main_directions(vectors: np.ndarray, rank: int) -> np.ndarray:
    """Return (dim, `rank`), the directions in which `vectors` (rows, dim) vary most: their principal components.

    A message is compared with every example, which takes as long as it takes to read their vectors from memory; what
    lies in the last directions of an encoder hardly tells one meaning from another.
    """
    _values, directions = np.linalg.eigh(vectors.T @ vectors / len(vectors))
    main: np.ndarray = directions[:, ::-1][:, :rank]
    return main.astype(np.float32)


def balanced(labels: Sequence[str], balance: float) -> np.ndarray:
    """Return a weight for each row, one on average: 0 counts every row once, 1 every label once."""
    _, inverse, counts = np.unique(np.asarray(labels), return_inverse=True, return_counts=True)
    weights: np.ndarray = ((counts.mean() / counts) ** balance)[inverse]
    return weights / weights.mean()
