"""Small tools over arrays: hashes that stand for texts, and the rows of spans."""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]


def hash_of(text: str) -> int:
    """Return 64 bits that stand for ``text``; with a million texts two meet with a chance of 3 in 100 million."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def hashes_of(texts: Iterable[str]) -> Hashes:
    """Return ``hash_of`` each text."""
    return np.fromiter((hash_of(text) for text in texts), dtype=np.uint64)


def spread(starts: NDArray[np.integer], counts: NDArray[np.integer]) -> Places:
    """Return the rows of spans, one span after the other: starts 5, 0 and counts 2, 3 give 5, 6, 0, 1, 2."""
    ends = np.cumsum(counts, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total, dtype=np.int64) + np.repeat(np.asarray(starts, dtype=np.int64) - (ends - counts), counts)


def starts_of(counts: NDArray[np.integer]) -> Places:
    """Return where each span begins when they stand one after the other, and behind them where the last one ends."""
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts, dtype=np.int64)])


def places_of(keys: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> Places:
    """Return the place of each wanted key in the sorted ``keys``, -1 for one that isn't there."""
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.int64)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, places, -1)
