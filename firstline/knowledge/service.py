"""The knowledge base as the other parts see it."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal, Unpack

from firstline.core.database import Database
from firstline.core.errors import BadInput, NotFound
from firstline.core.metrics import stage
from firstline.core.settings import Settings
from firstline.knowledge.articles import Article
from firstline.knowledge.embedding_cache import EmbeddingCache, Progress
from firstline.knowledge.encoder import Encoder, Vectors
from firstline.knowledge.index import SearchIndex
from firstline.knowledge.index_keeper import IndexKeeper
from firstline.knowledge.lexical import warm_up
from firstline.knowledge.limits import Limits
from firstline.knowledge.ranking import Ranker
from firstline.knowledge.schedule import publish_due
from firstline.knowledge.search import Passage, SearchResponse, passage_of, search_index
from firstline.knowledge.segment_maker import SegmentMaker
from firstline.knowledge.starter_library import STARTER_FOLDER, sync_starter
from firstline.knowledge.store import ArticleStore
from firstline.knowledge.stored import (
    STARTER,
    Change,
    Key,
    SaveOptions,
    Status,
    StatusOptions,
    StoredArticle,
    layers_for,
)
from firstline.knowledge.transfer import ImportReport, export_articles, import_articles

_SLUG_PARTS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


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
        limits: Limits = Limits(),
    ) -> None:
        """Use ``database`` (tables made) and ``encoder``.

        ``providers`` maps a partner to the partner whose articles it also has; ``starter`` is the folder of the
        starter library, None for none.
        """
        self._database = database
        self.store = ArticleStore(database)
        self.encoder = encoder
        self.ranker = Ranker.load()
        self._providers = providers or {}
        self._starter = starter
        maker = SegmentMaker(self.store, EmbeddingCache(database), encoder)
        self._keeper = IndexKeeper(self.store, maker, settings.index_dir, self.layers, limits)

    async def ensure_ready(self, partner: str, progress: Progress | None = None) -> None:
        """Bring starter library and the partner's index up to date; fast when they are.

        An index that is missing, damaged, of another model or of older articles is built anew. ``progress`` is told
        ``(step, done, all)``.
        """
        await self._made_ready(partner, progress)

    def ready(self, partner: str) -> bool:
        """Say whether the partner's index is loaded."""
        return self._keeper.get(partner) is not None

    async def search(
        self, partner: str, query: str, lang: Literal["ko", "en"] | None = None, k: int = 3
    ) -> SearchResponse:
        """Find the ``k`` best articles; the query is never logged. Raises ``BadInput`` for k outside 1 to 20."""
        if not 1 <= k <= 20:
            raise BadInput("k must be between 1 and 20")
        with stage("search"):
            index = await self.index(partner)
            kept: SearchResponse | None = index.answers.get((partner, query, lang, k))
            if kept is None:
                kept = await asyncio.to_thread(
                    search_index, index, self.encoder, self.ranker, query, lang, k, partner=partner
                )
                index.answers.keep((partner, query, lang, k), kept)
            return kept

    async def vector_of(self, text: str) -> Vectors:
        """Return the sentence vector ``[dim]`` of a question, as it stands."""
        vector: Vectors = (await asyncio.to_thread(self.encoder.encode_queries, [text]))[0]
        return vector

    async def article(self, partner: str, slug: str, lang: str) -> StoredArticle:
        """Return the live article a partner's customers read; raises ``NotFound``."""
        self._check(partner)
        found = await self.store.live_article(self.layers(partner), slug, lang, reader=partner)
        if found is None:
            raise NotFound(f"there is no article `{slug}` in `{lang}` for partner `{partner}`")
        return found

    async def articles(self, partner: str) -> list[StoredArticle]:
        """List all live articles a partner's customers read, by slug and language."""
        self._check(partner)
        return await self.store.live(self.layers(partner), reader=partner)

    async def passage_for(self, partner: str, slug: str, lang: str, query: str) -> Passage:
        """Return the passage of one live article that fits ``query`` best; raises ``NotFound``."""
        index = await self.index(partner)
        found = await asyncio.to_thread(passage_of, index, self.encoder, slug, lang, query, partner=partner)
        if found is None:
            raise NotFound(f"there is no article `{slug}` in `{lang}` for partner `{partner}`")
        return found

    async def save(self, partner: str, article: Article, **options: Unpack[SaveOptions]) -> StoredArticle:
        """Save a version in the partner's own layer as ``ArticleStore.save`` does.

        Publishing and archiving update the index before it returns.
        """
        self._check(partner)
        if below := await self.store.live_article(self.layers(partner)[1:], article.slug, article.lang):
            options["change"] = replace(options.get("change", Change()), follows=below.version)
        stored = await self.store.save(partner, article, **options)
        if stored.status in ("published", "archived"):
            await self._refresh_readers(partner)
        return stored

    async def set_status(
        self, partner: str, slug: str, lang: str, status: Status, **options: Unpack[StatusOptions]
    ) -> StoredArticle:
        """Give the newest version of the partner's own article a status as ``ArticleStore.set_status`` does.

        The index is up to date when it returns.
        """
        self._check(partner)
        stored = await self.store.set_status(partner, slug, lang, status, **options)
        await self._refresh_readers(partner)
        return stored

    async def hide(self, partner: str, slug: str, lang: str, hidden: bool, who: str) -> None:
        """Take an article of a lower layer out of what the partner's customers find and read, or bring it back.

        The partner's own article of that name is not concerned. Raises ``NotFound`` when no lower layer has it live.
        """
        self._check(partner)
        if await self.store.live_article(self.layers(partner)[1:], slug, lang) is None:
            raise NotFound(f"no layer below `{partner}` has a live article `{slug}` in `{lang}`")
        if await self.store.hide(partner, slug, lang, hidden, who):
            await self._refresh_readers(partner)

    async def hidden(self, partner: str) -> set[Key]:
        """Return slug and language of the articles that the partner hides from its customers."""
        self._check(partner)
        return await self.store.hidden(partner)

    async def follow(self) -> list[str]:
        """Take over what other processes published; cheap when that is nothing. Returns the partners concerned."""
        return await self._keeper.follow()

    async def publish_due(self, now: datetime) -> int:
        """Publish every version whose time has come and update the indexes; returns how many layers changed."""
        async with self._database.session() as session:
            changed = await publish_due(session, now)
        for layer in sorted(changed):
            await self._refresh_readers(layer)
        return len(changed)

    async def edited_index(
        self, partner: str, edits: Sequence[Article] = (), removed: Collection[Key] = ()
    ) -> SearchIndex:
        """Make in memory the index that the partner would have with ``edits`` live and ``removed`` archived.

        ``removed`` are (slug, lang) of the partner's own articles; what they cover in lower layers comes back. Nothing
        that customers see changes.
        """
        return await self._keeper.edited(await self.index(partner), partner, edits, removed)

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
        report = await import_articles(self.store, partner, folder, author=author, progress=progress)
        if report.imported or report.unchanged:
            await self.ensure_ready(partner, progress)
            await self._refresh_readers(partner)
        return report

    async def export(self, partner: str, folder: Path, *, everything: bool = False) -> int:
        """Write the partner's own live articles to ``folder``/<lang>/<slug>.md; returns how many.

        ``everything`` writes what its customers read, layers below included.
        """
        self._check(partner)
        stored = await self.articles(partner) if everything else await self.store.live([partner])

        return await asyncio.to_thread(export_articles, stored, folder)

    async def rebuild(self, partner: str, progress: Progress | None = None) -> None:
        """Build the partner's index anew whatever stands there; vectors that are known are not computed again."""
        self._check(partner)
        await self._sync_starter()
        await self._keeper.rebuild(partner, progress)

    async def sizes(self, partner: str) -> dict[str, int]:
        """Count what the partner's index holds: articles, lines and passages."""
        return (await self.index(partner)).sizes()

    async def index(self, partner: str) -> SearchIndex:
        """Return the partner's loaded index, made ready first where it is not."""
        return self._keeper.get(partner) or await self._made_ready(partner)

    async def _made_ready(self, partner: str, progress: Progress | None = None) -> SearchIndex:
        self._check(partner)
        await self._sync_starter()
        index = await self._keeper.refresh(partner, progress, thorough=True)
        await asyncio.to_thread(warm_up)
        return index

    async def _refresh_readers(self, layer: str) -> None:
        readers = {partner for partner in self._keeper.loaded if layer in self.layers(partner)}
        for partner in sorted(readers | {layer}):
            await self._keeper.refresh(partner)

    async def _sync_starter(self) -> None:
        if self._starter is not None:
            async with self._database.alone("starter-library"):
                await sync_starter(self.store, self._starter)

    @staticmethod
    def _check(partner: str) -> None:
        if not partner or not set(partner) <= _SLUG_PARTS or partner == STARTER:
            raise BadInput(f"`{partner}` can't be a partner: lower-case letters, digits and hyphens, not `{STARTER}`")
