"""An encoder without a model: hashed character n-grams, the same on every machine."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from firstline.knowledge.encoder import Vectors

_SPACES = re.compile(r"\s+")


class HashingEncoder:
    """Feature hashing of character 1- to 3-grams with signs, square-root counts, L2-normalised.

    Stands in for the model where none is there: texts that share spelling are close, meaning plays no part.
    Source: Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009.
    """

    def __init__(self, dim: int = 256) -> None:
        """Make vectors of length ``dim``."""
        self._dim = dim

    @property
    def name(self) -> str:
        """The encoder's name, with its dimension."""
        return f"hashing-{self._dim}"

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode questions, in the same way as passages."""
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode texts; an empty text becomes the first unit vector."""
        vectors = np.zeros((len(texts), self._dim), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            plain = _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()
            for size in (1, 2, 3):
                for start in range(len(plain) - size + 1):
                    digest = hashlib.blake2b(plain[start : start + size].encode(), digest_size=8).digest()
                    number = int.from_bytes(digest, "little")
                    row[number % self._dim] += 1.0 if number >> 63 else -1.0
            np.copyto(row, np.sign(row) * np.sqrt(np.abs(row)))
            if not row.any():
                row[0] = 1.0
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors
