"""Before and after a training: questions a seat over windows of the same length, and usage at their ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from firstline.training.asked import Question
from firstline.training.chance import change_chance
from firstline.training.courses import Thresholds
from firstline.training.figures import Dated, History
from firstline.training.models import ALL
from firstline.training.window import start_of

Verdict = Literal["future", "early", "no_seats", "few", "fewer", "more", "same"]
_FEW = 10
_SURE = 0.05
_MONTH_DAYS = 365.25 / 12


@dataclass(frozen=True)
class Side:
    """One window: its days, the questions in it, the seats on its last day, and questions per 100 seats and month."""

    first: date
    last: date
    questions: int
    seats: int | None

    @property
    def per_100_seats(self) -> float | None:
        """Questions per 100 seats and month; ``None`` where no seats are known."""
        exposure = self.exposure
        return 100 * self.questions / exposure if exposure else None

    @property
    def exposure(self) -> float:
        """Seat-months."""
        return (self.seats or 0) * ((self.last - self.first).days + 1) / _MONTH_DAYS


@dataclass(frozen=True)
class Effect:
    """What a training changed, as far as can be told. ``chance``: how likely such a difference is without any change.

    ``usage`` has by product the newest figure of the window before and of the one after, if there are both.
    """

    verdict: Verdict
    days: int
    before: Side | None
    after: Side | None
    chance: float | None
    usage: dict[str, tuple[Dated, Dated]]


def effect_of(
    held_on: date, products: Sequence[str], questions: Sequence[Question], history: History, limits: Thresholds,
    now: datetime,
) -> Effect:  # fmt: skip
    """Compare the days before ``held_on`` with as many after it, the day itself in neither; ``now`` has the zone.

    ``questions`` are the customer's; those about ``products`` count, all of them when it is empty. Both windows are
    ``window_days`` long, or as long as has passed.
    """
    today = now.date()
    passed = (today - held_on).days
    days = min(limits.window_days, passed)
    if passed <= 0:
        return Effect("future", 0, None, None, None, {})
    first, last = held_on - timedelta(days=days), held_on + timedelta(days=days)
    product = products[0] if len(products) == 1 else ALL
    counted = [one for one in questions if not products or one.product in products]

    def side(start: date, end: date) -> Side:
        zone = now.tzinfo
        begin, over = (start_of(day, zone) for day in (start, end + timedelta(days=1)))
        seats = history.seats(product, end)
        return Side(start, end, sum(begin <= one.at < over for one in counted), seats.number if seats else None)

    before, after = side(first, held_on - timedelta(days=1)), side(held_on + timedelta(days=1), last)
    usage = _usage(history, products, first, held_on, last)
    if days < limits.least_days:
        return Effect("early", passed, before, after, None, usage)
    chance = change_chance(before.questions, after.questions, before.exposure, after.exposure)
    return Effect(_verdict(before, after, chance), days, before, after, chance, usage)


def _verdict(before: Side, after: Side, chance: float | None) -> Verdict:
    if chance is None:
        return "no_seats"
    if before.questions + after.questions < _FEW:
        return "few"
    if chance >= _SURE:
        return "same"
    return "fewer" if (after.per_100_seats or 0) < (before.per_100_seats or 0) else "more"


def _usage(
    history: History, products: Sequence[str], first: date, held_on: date, last: date
) -> dict[str, tuple[Dated, Dated]]:
    before = history.newest("usage", held_on, first)
    after = history.newest("usage", last, held_on + timedelta(days=1))
    wanted = [name for name in before if name in after and (not products or name in products or name == ALL)]
    return {name: (before[name], after[name]) for name in wanted}
