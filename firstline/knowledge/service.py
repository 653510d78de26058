"""The knowledge base as the other parts see it."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from firstline.core.database import Database
from firstline.core.errors import BadInput, NotFound
from firstline.core.logs import get_logger
from firstline.core.settings import Settings
from firstline.knowledge.articles import Article, ArticleError, read_folder
from firstline.knowledge.embedding_cache import EmbeddingCache, encode_missing
from firstline.knowledge.encoder import Encoder, Vectors
from firstline.knowledge.excerpt import excerpt
from firstline.knowledge.index import FORMAT, SearchIndex, Source, build_index, wanted_vectors
from firstline.knowledge.index_files import IndexFiles
from firstline.knowledge.lexical import warm_up
from firstline.knowledge.normalise import normalise
from firstline.knowledge.ranking import Ranker, measure
from firstline.knowledge.schedule import publish_due
from firstline.knowledge.search import SearchResponse, best_passage, search_index
from firstline.knowledge.starter_library import STARTER_FOLDER, sync_starter
from firstline.knowledge.store import STARTER, ArticleStore, Change, Status, StoredArticle, layers_for

Progress = Callable[[str, int, int], None]
_SLUG_PARTS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")
_log = get_logger("knowledge")


@dataclass(frozen=True)
class ImportReport:
    """What an import did: articles taken in, articles that stood there already, and what could not be read."""

    imported: int
    unchanged: int
    errors: list[ArticleError]


@dataclass(frozen=True)
class Passage:
    """A passage of a live article, for showing it again."""

    slug: str
    lang: str
    title: str
    heading: str
    excerpt: str
    version: int


class Knowledge:
    """Articles, indexes and search for all partners; one object a process."""

    def __init__(
        self,
        database: Database,
        encoder: Encoder,
        settings: Settings,
        *,
        providers: Mapping[str, str] | None = None,
        starter: Path | None = STARTER_FOLDER,
    ) -> None:
        """Use ``database`` (tables made) and ``encoder``.

        ``providers`` maps a partner to the partner whose articles it also has; ``starter`` is the folder of the
        starter library, None for none.
        """
        self._database = database
        self.store = ArticleStore(database)
        self.encoder = encoder
        self.ranker = Ranker.load()
        self._cache = EmbeddingCache(database)
        self._folder = settings.index_dir
        self._providers = dict(providers or {})
        self._starter = starter
        self._indexes: dict[str, SearchIndex] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def ensure_ready(self, partner: str, progress: Progress | None = None) -> None:
        """Bring starter library and the partner's index up to date; fast when they are.

        An index that is missing, damaged, of another model or of older articles is built anew. ``progress`` is told
        ``(step, done, all)``.
        """
        self._check(partner)
        if self._starter is not None:
            await sync_starter(self.store, self._starter)
        await self._refresh(partner, progress)
        await asyncio.to_thread(warm_up)

    def ready(self, partner: str) -> bool:
        """Say whether the partner's index is loaded."""
        return partner in self._indexes

    async def search(
        self, partner: str, query: str, lang: Literal["ko", "en"] | None = None, k: int = 3
    ) -> SearchResponse:
        """Find the ``k`` best articles; the query is never logged. Raises ``BadInput`` for k outside 1 to 20."""
        if not 1 <= k <= 20:
            raise BadInput("k must be between 1 and 20")
        index = await self.index(partner)
        return await asyncio.to_thread(search_index, index, self.encoder, self.ranker, query, lang, k, partner=partner)

    async def article(self, partner: str, slug: str, lang: str) -> StoredArticle:
        """Return the live article a partner's customers read; raises ``NotFound``."""
        self._check(partner)
        found = await self.store.live_article(self.layers(partner), slug, lang)
        if found is None:
            raise NotFound(f"there is no article `{slug}` in `{lang}` for partner `{partner}`")
        return found

    async def articles(self, partner: str) -> list[StoredArticle]:
        """List all live articles a partner's customers read, by slug and language."""
        self._check(partner)
        return await self.store.live(self.layers(partner))

    async def passage_for(self, partner: str, slug: str, lang: str, query: str) -> Passage:
        """Return the passage of one live article that fits ``query`` best; raises ``NotFound``."""
        index = await self.index(partner)
        place = index.place_of(slug, lang)
        if place is None:
            raise NotFound(f"there is no article `{slug}` in `{lang}` for partner `{partner}`")
        document = index.documents[place]

        def pick() -> Passage:
            text = normalise(query) or document.title
            closeness = measure(index, text, self.encoder.encode_queries([text])[0], lang)
            piece = document.chunks[best_passage(index, closeness, place)]
            return Passage(slug, lang, document.title, piece.heading, excerpt(piece.text), document.version)

        return await asyncio.to_thread(pick)

    async def save(
        self,
        partner: str,
        article: Article,
        *,
        author: str,
        status: Status = "draft",
        expect_version: int | None = None,
        change: Change = Change(),
    ) -> StoredArticle:
        """Save a version in the partner's own layer; publishing and archiving update the index before it returns.

        Raises ``Conflict`` when ``expect_version`` is no longer the newest (0 for an article the layer lacks).
        """
        self._check(partner)
        if below := await self.store.live_article(self.layers(partner)[1:], article.slug, article.lang):
            change = replace(change, follows=below.version)
        stored = await self.store.save(
            partner, article, author=author, status=status, expect_version=expect_version, change=change
        )
        if status in ("published", "archived"):
            await self._refresh_readers(partner)
        return stored

    async def set_status(
        self,
        partner: str,
        slug: str,
        lang: str,
        status: Status,
        *,
        who: str = "",
        expect_version: int | None = None,
        at: datetime | None = None,
        what: str | None = None,
    ) -> StoredArticle:
        """Publish (now, or at ``at``), archive or send back the newest version of the partner's own article.

        Raises ``NotFound``, and ``Conflict`` when ``expect_version`` is no longer the newest.
        """
        self._check(partner)
        stored = await self.store.set_status(
            partner, slug, lang, status, who=who, expect_version=expect_version, at=at, what=what
        )
        await self._refresh_readers(partner)
        return stored

    async def publish_due(self, now: datetime) -> int:
        """Publish every version whose time has come and update the indexes; returns how many layers changed."""
        async with self._database.session() as session:
            changed = await publish_due(session, now)
        for layer in sorted(changed):
            await self._refresh_readers(layer)
        return len(changed)

    async def edited_index(
        self, partner: str, edits: Sequence[Article] = (), removed: Collection[tuple[str, str]] = ()
    ) -> SearchIndex:
        """Build in memory the index that the partner would have with ``edits`` live and ``removed`` archived.

        ``removed`` are (slug, lang) of the partner's own articles; what they cover in lower layers comes back. Known
        vectors are not computed again; nothing that customers see changes.
        """
        self._check(partner)
        layers = self.layers(partner)
        entries: dict[tuple[str, str], Source] = {
            (source.article.slug, source.article.lang): source for source in await self._sources(partner)
        }
        for key in removed:
            entries.pop(key, None)
            if below := await self.store.live_article(layers[1:], *key):
                entries[key] = Source(below.article, below.version, below.layer)
        for article in edits:
            entries[article.slug, article.lang] = Source(article, 0, partner)
        sources = [entries[key] for key in sorted(entries)]
        vectors = await self._vectors(sources, None)
        meta = {"model": self.encoder.name}
        return await asyncio.to_thread(build_index, sources, vectors, meta, self.encoder.dim)

    def layers(self, partner: str) -> list[str]:
        """Name the layers the partner's customers read, strongest first."""
        return layers_for(partner, self._providers)

    async def import_folder(
        self, partner: str, folder: Path, *, author: str = "import", progress: Progress | None = None
    ) -> ImportReport:
        """Publish every good article below ``folder`` in the partner's layer and index it; bad files are reported.

        Each article is one transaction. Raises ``BadInput`` when the folder holds no articles.
        """
        self._check(partner)
        good, bad = await asyncio.to_thread(read_folder, folder)
        imported = 0
        for done, (_path, article) in enumerate(good):
            before = await self.store.live_article([partner], article.slug, article.lang)
            after = await self.store.save(partner, article, author=author, status="published")
            imported += before is None or before.version != after.version
            if progress:
                progress("importing", done + 1, len(good))
        if good:
            await self.ensure_ready(partner, progress)
            await self._refresh_readers(partner)
        return ImportReport(imported, len(good) - imported, bad)

    async def export(self, partner: str, folder: Path, *, everything: bool = False) -> int:
        """Write the partner's own live articles to ``folder``/<lang>/<slug>.md; returns how many.

        ``everything`` writes what its customers read, layers below included.
        """
        self._check(partner)
        stored = await self.articles(partner) if everything else await self.store.live([partner])

        def write() -> None:
            for entry in stored:
                path = folder / entry.article.lang / f"{entry.article.slug}.md"
                path.parent.mkdir(parents=True, exist_ok=True)
                part = path.with_suffix(".md.part")
                part.write_text(entry.article.to_markdown(), "utf-8", newline="\n")
                part.replace(path)

        await asyncio.to_thread(write)
        return len(stored)

    async def rebuild(self, partner: str, progress: Progress | None = None) -> None:
        """Build the partner's index anew whatever stands there; vectors that are known are not computed again."""
        self._check(partner)
        if self._starter is not None:
            await sync_starter(self.store, self._starter)
        async with self._lock(partner):
            await self._build(partner, progress)

    async def sizes(self, partner: str) -> dict[str, int]:
        """Count what the partner's index holds: articles, lines and passages."""
        index = await self.index(partner)
        return {"articles": len(index.documents), "lines": len(index.lines), "passages": len(index.texts)}

    async def index(self, partner: str) -> SearchIndex:
        """Return the partner's loaded index, made ready first where it is not."""
        if (index := self._indexes.get(partner)) is None:
            await self.ensure_ready(partner)
            index = self._indexes[partner]
        return index

    async def _refresh_readers(self, layer: str) -> None:
        readers = {partner for partner in self._indexes if layer in self.layers(partner)}
        for partner in sorted(readers | {layer}):
            await self._refresh(partner, None)

    async def _refresh(self, partner: str, progress: Progress | None) -> None:
        async with self._lock(partner):
            sources = await self._sources(partner)
            wanted = self._fingerprint(sources)
            loaded = self._indexes.get(partner)
            if loaded is not None and loaded.meta.get("fingerprint") == wanted:
                return
            files = IndexFiles(self._folder / partner)
            if (files.meta() or {}).get("fingerprint") == wanted:
                index = await asyncio.to_thread(files.load)
                if index is not None:
                    self._indexes[partner] = index
                    return
            await self._build(partner, progress)

    async def _build(self, partner: str, progress: Progress | None) -> None:
        sources = await self._sources(partner)
        vectors = await self._vectors(sources, progress)
        meta = {
            "format": FORMAT,
            "model": self.encoder.name,
            "fingerprint": self._fingerprint(sources),
            "threshold": self.ranker.threshold,
        }

        def finish() -> SearchIndex:
            files = IndexFiles(self._folder / partner)
            index = build_index(sources, vectors, meta, self.encoder.dim)
            files.write(index)
            return files.load() or index

        if progress:
            progress("indexing", 0, 1)
        self._indexes[partner] = await asyncio.to_thread(finish)
        if progress:
            progress("indexing", 1, 1)
        _log.info("index built", partner=partner, articles=len(sources))

    async def _vectors(self, sources: Sequence[Source], progress: Progress | None) -> dict[str, Vectors]:
        wanted = wanted_vectors(sources)
        vectors = await self._cache.load(self.encoder.name, list(wanted))
        missing = {key: entry for key, entry in wanted.items() if key not in vectors}
        if missing:
            made = await asyncio.to_thread(encode_missing, self.encoder, missing, progress)
            await self._cache.keep(self.encoder.name, made)
            vectors |= made
        return vectors

    async def _sources(self, partner: str) -> list[Source]:
        stored = await self.store.live(self.layers(partner))
        return [Source(entry.article, entry.version, entry.layer) for entry in stored]

    def _fingerprint(self, sources: list[Source]) -> str:
        facts = [[entry.layer, entry.article.slug, entry.article.lang, entry.version] for entry in sources]
        return hashlib.sha256(json.dumps([FORMAT, self.encoder.name, facts]).encode()).hexdigest()

    def _lock(self, partner: str) -> asyncio.Lock:
        return self._locks.setdefault(partner, asyncio.Lock())

    @staticmethod
    def _check(partner: str) -> None:
        if not partner or not set(partner) <= _SLUG_PARTS or partner == STARTER:
            raise BadInput(f"`{partner}` can't be a partner: lower-case letters, digits and hyphens, not `{STARTER}`")
