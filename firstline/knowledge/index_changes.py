"""An index after some articles changed: made of the one before, whose texts are not read again."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.arrays import Hashes, hashes_of, starts_of
from firstline.knowledge.encoder import Vectors
from firstline.knowledge.index import SearchIndex, index_of
from firstline.knowledge.layout import Layout, Table
from firstline.knowledge.segment import Segment

Mask = NDArray[np.bool_]


def changed_index(
    index: SearchIndex,
    fresh: Segment,
    keys: Collection[tuple[str, str]],
    unanswered: Vectors,
    meta: dict[str, Any],
) -> SearchIndex:
    """Return the index with the documents of ``fresh``, and without all else that has one of ``keys``.

    ``keys`` are slugs with languages, those in ``fresh`` among them. ``unanswered`` are the vectors of the questions
    that nothing answers. While it is small, all goes into one segment,
    as if it had been built anew. A large first segment stays as it is: what was replaced is marked dead, what is new
    joins a second one. The index before is left as it was.
    """
    alive = index.layout.alive.copy()
    for slug, lang in keys:
        if (place := index.place_of(slug, lang)) is not None:
            alive[place] = False
    segments, layout = _joined(index, alive, fresh)
    nothing = unanswered
    if not layout.with_examples[layout.places].any():
        nothing = nothing[:0]
    return _followed(index, segments, layout, nothing, hashes_of(sorted({slug for slug, _lang in keys})), meta)


def wants_merge(index: SearchIndex) -> bool:
    """Say whether so much has changed since the first segment was made that it is time to make it anew."""
    dead = index.layout.table.only(~index.layout.alive)
    spent = sum(segment.rows for segment in index.segments[1:]) + _rows(dead)
    return spent > index.limits.recent_share * index.segments[0].rows


def merged_index(index: SearchIndex) -> SearchIndex:
    """Put all segments into one, without what is dead, and learn everything anew; slow where the index is large."""
    segment = Segment.merge(_living(index, index.layout.alive))
    return index_of(segment, index.frame.unanswered, index.meta, index.limits)


def rebased_index(merged: SearchIndex, current: SearchIndex) -> SearchIndex:
    """Bring ``merged``, made of an older index, to what ``current`` holds, which changed meanwhile."""
    then, now = merged.layout.table.states, current.layout.table.states
    alive = np.isin(then, now[current.layout.alive])
    added = current.layout.alive & ~np.isin(now, then)
    keys = np.concatenate([current.layout.table.keys[added], merged.layout.table.keys[~alive]])
    segments, layout = _joined(merged, alive, Segment.merge(_living(current, added)))
    return _followed(merged, segments, layout, current.frame.unanswered, np.unique(keys), current.meta)


def _followed(
    index: SearchIndex,
    segments: Sequence[Segment],
    layout: Layout,
    unanswered: Vectors,
    changed: Hashes,
    meta: dict[str, Any],
) -> SearchIndex:
    frame = index.frame.followed(segments, layout, unanswered, changed, index.limits)
    return SearchIndex(segments, layout, frame, meta, index.limits)


def _joined(index: SearchIndex, alive: Mask, fresh: Segment) -> tuple[list[Segment], Layout]:
    """Put ``fresh`` behind the ``alive`` documents of an index, into as few segments as its size allows."""
    first = index.segments[0]
    kept, recent = alive[: len(first)], [fresh]
    if len(index.segments) > 1:
        recent = [index.segments[1].only(alive[len(first) :]), fresh]
    if _rows(first.table.only(kept)) + sum(segment.rows for segment in recent) <= index.limits.merge_rows:
        segment = Segment.merge([first.only(kept), *recent])
        return [segment], Layout(segment.table, np.ones(len(segment), dtype=np.bool_))
    segments = [first, *([Segment.merge(recent)] if any(map(len, recent)) else [])]
    alive = np.concatenate([kept, np.ones(sum(map(len, segments[1:])), dtype=np.bool_)])
    return segments, Layout(Table.merge([segment.table for segment in segments]), alive)


def _living(index: SearchIndex, alive: Mask) -> list[Segment]:
    """Return the segments of an index with nothing but the ``alive`` documents in them."""
    bounds = starts_of(np.array([len(segment) for segment in index.segments], dtype=np.int64))
    return [segment.only(alive[bounds[n] : bounds[n + 1]]) for n, segment in enumerate(index.segments)]


def _rows(table: Table) -> int:
    return int(table.line_counts.sum()) + int(table.text_counts.sum())
