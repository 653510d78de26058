"""BM25 over the rows of an index."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.arrays import Hashes, Places, hashes_of, places_of, starts_of
from firstline.knowledge.postings import Postings

K1, B = 1.2, 0.6
WORK = 400_000
"""How many postings a search reads through at most, rarest terms first. The chosen rows' scores hold all terms."""

Floats = NDArray[np.float32]


def terms_in(lang: str, tokens: Sequence[str]) -> list[str]:
    """Return the tokens as terms of one language: each language has its own weights."""
    return [f"{lang}:{token}" for token in tokens]


def hashed(tokens: Sequence[str], koreans: Iterable[bool]) -> dict[bool, Hashes]:
    """Return the hashes of a query's terms, each once, by whether they are sought in Korean, else in English."""
    unique = list(dict.fromkeys(tokens))
    return {bool(korean): hashes_of(terms_in("ko" if korean else "en", unique)) for korean in koreans}


@dataclass(frozen=True)
class _Term:
    """Where a term's postings stand: part, from, to; and what the term weighs."""

    part: int
    start: int
    stop: int
    weight: np.float32


class WordIndex:
    """BM25 in Lucene's variant, over postings in parts whose rows follow each other; weights are over all of them.

    A score is a share, 0 to 1: BM25 over the sum of the weights of the query's terms. A term that no row has weighs
    most, so that a query about something else scores low everywhere.
    """

    def __init__(self, parts: Sequence[Postings], korean: NDArray[np.bool_]) -> None:
        """Search ``parts``; ``korean`` says of each row whether it is Korean, else it is English."""
        self.parts = parts
        self._offsets = starts_of(np.array([len(part.lengths) for part in parts], dtype=np.int64))
        self._korean = korean
        self._rows = [int((~korean).sum()), int(korean.sum())]
        lengths = np.concatenate([part.lengths for part in parts]) if parts else np.zeros(0, dtype=np.int32)
        sums = [float(lengths[~korean].sum()), float(lengths[korean].sum())]
        means = np.array([total / max(1, count) or 1.0 for total, count in zip(sums, self._rows, strict=True)])
        self._norms = (K1 * (1 - B + B * lengths / means[korean.astype(np.int8)])).astype(np.float32)

    def __len__(self) -> int:
        return len(self._korean)

    def ask(self, asked: Mapping[bool, Hashes]) -> "WordQuery":
        """Prepare a query of terms that ``hashed`` made."""
        terms: list[_Term] = []
        totals = np.ones(2, dtype=np.float32)
        for korean, keys in asked.items():
            if not len(keys) or not self._rows[korean]:
                continue
            spans, weights = self._look_for(keys, korean)
            totals[int(korean)] = weights.sum()
            terms += [
                _Term(number, int(start[place]), int(stop[place]), weights[place])
                for number, (start, stop) in enumerate(spans)
                for place in np.flatnonzero(stop > start)
            ]
        return WordQuery(self, terms, totals)

    def weights(self, lang: str, tokens: Sequence[str]) -> Floats:
        """Return how much each token tells among the rows of one language (its inverse document frequency)."""
        return self._look_for(hashes_of(terms_in(lang, tokens)), lang == "ko")[1]

    def _look_for(self, keys: Hashes, korean: bool) -> tuple[list[tuple[Places, Places]], Floats]:
        """Return in each part from where to where the terms' postings stand, and what each term weighs."""
        spans = [_spans(part, places_of(part.terms, keys)) for part in self.parts]
        frequency = sum((stop - start for start, stop in spans), start=np.zeros(len(keys), dtype=np.int64))
        count = self._rows[korean]
        return spans, np.log1p((count - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)

    def read(self, terms: Sequence[_Term]) -> tuple[Places, Floats]:
        """Return the rows that hold each term, one term after the other, and what it adds to each."""
        found = [(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))]
        for number, (part, offset) in enumerate(zip(self.parts, self._offsets, strict=False)):
            if own := [term for term in terms if term.part == number]:
                rows = np.concatenate([part.rows[term.start : term.stop] for term in own]) + offset
                counts = np.concatenate([part.counts[term.start : term.stop] for term in own])
                weights = np.repeat([term.weight for term in own], [term.stop - term.start for term in own])
                found.append((rows, self._gain(weights, counts, rows)))
        rows, gains = zip(*found, strict=True)
        return np.concatenate(rows), np.concatenate(gains)

    def look_up(self, term: _Term, rows: Places) -> Floats:
        """Return what a term adds to each of ``rows``."""
        part = self.parts[term.part]
        held = part.rows[term.start : term.stop]
        places = np.minimum(np.searchsorted(held, rows - self._offsets[term.part]), len(held) - 1)
        hit = held[places] == rows - self._offsets[term.part]
        gain = self._gain(term.weight, part.counts[term.start : term.stop][places], rows)
        return np.where(hit, gain, np.float32(0))

    def share(self, scores: Floats, rows: Places, totals: Floats) -> Floats:
        """Divide scores by what their row's language could reach at most."""
        result: Floats = scores / totals[self._korean[rows].astype(np.int8)]
        return result

    def _gain(self, weight: Floats | np.float32, counts: NDArray[np.uint8], rows: Places) -> Floats:
        often = counts.astype(np.float32)
        result: Floats = weight * often / (often + self._norms[rows])
        return result


class WordQuery:
    """One query: its scores by row, and the rows that score best."""

    def __init__(self, index: WordIndex, terms: list[_Term], totals: Floats) -> None:
        """Read the rarer terms' postings; ``WordIndex.ask`` makes one."""
        self._index = index
        self._totals = totals
        ordered = sorted(terms, key=lambda term: term.stop - term.start)
        work = np.cumsum([term.stop - term.start for term in ordered])
        bound = max(1, int(np.searchsorted(work, WORK, side="right")))
        self._common = ordered[bound:]
        self._read = len(ordered[:bound])
        self._touched, gains = index.read(ordered[:bound])
        self._sums = np.zeros(len(index), dtype=np.float32)
        np.add.at(self._sums, self._touched, gains)

    def shares(self, rows: Places) -> Floats:
        """Return the share of each of ``rows``."""
        scores = self._sums[rows]
        for term in self._common:
            scores += self._index.look_up(term, rows)
        return self._index.share(scores, rows, self._totals)

    def best(self, count: int) -> Places:
        """Return the rows with the highest shares, about ``count``, in no order; frequent terms are left out."""
        rows = self._touched
        scores = self._index.share(self._sums[rows], rows, self._totals)
        # A row stands there once for each of its terms.
        wanted = count * self._read
        if wanted < len(rows):
            rows = rows[np.argpartition(-scores, wanted)[:wanted]]
        rows = np.unique(rows)
        if len(rows) > count:
            scores = self._index.share(self._sums[rows], rows, self._totals)
            rows = rows[np.argpartition(-scores, count)[:count]]
        return rows


def _spans(part: Postings, places: Places) -> tuple[Places, Places]:
    """Return from where to where each term's postings stand; nothing for a term that isn't there."""
    if not len(part.terms):
        return np.zeros(len(places), dtype=np.int64), np.zeros(len(places), dtype=np.int64)
    there = places >= 0
    return np.where(there, part.starts[places], 0), np.where(there, part.starts[places + 1], 0)
