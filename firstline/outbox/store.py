"""Write notices, and let an admin see and repeat what could not be delivered."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.database import insert_if_absent
from firstline.core.errors import NotFound
from firstline.core.times import iso, utcnow
from firstline.outbox.models import DEAD, GIVEN_UP, PENDING, SENT, Notice

STATES = ("pending", "sent", "dead", "given_up")
Reason = Literal["wrong_address", "told_otherwise", "not_needed"]
_AT_ONCE = 1000
_STUCK = or_(Notice.state == DEAD, (Notice.state == PENDING) & (Notice.attempts > 0))
# By the other channels work is handed on that tells nobody anything; it is shown when it got stuck.
_SHOWN = or_(Notice.channel.in_(("email", "webhook")), Notice.state == GIVEN_UP, _STUCK)


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
    """Return a partner's newest notices in ``state``, without what went well and told nobody."""
    query = select(Notice).where(Notice.partner == partner, Notice.state == state, _SHOWN)
    return (await session.scalars(query.order_by(Notice.created_at.desc(), Notice.id).limit(limit))).all()


async def counts(session: AsyncSession, partner: str) -> dict[str, int]:
    """Return how many notices a partner has in each state, each as ``notices`` lists them."""
    query = select(Notice.state, func.count()).where(Notice.partner == partner, _SHOWN).group_by(Notice.state)
    found = {row[0]: row[1] for row in (await session.execute(query)).all()}
    return {state: found.get(state, 0) for state in STATES}


async def retry(session: AsyncSession, partner: str, ident: str | None, now: datetime) -> list[Notice]:
    """Let undeliverable notices be tried again, with as many attempts as new ones; ``None`` for all of a partner.

    With an ``ident`` one that is failing is tried at once, too. Raises ``NotFound`` for an ``ident`` that is neither
    undeliverable nor failing at this partner.
    """
    change = update(Notice).where(Notice.partner == partner)
    change = change.where(Notice.state == DEAD) if ident is None else change.where(Notice.id == ident, _STUCK)
    again = list(
        await session.scalars(change.values(state=PENDING, attempts=0, next_at=now, done_at=None).returning(Notice))
    )
    if ident is not None and not again:
        raise NotFound("There is no undeliverable notice with this id; load the list again.", code="no_notice")
    return again


async def failing(session: AsyncSession, partner: str, limit: int = 200) -> Sequence[Notice]:
    """Return a partner's notices that were tried in vain and will be tried again, the next one first."""
    query = select(Notice).where(Notice.partner == partner, Notice.state == PENDING, Notice.attempts > 0)
    return (await session.scalars(query.order_by(Notice.next_at, Notice.id).limit(limit))).all()


async def give_up(session: AsyncSession, partner: str, ident: str, reason: Reason, who: str, now: datetime) -> Notice:
    """Deliver a notice no more; what it says goes, ``reason`` and ``who`` stay.

    Raises ``NotFound`` for an ``ident`` that is neither undeliverable nor failing at this partner.
    """
    kept = {"reason": reason, "by": who}
    change = update(Notice).where(Notice.partner == partner, Notice.id == ident, _STUCK)
    change = change.values(state=GIVEN_UP, content=kept, done_at=now)
    given_up: Notice | None = await session.scalar(change.returning(Notice))
    if given_up is None:
        raise NotFound("There is no undelivered notice with this id; load the list again.", code="no_notice")
    return given_up


async def delete_old(session: AsyncSession, days: int, now: datetime) -> int:
    """Delete what was sent or given up longer than ``days`` ago, so many at once; return how many.

    What is undeliverable stays until somebody has looked at it.
    """
    old = select(Notice.id).where(Notice.state.in_((SENT, GIVEN_UP)), Notice.done_at < now - timedelta(days=days))
    idents = list(await session.scalars(old.limit(_AT_ONCE)))
    await session.execute(delete(Notice).where(Notice.id.in_(idents)))
    return len(idents)


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
        "receipt": notice.content.get("receipt", "") if notice.state == SENT else "",
        "created_at": iso(notice.created_at),
        "next_at": iso(notice.next_at) if notice.state == PENDING else None,
        "done_at": iso(notice.done_at) if notice.done_at else None,
        "given_up": notice.content if notice.state == GIVEN_UP else None,
    }
