"""How long a waiting customer is likely to wait, from what the partner's last customers waited.

A case's wait is the open time of the chat's calendar from the handover to a person's first message. Divided by the
place at which the case began it says what one place costs. The estimate is the median (``typical``) and the 80th
percentile (``most``) of that, times the place now. Too few cases, no estimate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from statistics import median
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter, NoOpenTime, closing_after, deadline, elapsed, format_datetime, is_open
from firstline.core.times import iso
from firstline.desk.history import TEXTS
from firstline.desk.models import Case

LAST = 50
FEWEST = 10
RECENT = timedelta(days=28)
_SHARE = 0.8
# Whole minutes up to ten, then steps of five, from an hour on of fifteen: nobody knows better than that.
_STEPS = ((10, 1), (60, 5))
_COARSEST = 15

PastWait = tuple[timedelta, int]


@dataclass(frozen=True)
class Estimate:
    """Minutes of open time still to wait: half of the customers waited ``typical`` or less, four of five ``most``.

    ``sample`` is the number of cases it was learned from.
    """

    typical: int
    most: int
    sample: int


def estimate(position: int, past: Sequence[PastWait]) -> Estimate | None:
    """Return the wait at ``position`` (1 is next), ``None`` from fewer than ``FEWEST`` past waits.

    ``past`` holds how long each earlier customer waited, in open time, and the place at which that wait began. The
    estimate is never below a minute and never falls as the position grows.
    """
    if len(past) < FEWEST:
        return None
    per_place = sorted(wait.total_seconds() / 60 / place for wait, place in past)
    most = per_place[ceil(_SHARE * len(per_place)) - 1]
    return Estimate(_rounded(position * median(per_place)), _rounded(position * most), len(per_place))


async def past_waits(session: AsyncSession, charter: Charter, partner: str, now: datetime) -> list[PastWait]:
    """Return the waits of the partner's ``LAST`` answered cases of the last four weeks."""
    query = (
        select(Case.opened_at, Case.first_response_at, Case.queue_place)
        .where(
            Case.partner == partner,
            Case.first_response_at.is_not(None),
            Case.queue_place.is_not(None),
            Case.opened_at >= now - RECENT,
        )
        .order_by(Case.first_response_at.desc())
        .limit(LAST)
    )
    calendar = charter.main_calendar
    rows = (await session.execute(query)).all()
    return [(elapsed(opened, answered, calendar), place) for opened, answered, place in rows if answered and place]


def wait_json(found: Estimate | None, charter: Charter, now: datetime, lang: str) -> dict[str, Any] | None:
    """Return the estimate for the chat API with its sentence, ``None`` where there is none.

    The instants count open time from ``now``, so none lies outside opening hours.
    """
    if found is None:
        return None
    calendar = charter.main_calendar
    try:
        typical_at = deadline(now, timedelta(minutes=found.typical), calendar)
        most_at = deadline(now, timedelta(minutes=found.most), calendar)
        closes = closing_after(now, calendar) if is_open(now, calendar) else now
    except NoOpenTime:
        return None
    soon = closes is None or most_at <= closes
    if soon:
        values = {"typical": _minutes(found.typical, lang), "most": _minutes(found.most, lang)}
    else:
        values = {
            "typical": format_datetime(typical_at, lang, calendar.tz),
            "most": format_datetime(most_at, lang, calendar.tz),
        }
    return {
        "typical_minutes": found.typical,
        "most_minutes": found.most,
        "typical_at": iso(typical_at),
        "most_at": iso(most_at),
        "sample": found.sample,
        "text": TEXTS.get(lang, "wait.soon" if soon else "wait.later", sample=found.sample, **values),
    }


def _rounded(minutes: float) -> int:
    step = next((step for below, step in _STEPS if minutes <= below), _COARSEST)
    return max(1, ceil(minutes / step) * step)


def _minutes(minutes: int, lang: str) -> str:
    hours, rest = divmod(minutes, 60)
    form = "minutes" if not hours else "hours_minutes" if rest else "hours"
    if form != "hours_minutes" and (hours or rest) == 1:
        form += "_one"
    return TEXTS.get(lang, f"wait.{form}", hours=hours, minutes=rest)
