"""Which documents a search looks at closely."""

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.arrays import Places
from firstline.knowledge.index import SearchIndex

NEAREST = 100
"""Rows taken from each source: nearest lines, nearest passages, lines and passages with the query's words."""
TOPICS = 5


def candidates(index: SearchIndex, lang: str, lines: Places, texts: Places, told: NDArray[np.float32]) -> Places:
    """Return the places worth measuring, of those offered in ``lang``, ascending.

    Those of the rows ``lines`` and ``texts``, and of the likeliest topics by ``told``; what speaks for a document of
    the other language speaks for its twin.
    """
    mask = index.layout.offered[lang == "ko"]
    layout = index.layout
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
