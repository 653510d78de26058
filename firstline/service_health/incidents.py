"""Incidents that a partner declares to all its customers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.errors import BadInput, NotFound
from firstline.core.times import iso, utcnow
from firstline.service_health.models import DeclaredIncident


async def declare(
    session: AsyncSession,
    partner: str,
    who: str,
    *,
    text: dict[str, str],
    product: str | None,
    starts_at: datetime | None,
    ends_at: datetime | None,
) -> DeclaredIncident:
    """Tell all customers of the partner something from ``starts_at`` (now) until ``ends_at`` (until it is ended).

    ``text``: ``{"ko", "en"}``. Raises ``BadInput`` when a language is missing, or the end isn't after start and now.
    """
    starts_at = starts_at or utcnow()
    words = {lang: text.get(lang, "").strip() for lang in ("ko", "en")}
    if missing := [lang for lang, said in words.items() if not said]:
        raise BadInput(f"The text in '{missing[0]}' is empty; customers read both languages.", code="empty")
    if ends_at is not None and ends_at <= max(starts_at, utcnow()):
        raise BadInput("The end has to lie after the start, and in the future.", code="bad_time")
    incident = DeclaredIncident(
        partner=partner,
        text_ko=words["ko"],
        text_en=words["en"],
        product=product,
        starts_at=starts_at,
        ends_at=ends_at,
        declared_by=who,
    )
    session.add(incident)
    await session.flush()
    return incident


async def end_incident(session: AsyncSession, partner: str, number: int) -> DeclaredIncident:
    """End an incident now; one that has ended stays as it is. Raises ``NotFound`` for another partner's too."""
    incident = await session.get(DeclaredIncident, number, with_for_update=True)
    if incident is None or incident.partner != partner:
        raise NotFound(f"There is no incident {number}.", code="no_incident")
    now = utcnow()
    if incident.ends_at is None or incident.ends_at > now:
        incident.ends_at = now
    return incident


async def incidents_now(session: AsyncSession, partner: str, at: datetime) -> Sequence[DeclaredIncident]:
    """Return the partner's incidents that hold at ``at``, the newest first."""
    return [row for row in await incidents_not_over(session, partner, at) if row.starts_at <= at]


async def incidents_not_over(session: AsyncSession, partner: str, at: datetime) -> Sequence[DeclaredIncident]:
    """Return the partner's incidents that have not ended at ``at``, announced ones included."""
    query = select(DeclaredIncident).where(
        DeclaredIncident.partner == partner,
        or_(DeclaredIncident.ends_at.is_(None), DeclaredIncident.ends_at > at),
    )
    return (await session.scalars(query.order_by(DeclaredIncident.starts_at.desc(), DeclaredIncident.id.desc()))).all()


def incident_json(incident: DeclaredIncident) -> dict[str, Any]:
    """Return an incident as customers' widgets read it."""
    return {
        "id": incident.id,
        "text": {"ko": incident.text_ko, "en": incident.text_en},
        "product": incident.product,
        "starts_at": iso(incident.starts_at),
        "ends_at": iso(incident.ends_at) if incident.ends_at else None,
    }
