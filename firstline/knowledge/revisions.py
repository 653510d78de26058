"""Numbers that tell an index which articles changed since it was made."""

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.knowledge.models import ArticleRow, HiddenRow, LayerRow
from firstline.knowledge.stored import Key


async def next_revision(session: AsyncSession, layer: str) -> int:
    """Give the layer its next revision, inside the transaction of the change it stands for.

    Until the transaction ends nobody else can give that layer one, so that revisions become visible in their order.
    Articles are written first, then revisions: two transactions can't wait for each other.
    """
    await session.flush()
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = (
        insert(LayerRow)
        .values(layer=layer, revision=1)
        .on_conflict_do_update(index_elements=[LayerRow.layer], set_={"revision": LayerRow.revision + 1})
        .returning(LayerRow.revision)
    )
    return (await session.execute(statement)).scalar_one()


async def revisions(session: AsyncSession) -> dict[str, int]:
    """Return the revision of every layer that has one."""
    return dict((await session.execute(select(LayerRow.layer, LayerRow.revision))).tuples().all())


async def changed_since(session: AsyncSession, reader: str, layers: Sequence[str], seen: Mapping[str, int]) -> set[Key]:
    """Return the articles of ``layers`` whose live text changed, or that ``reader`` hid or brought back."""
    newer = or_(*(and_(ArticleRow.layer == layer, ArticleRow.revision > seen.get(layer, 0)) for layer in layers))
    hidden = select(HiddenRow.slug, HiddenRow.lang).where(
        HiddenRow.partner == reader, HiddenRow.revision > seen.get(reader, 0)
    )
    found = [*(await session.execute(select(ArticleRow.slug, ArticleRow.lang).where(newer))).tuples()]
    return {(slug, lang) for slug, lang in [*found, *(await session.execute(hidden)).tuples()]}
