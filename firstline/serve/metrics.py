"""Figures for Prometheus: what this process counted, and how cases, promises and notices stand in the database."""

from datetime import datetime

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.chat.bot_client import BotClient
from firstline.conversations.models import Conversation
from firstline.conversations.states import State
from firstline.core import metrics as figures
from firstline.core.database import Database
from firstline.core.logs import get_logger
from firstline.core.times import utcnow
from firstline.desk.models import Case, CasePromise
from firstline.outbox.models import PENDING, SENT, Notice

_log = get_logger("metrics")


def metrics_router(database: Database, bot: BotClient) -> APIRouter:
    """Return ``GET /metrics`` in Prometheus' text format; it answers without database and bot, too."""
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    async def metrics() -> Response:
        figures.BOT_UP.set(await bot.health() is not None)
        for gauge in figures.FROM_DATABASE:
            gauge.clear()
        try:
            async with database.reading() as session:
                await _cases(session, utcnow())
                await _promises(session, utcnow())
                await _notices(session, utcnow())
            figures.DATABASE_UP.set(1)
        except Exception as error:
            figures.DATABASE_UP.set(0)
            _log.error("metrics_without_database", error=type(error).__name__)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


async def _cases(session: AsyncSession, now: datetime) -> None:
    waits = Conversation.state == State.WAITING
    rows = (
        select(Case.partner, func.count(), func.count().filter(waits), func.min(Case.waiting_since).filter(waits))
        .join(Conversation, Conversation.id == Case.conversation_id)
        .where(Case.status != "closed")
        .group_by(Case.partner)
    )
    for partner, there, waiting, since in await session.execute(rows):
        figures.CASES_OPEN.labels(partner).set(there)
        figures.CASES_WAITING.labels(partner).set(waiting)
        figures.LONGEST_WAIT_SECONDS.labels(partner).set((now - since).total_seconds() if since else 0)


async def _promises(session: AsyncSession, now: datetime) -> None:
    unkept = (Case.status != "closed", CasePromise.met_at.is_(None), CasePromise.paused_at.is_(None))
    rows = (
        select(Case.partner, CasePromise.kind, func.count(), func.count().filter(CasePromise.due <= now))
        .join(Case, Case.id == CasePromise.case_id)
        .where(*unkept)
        .group_by(Case.partner, CasePromise.kind)
    )
    for partner, kind, there, overdue in await session.execute(rows):
        figures.PROMISES_OPEN.labels(partner, kind).set(there)
        figures.PROMISES_OVERDUE.labels(partner, kind).set(overdue)


async def _notices(session: AsyncSession, now: datetime) -> None:
    rows = select(Notice.channel, Notice.state, func.count()).where(Notice.state != SENT)
    for channel, state, there in await session.execute(rows.group_by(Notice.channel, Notice.state)):
        figures.OUTBOX_NOTICES.labels(channel, state).set(there)
    oldest = await session.scalar(
        select(func.min(Notice.next_at)).where(Notice.state == PENDING, Notice.next_at <= now)
    )
    figures.OUTBOX_OLDEST_SECONDS.set((now - oldest).total_seconds() if oldest else 0)
