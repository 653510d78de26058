"""Instants: always aware, always UTC inside, ISO 8601 with ``Z`` outside; and the clock that everything reads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return what the machine's clock says, in UTC."""
    return datetime.now(UTC)


_clock: ContextVar[Clock] = ContextVar("clock", default=system_clock)


def utcnow() -> datetime:
    """Return the present instant in UTC, by the clock in use."""
    return _clock.get()()


@contextmanager
def use_clock(clock: Clock) -> Iterator[None]:
    """Read the time from ``clock`` until the block ends, in this task and in those it starts."""
    token = _clock.set(clock)
    try:
        yield
    finally:
        _clock.reset(token)


def iso(moment: datetime) -> str:
    """Format an aware instant as ISO 8601 in UTC, to the millisecond, such as ``2026-11-23T05:30:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class UtcDateTime(TypeDecorator[datetime]):
    """A column of aware UTC instants; SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into UTC; refuse a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Put UTC back on what the database returned."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
