"""Nearest neighbours by inner product, exact and approximate: the only module that knows FAISS."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.arrays import Places, starts_of
from firstline.knowledge.encoder import Vectors

RECALL = 0.985
"""Share of the ten nearest rows that the approximate index has to find on the queries it is tuned with."""
DEPTH = 10
_TRAINED_ON = 40
_ROUNDS = 8
_WANTED = 100
"""How many rows queries want while an index is tuned, about as many as a search takes."""
_RESCORED = 4
"""Quantised neighbours are scored exactly, this many times as many as are wanted."""
_PAIR = 2
"""Dimensions that 4 bits stand for."""


def inner_products(vectors: Vectors, query: Vectors) -> NDArray[np.float32]:
    """Score every row of ``vectors`` ``[n, dim]`` against ``query`` ``[dim]``, exactly."""
    if not len(vectors):
        return np.zeros(0, dtype=np.float32)
    if vectors.flags.f_contiguous:
        # To add up columns takes a third of the time of a sum for each row.
        added: NDArray[np.float32] = query.astype(np.float32, copy=False) @ vectors.T
        return added
    # Queries come from several threads at once, so each stays on its own core.
    faiss.omp_set_num_threads(1)
    scores: NDArray[np.float32] = faiss.pairwise_distances(
        np.ascontiguousarray(query[None, :], dtype=np.float32), vectors, metric=faiss.METRIC_INNER_PRODUCT
    )[0]
    return scores


class Neighbours:
    """Approximate nearest rows: inverted lists of vectors in 4 bits for two dimensions, compared 32 at a time.

    So small a code misses rows unless more are taken than are wanted and scored exactly: André, Kermarrec and
    Le Scouarnec, "Cache locality is not enough: high-performance nearest neighbor search with product quantization fast
    scan", PVLDB 2015. The rows have length 1, so the nearest by distance is the nearest by inner product; distance
    doesn't mind that sentence vectors all point much the same way.
    """

    def __init__(self, index: Any, probes: int) -> None:
        """Wrap a FAISS index; ``build`` and ``load`` make one. ``probes`` lists are read for a query."""
        self._index = index
        self._lists = faiss.extract_index_ivf(index)
        self._lists.nprobe = probes
        self.probes = probes

    @classmethod
    def build(cls, vectors: Vectors, queries: Vectors) -> "Neighbours":
        """Index the rows of ``vectors``; lists to read are added until ``queries`` find ``RECALL`` of their nearest."""
        faiss.omp_set_num_threads(os.cpu_count() or 1)
        count, dim = vectors.shape
        lists = int(2 ** np.round(np.log2(4 * np.sqrt(count))))
        index = faiss.index_factory(dim, f"IVF{lists},PQ{dim // _PAIR}x4fs", faiss.METRIC_L2)
        clustering = faiss.extract_index_ivf(index).cp
        clustering.niter, clustering.min_points_per_centroid = _ROUNDS, 1
        rng = np.random.default_rng(0)
        sample = np.sort(rng.choice(count, min(count, _TRAINED_ON * lists), replace=False))
        index.train(np.ascontiguousarray(vectors[sample]))
        for start in range(0, count, 65_536):
            index.add(np.ascontiguousarray(vectors[start : start + 65_536]))
        found = cls(index, 1)
        found._tune(vectors, queries, lists)
        return found

    @classmethod
    def load(cls, path: Path, probes: int) -> "Neighbours":
        """Read what ``save`` wrote; raises ``RuntimeError`` when it is damaged."""
        return cls(faiss.read_index(str(path)), probes)

    def save(self, path: Path) -> None:
        """Write the index to ``path``."""
        faiss.write_index(self._index, str(path))

    def nearest(self, query: Vectors, count: int) -> Places:
        """Return rows close to ``query`` ``[dim]``, ascending, among which the ``count`` closest should be."""
        faiss.omp_set_num_threads(1)
        asked = np.ascontiguousarray(query[None, :], dtype=np.float32)
        _distances, rows = self._index.search(asked, count * _RESCORED)
        found: Places = np.sort(rows[0][rows[0] >= 0]).astype(np.int64)
        return found

    def _tune(self, vectors: Vectors, queries: Vectors, lists: int) -> None:
        if not len(queries):
            return
        wanted = _exact(vectors, queries)
        while True:
            self._lists.nprobe = self.probes
            _distances, rows = self._index.search(np.ascontiguousarray(queries), _WANTED * _RESCORED)
            hits = sum(len(np.intersect1d(*pair)) for pair in zip(wanted, rows, strict=True))
            if hits >= RECALL * wanted.size or self.probes >= lists:
                return
            self.probes = min(lists, max(self.probes + 1, self.probes * 5 // 4))


class StackedVectors:
    """Vectors in parts whose rows follow each other; a large part comes with its approximate neighbours.

    With a ``mean`` they are compared as if it had been taken away and their length made 1 again: ``scale`` is what
    makes it 1, by row. Approximate neighbours were built from vectors so treated, and queries come so treated.
    """

    def __init__(
        self,
        parts: list[Vectors],
        near: list[Neighbours | None],
        mean: Vectors | None = None,
        scale: NDArray[np.float32] | None = None,
    ) -> None:
        """Search ``parts``, each ``[n, dim]``."""
        self.parts = parts
        self._near = near
        self._mean = mean
        self._scale = scale
        self._offsets = starts_of(np.array([len(part) for part in parts], dtype=np.int64))

    def __len__(self) -> int:
        return int(self._offsets[-1])

    def at(self, rows: Places) -> Vectors:
        """Return the vectors of ``rows``, which ascend, as they were given."""
        return np.concatenate(list(self._held(rows)))

    def scores(self, query: Vectors, rows: Places) -> NDArray[np.float32]:
        """Score ``rows``, which ascend, against ``query`` ``[dim]``, exactly."""
        if len(rows) * 8 < len(self):
            scores = [inner_products(held, query) for held in self._held(rows)]
            return self.moved(np.concatenate(scores), query, rows)
        return self.moved(self.products(query)[rows], query, rows)

    def products(self, query: Vectors) -> NDArray[np.float32]:
        """Multiply all rows with ``query`` ``[dim]``, as they were given; ``moved`` makes scores of them."""
        return np.concatenate([inner_products(part, query) for part in self.parts])

    def moved(self, products: NDArray[np.float32], query: Vectors, rows: Places) -> NDArray[np.float32]:
        """Return the scores of ``rows`` from their inner products with ``query``."""
        if self._mean is None or self._scale is None:
            return products
        result: NDArray[np.float32] = (products - np.float32(self._mean @ query)) * self._scale[rows]
        return result

    def nearest(self, query: Vectors, count: int) -> Places:
        """Return the rows closest to ``query``, about ``count`` of each part; exact where a part has no neighbours."""
        found = [np.zeros(0, dtype=np.int64)]
        for part, near, offset in zip(self.parts, self._near, self._offsets[:-1], strict=True):
            rows = np.arange(len(part)) if near is None else near.nearest(query, count)
            if count < len(rows):
                held = part if near is None else part[rows]
                scores = self.moved(inner_products(held, query), query, rows + offset)
                rows = rows[np.argpartition(-scores, count)[:count]]
            found.append(rows + offset)
        return np.concatenate(found)

    def _held(self, rows: Places) -> Iterator[Vectors]:
        bounds = np.searchsorted(rows, self._offsets)
        for number, part in enumerate(self.parts):
            yield part[rows[bounds[number] : bounds[number + 1]] - self._offsets[number]]


def centre(vectors: Vectors, mean: Vectors) -> Vectors:
    """Subtract ``mean`` and make the rows' length 1 again."""
    moved = vectors - mean
    lengths = np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9)
    result: Vectors = (moved / lengths).astype(np.float32)
    return result


