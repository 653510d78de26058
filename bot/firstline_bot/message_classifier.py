"""Which intent a message has, from its text and its sentence vector: no Rasa in here."""

from typing import Any, Dict, Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix

from firstline_bot.kernel_classifier import KernelClassifier
from firstline_bot.ngrams import CharacterNgrams

DEFAULTS: Dict[str, Any] = {
    "width": 2.0,
    "smoothing": 0.2,
    "balance": 0.5,
    "ngram_weight": 0.5,
    "ngram_min_count": 2,
}


class MessageClassifier:
    """Centred vectors and character n-grams into one kernel classifier."""

    def __init__(self, centre: np.ndarray, ngrams: CharacterNgrams, ngram_weight: float) -> None:
        """Use `fit` or `restore`."""
        self._centre = centre
        self._ngrams = ngrams
        self._ngram_weight = ngram_weight
        self._kernel: KernelClassifier

    @classmethod
    def fit(
        cls, texts: Sequence[str], vectors: np.ndarray, labels: Sequence[str], config: Dict[str, Any]
    ) -> "MessageClassifier":
        """Fit on all rows; `vectors`: (texts, dim).

        `width`: how near two vectors must be to say anything about each other; `smoothing`: the ridge, larger where
        examples contradict each other; `balance`: 0 counts every example once, 1 gives every intent the same total
        weight; `ngram_weight`: length of each n-gram view beside the vector's 1; `ngram_min_count`: n-grams found in
        fewer texts are left out. Raises ValueError without two intents.
        """
        if len(set(labels)) < 2:
            raise ValueError("The training data must hold examples of two intents or more.")
        config = {**DEFAULTS, **config}
        ngrams = CharacterNgrams(int(config["ngram_min_count"])).fit(texts)
        fitted = cls(vectors.mean(axis=0), ngrams, float(config["ngram_weight"]))
        fitted._kernel = KernelClassifier.fit(
            *fitted.parts(texts, vectors),
            labels,
            balanced(labels, float(config["balance"])),
            width=float(config["width"]),
            smoothing=float(config["smoothing"]),
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
        numbers = {"centre": self._centre, "ngram_weight": np.array(self._ngram_weight), **idf, **self._kernel.arrays()}
        return numbers, self._ngrams.terms()

    @classmethod
    def restore(cls, numbers: Dict[str, np.ndarray], terms: Dict[str, Any]) -> "MessageClassifier":
        """Build the object from what `stored` returned."""
        ngrams = CharacterNgrams.restore(terms, {name: numbers[f"idf_{name}"] for name in terms})
        restored = cls(numbers["centre"], ngrams, float(numbers["ngram_weight"]))
        restored._kernel = KernelClassifier.restore(numbers)
        return restored

    def parts(self, texts: Sequence[str], vectors: np.ndarray) -> Tuple[np.ndarray, csr_matrix]:
        """Return what the kernel reads: vectors of length one, and n-grams.

        Vectors of this encoder lie close together: moved to their centre and stretched again they tell apart.
        """
        centred = vectors - self._centre
        centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
        return centred.astype(np.float32), self.words(texts)

    def words(self, texts: Sequence[str]) -> csr_matrix:
        """Return the n-grams of `texts` as the kernel reads them."""
        return self._ngrams.transform(texts) * self._ngram_weight


def balanced(labels: Sequence[str], balance: float) -> np.ndarray:
    """Return a weight for each row, one on average: 0 counts every row once, 1 every label once."""
    _, inverse, counts = np.unique(np.asarray(labels), return_inverse=True, return_counts=True)
    weights: np.ndarray = ((counts.mean() / counts) ** balance)[inverse]
    return weights / weights.mean()
