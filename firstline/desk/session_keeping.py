"""Keeps staff's sessions true over time and processes: ends what is past its time, tells what ended elsewhere."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.core.sockets import SESSION_ENDED
from firstline.core.times import utcnow
from firstline.desk.models import Staff, StaffSession
from firstline.desk.oidc import forget_old_logins
from firstline.desk.sessions import act_for, end, session_topic
from firstline.desk.throttle import forget_old_failures

_ENDED_KEPT = timedelta(days=30)
_LOOK_BACK = timedelta(seconds=10)


async def keep_sessions(database: Database, settings: Settings, providers: Mapping[str, str]) -> None:
    """End sessions past their time, bring home who acts at a former reseller, forget old failures and log-ins."""
    now = utcnow()
    async with database.session() as session:
        await end_expired(session, now, settings.staff_idle_minutes)
        await leave_former_resellers(session, providers)
        await forget_old_failures(session, now)
        await forget_old_logins(session, now)


async def follow_ended(database: Database, since: datetime) -> datetime:
    """Tell this process's sockets of sessions that ended since then in any process; return when to look from next.

    It looks back a little further: a clock elsewhere may be behind. Being told twice does no harm.
    """
    now = utcnow()
    async with database.reading() as session:
        query = select(StaffSession.id).where(StaffSession.ended_at >= since - _LOOK_BACK)
        ended = (await session.scalars(query)).all()
    for session_id in ended:
        database.hub.publish(session_topic(session_id), {"type": SESSION_ENDED})
    return now


async def end_expired(session: AsyncSession, now: datetime, idle_minutes: int) -> int:
    """End what is past its time, so that open sockets end too; forget what ended long ago. Return how many ended."""
    late = or_(StaffSession.expires_at <= now, StaffSession.last_seen_at <= now - timedelta(minutes=idle_minutes))
    expired = (await session.scalars(select(StaffSession).where(StaffSession.ended_at.is_(None), late))).all()
    for found in expired:
        end(session, found, now)
    for old in await session.scalars(select(StaffSession).where(StaffSession.ended_at < now - _ENDED_KEPT)):
        await session.delete(old)
    return len(expired)


async def leave_former_resellers(session: AsyncSession, providers: Mapping[str, str]) -> None:
    """Bring sessions home that act at a partner which names another provider now, or none."""
    query = (
        select(StaffSession, Staff.partner)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.acting_for.is_not(None), StaffSession.ended_at.is_(None))
    )
    for found, home in (await session.execute(query)).all():
        if providers.get(found.acting_for or "") != home:
            await act_for(session, found.id, None)
