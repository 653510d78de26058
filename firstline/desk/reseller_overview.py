"""How a reseller's desk stands now, for its provider: what waits, what burns, what was kept, who is there."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.conversations.models import Conversation
from firstline.conversations.states import State
from firstline.core.times import iso
from firstline.desk.duty import duty_at
from firstline.desk.filters import CaseFilter
from firstline.desk.listing import count
from firstline.desk.models import Case, CasePromise
from firstline.desk.presence import team

KEPT_DAYS = 30
_COUNTED = {
    "open": CaseFilter(status=["open"]),
    "waiting": CaseFilter(status=["waiting"]),
    "overdue": CaseFilter(status=["open"], due=["overdue"]),
    "warning": CaseFilter(status=["open"], due=["warning"]),
}


async def overview(
    session: AsyncSession, partner: str, charter: Charter, staff_id: int, now: datetime
) -> dict[str, Any]:
    """Return the numbers of one reseller.

    ``oldest_wait`` is since when the first waiting customer waits. ``promises`` counts those that came due in the last
    ``KEPT_DAYS`` days, and how many of them were met in time. ``duty`` is ``here``, ``nobody`` or ``closed``.
    """
    counts = await count(session, partner, list(_COUNTED.values()), staff_id, now)
    waits = (
        select(func.min(Case.waiting_since))
        .join(Conversation, Conversation.id == Case.conversation_id)
        .where(Case.partner == partner, Case.status == "open", Conversation.state == State("waiting"))
    )
    oldest = await session.scalar(waits)
    duty = await duty_at(session, charter, partner, now, charter.default_language)
    members = await team(session, partner, now)
    closed = duty.code == "closed" and duty.now.next_open
    return {
        **dict(zip(_COUNTED, counts, strict=True)),
        "oldest_wait": iso(oldest) if oldest else None,
        "promises": await _promises(session, partner, now),
        "duty": duty.code,
        "next_open": iso(closed) if closed else None,
        "on_duty": [member.name for member in members if member.standing == "here"],
    }


def burning(row: dict[str, Any]) -> tuple[Any, ...]:
    """Return the place of a row: what is late first, then what soon will be, then who waits longest."""
    late = row["overdue"] + row["escalations"]["late"]
    return (-late, -row["warning"], row["oldest_wait"] or "~", -row["escalations"]["waiting"], row["partner"])


async def _promises(session: AsyncSession, partner: str, now: datetime) -> dict[str, int]:
    kept = case((CasePromise.met_at <= CasePromise.due, 1), else_=0)
    measured = or_(CasePromise.met_at.is_not(None), CasePromise.paused_at.is_(None))
    in_time = and_(CasePromise.due > now - timedelta(days=KEPT_DAYS), CasePromise.due <= now)
    query = (
        select(func.count(), func.coalesce(func.sum(kept), 0))
        .select_from(CasePromise)
        .join(Case, Case.id == CasePromise.case_id)
        .where(Case.partner == partner, in_time, measured)
    )
    total, met = (await session.execute(query)).one()
    return {"due": int(total), "kept": int(met)}
