"""Character n-grams of a text: what the sentence vector misses in very short, blunt or mistyped messages."""

from collections import Counter
from typing import Dict, List, Optional, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from firstline_bot.normalise import jamo, normalise


class CharacterNgrams:
    """TF-IDF of character n-grams inside words: once on syllables, once on Hangul taken apart into letters.

    scikit-learn learns the n-grams and cuts a text into them. They are weighed here, since its matrices and checks take
    several times as long for one message.
    """

    def __init__(self, min_count: int = 1) -> None:
        """`min_count`: n-grams found in fewer texts are left out."""
        self._views = {
            "syllables": TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=min_count, dtype=np.float32),
            "letters": TfidfVectorizer(
                analyzer="char_wb", ngram_range=(3, 5), min_df=min_count, preprocessor=_letters, dtype=np.float32
            ),
        }
        self._cut = {name: vectorizer.build_analyzer() for name, vectorizer in self._views.items()}
        self._columns: Dict[str, Dict[str, int]] = {}
        self._weights: Dict[str, np.ndarray] = {}

    def fit(self, texts: Sequence[str]) -> "CharacterNgrams":
        """Learn the n-grams and their weights."""
        for name, vectorizer in self._views.items():
            vectorizer.fit([normalise(text) for text in texts])
            self._columns[name] = {term: int(column) for term, column in vectorizer.vocabulary_.items()}
            self._weights[name] = vectorizer.idf_
        return self

    def transform(self, texts: Sequence[str], weight: float = 1.0) -> csr_matrix:
        """Return one row per text; each view has length `weight`, so the two weigh the same.

        An n-gram counts by one more than the logarithm of how often it is found, times its weight.
        """
        columns: List[int] = []
        values: List[np.ndarray] = []
        ends = [0]
        for text in texts:
            cleaned, first = normalise(text), 0
            for name, cut in self._cut.items():
                known = self._columns[name]
                counts = {known[term]: count for term, count in Counter(cut(cleaned)).items() if term in known}
                places = list(counts)
                row = (np.log(np.fromiter(counts.values(), np.float32, len(counts))) + 1.0) * self._weights[name][
                    places
                ]
                columns += [first + place for place in places]
                values.append(row * (weight / max(float(np.sqrt(row @ row)), 1e-12)))
                first += len(known)
            ends.append(len(columns))
        data = np.concatenate(values).astype(np.float32) if values else np.zeros(0, np.float32)
        width = sum(len(known) for known in self._columns.values())
        return csr_matrix((data, np.array(columns, np.int32), np.array(ends, np.int32)), (len(texts), width))

    def terms(self) -> Dict[str, List[str]]:
        """Return the n-grams by view, in the order of the columns."""
        return {name: sorted(known, key=lambda term: known[term]) for name, known in self._columns.items()}

    def weights(self) -> Dict[str, np.ndarray]:
        """Return the inverse document frequencies by view."""
        return dict(self._weights)

    @classmethod
    def restore(cls, terms: Dict[str, List[str]], weights: Dict[str, np.ndarray]) -> "CharacterNgrams":
        """Build the fitted object from what `terms` and `weights` returned."""
        restored = cls()
        for name in restored._views:
            restored._columns[name] = {term: column for column, term in enumerate(terms[name])}
            restored._weights[name] = weights[name]
        return restored


def _letters(text: str, _: Optional[object] = None) -> str:
    return jamo(text.lower())
