"""Reads articles from the database: what is live, what is newest, what was before."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.database import Database
from firstline.knowledge.models import ArticleRow, HiddenRow, KnowledgeState, VersionRow
from firstline.knowledge.revisions import changed_since, revisions
from firstline.knowledge.sources import state_of
from firstline.knowledge.stored import Key, StoredArticle

_AT_ONCE = 400
_FEW = 20
"""So many articles are found by their keys in less time than a thread takes to be woken."""


class ArticleReader:
    """Reads articles.

    Where a ``reader`` is named, articles of layers below its own that it hid are left out.
    """

    def __init__(self, database: Database) -> None:
        """Use ``database``, whose tables exist."""
        self._database = database

    async def newest(self, layer: str) -> list[StoredArticle]:
        """List a layer's articles in their newest version, whatever their status."""
        async with self._database.reading() as session:
            return await _select(session, [layer], live_only=False)

    async def history(self, layer: str, slug: str, lang: str) -> list[StoredArticle]:
        """List all versions of an article, newest first; empty when there is none."""
        query = (
            select(ArticleRow, VersionRow)
            .join(VersionRow, VersionRow.article_id == ArticleRow.id)
            .where(ArticleRow.layer == layer, ArticleRow.slug == slug, ArticleRow.lang == lang)
            .order_by(VersionRow.number.desc())
        )
        async with self._database.reading() as session:
            return [StoredArticle.of(row, version) for row, version in (await session.execute(query)).tuples()]

    async def live(
        self, layers: Sequence[str], *, reader: str | None = None, keys: Collection[Key] | None = None
    ) -> list[StoredArticle]:
        """List what customers see: for each slug and language the live version of the strongest layer.

        ``keys`` narrows it down to these articles.
        """
        chosen: dict[Key, StoredArticle] = {}
        async with self._database.reading(short=keys is not None and len(keys) <= _FEW) as session:
            hidden = await _hidden(session, reader)
            for condition in _conditions(keys):
                for stored in await _select(session, layers, live_only=True, condition=condition):
                    key = (stored.article.slug, stored.article.lang)
                    if (keys is not None and key not in keys) or (key in hidden and stored.layer != reader):
                        continue
                    if key not in chosen or layers.index(stored.layer) < layers.index(chosen[key].layer):
                        chosen[key] = stored
        return [chosen[key] for key in sorted(chosen)]

    async def live_article(
        self, layers: Sequence[str], slug: str, lang: str, *, reader: str | None = None
    ) -> StoredArticle | None:
        """Return what customers see of one article; None when nothing of it is live."""
        return next(iter(await self.live(layers, reader=reader, keys={(slug, lang)})), None)

    async def live_states(self, layers: Sequence[str], reader: str) -> dict[Key, str]:
        """Return for everything that customers see what tells its text from any other; no text is read."""
        query = (
            select(ArticleRow.layer, ArticleRow.slug, ArticleRow.lang, VersionRow.number, VersionRow.sha256)
            .join(VersionRow, (VersionRow.article_id == ArticleRow.id) & (VersionRow.number == ArticleRow.live_version))
            .where(ArticleRow.layer.in_(layers))
        )
        found: dict[Key, tuple[int, str]] = {}
        async with self._database.reading() as session:
            hidden = await _hidden(session, reader)
            for layer, slug, lang, number, sha in (await session.execute(query)).tuples():
                rank = layers.index(layer)
                if layer != reader and (slug, lang) in hidden:
                    continue
                if (slug, lang) not in found or rank < found[slug, lang][0]:
                    found[slug, lang] = (rank, state_of(layer, number, sha))
        return {key: state for key, (_rank, state) in sorted(found.items())}

    async def hidden(self, partner: str) -> set[Key]:
        """Return the articles of lower layers that the partner's customers don't see."""
        async with self._database.reading() as session:
            return await _hidden(session, partner)

    async def revisions(self) -> dict[str, int]:
        """Return the revision of every layer: it grows with each change of what is live there."""
        async with self._database.reading() as session:
            return await revisions(session)

    async def changed_since(self, reader: str, layers: Sequence[str], seen: Mapping[str, int]) -> set[Key]:
        """Return the articles that changed since the revisions ``seen``."""
        async with self._database.reading() as session:
            return await changed_since(session, reader, layers, seen)

    async def recall(self, key: str) -> str | None:
        """Return a remembered fact."""
        async with self._database.reading() as session:
            row = await session.get(KnowledgeState, key)
            return row.value if row else None


async def _select(
    session: AsyncSession, layers: Sequence[str], *, live_only: bool, condition: ColumnElement[bool] | None = None
) -> list[StoredArticle]:
    wanted = ArticleRow.live_version if live_only else ArticleRow.newest_version
    query = (
        select(ArticleRow, VersionRow)
        .join(VersionRow, (VersionRow.article_id == ArticleRow.id) & (VersionRow.number == wanted))
        .where(ArticleRow.layer.in_(layers))
        .order_by(ArticleRow.slug, ArticleRow.lang)
    )
    if condition is not None:
        query = query.where(condition)
    return [StoredArticle.of(row, version) for row, version in (await session.execute(query)).tuples()]


async def _hidden(session: AsyncSession, reader: str | None) -> set[Key]:
    if reader is None:
        return set()
    query = select(HiddenRow.slug, HiddenRow.lang).where(HiddenRow.partner == reader, HiddenRow.hidden)
    return {(slug, lang) for slug, lang in (await session.execute(query)).tuples()}


def _conditions(keys: Collection[Key] | None) -> Iterator[ColumnElement[bool] | None]:
    """Yield one condition for each of the queries that ``keys`` take; slugs alone, as nobody can index pairs."""
    if keys is None:
        yield None
        return
    slugs = sorted({slug for slug, _lang in keys})
    for start in range(0, len(slugs), _AT_ONCE):
        yield ArticleRow.slug.in_(slugs[start : start + _AT_ONCE])