def scale_of(vectors: Vectors, mean: Vectors) -> NDArray[np.float32]:
    """Return by row what makes the length 1 once ``mean`` is taken away."""
    blocks = [vectors[start : start + 65_536] - mean for start in range(0, len(vectors), 65_536)]
    lengths = [np.sqrt(np.einsum("ij,ij->i", block, block)) for block in blocks]
    result: NDArray[np.float32] = 1 / np.maximum(np.concatenate([np.zeros(0, dtype=np.float32), *lengths]), 1e-9)
    return result


def _exact(vectors: Vectors, queries: Vectors) -> Places:
    """Return the ``DEPTH`` nearest rows of each query ``[queries, DEPTH]``; reads ``vectors`` in blocks."""
    best, rows = np.zeros((len(queries), 0), dtype=np.float32), np.zeros((len(queries), 0), dtype=np.int64)
    for start in range(0, len(vectors), 65_536):
        scores = queries @ np.asarray(vectors[start : start + 65_536]).T
        best = np.hstack([best, scores])
        rows = np.hstack([rows, np.broadcast_to(np.arange(start, start + scores.shape[1]), scores.shape)])
        kept = np.argpartition(-best, DEPTH - 1, axis=1)[:, :DEPTH]
        best, rows = np.take_along_axis(best, kept, axis=1), np.take_along_axis(rows, kept, axis=1)
    return rows
