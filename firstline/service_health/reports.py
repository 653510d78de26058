"""How many customers report the same trouble at the same time."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.service_health.models import TroubleReport

_KEPT = timedelta(days=1)


async def report_trouble(
    session: AsyncSession, partner: str, conversation_id: str, product: str, symptom: str, at: datetime
) -> None:
    """Keep that a conversation reports trouble; reports older than a day are of no use and go."""
    await session.execute(delete(TroubleReport).where(TroubleReport.at < at - _KEPT))
    session.add(
        TroubleReport(partner=partner, conversation_id=conversation_id, product=product, symptom=symptom, at=at)
    )


async def others_reporting(
    session: AsyncSession, partner: str, conversation_id: str, product: str, symptom: str, since: datetime
) -> int:
    """Return how many other conversations of the partner reported the same product and symptom since ``since``."""
    query = select(func.count(func.distinct(TroubleReport.conversation_id))).where(
        TroubleReport.partner == partner,
        TroubleReport.conversation_id != conversation_id,
        TroubleReport.product == product,
        TroubleReport.symptom == symptom,
        TroubleReport.at >= since,
    )
    return int(await session.scalar(query) or 0)
