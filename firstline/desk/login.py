"""Log-in by password: throttled, the same answer for every reason, noted in the audit log."""

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.database import Database
from firstline.core.errors import NotSignedIn
from firstline.core.logs import client_address
from firstline.core.settings import Settings
from firstline.desk.audit import audit
from firstline.desk.models import Staff
from firstline.desk.passwords import verify_password
from firstline.desk.sessions import begin_session
from firstline.desk.staff import find_staff, is_email
from firstline.desk.throttle import count_attempt, forgive, throttle_of


async def log_in(
    database: Database, settings: Settings, partner: str, email: str, password: str, *, browser: str, known: bool
) -> tuple[str, Staff]:
    """Return a new session's token and the account.

    Raises ``NotSignedIn`` without saying which part was wrong, and ``TooMany`` with ``retry_after`` after too many
    failures, the account existing or not. ``known`` says whether there is such a partner, and so an audit log.
    """
    email, address = email.strip().lower(), client_address.get()
    async with database.session() as session:
        wait = await count_attempt(session, throttle_of(settings), partner, email, address)
        staff = await find_staff(session, partner, email)
        if staff is not None:
            session.expunge(staff)
    right, newer_hash = await verify_password(password, staff.password_hash if staff else "")
    async with database.session() as session:
        # Read again: the account may have been disabled, or given another password, while this one was checked.
        found = await find_staff(session, partner, email)
        if staff and found and right and found.disabled_at is None and found.password_hash == staff.password_hash:
            found.password_hash = newer_hash or found.password_hash
            await forgive(session, partner, email, address)
            token = begin_session(session, found, hours=settings.staff_session_hours, browser=browser)
            audit(session, found, "login.succeeded", found.email, how="password")
            return token, found
        if known:
            _note_failure(session, partner, email, found, wait)
    raise NotSignedIn("Partner, e-mail address or password is wrong.", code="wrong_login")


def _note_failure(session: AsyncSession, partner: str, email: str, found: Staff | None, wait: int) -> None:
    # What is no address may be a password in the wrong field.
    who = email if is_email(email) else "-"
    reason = "no_account" if found is None else "disabled" if found.disabled_at else "password"
    audit(session, None, "login.failed", who, partner=partner, who=who, how="password", reason=reason)
    if wait:
        audit(session, None, "login.blocked", who, partner=partner, who=who, seconds=wait)
