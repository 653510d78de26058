"""Encoders around another one: some remember what they were asked, one message being searched for again and again."""

from collections.abc import Sequence

import numpy as np

from firstline.core.kept import Kept
from firstline.knowledge.encoder import Encoder, Vectors

KEPT = 1_000
"""Vectors kept, of the latest questions; 1.5 kB each."""
BATCH = 64


class WrappedEncoder:
    """Another encoder under its own name; what a subclass does not change is asked of the one within."""

    def __init__(self, encoder: Encoder) -> None:
        """Ask ``encoder``."""
        self._encoder = encoder

    @property
    def name(self) -> str:
        """The name of the encoder within."""
        return self._encoder.name

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._encoder.dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode what people ask."""
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode what answers them."""
        return self._encoder.encode_passages(texts)


class RememberingEncoder(WrappedEncoder):
    """Asked once for each question of a running app: the last ones' vectors are kept, passages' are in the database."""

    def __init__(self, encoder: Encoder, kept: int = KEPT) -> None:
        """Ask ``encoder``; remember ``kept`` questions."""
        super().__init__(encoder)
        self._known: Kept[str, Vectors] = Kept(kept)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode what people ask; one question at a time is looked up first."""
        if len(texts) != 1:
            return super().encode_queries(texts)
        vector = self._known.get(texts[0])
        if vector is None:
            vector = super().encode_queries(texts)
            self._known.keep(texts[0], vector)
        return vector.copy()


class PreparedEncoder(WrappedEncoder):
    """Told beforehand what will be asked, so that it is encoded in batches; nothing it was asked is forgotten."""

    def __init__(self, encoder: Encoder, known: dict[str, Vectors] | None = None) -> None:
        """Ask ``encoder`` for what ``known``, vectors by text, lacks; what is new is added there."""
        super().__init__(encoder)
        self._known = {} if known is None else known

    def prepare(self, texts: Sequence[str]) -> None:
        """Encode what is not known yet."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            self._known |= dict(zip(batch, super().encode_queries(batch), strict=True))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode what people ask."""
        self.prepare(texts)
        return np.stack([self._known[text] for text in texts]) if texts else super().encode_queries(texts)
