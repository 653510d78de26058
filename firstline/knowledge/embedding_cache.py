"""Vectors that were computed before, so that publishing embeds only what changed."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from firstline.core.database import Database
from firstline.knowledge.encoder import Encoder, Vectors
from firstline.knowledge.models import EmbeddingRow

QUERY, PASSAGE = "query", "passage"
BATCH = 128
"""Texts after which the progress is told."""

Progress = Callable[[str, int, int], None]


def key_of(role: str, text: str) -> str:
    """Return the key of a text that is encoded as a query or as a passage."""
    return hashlib.sha256(f"{role}\0{text}".encode()).hexdigest()


def encode_missing(
    encoder: Encoder, wanted: dict[str, tuple[str, str]], progress: Progress | None = None
) -> dict[str, Vectors]:
    """Encode ``{key: (role, text)}``; ``progress`` is told ``(step, texts done, texts in all)``."""
    made: dict[str, Vectors] = {}
    for role, encode in ((QUERY, encoder.encode_queries), (PASSAGE, encoder.encode_passages)):
        keys = sorted((key for key, entry in wanted.items() if entry[0] == role), key=lambda key: len(wanted[key][1]))
        for start in range(0, len(keys), BATCH):
            batch = keys[start : start + BATCH]
            made |= dict(zip(batch, encode([wanted[key][1] for key in batch]), strict=True))
            if progress:
                progress("embedding", len(made), len(wanted))
    return made


class EmbeddingCache:
    """Vectors by model and text, kept in the database."""

    def __init__(self, database: Database) -> None:
        """Use ``database``, whose tables exist."""
        self._database = database

    async def load(self, model: str, keys: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors known for ``keys``."""
        found: dict[str, Vectors] = {}
        async with self._database.reading() as session:
            for start in range(0, len(keys), 500):
                query = select(EmbeddingRow.sha256, EmbeddingRow.vector).where(
                    EmbeddingRow.model == model, EmbeddingRow.sha256.in_(keys[start : start + 500])
                )
                for sha, vector in (await session.execute(query)).tuples():
                    found[sha] = np.frombuffer(vector, dtype=np.float32)
        return found

    async def keep(self, model: str, vectors: dict[str, Vectors]) -> None:
        """Keep new vectors; one that is there already stays."""
        rows = [
            {"model": model, "sha256": sha, "vector": np.ascontiguousarray(vector, dtype=np.float32).tobytes()}
            for sha, vector in sorted(vectors.items())  # in one order, so that two writers never wait for each other
        ]
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        for start in range(0, len(rows), 500):
            async with self._database.session() as session:
                await session.execute(insert(EmbeddingRow).on_conflict_do_nothing(), rows[start : start + 500])
