"""What an index holds beside its segments: all that depends on the documents as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.array_file import read_arrays, write_arrays
from firstline.knowledge.arrays import Hashes, Places, spread
from firstline.knowledge.documents import Documents
from firstline.knowledge.encoder import Vectors
from firstline.knowledge.examples import NOTHING, Examples, unanswered_lines
from firstline.knowledge.layout import Layout
from firstline.knowledge.limits import Limits
from firstline.knowledge.normalise import normalise
from firstline.knowledge.segment import Segment
from firstline.knowledge.topics import TopicModel
from firstline.knowledge.vectors import StackedVectors, scale_of


@dataclass(frozen=True)
class Frame:
    """The mean of all lines, by line row what makes a line's length 1 without it, and what is told from topics.

    ``dead`` are the places of documents that were replaced or taken away since their segment was made. ``unanswered``
    are questions that nothing answers, as the encoder gave them. ``examples`` is None where there are too many.
    """

    dead: Places
    mean: Vectors
    scale: NDArray[np.float32]
    unanswered: Vectors
    examples: Examples | None
    topics: TopicModel

    @classmethod
    def learn(cls, segments: Sequence[Segment], layout: Layout, unanswered: Vectors, limits: Limits) -> "Frame":
        """Learn from all live documents."""
        mean = _mean(segments, layout)
        examples: Examples | None = None
        if _examples_fit(layout, limits):
            examples = _examples(segments, layout, layout.places[layout.with_examples[layout.places]], unanswered)
        topics = TopicModel.none(mean) if examples is None else TopicModel.fit(examples, mean)
        return cls(np.flatnonzero(~layout.alive), mean, _scale(segments, mean), unanswered, examples, topics)

    def followed(
        self, segments: Sequence[Segment], layout: Layout, unanswered: Vectors, changed: Hashes, limits: Limits
    ) -> "Frame":
        """Learn what changed with the topics ``changed``, all else kept.

        The mean stays where the lines are many: neighbours were found with it, and a few articles hardly move it. Too
        many examples stay out until all segments are merged.
        """
        if layout.line_starts[-1] > limits.exact_rows:
            mean = self.mean
            kept = len(segments[0].lines)
            scale = np.concatenate([self.scale[:kept], _scale(segments[1:], mean)])
        else:
            mean = _mean(segments, layout)
            scale = _scale(segments, mean)
        examples = self.examples if _examples_fit(layout, limits) else None
        topics = TopicModel.none(mean)
        if examples is not None:
            others_nothing = len(self.unanswered) != len(unanswered)
            places = layout.places_with(changed)
            fresh = _examples(
                segments,
                layout,
                np.sort(places[layout.with_examples[places]]),
                unanswered if others_nothing else unanswered[:0],
            )
            gone = np.append(changed, np.uint64(NOTHING)) if others_nothing else changed
            before, examples = examples, examples.replaced(gone, fresh)
            topics = self.topics.followed(before, examples, gone, mean)
        return Frame(np.flatnonzero(~layout.alive), mean, scale, unanswered, examples, topics)

    def save(self, path: Path) -> None:
        """Write the frame to ``path``."""
        arrays: dict[str, NDArray[Any]] = {"dead": self.dead}
        # All of them are scored, so they lie column by column.
        arrays |= {"mean": self.mean, "scale": self.scale, "unanswered": np.asfortranarray(self.unanswered)}
        if self.examples is not None:
            arrays |= self.examples.arrays()
        write_arrays(path, arrays | self.topics.arrays())

    @classmethod
    def load(cls, path: Path) -> "Frame":
        """Read a frame; raises ``OSError``, ``ValueError`` or ``KeyError`` when it is damaged."""
        arrays = read_arrays(path)
        examples = Examples.from_arrays(arrays) if "examples.topics" in arrays else None
        return cls(
            arrays["dead"],
            arrays["mean"],
            arrays["scale"],
            arrays["unanswered"],
            examples,
            TopicModel.from_arrays(arrays, examples),
        )


def _examples_fit(layout: Layout, limits: Limits) -> bool:
    places = layout.places[layout.with_examples[layout.places]]
    return (
        int(layout.table.line_counts[places].sum()) <= limits.examples
        and len(np.unique(layout.table.keys[places])) <= limits.topics
    )


def _examples(segments: Sequence[Segment], layout: Layout, places: Places, unanswered: Vectors) -> Examples:
    """Collect the lines of the documents at ``places``, which ascend; with ``unanswered``, what nothing answers too."""
    lines = StackedVectors([segment.lines for segment in segments], [None] * len(segments))
    counts = layout.table.line_counts[places]
    documents = Documents([segment.records for segment in segments], layout.alive)
    texts = [normalise(text) for place in places for text in documents[int(place)].lines]
    nothing = [normalise(text) for text in unanswered_lines()] if len(unanswered) else []
    return Examples.of(
        np.concatenate([np.repeat(layout.table.keys[places], counts), np.full(len(nothing), NOTHING, dtype=np.uint64)]),
        np.concatenate([lines.at(spread(layout.line_starts[places], counts)), unanswered]),
        [*texts, *nothing],
    )


def _mean(segments: Sequence[Segment], layout: Layout) -> Vectors:
    """Average all live lines, drawn to 0: few vectors would take away what tells them apart, some hundreds count."""
    alive = np.repeat(layout.alive, layout.table.line_counts)
    total, count, start = 0.0, 0, 0
    for segment in segments:
        kept = alive[start : start + len(segment.lines)]
        total = total + (segment.lines if kept.all() else segment.lines[kept]).sum(axis=0, dtype=np.float64)
        count += int(kept.sum())
        start += len(kept)
    mean: Vectors = np.asarray(total / (count + 50), dtype=np.float32)
    return mean


def _scale(segments: Sequence[Segment], mean: Vectors) -> NDArray[np.float32]:
    return np.concatenate([np.zeros(0, dtype=np.float32), *(scale_of(segment.lines, mean) for segment in segments)])
