"""Keeps the partners' indexes at what the database says: loads, changes, builds and merges them."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from firstline.core.locks import KeyedLocks, file_lock
from firstline.core.logs import get_logger
from firstline.core.threads import in_daemon_thread
from firstline.knowledge.arrays import hashes_of
from firstline.knowledge.articles import Article
from firstline.knowledge.embedding_cache import Progress
from firstline.knowledge.encoder import Vectors
from firstline.knowledge.index import SearchIndex, index_of, made_of
from firstline.knowledge.index_changes import changed_index, merged_index, rebased_index, wants_merge
from firstline.knowledge.index_files import LOCK, IndexFiles
from firstline.knowledge.limits import Limits
from firstline.knowledge.reading import ArticleReader
from firstline.knowledge.segment import Segment
from firstline.knowledge.segment_maker import SegmentMaker
from firstline.knowledge.sources import Source
from firstline.knowledge.stored import Key

_log = get_logger("knowledge")


class IndexKeeper:
    """One index a partner, in memory and in a folder; other processes may keep theirs in the same folder."""

    def __init__(
        self,
        articles: ArticleReader,
        maker: SegmentMaker,
        folder: Path,
        layers: Callable[[str], list[str]],
        limits: Limits,
    ) -> None:
        """Index what ``articles`` has live in the ``layers`` of a partner, below ``folder``."""
        self._articles = articles
        self._maker = maker
        self._folder = folder
        self._layers = layers
        self._limits = limits
        self._indexes: dict[str, SearchIndex] = {}
        self._locks = KeyedLocks()
        self._merging: dict[str, asyncio.Task[None]] = {}

    @property
    def loaded(self) -> list[str]:
        """The partners whose index is in memory."""
        return sorted(self._indexes)

    def get(self, partner: str) -> SearchIndex | None:
        """Return a partner's index as it is in memory."""
        return self._indexes.get(partner)

    async def follow(self) -> list[str]:
        """Bring every index in memory to what other processes changed; returns the partners whose index was behind."""
        if not self._indexes:
            return []
        revisions = await self._articles.revisions()
        behind = [partner for partner in self.loaded if self._meta(partner, revisions) != _origin(self.get(partner))]
        for partner in behind:
            await self.refresh(partner)
        return behind

    async def refresh(self, partner: str, progress: Progress | None = None, *, thorough: bool = False) -> SearchIndex:
        """Bring the partner's index to what the database says, and return it.

        Only articles that changed are read, by the layers' revisions; ``thorough`` compares every article's version
        instead. An index that is missing, damaged or of another model is built anew.
        """
        files = IndexFiles(self._folder / partner)
        async with self._locks.hold(partner), file_lock(files.folder / LOCK):
            before = await self._stored(partner, files)
            meta = self._meta(partner, await self._articles.revisions())
            if before is None:
                index = await self._built(partner, meta, progress)
            else:
                index = await self._changed(partner, before, meta, progress, thorough=thorough)
            self._indexes[partner] = index if index is before else await asyncio.to_thread(files.write, index)
        self._merge_later(partner)
        return self._indexes[partner]

    async def rebuild(self, partner: str, progress: Progress | None = None) -> None:
        """Build the index anew whatever stands there; vectors that are known are not computed again."""
        files = IndexFiles(self._folder / partner)
        async with self._locks.hold(partner), file_lock(files.folder / LOCK):
            index = await self._built(partner, self._meta(partner, await self._articles.revisions()), progress)
            self._indexes[partner] = await asyncio.to_thread(files.write, index)

    async def edited(
        self, index: SearchIndex, partner: str, edits: Sequence[Article], removed: Collection[Key]
    ) -> SearchIndex:
        """Return what ``index`` would be with ``edits`` live and the partner's own articles ``removed``, in memory."""
        below = await self._articles.live(self._layers(partner)[1:], reader=partner, keys=set(removed))
        sources: dict[Key, Source] = {(article.slug, article.lang): Source(article, 0, partner) for article in edits}
        for entry in below:
            sources.setdefault(entry.key, Source(entry.article, entry.version, entry.layer))
        fresh = await self._maker.of_sources(list(sources.values()))
        nothing = await self._unanswered(index, fresh)
        return await asyncio.to_thread(changed_index, index, fresh, {*removed, *sources}, nothing, index.meta)

    async def _stored(self, partner: str, files: IndexFiles) -> SearchIndex | None:
        """Return the index in memory or, where another process wrote a newer one, that on disk."""
        loaded, manifest = self._indexes.get(partner), files.manifest()
        wanted = made_of(self._maker.model, {})
        if manifest is None or any(manifest.get(name) != wanted[name] for name in ("model", "unanswered")):
            return None
        if loaded is not None and loaded.meta["id"] == manifest["id"]:
            return loaded
        return await asyncio.to_thread(files.load, self._limits, loaded)

    def _meta(self, partner: str, revisions: Mapping[str, int]) -> dict[str, Any]:
        """Return what an index made now is made of."""
        seen = {layer: revisions.get(layer, 0) for layer in self._layers(partner)}
        return made_of(self._maker.model, seen)

    async def _built(self, partner: str, meta: dict[str, Any], progress: Progress | None) -> SearchIndex:
        layers = self._layers(partner)
        keys = await self._articles.live_states(layers, partner)
        segment = await self._maker.of_keys(partner, layers, keys, progress)
        unanswered = await self._maker.unanswered(segment)
        index = await asyncio.to_thread(index_of, segment, unanswered, meta, self._limits)
        _log.info("index built", partner=partner, articles=len(keys))
        return index

    async def _changed(
        self, partner: str, index: SearchIndex, meta: dict[str, Any], progress: Progress | None, *, thorough: bool
    ) -> SearchIndex:
        """Return the index with what changed, or itself when that is nothing."""
        seen, now = index.meta["revisions"], meta["revisions"]
        layers = self._layers(partner)
        # Other layers, or a revision that went back: nothing tells what changed but a look at everything.
        if thorough or seen.keys() != now.keys() or any(seen[layer] > now[layer] for layer in now):
            keys = await self._differing(partner, index)
        else:
            keys = await self._articles.changed_since(partner, layers, seen)
        if not keys:
            index.meta |= meta
            return index
        fresh = await self._maker.of_keys(partner, layers, keys, progress)
        unanswered = await self._unanswered(index, fresh)
        changed = await asyncio.to_thread(changed_index, index, fresh, keys, unanswered, meta)
        _log.info("index changed", partner=partner, articles=len(keys))
        return changed

    async def _unanswered(self, index: SearchIndex, fresh: Segment) -> Vectors:
        known = index.frame.unanswered
        return known if len(known) else await self._maker.unanswered(fresh)

    async def _differing(self, partner: str, index: SearchIndex) -> set[Key]:
        """Return the articles whose live text is not the one in the index."""
        live = await self._articles.live_states(self._layers(partner), partner)
        wanted, held = hashes_of(live.values()), index.layout.table.states
        missing = ~np.isin(wanted, held[index.layout.alive])
        keys = {key for key, is_missing in zip(live, missing, strict=True) if is_missing}
        for place in np.flatnonzero(index.layout.alive & ~np.isin(held, wanted)):
            document = index.documents[int(place)]
            keys.add((document.slug, document.lang))
        return keys

    def _merge_later(self, partner: str) -> None:
        if partner not in self._merging and wants_merge(self._indexes[partner]):
            self._merging[partner] = asyncio.create_task(self._merge(partner))

    async def _merge(self, partner: str) -> None:
        """Put the index's segments into one while it is searched and changed; a failure leaves it as it is."""
        try:
            files, before = IndexFiles(self._folder / partner), self._indexes[partner]
            merged = await in_daemon_thread(lambda: files.prepare(merged_index(before)))
            async with self._locks.hold(partner), file_lock(files.folder / LOCK):
                current = await self._stored(partner, files)
                # Another process may have been faster.
                if current is not None and current.segments[0].folder == before.segments[0].folder:
                    index = await asyncio.to_thread(rebased_index, merged, current)
                    self._indexes[partner] = await asyncio.to_thread(files.write, index)
                    _log.info("index merged", partner=partner)
        except Exception as error:
            _log.error("index_not_merged", partner=partner, error=type(error).__name__, exc_info=error)
        finally:
            del self._merging[partner]


def _origin(index: SearchIndex | None) -> dict[str, Any] | None:
    return {name: index.meta.get(name) for name in ("model", "unanswered", "revisions")} if index else None
