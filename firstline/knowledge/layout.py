"""Which rows of an index belong to which document, and what can be told of documents without reading them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.arrays import Hashes, Places, places_of, starts_of

LANGS = ("ko", "en")


@dataclass(frozen=True)
class Table:
    """Facts of documents, an array each: ``keys`` and ``titles`` are hashes of slug and title.

    ``states`` are hashes of layer, version and text, to tell whether a document is still the live one. A document's
    rows of lines and of passages stand together, in the order of the documents.
    """

    keys: Hashes
    titles: Hashes
    states: Hashes
    korean: NDArray[np.bool_]
    line_counts: NDArray[np.int32]
    text_counts: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def merge(cls, parts: Sequence["Table"]) -> "Table":
        """Put tables together."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})

    def only(self, kept: NDArray[np.bool_]) -> "Table":
        """Keep the documents of the mask ``kept``."""
        return Table(**{field.name: getattr(self, field.name)[kept] for field in fields(self)})

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays to write."""
        return {f"documents.{field.name}": getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> "Table":
        """Take the arrays that ``arrays`` gave."""
        return cls(**{field.name: arrays[f"documents.{field.name}"] for field in fields(cls)})


class Layout:
    """A table's documents with where their rows are, and which of them are alive (not replaced, not archived).

    ``twins`` gives the place of the same topic in the other language (its own place where there is none).
    ``title_tells`` is the share of titles that name one document alone, by language: in a collection of sections that
    bear their page's title it is near 0, and titles say little about which section is meant.

    ``offered`` masks, by whether somebody asks in Korean, the live documents in their language and those that exist in
    the other one only; ``offered_places`` are their places, and ``offers_foreign`` says whether any is in the other.
    """

    def __init__(self, table: Table, alive: NDArray[np.bool_]) -> None:
        """Lay out the documents of ``table``; ``alive`` is a mask over them."""
        self.table = table
        self.alive = alive
        self.places: Places = np.flatnonzero(alive)
        self.line_starts = starts_of(table.line_counts)
        self.text_starts = starts_of(table.text_counts)
        self.with_examples = table.line_counts > 1
        self._by_key = {korean: self._sorted(table.korean == korean) for korean in (False, True)}
        own = np.arange(len(table), dtype=np.int64)
        # Keys in their order are looked up several times as fast as in any other.
        order = np.argsort(table.keys)
        keys = table.keys[order]
        other = [self._find(keys, korean, missing=order) for korean in (False, True)]
        self.twins = np.empty(len(table), dtype=np.int64)
        self.twins[order] = np.where(table.korean[order], *other)
        alone = self.twins == own
        self.offered = {korean: alive & ((table.korean == korean) | alone) for korean in (False, True)}
        self.offered_places = {korean: np.flatnonzero(mask) for korean, mask in self.offered.items()}
        self.offers_foreign = {
            korean: bool(mask[table.korean != korean].any()) for korean, mask in self.offered.items()
        }
        told = [self._title_tells(korean) for korean in (False, True)]
        self.title_tells = np.where(table.korean, np.float32(told[1]), np.float32(told[0]))

    def place_of(self, key: int, lang: str) -> int | None:
        """Return the place of a live document by its slug's hash, None when there is none."""
        place = int(self._find(np.array([key], dtype=np.uint64), lang == "ko", np.full(1, -1, dtype=np.int64))[0])
        return place if place >= 0 else None

    def has_others(self, keys: Hashes) -> bool:
        """Say whether any live document's slug has none of these hashes."""
        return not bool(np.isin(self.table.keys[self.places], keys).all())

    def places_with(self, keys: Hashes) -> Places:
        """Return the places of all live documents whose slug has one of these hashes."""
        none = np.full(len(keys), -1, dtype=np.int64)
        found = np.concatenate([self._find(keys, korean, none) for korean in (False, True)])
        return found[found >= 0]

    def _sorted(self, mask: NDArray[np.bool_]) -> tuple[Hashes, Places]:
        places = np.flatnonzero(mask & self.alive)
        order = np.argsort(self.table.keys[places], kind="stable")
        return self.table.keys[places][order], places[order]

    def _find(self, keys: Hashes, korean: bool, missing: Places) -> Places:
        known, places = self._by_key[korean]
        found = places_of(known, keys)
        return missing if not len(known) else np.where(found >= 0, places[found], missing)

    def _title_tells(self, korean: bool) -> float:
        titles = self.table.titles[self.alive & (self.table.korean == korean)]
        _titles, counts = np.unique(titles, return_counts=True)
        return float((counts == 1).sum()) / max(1, len(titles))
