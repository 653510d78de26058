"""Who is signed in on the staff's side: by cookie in a browser, by bearer token in a script; and what they may do."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Cookie, Header, Request, WebSocket
from sqlalchemy.orm.attributes import set_committed_value
from starlette.requests import HTTPConnection

from firstline.core.database import Database
from firstline.core.errors import Forbidden, NotSignedIn
from firstline.core.settings import Settings
from firstline.core.sockets import first_frame
from firstline.desk.models import Staff
from firstline.desk.permissions import ACTING_ROLES, ACTIONS, Action, Role, has_role
from firstline.desk.sessions import mark_seen, seen_lately, staff_and_session

COOKIE = "firstline_staff"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class StaffRules:
    """What deciding about a session needs besides the database; kept as ``app.state.staff_rules``."""

    settings: Settings
    providers: Mapping[str, str]


StaffOf = Callable[..., Awaitable[Staff]]


def signed_in(database: Database, *needed: Role | Action) -> StaffOf:
    """Return a dependency that yields the staff member; raises ``NotSignedIn`` or ``Forbidden``.

    ``needed`` names actions of the matrix or roles; one of them is enough, none means any role. A change asked for with
    the cookie needs the header ``X-Firstline-Request``, which another site can't send, and must not say that it comes
    from one.
    """

    async def dependency(
        request: Request,
        authorization: Annotated[str | None, Header()] = None,
        firstline_staff: Annotated[str | None, Cookie()] = None,
    ) -> Staff:
        scheme, _, token = (authorization or "").partition(" ")
        by_cookie = scheme.lower() != "bearer"
        if by_cookie:
            token = firstline_staff or ""
        if not token:
            raise NotSignedIn("Log in first.")
        if by_cookie and request.method not in _SAFE:
            refuse_other_sites(request)
        staff = await read_staff(database, request, token)
        refuse_others(staff, *needed)
        return staff

    return dependency


async def read_staff(database: Database, connection: HTTPConnection, token: str) -> Staff:
    """Return who the token belongs to, as who they act now; notes that the session was used.

    Somebody who acts at a reseller has its name as ``partner``, ``home`` set and the rights of a lead. A partner
    that is no reseller of theirs any more is left: the session is at home again.
    """
    rules: StaffRules = connection.app.state.staff_rules
    async with database.reading() as session:
        staff, found = await staff_and_session(session, token, rules.settings.staff_idle_minutes)
        session.expunge(staff)
    if not seen_lately(found):
        async with database.session() as session:
            await mark_seen(session, found.id)
    if found.acting_for and staff.may("reseller.act") and rules.providers.get(found.acting_for) == staff.partner:
        act_at(staff, found.acting_for)
    return staff


def act_at(staff: Staff, reseller: str) -> None:
    """Make ``staff``, which belongs to no database session, somebody who works at ``reseller`` as lead."""
    staff.home = staff.partner
    set_committed_value(staff, "partner", reseller)
    set_committed_value(staff, "roles", list(ACTING_ROLES))


def refuse_others(staff: Staff, *needed: Role | Action) -> None:
    """Raise ``Forbidden`` unless ``staff`` has one of the roles or may do one of the actions; none means anybody."""
    actions = [name for name in ACTIONS if name in needed]
    roles = [name for name in needed if name not in ACTIONS]
    if not needed or any(staff.may(action) for action in actions) or has_role(staff.roles, roles):
        return
    what = f"the role {' or '.join(roles)}" if roles else f"a role with the right {' or '.join(actions)}"
    raise Forbidden(f"This needs {what}; you are {', '.join(staff.roles)}.", code="wrong_role")


def refuse_other_sites(request: Request) -> None:
    """Raise ``Forbidden`` (``csrf``) for a change that another site may have sent with the browser's cookie."""
    if not request.headers.get("x-firstline-request"):
        raise Forbidden("Send the header 'X-Firstline-Request: 1' with changes.", code="csrf")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none") or not same_origin(request):
        raise Forbidden("The change comes from another site; open Firstline's own page.", code="csrf")


def same_origin(connection: HTTPConnection) -> bool:
    """Say whether the connection comes from Firstline's own pages, as far as it says where it comes from."""
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    rules: StaffRules = connection.app.state.staff_rules
    return urlsplit(origin).netloc in (connection.headers.get("host"), urlsplit(rules.settings.base_url).netloc)


async def socket_staff(database: Database, socket: WebSocket, *needed: Role | Action) -> Staff:
    """Return who opened the accepted socket: by the cookie from the same origin, or by its first frame's ``token``.

    Raises ``NotSignedIn`` or ``Forbidden``.
    """
    token = socket.cookies.get(COOKIE, "") if same_origin(socket) else ""
    if not token:
        token = str((await first_frame(socket)).get("token", ""))
    staff = await read_staff(database, socket, token)
    refuse_others(staff, *needed)
    return staff
