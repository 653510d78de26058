"""A question against all lines at once, where they are few enough to score each: made once, read by all that asks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.arrays import Places, spread
from firstline.knowledge.encoder import Vectors
from firstline.knowledge.examples import NOTHING
from firstline.knowledge.frame import Frame
from firstline.knowledge.layout import Layout
from firstline.knowledge.vectors import StackedVectors, scale_of

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class PointRows:
    """Which lines the points of the topic model are: ``rows`` count on beyond the lines with the unanswered questions.

    ``scale`` is what makes a point's length 1 once the model's mean is taken away.
    """

    rows: Places
    scale: Floats

    @classmethod
    def of(cls, frame: Frame, layout: Layout) -> "PointRows | None":
        """Find the points among the lines; None where the frame's examples are none, or are not these lines."""
        if frame.examples is None or not len(frame.topics.topics):
            return None
        places = layout.places[layout.with_examples[layout.places]]
        counts = layout.table.line_counts[places]
        nothing = np.arange(layout.line_starts[-1], layout.line_starts[-1] + len(frame.unanswered))
        rows = np.concatenate([spread(layout.line_starts[places], counts), nothing])
        keys = np.append(np.repeat(layout.table.keys[places], counts), np.full(len(nothing), NOTHING, dtype=np.uint64))
        # A topic's lines are in the same order in both, whichever topic changed last.
        order, other = np.argsort(keys, kind="stable"), np.argsort(frame.examples.topics, kind="stable")
        if not np.array_equal(keys[order], frame.examples.topics[other]):
            return None
        found = np.empty(len(rows), dtype=np.int64)
        found[other] = rows[order]
        return cls(found, scale_of(frame.examples.vectors, frame.topics.mean))


class LineProducts:
    """The inner products of one question's centred vector ``[dim]`` with all lines and all unanswered questions."""

    def __init__(self, lines: StackedVectors, unanswered: StackedVectors, query: Vectors) -> None:
        """Multiply."""
        self._lines = lines
        self._unanswered = unanswered
        self._query = query
        self._products = np.concatenate([lines.products(query), unanswered.products(query)])

    def scores(self, rows: Places) -> Floats:
        """Return what ``StackedVectors.scores`` returns."""
        return self._lines.moved(self._products[rows], self._query, rows)

    def unanswered(self) -> Floats:
        """Return what ``StackedVectors.scores`` returns of all unanswered questions."""
        count = len(self._unanswered)
        return self._unanswered.moved(self._products[len(self._lines) :], self._query, np.arange(count))

    def cosines(self, points: PointRows, mean: Vectors) -> Floats:
        """Return the question's cosines with the topic model's points, whose ``mean`` is taken away."""
        result: Floats = (self._products[points.rows] - np.float32(mean @ self._query)) * points.scale
        return result
