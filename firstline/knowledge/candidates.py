"""Which documents a search looks at closely."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.arrays import Places
from firstline.knowledge.encoder import Vectors
from firstline.knowledge.index import SearchIndex
from firstline.knowledge.word_search import WordQuery

NEAREST = 100
"""Rows taken from each source: nearest lines, nearest passages, lines and passages with the query's words."""
TOPICS = 5


def candidates(
    index: SearchIndex,
    lang: str,
    asked: Sequence[tuple[Vectors, Vectors]],
    words: tuple[WordQuery, WordQuery],
    told: NDArray[np.float32],
) -> Places:
    """Return the places worth measuring, of those offered in ``lang``, ascending.

    Those of the lines and passages nearest by the pairs ``asked`` (the question's vector, the same centred; the first
    pair as it was asked, the next as if in the other language), of those with the rarest words in common, and of the
    likeliest topics by ``told``; what speaks for a document of the other language speaks for its twin.
    """
    mask = index.layout.offered[lang == "ko"]
    layout, (line_words, text_words) = index.layout, words
    lines = np.concatenate([line_words.best(NEAREST), *(index.lines.nearest(own, NEAREST) for _v, own in asked)])
    texts = np.concatenate([text_words.best(NEAREST), *(index.texts.nearest(own, NEAREST) for own, _c in asked)])
    likely = index.frame.topics.topics[np.argsort(-told)[:TOPICS]]
    found = np.concatenate(
        [
            np.searchsorted(layout.line_starts, lines, side="right") - 1,
            np.searchsorted(layout.text_starts, texts, side="right") - 1,
            layout.places_with(likely),
        ]
    )
    chosen: Places = np.unique(np.where(mask[found], found, layout.twins[found]))
    kept: Places = chosen[mask[chosen]]
    return kept
