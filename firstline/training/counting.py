"""How often each customer asked, over how many seats, against the others: by product, topic and month."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from firstline.training.asked import Owners, Question
from firstline.training.chance import Compared, compare
from firstline.training.figures import History
from firstline.training.models import ALL
from firstline.training.window import Window

_ROUNDING = 1e-6


@dataclass(frozen=True)
class Scope:
    """Questions about one product, or ``ALL``: how many, over how many seat-months, compared with the others.

    ``exposure`` is ``None`` where no seats are known; ``compared`` where there are no others to compare with either.
    """

    product: str
    questions: int
    exposure: float | None
    compared: Compared | None

    @property
    def per_100_seats(self) -> float | None:
        """Questions per 100 seats and month."""
        return 100 * self.questions / self.exposure if self.exposure else None


@dataclass
class Tally:
    """One customer's questions: by product, topic and month."""

    products: Counter[str] = field(default_factory=Counter)
    topics: Counter[tuple[str, str]] = field(default_factory=Counter)
    months: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All questions."""
        return self.months.total()


@dataclass(frozen=True)
class Tallies:
    """The customers' questions, and how many nobody can be named for: no address given, or addresses of two."""

    of: Mapping[int, Tally]
    unknown: int
    unclear: int


def tally(questions: Iterable[Question], owners: Owners, window: Window) -> Tallies:
    """Count questions by customer; what no product or topic is known of counts under ``""``."""
    of: dict[int, Tally] = defaultdict(Tally)
    unknown = unclear = 0
    for question in questions:
        owner = owners.of.get(question.conversation_id)
        if owner is None:
            is_unclear = question.conversation_id in owners.unclear
            unknown, unclear = unknown + (not is_unclear), unclear + is_unclear
            continue
        found = of[owner]
        if question.product:
            found.products[question.product] += 1
        found.topics[question.product or "", question.topic or ""] += 1
        found.months[window.month_of(question.at)] += 1
    return Tallies(of, unknown, unclear)


class Exposures:
    """Seat-months of every customer, for everything and for each product, and their sums."""

    def __init__(self, histories: Mapping[int, History], window: Window, products: Iterable[str]) -> None:
        """Sum up over the window; a product without seats of its own has the customer's seats for everything."""
        self._all = {owner: seat_months(history, ALL, window) for owner, history in histories.items()}
        self._own: dict[str, dict[int, float]] = {}
        self._sums = {ALL: sum(self._all.values())}
        for product in products:
            own = {o: seat_months(h, product, window) for o, h in histories.items() if h.knows_seats(product)}
            self._own[product] = own
            self._sums[product] = self._sums[ALL] + sum(value - self._all[owner] for owner, value in own.items())

    def of(self, owner: int, product: str) -> float | None:
        """Return a customer's seat-months; ``None`` where no seats are known."""
        return self._own.get(product, {}).get(owner) or self._all.get(owner) or None

    def others(self, owner: int, product: str) -> float:
        """Return the seat-months of all others."""
        left = self._sums[product] - (self.of(owner, product) or 0.0)
        return left if left > _ROUNDING else 0.0


def seat_months(history: History, product: str, window: Window) -> float:
    """Return seats times months over the window; the present month counts by its days so far."""
    total = 0.0
    for month in window.months:
        seats = history.seats(product, month.last)
        total += seats.number * month.part if seats else 0.0
    return total


def scopes_of(owner: int, tallies: Tallies, exposures: Exposures, totals: Mapping[str, int]) -> list[Scope]:
    """Return a customer's questions about everything, then by product, most first.

    ``totals`` are the questions of all customers whose seats are known, by product.
    """
    mine = tallies.of.get(owner, Tally())
    counts = [(ALL, mine.total), *sorted(mine.products.items(), key=lambda item: (-item[1], item[0]))]
    found = []
    for product, count in counts:
        exposure = exposures.of(owner, product)
        against = None
        if exposure:
            against = compare(count, exposure, totals.get(product, 0) - count, exposures.others(owner, product))
        found.append(Scope(product, count, exposure, against))
    return found


def totals_of(tallies: Tallies, exposures: Exposures) -> Counter[str]:
    """Count the questions of customers whose seats are known, by product and, under ``ALL``, altogether."""
    totals: Counter[str] = Counter()
    for owner, found in tallies.of.items():
        for product, count in ((ALL, found.total), *found.products.items()):
            if exposures.of(owner, product):
                totals[product] += count
    return totals
