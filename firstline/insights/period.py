"""A period in whole days of the partner's own time zone, and what the clocks there said."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from firstline.core.errors import BadInput

USUAL_DAYS = 30
MOST_DAYS = 400


@dataclass(frozen=True)
class Period:
    """The days from ``since`` to ``until``, both included, in ``zone`` (an IANA name)."""

    since: date
    until: date
    zone: str

    @property
    def begin(self) -> datetime:
        """The first instant, in UTC."""
        return _midnight(self.since, self.zone)

    @property
    def end(self) -> datetime:
        """The first instant after the period, in UTC."""
        return _midnight(self.until + timedelta(days=1), self.zone)

    def days(self) -> list[date]:
        """Return every day, first to last."""
        return [self.since + timedelta(days=number) for number in range((self.until - self.since).days + 1)]

    def offsets(self) -> list[tuple[datetime, int]]:
        """Return (from this instant on, seconds east of UTC) for every offset of the zone in the period, in order."""
        zone = ZoneInfo(self.zone)
        found = [(self.begin, _offset(self.begin, zone))]
        hour = self.begin
        while (hour := hour + timedelta(hours=1)) < self.end:
            if (seconds := _offset(hour, zone)) != found[-1][1]:
                found.append((_change(hour, zone), seconds))
        return found


def period_of(since: str | None, until: str | None, zone: str, now: datetime) -> Period:
    """Read days such as ``2026-11-01``; without ``until`` it ends today, without ``since`` it has 30 days.

    Raises ``BadInput`` (``bad_period``) for what is no day, for an end before the beginning, for a beginning after
    today and for more than 400 days.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    last = _day(until, "until") if until else today
    first = _day(since, "since") if since else last - timedelta(days=USUAL_DAYS - 1)
    if last < first:
        raise BadInput(f"The period ends on {last}, before it begins on {first}; swap the days.", code="bad_period")
    if first > today:
        raise BadInput(f"The period begins on {first}, but today is {today} in {zone}.", code="bad_period")
    if (last - first).days >= MOST_DAYS:
        raise BadInput(f"A period has {MOST_DAYS} days at most; ask for a shorter one.", code="bad_period")
    return Period(first, last, zone)


def _day(text: str, name: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"'{text}' is no day for {name}; write it as 2026-11-01.", code="bad_period") from None
    if not 2000 <= found.year <= 2200:
        raise BadInput(f"{name} is {found}; give a day of this century.", code="bad_period")
    return found


def _midnight(day: date, zone: str) -> datetime:
    # Where midnight does not exist the day begins after the gap; UTC does that by itself.
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _offset(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _change(hour: datetime, zone: ZoneInfo) -> datetime:
    """Return the minute of the hour before ``hour`` at which the offset became the one at ``hour``."""
    moment = hour
    while _offset(moment - timedelta(minutes=1), zone) == _offset(hour, zone):
        moment -= timedelta(minutes=1)
    return moment
