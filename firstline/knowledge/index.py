"""A search index over one partner's live articles."""

from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np

from firstline.core.kept import Kept
from firstline.knowledge.anchors import anchor_of
from firstline.knowledge.arrays import hash_of
from firstline.knowledge.documents import Documents
from firstline.knowledge.embedding_cache import QUERY, key_of
from firstline.knowledge.encoder import Vectors
from firstline.knowledge.examples import unanswered_digest, unanswered_lines
from firstline.knowledge.excerpt import excerpt_of
from firstline.knowledge.frame import Frame
from firstline.knowledge.layout import Layout
from firstline.knowledge.limits import Limits
from firstline.knowledge.line_products import PointRows
from firstline.knowledge.normalise import brand_names
from firstline.knowledge.segment import Segment
from firstline.knowledge.sources import Source, has_examples, wanted_vectors
from firstline.knowledge.vectors import StackedVectors, centre, scale_of
from firstline.knowledge.word_search import WordIndex

__all__ = ["FORMAT", "SearchIndex", "Source", "build_index", "centre", "made_of", "wanted_vectors"]

FORMAT = 5
_SHOWN = 1_000
"""Excerpts kept, of those shown last; 1 to 3 kB each."""
_ANSWERS = 500
"""Answers kept, of the questions asked last; 5 to 10 kB each."""


class SearchIndex:
    """All that a search reads: segments that never change, and a frame over them.

    ``lines`` are titles, questions and symptoms, compared with their mean taken away, because raw e5 vectors lie close
    together; ``texts`` are passages as the model gave them. ``meta`` says what the index was made of. ``scores_all``
    says that a search scores every line, and ``points`` which of them the topic model knows. ``shown(place, number)``
    returns the excerpt of a document's passage and its anchor on the document's page. ``answers`` keeps for a search
    what it found: one question is searched for more than once in a turn, and in an outage everybody asks the same.
    """

    def __init__(
        self, segments: Sequence[Segment], layout: Layout, frame: Frame, meta: dict[str, Any], limits: Limits
    ) -> None:
        """Put the parts together; ``layout`` is that of the segments' tables, without what the frame says is dead."""
        self.segments = list(segments)
        self.layout = layout
        self.frame = frame
        self.meta = meta
        self.limits = limits
        self.documents = Documents([segment.records for segment in segments], layout.alive)
        self.shown = lru_cache(_SHOWN)(partial(_shown, self.documents))
        self.answers: Kept[Hashable, Any] = Kept(_ANSWERS)
        self.lines = StackedVectors(
            [segment.lines for segment in segments],
            [segment.near_lines for segment in segments],
            frame.mean,
            frame.scale,
        )
        self.texts = StackedVectors(
            [segment.texts for segment in segments], [segment.near_texts for segment in segments]
        )
        table = layout.table
        self.line_words = WordIndex(
            [segment.line_words for segment in segments], np.repeat(table.korean, table.line_counts)
        )
        self.text_words = WordIndex(
            [segment.text_words for segment in segments], np.repeat(table.korean, table.text_counts)
        )
        self.unanswered = StackedVectors([frame.unanswered], [None], frame.mean, scale_of(frame.unanswered, frame.mean))
        self.scores_all = self.rows <= limits.exact_rows
        self.points = PointRows.of(frame, layout) if self.scores_all else None

    @property
    def lines_mean(self) -> Vectors:
        """What is taken away from every line, and from a query that is compared with lines."""
        return self.frame.mean

    @property
    def rows(self) -> int:
        """How many lines and passages there are together, dead ones too."""
        return len(self.lines) + len(self.texts)

    def sizes(self) -> dict[str, int]:
        """Count live articles, lines and passages."""
        table = self.layout.table.only(self.layout.alive)
        return {"articles": len(table), "lines": int(table.line_counts.sum()), "passages": int(table.text_counts.sum())}

    def knows(self, word: str) -> bool:
        """Say whether a lower-case word stands in any document, or is a spelling of a brand."""
        return word in brand_names() or any(segment.known.holds(hash_of(word)) for segment in self.segments)

    def place_of(self, slug: str, lang: str) -> int | None:
        """Return the place of a live document, None when there is none."""
        return self.layout.place_of(hash_of(slug), lang)


def _shown(documents: Documents, place: int, number: int) -> tuple[str, str]:
    chunks = documents[place].chunks
    return excerpt_of(chunks, number), anchor_of(chunks, chunks[number].heading)


def build_index(
    sources: Sequence[Source], vectors: Mapping[str, Vectors], meta: dict[str, Any], dim: int, limits: Limits = Limits()
) -> SearchIndex:
    """Build the index over ``sources`` from the vectors of ``wanted_vectors``."""
    lines = unanswered_lines() if has_examples(sources) else ()
    unanswered = [vectors[key_of(QUERY, line)] for line in lines]
    nothing = np.stack(unanswered) if unanswered else np.zeros((0, dim), dtype=np.float32)
    return index_of(Segment.build(sources, vectors, dim), nothing, meta, limits)


def made_of(model: str, revisions: Mapping[str, int]) -> dict[str, Any]:
    """Return what an index says it was made of; one that says anything else than a search expects is built anew."""
    return {"model": model, "unanswered": unanswered_digest(), "revisions": dict(revisions)}


def index_of(segment: Segment, unanswered: Vectors, meta: dict[str, Any], limits: Limits) -> SearchIndex:
    """Make an index of one segment, with approximate neighbours where it is large.

    ``unanswered`` are the vectors of the questions that nothing answers; none where no document holds examples.
    """
    layout = Layout(segment.table, np.ones(len(segment), dtype=np.bool_))
    frame = Frame.learn([segment], layout, unanswered, limits)
    return SearchIndex([segment.with_neighbours(frame.mean, limits.exact_rows)], layout, frame, meta, limits)
