"""A customer's figures over time: how many seats on a day, and the newest deployment and usage."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.training.models import ALL, AdoptionFigure, TrainedCustomer

_SUITE = "m365_suite"
_AT_ONCE = 1000  # rows, between which others are answered
_F = AdoptionFigure


@dataclass(frozen=True, slots=True)
class Dated:
    """One stored figure of a product and day."""

    product: str
    as_of: date
    seats: int | None
    deployment: float | None
    usage: float | None
    usage_definition: str | None


@dataclass(frozen=True)
class Seats:
    """A number of seats, of which product, and of which day."""

    number: int
    product: str
    as_of: date


class History:
    """All figures of one customer."""

    def __init__(self, rows: Iterable[Dated] = ()) -> None:
        """Take the figures in any order."""
        self.rows = sorted(rows, key=lambda row: (row.as_of, row.product))
        self._seats: dict[str, list[Dated]] = defaultdict(list)
        for row in self.rows:
            if row.seats:
                self._seats[row.product].append(row)

    def knows_seats(self, product: str) -> bool:
        """Say whether seats of just this product are known."""
        return product in self._seats

    def seats(self, product: str, day: date) -> Seats | None:
        """Return the seats of a product on ``day``, by the newest figure until then, else by the first one after.

        Without a figure of the product that of everything counts, then the suite's, then the largest of any product.
        """
        for name in (product, ALL, _SUITE):
            if name in self._seats:
                return _on(self._seats[name], day)
        return max((_on(rows, day) for rows in self._seats.values()), key=lambda one: one.number, default=None)

    def newest(self, what: Literal["deployment", "usage"], until: date, since: date = date.min) -> dict[str, Dated]:
        """Return by product the newest row of ``[since, until]`` that has the figure."""
        return {row.product: row for row in self.rows if since <= row.as_of <= until and getattr(row, what) is not None}


def _on(rows: list[Dated], day: date) -> Seats:
    earlier = [row for row in rows if row.as_of <= day]
    row = earlier[-1] if earlier else rows[0]
    return Seats(row.seats or 0, row.product, row.as_of)


async def histories(session: AsyncSession, partner: str, customer_id: int | None = None) -> dict[int, History]:
    """Return the figures of a partner's customers, or of one of them, by the customer's number."""
    columns = (_F.customer_id, _F.product, _F.as_of, _F.seats, _F.deployment, _F.usage, _F.usage_definition)
    query = select(*columns).join(TrainedCustomer).where(TrainedCustomer.partner == partner)
    if customer_id is not None:
        query = query.where(_F.customer_id == customer_id)
    rows: dict[int, list[Dated]] = defaultdict(list)
    found = await session.stream(query.execution_options(yield_per=_AT_ONCE))
    async for part in found.partitions():
        for owner, product, as_of, seats, deployment, usage, definition in part:
            rows[owner].append(Dated(product, as_of, seats, deployment, usage, definition))
    return await asyncio.to_thread(lambda: {owner: History(mine) for owner, mine in rows.items()})
