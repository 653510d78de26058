"""Failed log-ins cost a growing wait, per account and per address; kept in the database, so a restart forgives nothing.

An attempt is counted before its password is looked at and taken back when it was right: many at once count as many.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.errors import TooMany
from firstline.core.settings import Settings
from firstline.core.times import utcnow
from firstline.desk.staff_models import LoginFailures

_FORGOTTEN_AFTER = timedelta(hours=24)
_ADDRESS_FACTOR = 4


@dataclass(frozen=True)
class Throttle:
    """How many failures are free and how the wait grows, in seconds."""

    free: int
    delay: int
    longest: int

    def wait(self, failures: int, free: int) -> int:
        """Return the seconds to wait after so many failures: none up to ``free``, then doubling up to the longest."""
        over = failures - free
        return 0 if over < 0 else min(self.delay * 2 ** min(over, 30), self.longest)


def throttle_of(settings: Settings) -> Throttle:
    """Return the throttle as it is set."""
    return Throttle(settings.login_free_attempts, settings.login_delay_seconds, settings.login_longest_delay_seconds)


async def count_attempt(
    session: AsyncSession, throttle: Throttle, partner: str, email: str, address: str, now: datetime | None = None
) -> int:
    """Count an attempt as failed until ``forgive`` takes it back.

    Return the seconds that the account's next attempt has to wait if this one fails; raises ``TooMany``, with
    ``retry_after``, for one that comes too soon, which then isn't counted.
    """
    now = now or utcnow()
    found = [await _locked(session, key, now) for key in _keys(partner, email, address)]
    waits = [failures.blocked_until - now for failures in found if failures.blocked_until]
    if waits and max(waits) > timedelta():
        seconds = math.ceil(max(waits).total_seconds())
        raise TooMany(f"Too many attempts; wait {seconds} seconds and try again.", retry_after=seconds)
    longest = 0
    for failures, free in zip(found, (throttle.free, throttle.free * _ADDRESS_FACTOR), strict=True):
        failures.count = failures.count + 1 if now - failures.last_at < _FORGOTTEN_AFTER else 1
        failures.last_at = now
        if seconds := throttle.wait(failures.count, free):
            failures.blocked_until = now + timedelta(seconds=seconds)
            longest = max(longest, seconds)
    return longest


async def forgive(session: AsyncSession, partner: str, email: str, address: str) -> None:
    """After a success: forget the account's failures, and take this attempt back from the address's."""
    account, place = [await _locked(session, key, utcnow()) for key in _keys(partner, email, address)]
    account.count, account.blocked_until = 0, None
    place.count, place.blocked_until = max(0, place.count - 1), None


async def forget_old_failures(session: AsyncSession, now: datetime) -> None:
    """Delete what no longer counts."""
    await session.execute(delete(LoginFailures).where(LoginFailures.last_at < now - _FORGOTTEN_AFTER))


def _keys(partner: str, email: str, address: str) -> Sequence[str]:
    account = hashlib.sha256(f"{partner}\0{email.strip().lower()}".encode()).hexdigest()
    place = hashlib.sha256(address.encode()).hexdigest()
    return f"account:{account}", f"address:{place}"


async def _locked(session: AsyncSession, key: str, now: datetime) -> LoginFailures:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    row = dialect.insert(LoginFailures).values(key=key, count=0, last_at=now)
    await session.execute(row.on_conflict_do_nothing())
    return await session.get_one(LoginFailures, key, with_for_update=True, populate_existing=True)
