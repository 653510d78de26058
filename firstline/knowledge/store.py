"""Writes articles to the database: layers, versions, and what is live."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.database import insert_if_absent
from firstline.core.errors import BadInput, Conflict, NotFound
from firstline.core.times import iso, utcnow
from firstline.knowledge.article_log import note_event
from firstline.knowledge.articles import Article
from firstline.knowledge.models import ArticleRow, HiddenRow, KnowledgeState, VersionRow
from firstline.knowledge.reading import ArticleReader
from firstline.knowledge.revisions import next_revision
from firstline.knowledge.schedule import clear_schedule
from firstline.knowledge.stored import STARTER, STATUSES, Change, Status, StoredArticle, layers_for

__all__ = ["STARTER", "STATUSES", "ArticleStore", "Change", "Status", "StoredArticle", "layers_for"]


class ArticleStore(ArticleReader):
    """Reads and writes articles; each write is one transaction."""

    async def save(
        self,
        layer: str,
        article: Article,
        *,
        author: str,
        status: Status = "draft",
        expect_version: int | None = None,
        change: Change = Change(),
    ) -> StoredArticle:
        """Append a version and give the article its new status.

        Publishing makes the version live; a draft or a text in review leaves the live version as it is. Saving what
        is already the newest text and status changes nothing. All but the starter library is logged. Raises
        ``Conflict`` when ``expect_version`` is given and is no longer the newest (0 expects a new article),
        ``BadInput`` for an unknown status.
        """
        if status not in STATUSES:
            raise BadInput(f"status `{status}` is unknown; use one of {', '.join(STATUSES)}")
        sha = article.sha256
        async with self._database.session() as session:
            row = await self._row(session, layer, article.slug, article.lang)
            self._expect(row, expect_version)
            if row is None:
                row = await self._new_row(session, layer, article.slug, article.lang, status)
                self._expect(row, expect_version)
            newest = row.newest_version
            latest = await self._version(session, row.id, newest) if newest else None
            before = (row.newest_version, row.status, row.live_version)
            if latest is None or latest.sha256 != sha:
                latest = VersionRow(
                    article_id=row.id,
                    number=(newest or change.follows) + 1,
                    front_matter=article.front_matter,
                    body=article.body,
                    sha256=sha,
                    author=author,
                    note=change.note,
                    created_at=utcnow(),
                )
                session.add(latest)
                if change.other_facts:
                    row.facts_at = latest.created_at
            await self._apply(session, row, latest, status)
            if before != (row.newest_version, row.status, row.live_version):
                what = change.what or ("saved" if status == "draft" and newest else "created" if not newest else status)
                self._note(session, row, latest.number, author, what, change.note)
            return StoredArticle.of(row, latest)

    async def set_status(
        self,
        layer: str,
        slug: str,
        lang: str,
        status: Status,
        *,
        who: str = "",
        expect_version: int | None = None,
        at: datetime | None = None,
        what: str | None = None,
    ) -> StoredArticle:
        """Give the newest version a new status: publishing makes it live, archiving takes the article away.

        With ``at`` publishing is only planned: ``schedule.publish_due`` does it. Any other status, and publishing now,
        drops what was planned. ``what`` is the change's name in the log, the status unless given. Raises ``NotFound``,
        and ``Conflict`` when ``expect_version`` is no longer the newest.
        """
        if status not in STATUSES:
            raise BadInput(f"status `{status}` is unknown; use one of {', '.join(STATUSES)}")
        async with self._database.session() as session:
            row = await self._row(session, layer, slug, lang)
            if row is None:
                raise NotFound(f"layer `{layer}` has no article `{slug}` in `{lang}`")
            self._expect(row, expect_version)
            latest = await self._version(session, row.id, row.newest_version)
            if at is not None and status == "published":
                row.scheduled_version, row.scheduled_for, row.scheduled_by = latest.number, at, who
                self._note(session, row, latest.number, who, "scheduled", iso(at))
                return StoredArticle.of(row, latest)
            clear_schedule(row)
            await self._apply(session, row, latest, status)
            self._note(session, row, latest.number, who, what or status)
            return StoredArticle.of(row, latest)

    async def archive_missing(self, layer: str, keep: Iterable[tuple[str, str]]) -> int:
        """Archive the layer's articles whose (slug, lang) is not in ``keep``; returns how many."""
        kept = set(keep)
        async with self._database.session() as session:
            rows = (await session.execute(select(ArticleRow).where(ArticleRow.layer == layer))).scalars()
            gone = [row for row in rows if (row.slug, row.lang) not in kept and row.status != "archived"]
            for row in gone:
                await self._apply(session, row, await self._version(session, row.id, row.newest_version), "archived")
            return len(gone)

    async def hide(self, partner: str, slug: str, lang: str, hidden: bool, who: str) -> bool:
        """Take an article of a lower layer from the partner's customers, or give it back; say whether that changed."""
        async with self._database.session() as session:
            row = await session.get(HiddenRow, (partner, slug, lang))
            if (row is not None and row.hidden) == hidden:
                return False
            revision = await next_revision(session, partner)
            await session.merge(HiddenRow(partner=partner, slug=slug, lang=lang, hidden=hidden, revision=revision))
            what = "hidden" if hidden else "shown_again"
            note_event(session, partner, slug, lang, version=None, who=who, what=what)
            return True

    async def remember(self, key: str, value: str) -> None:
        """Keep a small fact."""
        async with self._database.session() as session:
            await insert_if_absent(session, KnowledgeState, key=key, value=value)
            await session.execute(update(KnowledgeState).where(KnowledgeState.key == key).values(value=value))

    @staticmethod
    def _expect(row: ArticleRow | None, expected: int | None) -> None:
        newest = row.newest_version if row else 0
        if expected is not None and expected != newest:
            name = f"`{row.slug}` ({row.lang})" if row else "the article"
            raise Conflict(
                f"{name} is at version {newest} now, not {expected}; read it again and repeat your change",
                code="stale_version",
            )

    @staticmethod
    def _note(session: AsyncSession, row: ArticleRow, version: int, who: str, what: str, note: str = "") -> None:
        if row.layer != STARTER:
            note_event(session, row.layer, row.slug, row.lang, version=version, who=who, what=what, note=note)

    @staticmethod
    async def _apply(session: AsyncSession, row: ArticleRow, version: VersionRow, status: Status) -> None:
        live = row.live_version
        row.newest_version = version.number
        row.status = version.status = status
        row.updated_at = utcnow()
        if status == "published":
            row.live_version = version.number
        elif status == "archived":
            row.live_version = None
        if row.live_version != live:
            row.revision = await next_revision(session, row.layer)

    @staticmethod
    async def _row(session: AsyncSession, layer: str, slug: str, lang: str) -> ArticleRow | None:
        """Return the article's row, held against other writers until the end of the transaction."""
        query = select(ArticleRow).where(ArticleRow.layer == layer, ArticleRow.slug == slug, ArticleRow.lang == lang)
        return (await session.execute(query.with_for_update())).scalar_one_or_none()

    async def _new_row(self, session: AsyncSession, layer: str, slug: str, lang: str, status: Status) -> ArticleRow:
        """Add the article's row, or return that of somebody who adds the same at once, such as another replica."""
        values = {"layer": layer, "slug": slug, "lang": lang, "status": status}
        await insert_if_absent(session, ArticleRow, **values, newest_version=0, live_version=None)
        row = await self._row(session, layer, slug, lang)
        assert row is not None
        return row

    @staticmethod
    async def _version(session: AsyncSession, article_id: int, number: int) -> VersionRow:
        query = select(VersionRow).where(VersionRow.article_id == article_id, VersionRow.number == number)
        return (await session.execute(query)).scalar_one()
