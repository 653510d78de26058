"""Staff's sessions: begin, find whose one is, see, end. What ends one is told to open sockets at once."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.database import publish_later
from firstline.core.errors import NotFound, NotSignedIn
from firstline.core.logs import client_address
from firstline.core.sockets import SESSION_ENDED
from firstline.core.times import iso, utcnow
from firstline.desk.models import Staff, StaffSession

_SEEN_EVERY = timedelta(minutes=1)


def session_topic(session_id: str | None) -> str:
    """Return the hub's topic that a session's sockets listen to, so that they end with it."""
    return f"staff-session:{session_id}"


def begin_session(session: AsyncSession, staff: Staff, *, hours: int, browser: str = "", how: str = "password") -> str:
    """Start a session and return its token, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            id=secrets.token_hex(8),
            token_hash=hash_token(token),
            staff_id=staff.id,
            address=client_address.get(),
            browser=browser[:200],
            how=how,
            expires_at=utcnow() + timedelta(hours=hours),
        )
    )
    return token


async def staff_of(session: AsyncSession, token: str, idle_minutes: int | None = None) -> Staff:
    """Return who a session's token belongs to, with ``session_id``, and as who they act.

    Raises ``NotSignedIn`` when it is forged, ended or past its time, or when the account is disabled. ``home`` and
    ``partner`` are only what the session says: whoever asks has to check that the partner still is a reseller.
    """
    staff, _ = await staff_and_session(session, token, idle_minutes)
    return staff


async def staff_and_session(
    session: AsyncSession, token: str, idle_minutes: int | None = None
) -> tuple[Staff, StaffSession]:
    """Return the account and its session; raises ``NotSignedIn`` as ``staff_of`` does."""
    now = utcnow()
    query = (
        select(Staff, StaffSession)
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(
            StaffSession.token_hash == hash_token(token), StaffSession.ended_at.is_(None), StaffSession.expires_at > now
        )
        .where(Staff.disabled_at.is_(None))
    )
    if idle_minutes is not None:
        query = query.where(StaffSession.last_seen_at > now - timedelta(minutes=idle_minutes))
    row = (await session.execute(query)).first()
    if row is None:
        raise NotSignedIn("Your session has ended; log in again.")
    staff, found = row[0], row[1]
    staff.session_id = found.id
    return staff, found


def hash_token(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def seen_lately(found: StaffSession) -> bool:
    """Say whether the session's ``last_seen_at`` is new enough to be left alone."""
    return utcnow() - found.last_seen_at < _SEEN_EVERY


async def mark_seen(session: AsyncSession, session_id: str) -> None:
    """Note that the session was used now, and from where."""
    change = update(StaffSession).where(StaffSession.id == session_id)
    address = client_address.get()
    await session.execute(change.values(last_seen_at=utcnow(), **({"address": address} if address else {})))


async def list_sessions(session: AsyncSession, staff: Staff) -> Sequence[StaffSession]:
    """Return somebody's sessions that haven't ended, the one used last first."""
    query = (
        select(StaffSession)
        .where(StaffSession.staff_id == staff.id, StaffSession.ended_at.is_(None), StaffSession.expires_at > utcnow())
        .order_by(StaffSession.last_seen_at.desc())
    )
    return (await session.scalars(query)).all()


async def end_session(session: AsyncSession, staff: Staff, session_id: str) -> None:
    """End one of somebody's sessions; raises ``NotFound`` for one that isn't theirs or has ended."""
    found = await session.get(StaffSession, session_id)
    if found is None or found.staff_id != staff.id or found.ended_at is not None:
        raise NotFound("There is no such session.", code="no_session")
    end(session, found, utcnow())


async def end_sessions(session: AsyncSession, staff: Staff, *, but: str | None = None) -> int:
    """End somebody's sessions, all or all ``but`` one, and return how many."""
    ended = [found for found in await list_sessions(session, staff) if found.id != but]
    for found in ended:
        end(session, found, utcnow())
    return len(ended)


async def reconnect(session: AsyncSession, staff: Staff) -> None:
    """Have the person's open sockets connect again, since what they may see has changed."""
    for found in await list_sessions(session, staff):
        publish_later(session, session_topic(found.id), {"type": "overflow"})


async def act_for(session: AsyncSession, session_id: str | None, reseller: str | None) -> None:
    """Have a session act at a reseller, or at home again; its open sockets connect anew."""
    await session.execute(update(StaffSession).where(StaffSession.id == session_id).values(acting_for=reseller))
    publish_later(session, session_topic(session_id or ""), {"type": "overflow"})


def session_json(found: StaffSession, current: str | None) -> dict[str, Any]:
    """Return a session for whoever may see it."""
    return {
        "id": found.id,
        "created_at": iso(found.created_at),
        "last_seen_at": iso(found.last_seen_at),
        "expires_at": iso(found.expires_at),
        "address": found.address,
        "browser": found.browser,
        "how": found.how,
        "acting_for": found.acting_for,
        "current": found.id == current,
    }


def end(session: AsyncSession, found: StaffSession, at: datetime) -> None:
    """End the session, and its sockets once that is committed."""
    found.ended_at = at
    publish_later(session, session_topic(found.id), {"type": SESSION_ENDED})
