"""A segment: a part of an index that never changes, built from articles or put together from other segments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.array_file import read_arrays, write_arrays
from firstline.knowledge.arrays import hashes_of
from firstline.knowledge.documents import Document, Records
from firstline.knowledge.embedding_cache import PASSAGE, QUERY, key_of
from firstline.knowledge.encoder import Vectors
from firstline.knowledge.layout import Table
from firstline.knowledge.lexical import tokens, words
from firstline.knowledge.postings import Postings
from firstline.knowledge.sources import Source, lines_of, passage_text, passages_of
from firstline.knowledge.vectors import Neighbours, centre
from firstline.knowledge.word_search import terms_in

ARRAYS_FILE = "arrays.bin"
_TUNED_WITH = 256


@dataclass(frozen=True)
class Segment:
    """Documents with all that search reads of them, by row of lines and of passages.

    ``lines`` are titles, questions and symptoms as the encoder gave them, ``texts`` the passages. ``known`` holds the
    plain words of each document. ``near_lines`` and ``near_texts`` are there where the rows are many; where they are
    not, every row is scored, and the rows lie column by column on disk. ``folder`` is its name there, empty while it
    has none.
    """

    table: Table
    records: Records
    lines: Vectors
    texts: Vectors
    line_words: Postings
    text_words: Postings
    known: Postings
    near_lines: Neighbours | None = None
    near_texts: Neighbours | None = None
    folder: str = ""

    def __len__(self) -> int:
        return len(self.table)

    @property
    def rows(self) -> int:
        """How many lines and passages there are together."""
        return len(self.lines) + len(self.texts)

    @classmethod
    def build(cls, sources: Sequence[Source], vectors: Mapping[str, Vectors], dim: int) -> "Segment":
        """Build from articles and the vectors of their texts, by ``key_of``."""
        chunks = [passages_of(source.article) for source in sources]
        lines = [lines_of(source.article) for source in sources]
        texts = [
            [passage_text(source.article.title, piece) for piece in pieces]
            for source, pieces in zip(sources, chunks, strict=True)
        ]
        documents = [
            Document(a.slug, a.lang, a.title, source.version, source.layer, a.category, pieces, own)
            for source, a, pieces, own in zip(sources, [s.article for s in sources], chunks, lines, strict=True)
        ]
        table = Table(
            keys=hashes_of(document.slug for document in documents),
            titles=hashes_of(document.title for document in documents),
            states=hashes_of(source.state for source in sources),
            korean=np.array([document.lang == "ko" for document in documents], dtype=np.bool_),
            line_counts=np.array([len(entry) for entry in lines], dtype=np.int32),
            text_counts=np.array([len(entry) for entry in texts], dtype=np.int32),
        )
        return cls(
            table,
            Records.build(documents),
            _stacked([vectors[key_of(QUERY, text)] for entry in lines for text in entry], dim),
            _stacked([vectors[key_of(PASSAGE, text)] for entry in texts for text in entry], dim),
            _postings(documents, lines),
            _postings(documents, texts),
            Postings.build([sorted(_known(*both)) for both in zip(lines, texts, strict=True)]),
        )

    @classmethod
    def merge(cls, parts: Sequence["Segment"]) -> "Segment":
        """Put segments together without reading a text again; approximate neighbours are left behind."""
        if len(parts) == 1:
            return replace(parts[0], near_lines=None, near_texts=None, folder="")
        return cls(
            Table.merge([part.table for part in parts]),
            Records.merge([part.records for part in parts]),
            np.concatenate([part.lines for part in parts]),
            np.concatenate([part.texts for part in parts]),
            Postings.merge([part.line_words for part in parts]),
            Postings.merge([part.text_words for part in parts]),
            Postings.merge([part.known for part in parts]),
        )

    def only(self, kept: NDArray[np.bool_]) -> "Segment":
        """Keep the documents of the mask ``kept``; approximate neighbours are left behind."""
        if kept.all():
            return replace(self, near_lines=None, near_texts=None, folder="")
        line_rows, text_rows = np.repeat(kept, self.table.line_counts), np.repeat(kept, self.table.text_counts)
        return Segment(
            self.table.only(kept),
            self.records.only(kept),
            self.lines[line_rows],
            self.texts[text_rows],
            self.line_words.only(line_rows),
            self.text_words.only(text_rows),
            self.known.only(kept),
        )

    def with_neighbours(self, mean: Vectors, exact_rows: int) -> "Segment":
        """Add approximate neighbours of lines (centred by ``mean``) and passages, where there are many."""
        lines = texts = None
        rng = np.random.default_rng(0)
        asked = np.sort(rng.choice(len(self.lines), min(_TUNED_WITH, len(self.lines)), replace=False))
        if len(self.lines) > exact_rows:
            centred = np.empty(self.lines.shape, dtype=np.float32)
            for start in range(0, len(centred), 65_536):
                centred[start : start + 65_536] = centre(self.lines[start : start + 65_536], mean)
            lines = Neighbours.build(centred, _aside(centred[asked]))
        if len(self.texts) > exact_rows:
            texts = Neighbours.build(self.texts, np.ascontiguousarray(self.lines[asked]))
        return replace(self, near_lines=lines, near_texts=texts, folder="")

    def save(self, folder: Path) -> None:
        """Write the segment into ``folder``, which exists and is empty."""
        arrays: dict[str, NDArray[Any]] = self.table.arrays()
        arrays |= {"records.data": self.records.data, "records.starts": self.records.starts}
        arrays |= self.line_words.arrays("line_words") | self.text_words.arrays("text_words")
        arrays |= self.known.arrays("known")
        for name, rows, near in (("lines", self.lines, self.near_lines), ("texts", self.texts, self.near_texts)):
            if near is None:
                arrays[name] = np.asfortranarray(rows)
            else:
                arrays[name] = np.ascontiguousarray(rows)
                near.save(folder / f"{name}.faiss")
                arrays[f"{name}.probes"] = np.array([near.probes])
        write_arrays(folder / ARRAYS_FILE, arrays)

    @classmethod
    def load(cls, folder: Path) -> "Segment":
        """Read a segment; raises ``OSError``, ``ValueError``, ``KeyError`` or ``RuntimeError`` when it is damaged."""
        arrays = read_arrays(folder / ARRAYS_FILE)
        near = [
            Neighbours.load(folder / f"{name}.faiss", int(arrays[f"{name}.probes"][0]))
            if f"{name}.probes" in arrays
            else None
            for name in ("lines", "texts")
        ]
        return cls(
            Table.of(arrays),
            Records(arrays["records.data"], arrays["records.starts"]),
            arrays["lines"],
            arrays["texts"],
            Postings.of(arrays, "line_words"),
            Postings.of(arrays, "text_words"),
            Postings.of(arrays, "known"),
            near[0],
            near[1],
        )


def _postings(documents: Sequence[Document], texts: Sequence[Sequence[str]]) -> Postings:
    return Postings.build(
        [terms_in(document.lang, tokens(text)) for document, own in zip(documents, texts, strict=True) for text in own]
    )


def _known(lines: Sequence[str], texts: Sequence[str]) -> set[str]:
    return {word for text in (*lines, *texts) for word in words(text)}


def _stacked(rows: list[Vectors], dim: int) -> Vectors:
    return np.stack(rows) if rows else np.zeros((0, dim), dtype=np.float32)


def _aside(vectors: Vectors) -> Vectors:
    """Return points near the given ones, drawn towards others: like questions near lines, but none of the lines."""
    moved = vectors + 0.5 * np.roll(vectors, 1, axis=0)
    lengths = np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    result: Vectors = np.ascontiguousarray(moved / lengths, dtype=np.float32)
    return result
