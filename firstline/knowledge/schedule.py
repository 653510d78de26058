"""Versions that go live later."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.knowledge.article_log import note_event
from firstline.knowledge.models import ArticleRow, VersionRow
from firstline.knowledge.revisions import next_revision


def clear_schedule(row: ArticleRow) -> None:
    """Forget what was planned for the article."""
    row.scheduled_version = row.scheduled_for = row.scheduled_by = None
    row.scheduled_despite = row.scheduled_lost = None


async def publish_due(session: AsyncSession, now: datetime) -> set[str]:
    """Make every version live whose time has come and that nothing holds back; return the layers that changed.

    An article whose newest version is another one keeps that as its draft. Rows are locked where the database can, so
    that of several processes one publishes.
    """
    query = (
        select(ArticleRow, VersionRow)
        .join(
            VersionRow, (VersionRow.article_id == ArticleRow.id) & (VersionRow.number == ArticleRow.scheduled_version)
        )
        .where(ArticleRow.scheduled_for <= now, ArticleRow.scheduled_lost.is_(None))
        .with_for_update(of=ArticleRow, skip_locked=True)
    )
    changed: dict[str, list[ArticleRow]] = {}
    for row, version in (await session.execute(query)).tuples():
        row.live_version = version.number
        version.status = "published"
        if row.newest_version == version.number:
            row.status = "published"
        row.updated_at = now
        who = row.scheduled_by or version.author
        clear_schedule(row)
        note_event(session, row.layer, row.slug, row.lang, version=version.number, who=who, what="published_on_time")
        changed.setdefault(row.layer, []).append(row)
    for layer, rows in sorted(changed.items()):
        revision = await next_revision(session, layer)
        for row in rows:
            row.revision = revision
    return set(changed)
