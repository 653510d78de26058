"""Writes an imported file to the database: all of it or nothing, in one transaction."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.times import utcnow
from firstline.training.importing import Figures, Reading
from firstline.training.models import AdoptionFigure, TrainedAddress, TrainedCustomer
from firstline.training.problems import BadFigures, Fault

_AT_ONCE = 1_000
_KEPT = ("seats", "assigned", "active", "users", "deployment", "usage", "usage_definition", "imported_at")


@dataclass(frozen=True)
class Kept:
    """What an import did: rows read and put together, new customers, new figures, and figures that were there."""

    rows: int
    merged: int
    customers_added: int
    added: int
    updated: int

    def counts(self) -> dict[str, int]:
        """Return the counts as JSON."""
        return asdict(self)


async def keep_figures(session: AsyncSession, partner: str, reading: Reading) -> Kept:
    """Keep what a file said; raises ``BadFigures`` when an address belongs to another customer already.

    A figure of the same customer, product and day is overwritten where the file says something; a cell that was empty
    leaves what is there, so that deployment and usage may come in two files.
    """
    of_partner = TrainedCustomer.partner == partner
    before = await session.scalar(select(func.count()).where(of_partner)) or 0
    names = [
        {"partner": partner, "key": key, "name": name or key, "created_at": utcnow()}
        for key, name in reading.names.items()
    ]
    await _put(session, TrainedCustomer, (row for row in names if row["name"] != row["key"]), ("name",))
    # Without a name the one that is known stays.
    await _put(session, TrainedCustomer, (row for row in names if row["name"] == row["key"]), ())
    rows = await session.execute(select(TrainedCustomer.key, TrainedCustomer.id).where(of_partner))
    ids = dict(rows.tuples().all())
    await _own(session, partner, reading, ids)
    total = select(func.count()).select_from(AdoptionFigure).join(TrainedCustomer).where(of_partner)
    figures_before = await session.scalar(total) or 0
    now = utcnow()
    await _put(session, AdoptionFigure, (_row(one, ids, now) for one in reading.figures), _KEPT)
    added = (await session.scalar(total) or 0) - figures_before
    return Kept(reading.rows, reading.merged, len(ids) - before, added, len(reading.figures) - added)


def _row(figures: Figures, ids: dict[str, int], now: datetime) -> dict[str, Any]:
    row = {name: getattr(figures, name) for name in ("product", "as_of", *_KEPT[:-1])}
    return row | {"customer_id": ids[figures.customer], "imported_at": now}


async def _own(session: AsyncSession, partner: str, reading: Reading, ids: dict[str, int]) -> None:
    query = select(TrainedAddress.address, TrainedAddress.customer_id).where(TrainedAddress.partner == partner)
    owners = dict((await session.execute(query)).tuples().all())
    keys = {number: key for key, number in ids.items()}
    faults = [
        Fault(
            line, "domain_taken", {"value": address, "customer": keys[owners[address]]},
            f"{address} belongs to the customer '{keys[owners[address]]}' already; take it away there first.",
        )
        for address, (key, line) in reading.addresses.items()
        if owners.get(address, ids[key]) != ids[key]
    ]  # fmt: skip
    if faults:
        raise BadFigures(faults)
    rows = (
        {"partner": partner, "address": address, "customer_id": ids[key]}
        for address, (key, _line) in reading.addresses.items()
    )
    await _put(session, TrainedAddress, rows, ())


_UNIQUE: dict[Any, tuple[str, ...]] = {
    TrainedCustomer: ("partner", "key"),
    TrainedAddress: ("partner", "address"),
    AdoptionFigure: ("customer_id", "product", "as_of"),
}


async def _put(session: AsyncSession, table: Any, rows: Iterable[dict[str, Any]], changed: tuple[str, ...]) -> None:
    """Insert rows, a thousand at a time; of one that is there, ``changed`` columns take what is new and not null."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement: Any = insert(table)
    if changed:
        new = {name: func.coalesce(statement.excluded[name], getattr(table, name)) for name in changed}
        statement = statement.on_conflict_do_update(index_elements=_UNIQUE[table], set_=new)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=_UNIQUE[table])
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        await session.execute(statement, some)
