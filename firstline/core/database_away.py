"""A database that is not there, goes away, or takes too long: one error for all the ways in which that shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.errors import Unavailable

_CUT = ("08", "57P")
"""Classes of PostgreSQL's error codes: connection exceptions, and what an operator or a crash ends
(https://www.postgresql.org/docs/current/errcodes-appendix.html)."""


class DatabaseAway(Unavailable):
    """The database gave no connection, ended one in the middle of a transaction, or took too long."""

    default_code = "database_away"


async def connect(session: AsyncSession, **options: Any) -> None:
    """Take a connection for the session; raises ``DatabaseAway``."""
    try:
        await session.connection(**options)
    except Exception as error:  # The driver's own, not SQLAlchemy's: whatever it is, there is no connection.
        raise DatabaseAway(f"The database gave no connection ({type(error).__name__}); try again.") from error


def give_up(context: ExceptionContext) -> Exception | None:
    """Drop a connection that gave no answer in time: what it would say later is nobody's answer."""
    if not isinstance(context.original_exception, TimeoutError):
        return None
    context.is_disconnect = True
    return DatabaseAway("The database took too long; try again.")


@contextmanager
def lost() -> Iterator[None]:
    """Raise ``DatabaseAway`` for whatever inside says that the connection is gone."""
    try:
        yield
    except DBAPIError as error:
        if not (error.connection_invalidated or _is_cut(error.orig)):
            raise
        raise DatabaseAway("The database ended the connection; try again.") from error


def _is_cut(error: BaseException | None) -> bool:
    """Say whether a driver's error comes from a lost connection: SQLAlchemy does not know each of them as such."""
    while error is not None:
        if isinstance(error, OSError) or str(getattr(error, "sqlstate", None) or "").startswith(_CUT):
            return True
        error = error.__cause__
    return False
