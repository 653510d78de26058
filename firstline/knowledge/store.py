"""Articles in the database: layers, versions, and what is live."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.database import Database
from firstline.core.errors import BadInput, Conflict, NotFound
from firstline.core.times import iso, utcnow
from firstline.knowledge.article_log import note_event
from firstline.knowledge.articles import Article
from firstline.knowledge.models import ArticleRow, KnowledgeState, VersionRow
from firstline.knowledge.schedule import clear_schedule

Status = Literal["draft", "review", "published", "archived"]
STATUSES: tuple[Status, ...] = ("draft", "review", "published", "archived")
STARTER = "starter"


@dataclass(frozen=True)
class StoredArticle:
    """One version of an article as it stands in a layer.

    What follows ``article`` is of the article as a whole, but for ``note`` and ``given_status`` (the last status that
    this very text was given).
    """

    layer: str
    version: int
    status: Status
    live: bool
    author: str
    saved_at: datetime
    article: Article
    note: str = ""
    given_status: Status = "draft"
    live_version: int | None = None
    updated_at: datetime | None = None
    facts_at: datetime | None = None
    scheduled_for: datetime | None = None
    scheduled_version: int | None = None


@dataclass(frozen=True)
class Change:
    """What a save says of itself: a note, its name in the log, and whether it says other facts than the text before.

    ``follows`` is the version of a lower layer's article that this one was made from: numbers go on from there, so
    that whoever still looks at the lower layer's text is told of the newer one.
    """

    note: str = ""
    what: str | None = None
    other_facts: bool = False
    follows: int = 0


def layers_for(partner: str, providers: Mapping[str, str] | None = None) -> list[str]:
    """Name the layers a partner's customers read, strongest first: the partner, its provider, the starter library.

    ``providers`` maps a partner to the partner that provides for it. Raises ``BadInput`` for the name ``starter``.
    """
    if partner == STARTER:
        raise BadInput(f"`{STARTER}` is the name of the starter library; choose another name for a partner")
    layers = [partner]
    if (provider := (providers or {}).get(partner)) and provider != partner:
        layers.append(provider)
    return [*layers, STARTER]


class ArticleStore:
    """Reads and writes articles; each write is one transaction."""

    def __init__(self, database: Database) -> None:
        """Use ``database``, whose tables exist."""
        self._database = database

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
        sha = _sha(article)
        async with self._database.session() as session:
            row = await self._row(session, layer, article.slug, article.lang)
            newest = row.newest_version if row else 0
            self._expect(row, expect_version)
            if row is None:
                row = ArticleRow(
                    layer=layer,
                    slug=article.slug,
                    lang=article.lang,
                    status=status,
                    newest_version=0,
                    live_version=None,
                )
                session.add(row)
                await session.flush()
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
            self._apply(row, latest, status)
            if before != (row.newest_version, row.status, row.live_version):
                what = change.what or ("saved" if status == "draft" and newest else "created" if not newest else status)
                self._note(session, row, latest.number, author, what, change.note)
            return _stored(row, latest)

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
                return _stored(row, latest)
            clear_schedule(row)
            self._apply(row, latest, status)
            self._note(session, row, latest.number, who, what or status)
            return _stored(row, latest)

    async def newest(self, layer: str) -> list[StoredArticle]:
        """List a layer's articles in their newest version, whatever their status."""
        return await self._select([layer], live_only=False)

    async def history(self, layer: str, slug: str, lang: str) -> list[StoredArticle]:
        """List all versions of an article, newest first; empty when there is none."""
        query = (
            select(ArticleRow, VersionRow)
            .join(VersionRow, VersionRow.article_id == ArticleRow.id)
            .where(ArticleRow.layer == layer, ArticleRow.slug == slug, ArticleRow.lang == lang)
            .order_by(VersionRow.number.desc())
        )
        async with self._database.reading() as session:
            return [_stored(row, version) for row, version in (await session.execute(query)).tuples()]

    async def live(self, layers: Sequence[str]) -> list[StoredArticle]:
        """List what customers see: for each slug and language the live version of the strongest layer."""
        chosen: dict[tuple[str, str], StoredArticle] = {}
        for stored in await self._select(layers, live_only=True):
            key = (stored.article.slug, stored.article.lang)
            if key not in chosen or layers.index(stored.layer) < layers.index(chosen[key].layer):
                chosen[key] = stored
        return [chosen[key] for key in sorted(chosen)]

    async def live_article(self, layers: Sequence[str], slug: str, lang: str) -> StoredArticle | None:
        """Return what customers see of one article; None when nothing of it is live."""
        found = await self._select(layers, live_only=True, slug=slug, lang=lang)
        return min(found, key=lambda stored: layers.index(stored.layer), default=None)

    async def archive_missing(self, layer: str, keep: Iterable[tuple[str, str]]) -> int:
        """Archive the layer's articles whose (slug, lang) is not in ``keep``; returns how many."""
        kept = set(keep)
        async with self._database.session() as session:
            rows = (await session.execute(select(ArticleRow).where(ArticleRow.layer == layer))).scalars()
            gone = [row for row in rows if (row.slug, row.lang) not in kept and row.status != "archived"]
            for row in gone:
                self._apply(row, await self._version(session, row.id, row.newest_version), "archived")
            return len(gone)

    async def recall(self, key: str) -> str | None:
        """Return a remembered fact."""
        async with self._database.reading() as session:
            row = await session.get(KnowledgeState, key)
            return row.value if row else None

    async def remember(self, key: str, value: str) -> None:
        """Keep a small fact."""
        async with self._database.session() as session:
            await session.merge(KnowledgeState(key=key, value=value))

    async def _select(
        self, layers: Sequence[str], *, live_only: bool, slug: str | None = None, lang: str | None = None
    ) -> list[StoredArticle]:
        wanted = ArticleRow.live_version if live_only else ArticleRow.newest_version
        query = (
            select(ArticleRow, VersionRow)
            .join(VersionRow, (VersionRow.article_id == ArticleRow.id) & (VersionRow.number == wanted))
            .where(ArticleRow.layer.in_(layers))
            .order_by(ArticleRow.slug, ArticleRow.lang)
        )
        if slug is not None:
            query = query.where(ArticleRow.slug == slug, ArticleRow.lang == lang)
        async with self._database.reading() as session:
            return [_stored(row, version) for row, version in (await session.execute(query)).tuples()]

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
    def _apply(row: ArticleRow, version: VersionRow, status: Status) -> None:
        row.newest_version = version.number
        row.status = version.status = status
        row.updated_at = utcnow()
        if status == "published":
            row.live_version = version.number
        elif status == "archived":
            row.live_version = None

    @staticmethod
    async def _row(session: AsyncSession, layer: str, slug: str, lang: str) -> ArticleRow | None:
        query = select(ArticleRow).where(ArticleRow.layer == layer, ArticleRow.slug == slug, ArticleRow.lang == lang)
        return (await session.execute(query)).scalar_one_or_none()

    @staticmethod
    async def _version(session: AsyncSession, article_id: int, number: int) -> VersionRow:
        query = select(VersionRow).where(VersionRow.article_id == article_id, VersionRow.number == number)
        return (await session.execute(query)).scalar_one()


def _stored(row: ArticleRow, version: VersionRow) -> StoredArticle:
    status: Status = row.status if row.newest_version == version.number else "published"  # type: ignore[assignment]
    return StoredArticle(
        layer=row.layer,
        version=version.number,
        status=status,
        live=row.live_version == version.number,
        author=version.author,
        saved_at=version.created_at,
        article=Article(**version.front_matter, body=version.body),
        note=version.note or "",
        given_status=version.status or status,  # type: ignore[arg-type]
        live_version=row.live_version,
        updated_at=row.updated_at,
        facts_at=row.facts_at,
        scheduled_for=row.scheduled_for,
        scheduled_version=row.scheduled_version,
    )


def _sha(article: Article) -> str:
    text = json.dumps([article.front_matter, article.body], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
