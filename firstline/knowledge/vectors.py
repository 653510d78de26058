"""Nearest neighbours by inner product: the only module that knows FAISS."""

from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.encoder import Vectors

NEAREST = 20_000
"""How many neighbours are scored exactly; all others get the score of the last one."""


class VectorIndex:
    """Exact search over normalised vectors by row."""

    def __init__(self, index: Any) -> None:
        """Wrap a FAISS index; ``build`` and ``load`` make one."""
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> "VectorIndex":
        """Index the rows of ``vectors`` ``[n, dim]``."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> "VectorIndex":
        """Read what ``save`` wrote, memory-mapped where FAISS can."""
        return cls(faiss.read_index(str(path), getattr(faiss, "IO_FLAG_MMAP_IFC", 0)))

    def save(self, path: Path) -> None:
        """Write the index to ``path``."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def scores(self, query: Vectors) -> NDArray[np.float32]:
        """Score every row against one query vector ``[dim]``."""
        count = len(self)
        if count == 0:
            return np.zeros(0, dtype=np.float32)
        found, rows = self._index.search(query[None, :].astype(np.float32), min(count, NEAREST))
        scores = np.full(count, found[0, -1], dtype=np.float32)
        scores[rows[0]] = found[0]
        return scores
