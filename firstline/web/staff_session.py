"""Who is signed in on the staff's side: by cookie in a browser, by bearer token in a script."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Cookie, Header, Request

from firstline.core.database import Database
from firstline.core.errors import Forbidden, NotSignedIn
from firstline.desk.models import Staff
from firstline.desk.staff import Role, staff_of

COOKIE = "firstline_staff"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

StaffOf = Callable[..., Awaitable[Staff]]


def signed_in(database: Database, *roles: Role) -> StaffOf:
    """Return a dependency that yields the staff member; raises ``NotSignedIn`` or ``Forbidden``.

    A change asked for with the cookie needs the header ``X-Firstline-Request``, which another site can't send.
    """

    async def dependency(
        request: Request,
        authorization: Annotated[str | None, Header()] = None,
        x_firstline_request: Annotated[str | None, Header()] = None,
        firstline_staff: Annotated[str | None, Cookie()] = None,
    ) -> Staff:
        scheme, _, token = (authorization or "").partition(" ")
        by_cookie = scheme.lower() != "bearer"
        if by_cookie:
            token = firstline_staff or ""
        if not token:
            raise NotSignedIn("Log in first.")
        if by_cookie and request.method not in _SAFE and not x_firstline_request:
            raise Forbidden("Send the header 'X-Firstline-Request: 1' with changes.", code="csrf")
        async with database.reading() as session:
            staff = await staff_of(session, token)
        if roles and staff.role not in roles and staff.role != "admin":
            raise Forbidden(f"This needs the role {' or '.join(roles)}; you are {staff.role}.", code="wrong_role")
        return staff

    return dependency
