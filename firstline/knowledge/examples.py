"""Customers' words by topic: what the topic model learns from, changed topic by topic."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize
from sklearn.utils import murmurhash3_32

from firstline.knowledge.arrays import Hashes, hash_of
from firstline.knowledge.encoder import Vectors

HASHED = 2048
FEWEST_LINES = 2
"""A title and one question: every article with examples is a topic, so that none passes for the right one unasked."""
NOTHING = hash_of("")
"""The topic of questions that no article answers; ``unanswered_lines`` are its examples."""

_WORDS = 4_096
_GRAMS = HashingVectorizer(analyzer="char_wb", ngram_range=(1, 4), n_features=HASHED, norm=None)


@dataclass(frozen=True)
class Examples:
    """Lines of topics: ``topics`` are the hashes of their slugs, ``vectors`` ``[lines, dim]`` as the encoder gave them.

    ``grams`` ``[lines, HASHED]`` are hashed character n-grams (1 to 4), each row of length 1.
    """

    topics: Hashes
    vectors: Vectors
    grams: csr_matrix

    @classmethod
    def of(cls, topics: Hashes, vectors: Vectors, texts: Sequence[str]) -> "Examples":
        """Take lines with their topics and vectors."""
        return cls(topics, vectors, grams_of(texts))

    def __len__(self) -> int:
        return len(self.topics)

    def counting(self) -> NDArray[np.bool_]:
        """Return which lines belong to topics that count."""
        _topics, numbers, counts = np.unique(self.topics, return_inverse=True, return_counts=True)
        result: NDArray[np.bool_] = counts[numbers] >= FEWEST_LINES
        return result

    def only(self, kept: NDArray[np.bool_]) -> "Examples":
        """Keep the lines of the mask ``kept``."""
        return Examples(self.topics[kept], self.vectors[kept], self.grams[kept])

    def replaced(self, topics: Hashes, fresh: "Examples") -> "Examples":
        """Put ``fresh``, as the last lines, in the place of all lines of ``topics``."""
        kept = self.only(~np.isin(self.topics, topics))
        return Examples(
            np.concatenate([kept.topics, fresh.topics]),
            np.concatenate([kept.vectors, fresh.vectors]),
            vstack([kept.grams, fresh.grams], format="csr"),
        )

    def digest(self) -> bytes:
        """Return what is the same for the same lines of the same topics, in the same order."""
        found = hashlib.sha256()
        for part in (self.topics, self.vectors, self.grams.indices, self.grams.data):
            found.update(np.ascontiguousarray(part).tobytes())
        return found.digest()

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays to write."""
        return {
            "examples.topics": self.topics,
            "examples.vectors": self.vectors,
            "examples.starts": self.grams.indptr.astype(np.int32),
            "examples.columns": self.grams.indices.astype(np.uint16),
            "examples.values": self.grams.data.astype(np.float32),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Examples":
        """Take the arrays that ``arrays`` gave."""
        topics = arrays["examples.topics"]
        columns = arrays["examples.columns"].astype(np.int32)
        grams = csr_matrix((arrays["examples.values"], columns, arrays["examples.starts"]), shape=(len(topics), HASHED))
        return cls(topics, arrays["examples.vectors"], grams)


def grams_of(texts: Sequence[str]) -> csr_matrix:
    """Return hashed character n-grams ``[texts, HASHED]``, damped and of length 1 each."""
    if not texts:
        return csr_matrix((0, HASHED), dtype=np.float32)
    grams = _GRAMS.transform([text.casefold() for text in texts])
    grams.data = np.sign(grams.data) * (1 + np.log(np.maximum(np.abs(grams.data), 1)))
    result: csr_matrix = normalize(grams).astype(np.float32)
    return result


def hashed_grams(text: str) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return one row of ``grams_of``: its columns, ascending, and their values."""
    hashes = [hashed for word in text.casefold().lower().split() for hashed in _hashed_word(word)]
    found = np.array(hashes, dtype=np.int64)
    sums = np.bincount(np.abs(found) % HASHED, np.where(found >= 0, 1.0, -1.0), HASHED)
    columns = np.flatnonzero(sums)
    values = np.sign(sums[columns]) * (1 + np.log(np.abs(sums[columns])))
    return columns, (values / max(float(np.linalg.norm(values)), 1e-9)).astype(np.float32)


@lru_cache(_WORDS)
def _hashed_word(word: str) -> tuple[int, ...]:
    """Hash a word's n-grams; none crosses the bounds of a word."""
    return tuple(murmurhash3_32(gram) for gram in _grams_in()(word))


@cache
def _grams_in() -> Callable[[str], list[str]]:
    cut: Callable[[str], list[str]] = _GRAMS.build_analyzer()
    return cut


@cache
def unanswered_lines() -> tuple[str, ...]:
    """Return near-domain questions that the starter library does not answer, in both languages."""
    paths = sorted((Path(__file__).parent / "data").glob("unanswered.*.txt"))
    return tuple(line for path in paths for line in path.read_text("utf-8").splitlines() if line.strip())


@cache
def unanswered_digest() -> str:
    """Return what changes whenever ``unanswered_lines`` does."""
    return hashlib.sha256("\n".join(unanswered_lines()).encode()).hexdigest()
