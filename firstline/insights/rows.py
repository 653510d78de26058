"""The rows behind every figure: filtered, page by page, or all of them in pieces for a file."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.errors import BadInput
from firstline.core.times import UtcDateTime
from firstline.insights.cases import case_rows
from firstline.insights.conversations import conversation_rows
from firstline.insights.promises import promise_rows
from firstline.insights.scope import Scope
from firstline.insights.searches import search_rows

Of = Literal["conversations", "cases", "promises", "searches"]
OF: tuple[Of, ...] = get_args(Of)
_PIECE = 2_000

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """What selects the rows of one kind, and by which columns they can be filtered."""

    select: Callable[[Scope], Select[Any]]
    filters: tuple[str, ...]


TABLES: Mapping[Of, Table] = {
    "conversations": Table(
        conversation_rows,
        ("language", "category", "result", "by", "confirmed", "settling", "slot", "day", "hour", "weekday"),
    ),
    "cases": Table(case_rows, ("language", "category", "severity", "reason", "wait", "worked", "day")),
    "promises": Table(promise_rows, ("language", "category", "kind", "severity", "state", "day")),
    "searches": Table(search_rows, ("language", "found", "article", "day")),
}
_NUMBERS = frozenset({"slot", "confirmed", "settling", "hour", "weekday"})


@dataclass(frozen=True)
class Page:
    """Some rows, newest first; ``next`` is where the following page begins, ``None`` for the last one."""

    columns: list[str]
    rows: list[Row]
    next: str | None
    count: int | None


async def page(session: AsyncSession, scope: Scope, of: Of, wanted: Mapping[str, str], after: str, limit: int) -> Page:
    """Return ``limit`` rows from ``after`` on, which is ``next`` of the page before.

    It is empty for the first page, which also says how many rows there are in all. ``wanted`` is column: value.
    Raises ``BadInput`` for a column that can't be asked for and for a broken ``after``.
    """
    query, table = _query(scope, of, wanted)
    count = None if after else await session.scalar(select(func.count()).select_from(query.subquery()))
    found = (await session.execute(_from(query, table, after).limit(limit + 1))).mappings().all()
    rows = [_shown(row, scope) for row in found[:limit]]
    last = _mark(found[limit - 1]) if len(found) > limit else None
    return Page(columns_of(scope, of), rows, last, count)


async def pieces(session: AsyncSession, scope: Scope, of: Of, wanted: Mapping[str, str]) -> AsyncIterator[list[Row]]:
    """Yield all rows, newest first, some thousand at a time; raises as ``page`` does."""
    query, table = _query(scope, of, wanted)
    result = await session.stream(_from(query, table, ""))
    async for some in result.mappings().partitions(_PIECE):
        yield [_shown(row, scope) for row in some]


def columns_of(scope: Scope, of: Of) -> list[str]:
    """Return the names of the columns, as rows and files have them."""
    return list(TABLES[of].select(scope).selected_columns.keys())


def refuse_unknown(of: Of, wanted: Mapping[str, str]) -> None:
    """Raise ``BadInput`` (``bad_filter``) for a filter that rows of this kind don't have, or a value that can't be."""
    for name, value in wanted.items():
        if name not in TABLES[of].filters:
            known = ", ".join(TABLES[of].filters)
            raise BadInput(f"Rows of {of} can't be filtered by '{name}'; they can by {known}.", code="bad_filter")
        if name in _NUMBERS and not (value.isascii() and value.isdigit() and len(value) <= 3):
            raise BadInput(f"'{value}' is no number for {name}.", code="bad_filter")


def _query(scope: Scope, of: Of, wanted: Mapping[str, str]) -> tuple[Select[Any], Any]:
    refuse_unknown(of, wanted)
    # Worked out as a whole: a planner that moves a filter inside joins everything with everything.
    table = TABLES[of].select(scope).cte("rows").prefix_with("MATERIALIZED")
    query = select(table)
    for name, value in wanted.items():
        query = query.where(_is(table, name, value))
    return query, table


def _is(table: Any, name: str, value: str) -> ColumnElement[bool]:
    if name == "hour":
        return table.c.slot % 24 == int(value)  # type: ignore[no-any-return]
    if name == "weekday":
        return table.c.slot.between(int(value) * 24, int(value) * 24 + 23)  # type: ignore[no-any-return]
    return table.c[name] == (int(value) if name in _NUMBERS else value)  # type: ignore[no-any-return]


def _from(query: Select[Any], table: Any, after: str) -> Select[Any]:
    if after:
        try:
            moment, _, key = after.partition("|")
            at = literal(datetime.fromisoformat(moment), UtcDateTime())
            id_ = key if isinstance(table.c.id.type.python_type(), str) else int(key)
        except ValueError:
            raise BadInput("The next page is not to be found; begin with the first.", code="bad_page") from None
        query = query.where(or_(table.c.at < at, and_(table.c.at == at, table.c.id < id_)))
    return query.order_by(table.c.at.desc(), table.c.id.desc())


def _mark(row: Any) -> str:
    return f"{row['at'].isoformat()}|{row['id']}"


def _shown(row: Any, scope: Scope) -> Row:
    """Write instants as the partner's clocks show them, with their offset."""
    zone = ZoneInfo(scope.period.zone)
    return {
        name: value.astimezone(zone).isoformat(timespec="seconds") if isinstance(value, datetime) else value
        for name, value in row.items()
    }
