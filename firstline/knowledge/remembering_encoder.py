"""An encoder that remembers what it was asked lately: one message is searched for, understood and searched on."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

from firstline.knowledge.encoder import Encoder, Vectors

KEPT = 1_000
"""Vectors kept, of the latest questions; 1.5 kB each."""


class RememberingEncoder:
    """Another encoder, asked once for each question: the last ones' vectors are kept in memory."""

    def __init__(self, encoder: Encoder, kept: int = KEPT) -> None:
        """Ask ``encoder``; remember ``kept`` questions."""
        self._encoder = encoder
        self._kept = kept
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The encoder's name."""
        return self._encoder.name

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._encoder.dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode what people ask; one question at a time is looked up first."""
        if len(texts) != 1:
            return self._encoder.encode_queries(texts)
        text = texts[0]
        with self._lock:
            if text in self._known:
                self._known.move_to_end(text)
                return self._known[text].copy()
        vector = self._encoder.encode_queries(texts)
        with self._lock:
            self._known[text] = vector.copy()
            while len(self._known) > self._kept:
                self._known.popitem(last=False)
        return vector

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode what answers them; passages are kept in the database and not here."""
        return self._encoder.encode_passages(texts)
