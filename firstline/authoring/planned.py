"""Publishing that was planned, and what is checked once more when its time has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.authoring.effects import Effects
from firstline.core.database import Database
from firstline.core.logs import get_logger
from firstline.knowledge.article_log import note_event
from firstline.knowledge.articles import Article
from firstline.knowledge.models import ArticleRow, VersionRow
from firstline.knowledge.service import Knowledge

_log = get_logger("authoring")


class Planned:
    """Publishes what is due; holds back what would lose a must-answer question that nobody has confirmed."""

    def __init__(self, database: Database, knowledge: Knowledge, effects: Effects) -> None:
        """Read plans from ``database``, publish through ``knowledge``, ask must-answer questions by ``effects``."""
        self._database = database
        self._knowledge = knowledge
        self._effects = effects

    async def publish_due(self, now: datetime) -> int:
        """Publish every version whose time has come, but for those held back; returns how many layers changed.

        Between planning and publishing other articles change, so each layer's plans are asked the must-answer
        questions again, one on top of the other. A plan that would lose one its author did not accept stays with its
        article, which names the questions, until somebody publishes it or gives it another status.
        """
        async with self._database.reading() as session:
            due = await _due(session, now)
        accepted: dict[str, list[Article]] = {}
        for plan in due:
            before = accepted.setdefault(plan.layer, [])
            lost = (await self._effects.on_musts(plan.layer, [plan.article], after=before)).lost_musts
            if unconfirmed := [question for question in lost if question not in plan.confirmed]:
                await self._hold(plan, unconfirmed)
            else:
                before.append(plan.article)
        return await self._knowledge.publish_due(now)

    async def _hold(self, plan: "_Plan", lost: Sequence[str]) -> None:
        async with self._database.session() as session:
            # Whoever changed the plan since it was read has decided otherwise.
            query = update(ArticleRow).where(
                ArticleRow.id == plan.id,
                ArticleRow.scheduled_version == plan.version,
                ArticleRow.scheduled_for == plan.at,
                ArticleRow.scheduled_lost.is_(None),
            )
            changed = await session.execute(query.values(scheduled_lost="\n".join(lost)))
            if not changed.rowcount:  # type: ignore[attr-defined]
                return
            slug, lang = plan.article.slug, plan.article.lang
            note_event(
                session, plan.layer, slug, lang, version=plan.version, who=plan.who, what="held_back",
                note="\n".join(lost),
            )  # fmt: skip
        _log.warning("publishing_held_back", partner=plan.layer, slug=slug, lang=lang, lost=len(lost))


async def confirm(session: AsyncSession, layer: str, slug: str, lang: str, lost: Sequence[str]) -> None:
    """Keep with an article's plan the must-answer questions whose loss its author accepted."""
    await session.execute(
        update(ArticleRow)
        .where(ArticleRow.layer == layer, ArticleRow.slug == slug, ArticleRow.lang == lang)
        .values(scheduled_despite="\n".join(lost) or None, scheduled_lost=None)
    )


@dataclass(frozen=True)
class _Plan:
    id: int
    layer: str
    article: Article
    version: int
    at: datetime
    who: str
    confirmed: frozenset[str]


async def _due(session: AsyncSession, now: datetime) -> list[_Plan]:
    query = (
        select(ArticleRow, VersionRow)
        .join(
            VersionRow, (VersionRow.article_id == ArticleRow.id) & (VersionRow.number == ArticleRow.scheduled_version)
        )
        .where(ArticleRow.scheduled_for <= now, ArticleRow.scheduled_lost.is_(None))
        .order_by(ArticleRow.scheduled_for, ArticleRow.id)
    )
    return [
        _Plan(
            id=row.id,
            layer=row.layer,
            article=Article(**version.front_matter, body=version.body),
            version=version.number,
            at=row.scheduled_for,
            who=row.scheduled_by or version.author,
            confirmed=frozenset((row.scheduled_despite or "").split("\n")),
        )
        for row, version in (await session.execute(query)).tuples()
        if row.scheduled_for is not None
    ]
