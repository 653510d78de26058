"""Write notices, and let an admin see and repeat what could not be delivered."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.database import insert_if_absent
from firstline.core.errors import NotFound
from firstline.core.times import iso, utcnow
from firstline.outbox.models import DEAD, PENDING, Notice

STATES = ("pending", "sent", "dead")


def note_event(
    session: AsyncSession, partner: str, kind: str, case_number: str, content: dict[str, Any], at: datetime
) -> None:
    """Write down in the session's transaction that something happened; people are told after ``at``."""
    note_for(session, "event", partner, kind, case_number, content, at)


def note_for(
    session: AsyncSession,
    channel: str,
    partner: str,
    kind: str,
    case_number: str,
    content: dict[str, Any],
    at: datetime,
) -> None:
    """Write down in the session's transaction what ``channel`` has to do after ``at``."""
    ident = uuid.uuid4().hex
    session.add(
        Notice(
            id=ident, key=f"{channel}:{ident}", partner=partner, channel=channel, kind=kind, case_number=case_number,
            target="", content=content, next_at=at,
        )
    )  # fmt: skip


async def put(
    session: AsyncSession, event: Notice, channel: str, target: str, content: dict[str, Any], at: datetime
) -> None:
    """Write a notice that follows from ``event``, to go out at ``at``; the same one again changes nothing."""
    await insert_if_absent(
        session, Notice, id=uuid.uuid4().hex, key=f"{event.id}:{channel}:{uuid.uuid5(uuid.NAMESPACE_URL, target).hex}",
        partner=event.partner, channel=channel, kind=event.kind, case_number=event.case_number, target=target,
        content=content, state=PENDING, attempts=0, error="", created_at=utcnow(), next_at=at,
    )  # fmt: skip


async def notices(session: AsyncSession, partner: str, state: str, limit: int = 200) -> Sequence[Notice]:
    """Return a partner's newest notices in ``state``."""
    query = select(Notice).where(Notice.partner == partner, Notice.state == state)
    return (await session.scalars(query.order_by(Notice.created_at.desc(), Notice.id).limit(limit))).all()


async def counts(session: AsyncSession, partner: str) -> dict[str, int]:
    """Return how many notices a partner has in each state."""
    query = select(Notice.state, func.count()).where(Notice.partner == partner).group_by(Notice.state)
    found = {row[0]: row[1] for row in (await session.execute(query)).all()}
    return {state: found.get(state, 0) for state in STATES}


async def retry(session: AsyncSession, partner: str, ident: str | None, now: datetime) -> list[Notice]:
    """Let undeliverable notices be tried again, with as many attempts as new ones; ``None`` for all of a partner.

    Raises ``NotFound`` for an ``ident`` that is no undeliverable notice of this partner.
    """
    change = update(Notice).where(Notice.partner == partner, Notice.state == DEAD)
    if ident is not None:
        change = change.where(Notice.id == ident)
    again = list(
        await session.scalars(change.values(state=PENDING, attempts=0, next_at=now, done_at=None).returning(Notice))
    )
    if ident is not None and not again:
        raise NotFound("There is no undeliverable notice with this id; load the list again.", code="no_notice")
    return again


def notice_json(notice: Notice) -> dict[str, Any]:
    """Return a notice for an admin; what it says to a customer stays out of it."""
    return {
        "id": notice.id,
        "kind": notice.kind,
        "channel": notice.channel,
        "case": notice.case_number,
        "target": notice.target,
        "state": notice.state,
        "attempts": notice.attempts,
        "error": notice.error,
        "created_at": iso(notice.created_at),
        "next_at": iso(notice.next_at) if notice.state == PENDING else None,
        "done_at": iso(notice.done_at) if notice.done_at else None,
    }
