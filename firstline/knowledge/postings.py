"""Which rows hold which terms: the inverted index behind word search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.arrays import Hashes, Places, hash_of, spread, starts_of

_MOST = np.iinfo(np.uint8).max


@dataclass(frozen=True)
class Postings:
    """For each term (its hash, sorted) the rows that hold it, ascending, and how often; 255 at most.

    ``rows`` and ``counts`` of term ``n`` stand at ``starts[n]`` to ``starts[n + 1]``. ``lengths`` says how many terms
    each row has, repetitions counted. Nothing in here depends on other rows, so postings are put together without
    reading a text again.
    """

    terms: Hashes
    starts: Places
    rows: NDArray[np.int32]
    counts: NDArray[np.uint8]
    lengths: NDArray[np.int32]

    @classmethod
    def build(cls, texts: Sequence[Sequence[str]]) -> "Postings":
        """Index the terms of each row."""
        known: dict[str, int] = {}
        for text in texts:
            for term in text:
                if term not in known:
                    known[term] = hash_of(term)
        terms = np.fromiter((known[term] for text in texts for term in text), dtype=np.uint64)
        return cls.of_hashes(terms, np.fromiter(map(len, texts), dtype=np.int32))

    @classmethod
    def of_hashes(cls, hashes: Hashes, lengths: NDArray[np.int32]) -> "Postings":
        """Index rows of term hashes that stand one row after the other, ``lengths`` of them each."""
        count = max(1, len(lengths))
        terms, numbers = np.unique(hashes, return_inverse=True)
        keys = numbers.astype(np.int64) * count + np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
        keys, repeats = np.unique(keys, return_counts=True)
        return cls(
            terms,
            starts_of(np.bincount(keys // count, minlength=len(terms))),
            (keys % count).astype(np.int32),
            np.minimum(repeats, _MOST).astype(np.uint8),
            lengths,
        )

    @classmethod
    def merge(cls, parts: Sequence["Postings"]) -> "Postings":
        """Put postings together, the rows of each part behind those of the one before."""
        terms = np.unique(np.concatenate([part.terms for part in parts]))
        places = [np.searchsorted(terms, part.terms) for part in parts]
        sizes = np.zeros(len(terms), dtype=np.int64)
        for part, place in zip(parts, places, strict=True):
            sizes[place] += np.diff(part.starts)
        starts = starts_of(sizes)
        rows = np.empty(starts[-1], dtype=np.int32)
        counts = np.empty(starts[-1], dtype=np.uint8)
        filled = starts[:-1].copy()
        offset = 0
        for part, place in zip(parts, places, strict=True):
            taken = np.diff(part.starts)
            targets = spread(filled[place], taken)
            rows[targets] = part.rows + np.int32(offset)
            counts[targets] = part.counts
            filled[place] += taken
            offset += len(part.lengths)
        return cls(terms, starts, rows, counts, np.concatenate([part.lengths for part in parts]))

    def only(self, kept: NDArray[np.bool_]) -> "Postings":
        """Keep the rows of the mask ``kept``, numbered anew."""
        if kept.all():
            return self
        stays = kept[self.rows]
        sizes = np.diff(np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(stays)])[self.starts])
        numbers = np.cumsum(kept, dtype=np.int32) - np.int32(1)
        used = sizes > 0
        return Postings(
            self.terms[used],
            starts_of(sizes[used]),
            numbers[self.rows[stays]],
            self.counts[stays],
            self.lengths[kept],
        )

    def holds(self, term: int) -> bool:
        """Say whether any row holds the term of this hash."""
        key = np.uint64(term)
        place = int(self.terms.searchsorted(key))
        return place < len(self.terms) and bool(self.terms[place] == key)

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays to write, each named after ``name``."""
        return {f"{name}.{field.name}": getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], name: str) -> "Postings":
        """Take the arrays that ``arrays`` gave."""
        return cls(**{field.name: arrays[f"{name}.{field.name}"] for field in fields(cls)})
