"""What search is compared with: all vectors by NumPy, and BM25 alone."""

import time
from collections.abc import Sequence

import bm25s
import numpy as np

from firstline.knowledge.arrays import hashes_of, places_of
from firstline.knowledge.encoder import Vectors
from firstline.knowledge.lexical import tokens
from firstline.knowledge.postings import Postings
from firstline.knowledge.vectors import DEPTH
from firstline.knowledge.word_search import K1, B, terms_in

Milliseconds = list[float]


def brute_force(vectors: Vectors, queries: Vectors) -> Milliseconds:
    """Time ``matrix @ query`` and the choice of the ten best, over all passages in memory."""
    matrix = np.array(vectors)
    taken = []
    for query in queries:
        start = time.perf_counter()
        scores = matrix @ query
        np.argpartition(-scores, min(DEPTH, len(scores) - 1))[:DEPTH]
        taken.append(1000 * (time.perf_counter() - start))
    return taken


def bm25_alone(postings: Postings, questions: Sequence[tuple[str, str]]) -> tuple[float, Milliseconds]:
    """Time BM25 by bm25s over all passages, for (text, language): seconds to index, milliseconds a question.

    The questions are cut into terms beforehand, the passages too.
    """
    corpus = _rows(postings)
    vocabulary = {str(number): number for number in range(len(postings.terms))}
    bm25 = bm25s.BM25(method="lucene", k1=K1, b=B)
    start = time.perf_counter()
    bm25.index(bm25s.tokenization.Tokenized(ids=corpus, vocab=vocabulary), show_progress=False)
    seconds = time.perf_counter() - start
    cut = [terms_in(lang, list(dict.fromkeys(tokens(text)))) for text, lang in questions]
    asked = [places_of(postings.terms, hashes_of(terms)) for terms in cut]
    taken = []
    for places in asked:
        known = [int(place) for place in places if place >= 0]
        start = time.perf_counter()
        if known:
            scores = bm25.get_scores(known)
            np.argpartition(-scores, min(DEPTH, len(scores) - 1))[:DEPTH]
        taken.append(1000 * (time.perf_counter() - start))
    return seconds, taken


def _rows(postings: Postings) -> list[list[int]]:
    """Return each row's term numbers."""
    order = np.argsort(postings.rows, kind="stable")
    numbers = np.repeat(np.arange(len(postings.terms), dtype=np.int32), np.diff(postings.starts))[order]
    numbers = np.repeat(numbers, postings.counts[order])
    sizes = np.bincount(postings.rows, weights=postings.counts, minlength=len(postings.lengths)).astype(np.int64)
    ends = np.cumsum(sizes)
    return [numbers[end - size : end].tolist() for end, size in zip(ends, sizes, strict=True)]
