"""The documents of an index: kept as text, read one by one."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.arrays import Places, starts_of
from firstline.knowledge.chunking import Chunk

_KEPT = 300
"""Documents kept read, of those asked for last; some 10 kB each."""


@dataclass(frozen=True)
class Document:
    """An article as the index knows it: its passages, and its lines (title, questions, symptoms)."""

    slug: str
    lang: str
    title: str
    version: int
    layer: str
    category: str
    chunks: list[Chunk]
    lines: list[str]


@dataclass(frozen=True)
class Records:
    """Documents as JSON, one after the other in ``data``; ``starts`` says where each begins and the last one ends."""

    data: NDArray[np.uint8]
    starts: Places

    @classmethod
    def build(cls, documents: Sequence[Document]) -> "Records":
        """Write documents down."""
        pieces = [_written(document) for document in documents]
        return cls(
            np.frombuffer(b"".join(pieces) or bytearray(), dtype=np.uint8),
            starts_of(np.array([len(piece) for piece in pieces], dtype=np.int64)),
        )

    @classmethod
    def merge(cls, parts: Sequence["Records"]) -> "Records":
        """Put records together."""
        sizes = np.concatenate([np.diff(part.starts) for part in parts])
        return cls(np.concatenate([part.data for part in parts]), starts_of(sizes))

    def only(self, kept: NDArray[np.bool_]) -> "Records":
        """Keep the documents of the mask ``kept``."""
        if kept.all():
            return self
        sizes = np.diff(self.starts)
        return Records(self.data[np.repeat(kept, sizes)], starts_of(sizes[kept]))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> Document:
        """Read a document; raises ``ValueError`` when it can't be read."""
        written = self.data[self.starts[number] : self.starts[number + 1]].tobytes()
        slug, lang, title, version, layer, category, pieces, lines = json.loads(written)
        return Document(slug, lang, title, version, layer, category, [Chunk(*piece) for piece in pieces], lines)


class Documents:
    """The documents of an index, read when asked for: by place, which counts dead ones, or all live ones in turn."""

    def __init__(self, parts: Sequence[Records], alive: NDArray[np.bool_]) -> None:
        """Read from ``parts``; ``alive`` is a mask over places."""
        self._alive = alive
        self._read = partial(_read, parts, starts_of(np.array([len(part) for part in parts], dtype=np.int64)))
        self._recent = lru_cache(_KEPT)(self._read)

    def __len__(self) -> int:
        return int(self._alive.sum())

    def __iter__(self) -> Iterator[Document]:
        for place in np.flatnonzero(self._alive):
            yield self._read(int(place))

    def __getitem__(self, place: int) -> Document:
        """Return the document at ``place``, alive or not."""
        return self._recent(place)


def _read(parts: Sequence[Records], offsets: Places, place: int) -> Document:
    part = int(np.searchsorted(offsets, place, side="right")) - 1
    return parts[part][int(place - offsets[part])]


def _written(document: Document) -> bytes:
    chunks = [[piece.heading, piece.text] for piece in document.chunks]
    facts = [document.slug, document.lang, document.title, document.version, document.layer, document.category]
    return json.dumps([*facts, chunks, document.lines], ensure_ascii=False).encode("utf-8", "surrogatepass")
