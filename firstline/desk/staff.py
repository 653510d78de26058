"""Staff accounts, log-in and sessions."""

import hashlib
import re
import secrets
from datetime import timedelta
from typing import Literal

from pwdlib import PasswordHash
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.errors import BadInput, Conflict, NotSignedIn
from firstline.core.times import utcnow
from firstline.desk.models import Staff, StaffSession

Role = Literal["author", "agent", "admin"]
ROLES: tuple[Role, ...] = ("author", "agent", "admin")
PASSWORD_MIN = 10

_hasher = PasswordHash.recommended()
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# Verified when the account is unknown, so that the answer takes as long as for a wrong password.
_nobody = _hasher.hash(secrets.token_hex(16))


async def add_staff(
    session: AsyncSession, partner: str, email: str, role: str, password: str, name: str | None = None
) -> Staff:
    """Add an account. Raises ``BadInput`` for a bad address, role or short password, ``Conflict`` for a second one."""
    email = email.strip().lower()
    if not _EMAIL.fullmatch(email):
        raise BadInput(f"'{email}' is no e-mail address.")
    if role not in ROLES:
        raise BadInput(f"'{role}' is no role; use one of {', '.join(ROLES)}.")
    if len(password) < PASSWORD_MIN:
        raise BadInput(f"The password is too short: use {PASSWORD_MIN} characters or more.")
    if await _find(session, partner, email) is not None:
        raise Conflict(f"{email} already has an account at partner '{partner}'.")
    staff = Staff(
        partner=partner,
        email=email,
        name=(name or email.split("@")[0]).strip(),
        role=role,
        password_hash=_hasher.hash(password),
    )
    session.add(staff)
    await session.flush()
    return staff


async def log_in(session: AsyncSession, partner: str, email: str, password: str, hours: int) -> tuple[str, Staff]:
    """Return a new session's token and the account; raises ``NotSignedIn`` without saying which part was wrong."""
    staff = await _find(session, partner, email.strip().lower())
    right, newer_hash = _hasher.verify_and_update(password, staff.password_hash if staff else _nobody)
    if staff is None or not right:
        raise NotSignedIn("Partner, e-mail address or password is wrong.", code="wrong_login")
    if newer_hash:
        staff.password_hash = newer_hash
    token = secrets.token_urlsafe(32)
    session.add(StaffSession(token_hash=_hash(token), staff_id=staff.id, expires_at=utcnow() + timedelta(hours=hours)))
    return token, staff


async def staff_of(session: AsyncSession, token: str) -> Staff:
    """Return who a session's token belongs to; raises ``NotSignedIn`` when it is forged or past its time."""
    query = (
        select(Staff)
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(StaffSession.token_hash == _hash(token), StaffSession.expires_at > utcnow())
    )
    staff = (await session.scalars(query)).first()
    if staff is None:
        raise NotSignedIn("Your session has ended; log in again.")
    return staff


async def log_out(session: AsyncSession, token: str) -> None:
    """End a session."""
    await session.execute(delete(StaffSession).where(StaffSession.token_hash == _hash(token)))


async def _find(session: AsyncSession, partner: str, email: str) -> Staff | None:
    query = select(Staff).where(Staff.partner == partner, Staff.email == email)
    return (await session.scalars(query)).first()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
