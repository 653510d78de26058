"""What a language adds to a sentence's vector whatever the sentence says, and how to do without it."""

import numpy as np

from firstline.knowledge.encoder import Encoder, Vectors
from firstline.knowledge.examples import unanswered_lines
from firstline.knowledge.index import SearchIndex
from firstline.knowledge.normalise import language_of

LINES = 100
"""Sentences of each language that the difference is told from where an index holds none; 400 tell it no better."""
_known: dict[str, Vectors] = {}


def moved(index: SearchIndex, encoder: Encoder, vector: Vectors, lang: str) -> Vectors:
    """Return the ``vector`` ``[dim]`` of a question in ``lang`` as if it had been asked in the other language.

    Sentences of one language lie to one side of those of another; the difference of their means is taken away, as in
    Libovický, Rosa and Fraser, "On the Language Neutrality of Pre-trained Multilingual Representations", 2020.
    """
    to_english = _difference(index, encoder)
    turned = vector + (to_english if lang == "ko" else -to_english)
    result: Vectors = (turned / np.maximum(np.linalg.norm(turned), 1e-9)).astype(np.float32)
    return result


def _difference(index: SearchIndex, encoder: Encoder) -> Vectors:
    """Return the mean of English lines less that of Korean ones; told once for each encoder in a process."""
    if encoder.name not in _known:
        lines = unanswered_lines()
        vectors = index.frame.unanswered
        korean = np.array([language_of(line) == "ko" for line in lines])
        if len(vectors) != len(lines):
            rows = np.concatenate([np.flatnonzero(korean)[:LINES], np.flatnonzero(~korean)[:LINES]])
            vectors, korean = encoder.encode_queries([lines[row] for row in rows]), korean[rows]
        _known[encoder.name] = vectors[~korean].mean(axis=0) - vectors[korean].mean(axis=0)
    return _known[encoder.name]
