"""Reading a file of figures: every row checked before anything is kept, every fault with its line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO, Literal

from firstline.core.errors import TooLarge
from firstline.support_rules.adoption import Measure, definition_at, share
from firstline.training.cells import product_in
from firstline.training.checks import Checks
from firstline.training.problems import BadFigures, BrokenRow, Fault
from firstline.training.table import Row, read_table

Percent = Literal["auto", "share", "points"]
Progress = Callable[[int], None]

MOST_ROWS = 200_000
_STEP = 2_000
_LONGEST_KEY = 80
_LONGEST_NAME = 200
_SAME = 1e-9
_TOLERANCE = 0.0101  # a share may be written as a whole number of percent
_MOST = 10.0
_COUNTS = ("seats", "assigned", "active", "users")
_MEASURES: tuple[Measure, ...] = ("deployment", "usage")


@dataclass(slots=True)
class Figures:
    """What the file says of one customer, product and day; counts, and shares where 1 is all."""

    line: int
    customer: str
    product: str
    as_of: date
    seats: int | None = None
    assigned: int | None = None
    active: int | None = None
    users: int | None = None
    deployment: float | None = None
    usage: float | None = None
    usage_definition: str | None = None


@dataclass
class Reading:
    """A file that was read: figures, the name and addresses of each customer by key, and how it was written."""

    encoding: str
    separator: str
    ignored: tuple[str, ...]
    rows: int = 0
    merged: int = 0
    figures: list[Figures] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, tuple[str, int]] = field(default_factory=dict)


def read_figures(
    file: BinaryIO,
    today: date,
    *,
    percent: Percent = "auto",
    ignore_others: bool = False,
    progress: Progress | None = None,
    most_rows: int = MOST_ROWS,
) -> Reading:
    """Read a file of figures; raises ``UnreadableFile``, ``BadFigures`` with every fault, or ``TooLarge``.

    ``percent`` says what a share without a percent sign is: ``share`` (0.45 is 45 %), ``points`` (45 is 45 %), or as
    the column shows. Rows of one customer, product and day are put together; a cell that says two things is a fault.
    """
    table = read_table(file, ignore_others=ignore_others)
    work = _Work(Reading(table.encoding, table.separator, table.ignored), today, percent)
    for row in work.unbroken(table.rows):
        work.result.rows += 1
        if work.result.rows > most_rows:
            raise TooLarge(f"The file has more than {most_rows:,} rows; import it in parts.", code="too_many_rows")
        work.take(row)
        if progress and work.result.rows % _STEP == 0:
            progress(work.result.rows)
    return work.finish()


class _Work:
    def __init__(self, result: Reading, today: date, percent: Percent) -> None:
        self.result, self._form = result, percent
        self._checks = Checks(today)
        self._known: dict[tuple[str, str, date], Figures] = {}
        # Shares without a percent sign wait for the whole column: figures, line, number.
        self._waiting: dict[str, list[tuple[Figures, int, float]]] = {name: [] for name in _MEASURES}

    def unbroken(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Yield the rows up to one that can't be read, which is a fault."""
        try:
            yield from rows
        except BrokenRow as error:
            message = f"The row can't be read ({error.why}); look for a quote that isn't closed."
            self._checks.fault(error.line, "row_broken", message)

    def take(self, row: Row) -> None:
        checks, cells, line = self._checks, row.cells, row.line
        before = checks.count
        if row.extra:
            checks.fault(line, "row_long", "The row has more cells than the header; is there a separator too many?")
        customer, name = cells.get("customer") or cells.get("name") or "", cells.get("name", "")
        if not customer:
            checks.fault(line, "customer_missing", "The customer is missing.")
        elif len(customer) > _LONGEST_KEY or len(name) > _LONGEST_NAME:
            message = f"The customer's key is longer than {_LONGEST_KEY} letters, or the name than {_LONGEST_NAME}."
            checks.fault(line, "customer_long", message)
        day = checks.day(line, cells.get("date", ""))
        counts = {name: checks.number(line, name, cells[name]) for name in _COUNTS if name in cells}
        shares = {name: checks.share(line, name, cells[name]) for name in _MEASURES if name in cells}
        if not counts and not shares:
            checks.fault(line, "row_empty", "The row has no figure.")
        addresses = checks.addresses(line, cells.get("domain", ""))
        if checks.count > before or day is None:
            return
        self.result.names[customer] = name or self.result.names.get(customer, "")
        for address in addresses:
            self._own(line, customer, address)
        figures = self._figures(line, customer, product_in(cells.get("product", "")), day)
        for column, count in counts.items():
            self._set(figures, line, column, count)
        for column, found in shares.items():
            if found is not None and found[1]:
                self._set(figures, line, column, found[0] / 100)
            elif found is not None:
                self._waiting[column].append((figures, line, found[0]))

    def finish(self) -> Reading:
        """Decide what the plain numbers are, fill in what follows from the counts, and say what is wrong."""
        for name in _MEASURES:
            self._settle(name)
        for figures in self._known.values():
            self._derive(figures)
        self._checks.raise_any()
        if not self._known:
            raise BadFigures([Fault(2, "no_rows", {}, "There is no row below the header.")])
        self.result.figures = list(self._known.values())
        return self.result

    def _figures(self, line: int, customer: str, product: str, day: date) -> Figures:
        key = (customer, product, day)
        if key in self._known:
            self.result.merged += 1
        else:
            self._known[key] = Figures(line, customer, product, day)
        return self._known[key]

    def _set(self, figures: Figures, line: int, name: str, value: float | None) -> None:
        old = getattr(figures, name)
        if old is not None and value is not None and abs(old - value) > _SAME:
            message = f"{name} of this customer, product and day is another one on line {figures.line}; keep one."
            self._checks.fault(line, "row_twice", message, column=name, line=str(figures.line))
        elif value is not None:
            setattr(figures, name, value)

    def _settle(self, name: str) -> None:
        """Read a column's plain numbers in the form that the column shows.

        Nobody writes 1,000 % as a share: a number above 2 makes a column one of percent points. A number between 0 and
        1 beside it may be either, as may a column of nothing but 1 and 2; those are asked about.
        """
        waiting, form, unclear = self._waiting[name], self._form, set[float]()
        numbers = {number for _, _, number in waiting}
        if form == "auto" and any(number > 2 for number in numbers):
            form, unclear = "points", {number for number in numbers if 0 < number < 1}
        elif form == "auto":
            form, unclear = "share", numbers - {0.0} if numbers <= {0.0, 1.0, 2.0} else set()
        for figures, line, number in waiting:
            if number in unclear:
                message = (
                    f"{name}: '{number:g}' may be {number * 100:g} % or {number:g} %; write the percent sign, or say "
                    "for the whole file what numbers without it are."
                )
                self._checks.fault(line, "percent_unclear", message, column=name, value=f"{number:g}")
            else:
                self._set(figures, line, name, number / 100 if form == "points" else number)

    def _derive(self, figures: Figures) -> None:
        day, line = figures.as_of, figures.line
        definition = definition_at("usage", day)
        users = figures.users if definition.whole == "users" else figures.seats
        parts: dict[Measure, tuple[int | None, int | None]] = {
            "deployment": (figures.assigned, figures.seats), "usage": (figures.active, users),
        }  # fmt: skip
        for name, (part, whole) in parts.items():
            given: float | None = getattr(figures, name)
            made = share(name, part, whole, day) if part is not None and whole is not None else None
            if given is not None and made is not None and abs(given - made.value) > _TOLERANCE:
                message = f"{name} is {given:.1%}, but {part} of {whole} is {made.value:.1%}; mend one of them."
                values = {"column": name, "given": f"{given:.1%}", "made": f"{made.value:.1%}"}
                self._checks.fault(line, "share_differs", message, **values)
            value = given if given is not None or made is None else made.value
            setattr(figures, name, value)
            if value is not None and value > _MOST:
                message = f"{name} is {value:.0%}; is that a number of people?"
                self._checks.fault(line, "percent_big", message, column=name, value=f"{value:.0%}")
        if figures.usage is not None:
            figures.usage_definition = definition.id

    def _own(self, line: int, customer: str, address: str) -> None:
        owner, first = self.result.addresses.setdefault(address, (customer, line))
        if owner != customer:
            message = f"{address} belongs to '{owner}' on line {first}; an address belongs to one customer."
            self._checks.fault(line, "domain_twice", message, value=address, customer=owner, line=str(first))
