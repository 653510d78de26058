"""Character n-grams of a text: what the sentence vector misses in very short, blunt or mistyped messages."""

from typing import Dict, List, Optional, Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from firstline_bot.normalise import jamo, normalise


class CharacterNgrams:
    """TF-IDF of character n-grams inside words: once on syllables, once on Hangul taken apart into letters."""

    def __init__(self, min_count: int = 1) -> None:
        """`min_count`: n-grams found in fewer texts are left out."""
        self._views = {
            "syllables": TfidfVectorizer(
                analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True, min_df=min_count, dtype=np.float32
            ),
            "letters": TfidfVectorizer(
                analyzer="char_wb",
                ngram_range=(3, 5),
                sublinear_tf=True,
                min_df=min_count,
                preprocessor=_letters,
                dtype=np.float32,
            ),
        }

    def fit(self, texts: Sequence[str]) -> "CharacterNgrams":
        """Learn the n-grams and their weights."""
        for vectorizer in self._views.values():
            vectorizer.fit([normalise(text) for text in texts])
        return self

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Return one row per text; each view has length one, so the two weigh the same."""
        cleaned = [normalise(text) for text in texts]
        return csr_matrix(hstack([vectorizer.transform(cleaned) for vectorizer in self._views.values()]))

    def terms(self) -> Dict[str, List[str]]:
        """Return the n-grams by view, in the order of the columns."""
        return {name: list(vectorizer.get_feature_names_out()) for name, vectorizer in self._views.items()}

    def weights(self) -> Dict[str, np.ndarray]:
        """Return the inverse document frequencies by view."""
        return {name: vectorizer.idf_ for name, vectorizer in self._views.items()}

    @classmethod
    def restore(cls, terms: Dict[str, List[str]], weights: Dict[str, np.ndarray]) -> "CharacterNgrams":
        """Build the fitted object from what `terms` and `weights` returned."""
        restored = cls()
        for name, vectorizer in restored._views.items():
            vectorizer.vocabulary = {term: column for column, term in enumerate(terms[name])}
            vectorizer.idf_ = weights[name]
        return restored


def _letters(text: str, _: Optional[object] = None) -> str:
    return jamo(text.lower())
