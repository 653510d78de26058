"""Putting a case on the list of those to be followed: when a webhook says so, and by the clock in case none came."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.database import Database
from firstline.desk.models import Case
from firstline.helpdesks.keeping import FOLLOW
from firstline.helpdesks.models import OPEN, HelpdeskTicket
from firstline.outbox.models import PENDING, Notice
from firstline.outbox.store import note_for

_AT_ONCE = 100


async def follow_soon(session: AsyncSession, partner: str, number: str, at: datetime) -> None:
    """Let the case be followed; one that waits for that already covers this call too."""
    waiting = exists().where(
        Notice.partner == partner, Notice.case_number == number, Notice.channel == "helpdesk", Notice.kind == FOLLOW,
        Notice.state == PENDING, Notice.attempts == 0,
    )  # fmt: skip
    if not await session.scalar(select(waiting)):
        note_for(session, "helpdesk", partner, FOLLOW, number, {}, at)


async def follow_old(database: Database, now: datetime, every: timedelta) -> int:
    """Let each open case be followed that was not for ``every``; return how many. Webhooks do get lost."""
    query = (
        select(Case.partner, Case.number, HelpdeskTicket.id)
        .join(Case, Case.id == HelpdeskTicket.case_id)
        .where(HelpdeskTicket.state == OPEN, HelpdeskTicket.followed_at <= now - every, Case.status != "closed")
        .order_by(HelpdeskTicket.followed_at)
        .limit(_AT_ONCE)
    )
    async with database.session() as session:
        due = (await session.execute(query)).all()
        for partner, number, ticket_id in due:
            (await session.get_one(HelpdeskTicket, ticket_id)).followed_at = now
            await follow_soon(session, partner, number, now)
    return len(due)
