"""Which rows of an index belong to which document."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.chunking import Chunk

LANGS = ("ko", "en")


@dataclass(frozen=True)
class Document:
    """An article as the index knows it; its example rows are ``lines``, its passage rows ``passages`` (half-open)."""

    slug: str
    lang: str
    title: str
    version: int
    layer: str
    category: str
    chunks: list[Chunk]
    lines: tuple[int, int]
    passages: tuple[int, int]

    @property
    def has_examples(self) -> bool:
        """Whether customers' own words stand in it, beside its title."""
        return self.lines[1] - self.lines[0] > 1


@dataclass(frozen=True)
class Layout:
    """Where each document's rows are, as arrays over documents; rows of a document stand together, none is without.

    ``twins`` gives the place of the same topic in the other language (its own place where there is none).
    ``title_tells`` is the share of titles that name one document alone, by language: in a collection of sections that
    bear their page's title it is near 0, and titles say little about which section is meant.
    """

    line_starts: NDArray[np.intp]
    line_counts: NDArray[np.intp]
    text_starts: NDArray[np.intp]
    korean: NDArray[np.bool_]
    with_examples: NDArray[np.bool_]
    twins: NDArray[np.intp]
    title_tells: NDArray[np.float32]
    line_rows: dict[str, NDArray[np.intp]]
    text_rows: dict[str, NDArray[np.intp]]

    @classmethod
    def of(cls, documents: Sequence[Document]) -> "Layout":
        """Lay out ``documents``."""
        places = {(entry.slug, entry.lang): place for place, entry in enumerate(documents)}
        titles = Counter((entry.lang, entry.title) for entry in documents)
        alone = {
            lang: sum(count == 1 for (language, _title), count in titles.items() if language == lang)
            / max(1, sum(entry.lang == lang for entry in documents))
            for lang in LANGS
        }
        return cls(
            line_starts=np.array([entry.lines[0] for entry in documents], dtype=np.intp),
            line_counts=np.array([entry.lines[1] - entry.lines[0] for entry in documents], dtype=np.intp),
            text_starts=np.array([entry.passages[0] for entry in documents], dtype=np.intp),
            korean=np.array([entry.lang == "ko" for entry in documents], dtype=np.bool_),
            with_examples=np.array([entry.has_examples for entry in documents], dtype=np.bool_),
            twins=np.array(
                [
                    places.get((entry.slug, "en" if entry.lang == "ko" else "ko"), place)
                    for place, entry in enumerate(documents)
                ],
                dtype=np.intp,
            ),
            title_tells=np.array([alone[entry.lang] for entry in documents], dtype=np.float32),
            line_rows={lang: _ranges([entry.lines for entry in documents if entry.lang == lang]) for lang in LANGS},
            text_rows={lang: _ranges([entry.passages for entry in documents if entry.lang == lang]) for lang in LANGS},
        )


def _ranges(spans: list[tuple[int, int]]) -> NDArray[np.intp]:
    return np.concatenate([np.zeros(0, dtype=np.intp), *(np.arange(*span, dtype=np.intp) for span in spans)])
