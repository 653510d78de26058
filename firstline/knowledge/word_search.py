"""BM25 over the rows of an index."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.arrays import Hashes, Places, hashes_of, places_of, starts_of
from firstline.knowledge.postings import Postings

Floats = NDArray[np.float32]

K1, B = 1.2, 0.6
WORK = 100_000
"""How many postings a search reads through at most, rarest terms first. The chosen rows' scores hold all terms."""


def terms_in(lang: str, tokens: Sequence[str]) -> list[str]:
    """Return the tokens as terms of one language: each language has its own weights."""
    return [f"{lang}:{token}" for token in tokens]


def hashed(tokens: Sequence[str], koreans: Iterable[bool]) -> dict[bool, Hashes]:
    """Return the hashes of a query's terms, each once, by whether they are sought in Korean, else in English."""
    unique = list(dict.fromkeys(tokens))
    return {bool(korean): hashes_of(terms_in("ko" if korean else "en", unique)) for korean in koreans}


@dataclass(frozen=True)
class Spans:
    """Where the postings of terms stand, an entry for each: part, from, to; and what the term weighs."""

    parts: Places
    starts: Places
    stops: Places
    weights: Floats

    def only(self, kept: NDArray[Any] | slice) -> "Spans":
        """Keep entries, in the order of ``kept``."""
        return Spans(self.parts[kept], self.starts[kept], self.stops[kept], self.weights[kept])

    @classmethod
    def of(cls, spans: Sequence[tuple[Places, Places]], weights: Floats) -> "Spans":
        """Take terms' postings by part, with the weights of the terms."""
        return cls(
            np.repeat(np.arange(len(spans)), len(weights)),
            np.concatenate([starts for starts, _stops in spans]),
            np.concatenate([stops for _starts, stops in spans]),
            np.tile(weights, len(spans)),
        )

    @classmethod
    def joined(cls, parts: Sequence["Spans"]) -> "Spans":
        """Put entries together, fewest postings first; those without any are left out."""
        none = np.zeros(0, dtype=np.int64)
        found = [cls(none, none, none, none.astype(np.float32)), *parts]
        whole = cls(*(np.concatenate([getattr(part, field.name) for part in found]) for field in fields(cls)))
        sizes = whole.stops - whole.starts
        order = np.argsort(sizes, kind="stable")
        return whole.only(order[np.count_nonzero(sizes == 0) :])


