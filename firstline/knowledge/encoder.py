"""What turns text into vectors: the contract, and the encoder that the settings name."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from firstline.core.settings import Settings

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Texts in, L2-normalised float32 vectors ``[n, dim]`` out; safe to call from several threads.

    ``name`` tells models apart: vectors of different names are never compared. Empty input gives ``[0, dim]``.
    """

    @property
    def name(self) -> str:
        """A name that changes whenever the vectors would."""
        ...

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode what people ask."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode what answers them."""
        ...


def load_encoder(settings: Settings) -> Encoder:
    """Load the prepared embedding model; raises ``SetupIncomplete`` when it was not prepared."""
    from firstline.knowledge.onnx_encoder import OnnxEncoder

    return OnnxEncoder.load(settings.embedding_dir, threads=settings.embedding_threads)
