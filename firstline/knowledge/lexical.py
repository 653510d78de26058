"""Word search beside the vectors: BM25 over words, Korean morphemes and Hangul bigrams."""

import json
import math
import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import yaml
from kiwipiepy import Kiwi
from numpy.typing import NDArray

from firstline.knowledge.normalise import brand_words, normalise

_WORD = re.compile(r"[a-z0-9]+(?:[._'-][a-z0-9]+)*|[가-힣]+", re.IGNORECASE)
_HANGUL = re.compile(r"[가-힣]+")
_PLURAL = re.compile(r"(?<=[a-z]{3})(?:'s|ies|ses|s|ing|ed)$")
_MORPHEMES = ("NNG", "NNP", "NNB", "NR", "VV", "VA", "XR", "SL", "SN", "MAG")
_STOP_WORDS_FILE = Path(__file__).parent / "data" / "stop_words.yaml"
_STOP_WORDS = frozenset(" ".join(yaml.safe_load(_STOP_WORDS_FILE.read_text("utf-8")).values()).split())


def tokens(text: str) -> list[str]:
    """Cut text into search terms.

    Latin words lower-case without their commonest endings; Korean morphemes that carry meaning; and, marked with
    ``_``, pairs of neighbouring syllables across spaces, so that spacing does not matter.
    """
    plain = brand_words(normalise(text)).lower()
    found: list[str] = []
    for word in _WORD.findall(plain):
        if word[0].isascii() and word not in _STOP_WORDS:
            found.append(_PLURAL.sub("", word))
    if _HANGUL.search(plain):
        for morpheme in _kiwi().tokenize(plain):
            carries_meaning = morpheme.tag.split("-")[0] in _MORPHEMES and not morpheme.form[0].isascii()
            if carries_meaning and morpheme.form not in _STOP_WORDS:
                found.append(morpheme.form)
        joined = re.sub(r"(?<=[가-힣])\s+(?=[가-힣])", "", plain)
        for run in _HANGUL.findall(joined):
            found.extend(f"_{run[place : place + 2]}" for place in range(len(run) - 1))
    return found


def words(text: str) -> set[str]:
    """Return the plain lower-case words of a text, as people type them."""
    return {word.lower() for word in _WORD.findall(normalise(text))}


class LexicalIndex:
    """BM25 (Lucene's variant, k1 1.2, b 0.6) over a list of texts, by row."""

    def __init__(self, bm25: Any, weights: dict[str, float], count: int) -> None:
        """Wrap an index over ``count`` texts; ``build`` and ``load`` make one."""
        self._bm25 = bm25
        self._weights = weights
        self._count = count
        self._unknown = math.log(1 + (count + 0.5) / 0.5)

    @property
    def vocabulary(self) -> Collection[str]:
        """Every term of the texts."""
        return self._weights.keys()

    @classmethod
    def build(cls, token_lists: Sequence[list[str]]) -> "LexicalIndex":
        """Index tokenised texts."""
        count = len(token_lists)
        frequency = Counter(token for text in token_lists for token in set(text))
        weights = {token: math.log(1 + (count - n + 0.5) / (n + 0.5)) for token, n in frequency.items()}
        if not weights:
            return cls(None, {}, count)
        bm25 = bm25s.BM25(method="lucene", k1=1.2, b=0.6)
        bm25.index(list(token_lists), show_progress=False)
        return cls(bm25, weights, count)

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        """Read what ``save`` wrote, memory-mapped."""
        facts = json.loads((folder / "terms.json").read_text("utf-8"))
        bm25 = bm25s.BM25.load(str(folder / "bm25"), mmap=True) if facts["weights"] else None
        return cls(bm25, facts["weights"], facts["count"])

    def save(self, folder: Path) -> None:
        """Write the index below ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        facts = {"count": self._count, "weights": self._weights}
        (folder / "terms.json").write_text(json.dumps(facts, ensure_ascii=False), "utf-8")
        if self._bm25 is not None:
            self._bm25.save(str(folder / "bm25"), show_progress=False)

    def shares(self, query_tokens: Sequence[str]) -> NDArray[np.float32]:
        """Score every text by its BM25 share, 0 to 1: the score over the sum of the weights of the query's terms.

        A term that no text has weighs most, so that a query about something else scores low everywhere.
        """
        unique = list(dict.fromkeys(query_tokens))
        known = [token for token in unique if token in self._weights]
        if not known:
            return np.zeros(self._count, dtype=np.float32)
        total = sum(self._weights.get(token, self._unknown) for token in unique)
        scores: NDArray[np.float32] = self._bm25.get_scores(known)
        return scores.astype(np.float32) / np.float32(total)


def warm_up() -> None:
    """Load the Korean analyser now (some seconds) rather than at the first query."""
    tokens("준비")


@cache
def _kiwi() -> Kiwi:
    return Kiwi(num_workers=1)