class WordIndex:
    """BM25 in Lucene's variant, over postings in parts whose rows follow each other; weights are over all of them.

    A score is a share, 0 to 1: BM25 over the sum of the weights of the query's terms. A term that no row has weighs
    most, so that a query about something else scores low everywhere.
    """

    def __init__(self, parts: Sequence[Postings], korean: NDArray[np.bool_]) -> None:
        """Search ``parts``; ``korean`` says of each row whether it is Korean, else it is English."""
        self.parts = parts
        self._offsets = starts_of(np.array([len(part.lengths) for part in parts], dtype=np.int64))
        self._rows = [int((~korean).sum()), int(korean.sum())]
        lengths = np.concatenate([part.lengths for part in parts]) if parts else np.zeros(0, dtype=np.int32)
        sums = [float(lengths[~korean].sum()), float(lengths[korean].sum())]
        means = np.array([total / max(1, count) or 1.0 for total, count in zip(sums, self._rows, strict=True)])
        self._norms = (K1 * (1 - B + B * lengths / means[korean.astype(np.int8)])).astype(np.float32)

    def __len__(self) -> int:
        return len(self._norms)

    def ask(self, asked: Mapping[bool, Hashes]) -> "WordQuery":
        """Prepare a query of terms that ``hashed`` made."""
        found: list[Spans] = []
        for korean, keys in asked.items():
            if not len(keys) or not self._rows[korean]:
                continue
            spans, weights = self._look_for(keys, korean)
            # A row holds terms of its own language alone, so that what they add up to is a share.
            found.append(Spans.of(spans, weights / weights.sum()))
        return WordQuery(self, Spans.joined(found))

    def weights(self, lang: str, tokens: Sequence[str]) -> Floats:
        """Return how much each token tells among the rows of one language (its inverse document frequency)."""
        return self._look_for(hashes_of(terms_in(lang, tokens)), lang == "ko")[1]

    def _look_for(self, keys: Hashes, korean: bool) -> tuple[list[tuple[Places, Places]], Floats]:
        """Return in each part from where to where the terms' postings stand, and what each term weighs."""
        spans = [_spans(part, places_of(part.terms, keys)) for part in self.parts]
        frequency = sum((stop - start for start, stop in spans), start=np.zeros(len(keys), dtype=np.int64))
        count = self._rows[korean]
        return spans, np.log1p((count - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)

    def read(self, terms: Spans) -> tuple[Places, Floats]:
        """Return the rows that hold each term, and what it adds to each."""
        none = np.zeros(0, dtype=np.int64)
        found = [(none, none.astype(np.float32))]
        for number, (part, offset) in enumerate(zip(self.parts, self._offsets, strict=False)):
            own = terms.only(terms.parts == number)
            # Slices of postings stand together: to put them one behind the other is far quicker than to pick places.
            spans = [slice(*span) for span in zip(own.starts.tolist(), own.stops.tolist(), strict=True)]
            rows = np.concatenate([none, *(part.rows[span] for span in spans)]) + offset
            counts = np.concatenate([part.counts[:0], *(part.counts[span] for span in spans)])
            found.append((rows, self._gain(np.repeat(own.weights, own.stops - own.starts), counts, rows)))
        rows, gains = zip(*found, strict=True)
        return np.concatenate(rows), np.concatenate(gains)

    def look_up(self, terms: Spans, rows: Places) -> Iterator[Floats]:
        """Yield what each term adds to each of ``rows``."""
        for number, start, stop, weight in zip(terms.parts, terms.starts, terms.stops, terms.weights, strict=True):
            part, offset = self.parts[number], self._offsets[number]
            held = part.rows[start:stop]
            places = np.minimum(np.searchsorted(held, rows - offset), len(held) - 1)
            gain = self._gain(weight, part.counts[start:stop][places], rows)
            yield np.where(held[places] == rows - offset, gain, np.float32(0))

    def _gain(self, weight: Floats | np.float32, counts: NDArray[np.uint8], rows: Places) -> Floats:
        often = counts.astype(np.float32)
        result: Floats = weight * often / (often + self._norms[rows])
        return result


class WordQuery:
    """One query: its scores by row, and the rows that score best."""

    def __init__(self, index: WordIndex, terms: Spans) -> None:
        """Read the rarer terms' postings, ``terms`` beginning with the rarest; ``WordIndex.ask`` makes one."""
        self._index = index
        work = np.cumsum(terms.stops - terms.starts)
        self._read = max(1, int(np.searchsorted(work, WORK, side="right")))
        self._common = terms.only(slice(self._read, None))
        self._touched, gains = index.read(terms.only(slice(self._read)))
        self._sums = np.zeros(len(index), dtype=np.float32)
        np.add.at(self._sums, self._touched, gains)

    def shares(self, rows: Places) -> Floats:
        """Return the share of each of ``rows``."""
        scores = self._sums[rows]
        for gain in self._index.look_up(self._common, rows):
            scores += gain
        return scores

    def best(self, count: int) -> Places:
        """Return the rows with the highest shares, about ``count``, in no order; frequent terms are left out."""
        rows = self._touched
        scores = self._sums[rows]
        # A row stands there once for each of its terms.
        wanted = count * self._read
        if wanted < len(rows):
            rows = rows[np.argpartition(-scores, wanted)[:wanted]]
        rows = np.unique(rows)
        if len(rows) > count:
            rows = rows[np.argpartition(-self._sums[rows], count)[:count]]
        return rows


def _spans(part: Postings, places: Places) -> tuple[Places, Places]:
    """Return from where to where each term's postings stand; nothing for a term that isn't there."""
    if not len(part.terms):
        return np.zeros(len(places), dtype=np.int64), np.zeros(len(places), dtype=np.int64)
    there = places >= 0
    return np.where(there, part.starts[places], 0), np.where(there, part.starts[places + 1], 0)
