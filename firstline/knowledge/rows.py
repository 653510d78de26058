"""The rows of several documents one after the other, and what is told of each document from its rows' scores."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.arrays import Places, spread, starts_of

Floats = NDArray[np.float32]

SHARPNESS = 10.0
"""How far the closest lines outweigh the others when an article's lines are averaged (a kernel density)."""


@dataclass(frozen=True)
class Rows:
    """The rows of some documents one after the other; a document's begin at its ``starts``, none is without."""

    rows: Places
    starts: Places

    @classmethod
    def of(cls, starts: Places, places: Places) -> "Rows":
        """Collect the rows of ``places`` of all documents, whose rows begin at ``starts``."""
        counts = starts[places + 1] - starts[places]
        return cls(spread(starts[places], counts), starts_of(counts))

    def density(self, scores: Floats) -> Floats:
        """Average each document's similarities so that the closest count most (log-mean-exp)."""
        sums = _reduced(np.add, np.exp((scores - 1.0) * SHARPNESS), self.starts)
        return (1.0 + np.log(np.maximum(sums / np.diff(self.starts), 1e-30)) / SHARPNESS).astype(np.float32)

    def highest(self, scores: Floats) -> Floats:
        """Return each document's highest score."""
        return _reduced(np.maximum, scores, self.starts)

    def best(self, scores: Floats, count: int) -> Floats:
        """Average each document's ``count`` highest scores."""
        return self._averaged(scores, self.starts, count)

    def best_shares(self, shares: Floats, count: int) -> Floats:
        """Do as ``best`` does for scores that are 0 for most rows and never less."""
        kept = np.flatnonzero(shares)
        return self._averaged(shares[kept], np.searchsorted(kept, self.starts), count)

    def _averaged(self, scores: Floats, starts: Places, count: int) -> Floats:
        """Average the ``count`` highest of ``scores``, a document's at its ``starts``; rows that aren't there are 0."""
        if not len(scores):
            return np.zeros(len(starts) - 1, dtype=np.float32)
        counts = np.diff(starts)
        # Scores lie within -1 and 1: so far apart, one plain sort orders all documents' scores at once.
        apart = 4.0 * np.arange(len(counts))
        ordered = np.sort(np.repeat(apart, counts) - scores)
        ranks = np.arange(count)
        found = ordered[np.minimum(starts[:-1, None] + ranks, len(scores) - 1)]
        sums = np.where(ranks < counts[:, None], apart[:, None] - found, 0.0).sum(axis=1)
        result: Floats = (sums / np.minimum(np.diff(self.starts), count)).astype(np.float32)
        return result


def _reduced(function: np.ufunc, scores: Floats, starts: Places) -> Floats:
    result: Floats = function.reduceat(scores, starts[:-1]) if len(scores) else scores
    return result
