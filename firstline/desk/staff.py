"""Staff accounts: add, find, change, disable, invite."""

import re
import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.errors import BadInput, Conflict, NotFound
from firstline.core.times import iso, utcnow
from firstline.desk.models import Staff
from firstline.desk.passwords import check_password, hash_password
from firstline.desk.permissions import ROLES, Action, in_order
from firstline.desk.sessions import end_sessions, hash_token, reconnect

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


async def add_staff(
    session: AsyncSession,
    partner: str,
    email: str,
    roles: str | Collection[str],
    password: str | None,
    name: str | None = None,
) -> Staff:
    """Add an account; without a password it waits for an invitation.

    Raises ``BadInput`` for a bad address, role or password, ``Conflict`` for a second account of one address.
    """
    email = normal_email(email)
    kept = checked_roles([roles] if isinstance(roles, str) else roles)
    shown = (name or email.split("@")[0]).strip()
    if password is not None:
        check_password(password, email, shown, partner)
    if await find_staff(session, partner, email) is not None:
        raise Conflict(f"{email} already has an account at partner '{partner}'.", code="account_exists")
    hashed = hash_password(password) if password is not None else ""
    staff = Staff(partner=partner, email=email, name=shown, roles=kept, password_hash=hashed)
    session.add(staff)
    await session.flush()
    return staff


async def find_staff(session: AsyncSession, partner: str, email: str) -> Staff | None:
    """Return the account with this address at the partner, disabled or not."""
    query = select(Staff).where(Staff.partner == partner, Staff.email == email.strip().lower())
    return (await session.scalars(query)).first()


async def get_staff(session: AsyncSession, partner: str, staff_id: int) -> Staff:
    """Return one of the partner's accounts; raises ``NotFound`` for another partner's too."""
    staff = await session.get(Staff, staff_id)
    if staff is None or staff.partner != partner:
        raise NotFound(f"There is no account {staff_id}.", code="no_staff")
    return staff


async def list_staff(session: AsyncSession, partner: str, action: Action | None = None) -> Sequence[Staff]:
    """Return the partner's people by name; with ``action`` only those who may do it and aren't disabled."""
    everybody = await session.scalars(select(Staff).where(Staff.partner == partner).order_by(Staff.name, Staff.id))
    if action is None:
        return everybody.all()
    return [staff for staff in everybody if staff.disabled_at is None and staff.may(action)]


async def change_staff(
    session: AsyncSession, staff: Staff, *, name: str | None = None, roles: Collection[str] | None = None
) -> list[str]:
    """Change what is given and return the names of the fields that changed.

    Raises ``Conflict`` when the partner's last admin would lose the role.
    """
    changed = []
    if name is not None and name.strip() != staff.name:
        if not name.strip():
            raise BadInput("The name is empty; customers read it, so write one.", code="empty")
        staff.name = name.strip()
        changed.append("name")
    if roles is not None and (kept := checked_roles(roles)) != staff.roles:
        if "admin" not in kept:
            await _keep_an_admin(session, staff)
        staff.roles = kept
        await reconnect(session, staff)
        changed.append("roles")
    return changed


async def disable(session: AsyncSession, staff: Staff) -> None:
    """Let nobody log in with the account any more and end its sessions at once."""
    await _keep_an_admin(session, staff)
    staff.disabled_at = staff.disabled_at or utcnow()
    staff.invitation_hash = staff.invitation_until = None
    await end_sessions(session, staff)


def enable(staff: Staff) -> None:
    """Let the account log in again, with the password it had."""
    staff.disabled_at = None


def invite(staff: Staff, hours: int) -> str:
    """Return a token that sets the account's password once, within ``hours``; an earlier one is void."""
    if staff.disabled_at is not None:
        raise Conflict("The account is disabled; enable it first.", code="disabled")
    token = secrets.token_urlsafe(32)
    staff.invitation_hash = hash_token(token)
    staff.invitation_until = utcnow() + timedelta(hours=hours)
    return token


async def accept_invitation(session: AsyncSession, token: str, password: str) -> Staff:
    """Set the password an invitation was made for; whoever was bound to the account by OpenID Connect no longer is.

    Raises ``NotFound`` for an invitation that is unknown, used or too old.
    """
    query = select(Staff).where(Staff.invitation_hash == hash_token(token)).with_for_update()
    staff = (await session.scalars(query)).first()
    if staff is None or staff.disabled_at or not staff.invitation_until or staff.invitation_until <= utcnow():
        raise NotFound("The invitation was used or is too old; ask your admin for a new one.", code="no_invitation")
    await set_password(session, staff, password)
    staff.oidc_subject = None
    return staff


async def set_password(session: AsyncSession, staff: Staff, password: str, *, keep_session: str | None = None) -> None:
    """Set a new password; every session but ``keep_session`` ends and an open invitation is void."""
    check_password(password, staff.email, staff.name, staff.partner)
    staff.password_hash = hash_password(password)
    staff.invitation_hash = staff.invitation_until = None
    await end_sessions(session, staff, but=keep_session)


def invitation_url(base_url: str, token: str) -> str:
    """Return the link that sets a password; the token stands behind ``#``, which browsers send to nobody."""
    return f"{base_url}/login#invitation={token}"


def account_json(staff: Staff) -> dict[str, Any]:
    """Return an account for who keeps the partner's people; ``state`` is active, invited, disabled or no_password."""
    invited = staff.invitation_until is not None and staff.invitation_until > utcnow()
    state = "active" if staff.password_hash or staff.oidc_subject else "invited" if invited else "no_password"
    return {
        "id": staff.id,
        "email": staff.email,
        "name": staff.name,
        "roles": staff.roles,
        "state": "disabled" if staff.disabled_at else state,
        "invited_until": iso(staff.invitation_until) if staff.invitation_until and invited else None,
        "created_at": iso(staff.created_at),
    }


def normal_email(email: str) -> str:
    """Return the address as it is kept; raises ``BadInput`` for what is none."""
    email = email.strip().lower()
    if not is_email(email):
        raise BadInput(f"'{email[:254]}' is no e-mail address.", code="bad_email")
    return email


def is_email(text: str) -> bool:
    """Say whether ``text`` may be an e-mail address."""
    return bool(_EMAIL.fullmatch(text)) and len(text) <= 254


def checked_roles(roles: Collection[str]) -> list[str]:
    """Return the roles in order, once each; raises ``BadInput`` for an unknown one or none at all."""
    if unknown := [role for role in roles if role not in ROLES]:
        raise BadInput(f"'{unknown[0]}' is no role; use one of {', '.join(ROLES)}.", code="bad_role")
    if not roles:
        raise BadInput(f"Give one role or more of {', '.join(ROLES)}.", code="bad_role")
    return in_order(roles)


async def _keep_an_admin(session: AsyncSession, staff: Staff) -> None:
    if "admin" not in staff.roles or staff.disabled_at is not None:
        return
    query = select(Staff).where(Staff.partner == staff.partner, Staff.disabled_at.is_(None)).with_for_update()
    if not any("admin" in other.roles for other in await session.scalars(query) if other.id != staff.id):
        raise Conflict(
            f"{staff.email} is the last admin of partner '{staff.partner}'; give somebody else the role first.",
            code="last_admin",
        )
