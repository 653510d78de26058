"""Log-in by an OpenID Connect provider: begun here, finished here once, for accounts that exist or were invited."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.database import Database
from firstline.core.errors import FirstlineError, NotSignedIn
from firstline.core.logs import get_logger
from firstline.core.settings import Settings
from firstline.core.times import utcnow
from firstline.desk.audit import audit
from firstline.desk.models import Staff
from firstline.desk.oidc_client import Identity, OidcClient
from firstline.desk.sessions import begin_session, hash_token
from firstline.desk.staff_models import OidcLogin

LOGIN_MINUTES = 10

_log = get_logger("oidc")


@dataclass(frozen=True)
class Started:
    """A log-in that is under way: where the browser goes, and the state it has to bring back."""

    url: str
    state: str


async def start(database: Database, client: OidcClient, partner: str, after: str) -> Started:
    """Begin a log-in at ``partner`` (empty: wherever the address has its one account); ``after`` is the page wanted.

    Raises ``Unavailable`` when the provider can't be asked.
    """
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    url = await client.authorization_url(state, nonce, verifier)
    async with database.session() as session:
        until = utcnow() + timedelta(minutes=LOGIN_MINUTES)
        login = OidcLogin(state_hash=hash_token(state), nonce=nonce, verifier=verifier, expires_at=until)
        login.partner, login.after = partner, after
        session.add(login)
    return Started(url, state)


async def finish(
    database: Database,
    settings: Settings,
    client: OidcClient,
    *,
    state: str,
    kept_state: str,
    code: str,
    browser: str,
    partners: Collection[str],
) -> tuple[str, Staff, str]:
    """Return a new session's token, the account, and the page that was wanted.

    ``kept_state`` is what this browser kept since the start. Raises ``NotSignedIn`` with ``oidc_state`` (not begun
    here, used, too old), ``oidc_refused`` (the provider gave no code), ``oidc_token``, ``oidc_email`` or
    ``oidc_no_account``, and ``Unavailable``; but for the first, the audit log has it when the partner is known.
    """
    login = await _take(database, state, kept_state)
    who = "-"
    try:
        if not code:
            raise NotSignedIn("The provider did not log you in.", code="oidc_refused")
        identity = await client.identity(code, login.verifier, login.nonce)
        who = identity.email or who
        async with database.session() as session:
            staff = await _account(session, login.partner, f"{client.issuer} {identity.subject}", identity)
            token = begin_session(session, staff, hours=settings.staff_session_hours, browser=browser, how="oidc")
            audit(session, staff, "login.succeeded", staff.email, how="oidc")
    except FirstlineError as error:
        _log.warning("oidc_login_failed", partner=login.partner, code=error.code)
        if login.partner in partners:
            async with database.session() as session:
                told = {"partner": login.partner, "who": who, "how": "oidc", "reason": error.code}
                audit(session, None, "login.failed", who, **told)
        raise
    return token, staff, login.after


async def forget_old_logins(session: AsyncSession, now: datetime) -> None:
    """Delete log-ins that were begun and never finished."""
    await session.execute(delete(OidcLogin).where(OidcLogin.expires_at <= now))


async def _take(database: Database, state: str, kept_state: str) -> OidcLogin:
    """Return the log-in behind ``state`` and forget it, so that nobody finishes it a second time."""
    async with database.session() as session:
        query = delete(OidcLogin).where(OidcLogin.state_hash == hash_token(state)).returning(OidcLogin)
        login = (await session.scalars(query)).first()
        if login is not None:
            session.expunge(login)
    if login is None or login.expires_at <= utcnow() or not secrets.compare_digest(state.encode(), kept_state.encode()):
        raise NotSignedIn("This log-in was used, is too old, or was begun elsewhere; begin anew.", code="oidc_state")
    return login


async def _account(session: AsyncSession, partner: str, subject: str, identity: Identity) -> Staff:
    """Return the account that is bound to ``subject``, or bind the one that has the verified address."""
    here = select(Staff).where(Staff.disabled_at.is_(None)).with_for_update()
    if partner:
        here = here.where(Staff.partner == partner)
    bound = (await session.scalars(here.where(Staff.oidc_subject == subject))).all()
    if len(bound) == 1:
        return bound[0]
    if not identity.email:
        raise NotSignedIn("The provider does not say that your e-mail address is verified.", code="oidc_email")
    found = (await session.scalars(here.where(Staff.email == identity.email.strip().lower()))).all()
    if len(found) != 1 or not _may_bind(found[0]):
        raise NotSignedIn("There is no account for this address; ask your admin.", code="oidc_no_account")
    staff = found[0]
    staff.oidc_subject = subject
    staff.invitation_hash = staff.invitation_until = None
    return staff


def _may_bind(staff: Staff) -> bool:
    """An open invitation lets anybody with the address in; else it is an account with a password and nobody bound."""
    invited = staff.invitation_until is not None and staff.invitation_until > utcnow()
    return invited or (staff.oidc_subject is None and bool(staff.password_hash))
