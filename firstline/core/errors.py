"""The errors Firstline raises on purpose.

::

    FirstlineError
    ├── BadInput            400  what came in can't be used; the message says what to do
    │   └── TooLarge        413
    ├── NotSignedIn         401
    ├── Forbidden           403
    ├── NotFound            404
    ├── Conflict            409  somebody else was first, or the state has moved on
    ├── TooMany             429
    └── Unavailable         503  a part that is needed is not there now
        └── SetupIncomplete 503  a set-up step is missing; the message names the command
"""

from typing import Any, ClassVar


class FirstlineError(Exception):
    """Base of all errors raised on purpose. ``code`` and ``details`` are for programs, the message is for people."""

    status: ClassVar[int] = 500
    default_code: ClassVar[str] = "internal"
    retry_after: int | None = None
    """Seconds after which it is worth trying again, for the header ``Retry-After``."""

    def __init__(self, message: str, *, code: str | None = None) -> None:
        """Keep ``message`` (what happened and what to do) and an optional finer ``code``."""
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.details: dict[str, Any] | None = None


class BadInput(FirstlineError):
    """What came in can't be used."""

    status = 400
    default_code = "bad_input"


class TooLarge(BadInput):
    """What came in is larger than allowed."""

    status = 413
    default_code = "too_large"


class NotSignedIn(FirstlineError):
    """A token or session is missing, forged or past its time."""

    status = 401
    default_code = "not_signed_in"


class Forbidden(FirstlineError):
    """Signed in, but not allowed to do this."""

    status = 403
    default_code = "forbidden"


class NotFound(FirstlineError):
    """There is no such thing, or not for this caller."""

    status = 404
    default_code = "not_found"


class Conflict(FirstlineError):
    """Somebody else was first, or the state has moved on."""

    status = 409
    default_code = "conflict"


class TooMany(FirstlineError):
    """Too many requests; try again later, after ``retry_after`` seconds where that is known."""

    status = 429
    default_code = "too_many"

    def __init__(self, message: str, *, code: str | None = None, retry_after: int | None = None) -> None:
        """Keep the wait, for the header ``Retry-After``."""
        super().__init__(message, code=code)
        self.retry_after = retry_after


class Unavailable(FirstlineError):
    """A part that is needed is not there now."""

    status = 503
    default_code = "unavailable"
    retry_after: int | None = 3


class SetupIncomplete(Unavailable):
    """A set-up step is missing; the message names the command that mends it."""

    default_code = "setup_incomplete"
    retry_after = None
