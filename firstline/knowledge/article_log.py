"""Who changed what in the articles."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.knowledge.models import ArticleEvent


def note_event(
    session: AsyncSession, layer: str, slug: str, lang: str, *, version: int | None, who: str, what: str, note: str = ""
) -> None:
    """Add an entry inside the transaction of the change it tells of."""
    session.add(ArticleEvent(layer=layer, slug=slug, lang=lang, version=version, who=who, what=what, note=note))


async def events(session: AsyncSession, layer: str, slug: str | None, limit: int) -> Sequence[ArticleEvent]:
    """Return the newest ``limit`` entries of a layer, newest first; of one article when ``slug`` is given."""
    query = select(ArticleEvent).where(ArticleEvent.layer == layer).order_by(ArticleEvent.id.desc()).limit(limit)
    if slug is not None:
        query = query.where(ArticleEvent.slug == slug)
    return (await session.scalars(query)).all()
