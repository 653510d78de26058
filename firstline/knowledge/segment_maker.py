"""Makes segments of live articles: reads them, embeds what is new, cuts and counts their words."""

import asyncio
from collections.abc import Collection, Sequence

import numpy as np

from firstline.knowledge.embedding_cache import QUERY, EmbeddingCache, Progress, encode_missing, key_of
from firstline.knowledge.encoder import Encoder, Vectors
from firstline.knowledge.examples import unanswered_lines
from firstline.knowledge.reading import ArticleReader
from firstline.knowledge.segment import Segment
from firstline.knowledge.sources import Source, own_vectors
from firstline.knowledge.stored import Key

BLOCK = 2_000
"""Articles that are read and indexed in one go, to bound the memory they take."""


class SegmentMaker:
    """Turns what is live in the database into segments."""

    def __init__(self, articles: ArticleReader, cache: EmbeddingCache, encoder: Encoder) -> None:
        """Read from ``articles``; vectors known to ``cache`` are not computed again."""
        self._articles = articles
        self._cache = cache
        self._encoder = encoder

    @property
    def model(self) -> str:
        """The name of the embedding model."""
        return self._encoder.name

    async def of_keys(
        self, reader: str, layers: Sequence[str], keys: Collection[Key], progress: Progress | None = None
    ) -> Segment:
        """Index what is live of the articles ``keys``; ``progress`` is told ``(step, done, all)``."""
        ordered = sorted(keys)
        segments: list[Segment] = []
        for start in range(0, max(1, len(ordered)), BLOCK):
            block = set(ordered[start : start + BLOCK])
            stored = await self._articles.live(layers, reader=reader, keys=block)
            sources = [Source(entry.article, entry.version, entry.layer) for entry in stored]
            segments.append(await self.of_sources(sources, progress))
            if progress:
                progress("indexing", min(start + BLOCK, len(ordered)), len(ordered))
        return await asyncio.to_thread(Segment.merge, segments)

    async def of_sources(self, sources: Sequence[Source], progress: Progress | None = None) -> Segment:
        """Index articles."""
        vectors = await self._vectors(own_vectors(sources), progress)
        return await asyncio.to_thread(Segment.build, sources, vectors, self._encoder.dim)

    async def unanswered(self, fresh: Segment) -> Vectors:
        """Return the vectors of the questions that nothing answers; none where no document of ``fresh`` has examples.

        They are of use only where there are examples to tell them from.
        """
        if not (fresh.table.line_counts > 1).any():
            return np.zeros((0, self._encoder.dim), dtype=np.float32)
        keys = [key_of(QUERY, line) for line in unanswered_lines()]
        wanted = {key: (QUERY, line) for key, line in zip(keys, unanswered_lines(), strict=True)}
        vectors = await self._vectors(wanted, None)
        return np.stack([vectors[key] for key in keys])

    async def _vectors(self, wanted: dict[str, tuple[str, str]], progress: Progress | None) -> dict[str, Vectors]:
        vectors = await self._cache.load(self._encoder.name, list(wanted))
        missing = {key: entry for key, entry in wanted.items() if key not in vectors}
        if missing:
            made = await asyncio.to_thread(encode_missing, self._encoder, missing, progress)
            await self._cache.keep(self._encoder.name, made)
            vectors |= made
        return vectors
