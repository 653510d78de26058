"""SQL that both databases say in their own way: the time on a partner's clocks, the seconds between two instants."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, String, case, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from firstline.core.times import UtcDateTime


class _Slot(FunctionElement[int]):
    """``_Slot(instant, seconds east of UTC)``: the hour of the week, 0 from Monday midnight to 167."""

    type = Integer()
    inherit_cache = True


class _Day(FunctionElement[str]):
    """``_Day(instant, seconds east of UTC)``: the day, as ``2026-11-28``."""

    type = String()
    inherit_cache = True


class SecondsBetween(FunctionElement[float]):
    """``SecondsBetween(earlier, later)``: seconds, to the millisecond."""

    type = Float()
    inherit_cache = True


Offsets = Sequence[tuple[datetime, int]]


def slot_of(instant: ColumnElement[Any], offsets: Offsets) -> ColumnElement[int]:
    """Return the hour of the week at ``instant`` on clocks with ``offsets`` (``Period.offsets``)."""
    return _by_offset(_Slot, instant, offsets)


def day_of(instant: ColumnElement[Any], offsets: Offsets) -> ColumnElement[str]:
    """Return the day at ``instant`` on clocks with ``offsets``."""
    return _by_offset(_Day, instant, offsets)


def _by_offset(made: type[FunctionElement[Any]], instant: ColumnElement[Any], offsets: Offsets) -> ColumnElement[Any]:
    said = [made(instant, literal(seconds, Integer())) for _since, seconds in offsets]
    borders = [instant < literal(since, UtcDateTime()) for since, _seconds in offsets[1:]]
    return case(*zip(borders, said[:-1], strict=True), else_=said[-1]) if borders else said[0]


@compiles(_Slot, "sqlite")
def _sqlite_slot(element: Any, compiler: Any, **options: Any) -> str:
    at, seconds = (compiler.process(part, **options) for part in element.clauses)
    parts = [f"CAST(strftime('%{name}', {at}, {seconds} || ' seconds') AS INTEGER)" for name in "wH"]
    return f"((({parts[0]} + 6) % 7) * 24 + {parts[1]})"


@compiles(_Slot, "postgresql")
def _postgresql_slot(element: Any, compiler: Any, **options: Any) -> str:
    local = _postgresql_local(element, compiler, **options)
    parts = [f"CAST(EXTRACT({name} FROM {local}) AS INTEGER)" for name in ("ISODOW", "HOUR")]
    return f"(({parts[0]} - 1) * 24 + {parts[1]})"


@compiles(_Day, "sqlite")
def _sqlite_day(element: Any, compiler: Any, **options: Any) -> str:
    at, seconds = (compiler.process(part, **options) for part in element.clauses)
    return f"date({at}, {seconds} || ' seconds')"


@compiles(_Day, "postgresql")
def _postgresql_day(element: Any, compiler: Any, **options: Any) -> str:
    return f"to_char({_postgresql_local(element, compiler, **options)}, 'YYYY-MM-DD')"


def _postgresql_local(element: Any, compiler: Any, **options: Any) -> str:
    at, seconds = (compiler.process(part, **options) for part in element.clauses)
    return f"(({at}) AT TIME ZONE 'UTC' + make_interval(secs => {seconds}))"


@compiles(SecondsBetween, "sqlite")
def _sqlite_seconds(element: Any, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(part, **options) for part in element.clauses)
    return f"ROUND((julianday({later}) - julianday({earlier})) * 86400.0, 3)"


@compiles(SecondsBetween, "postgresql")
def _postgresql_seconds(element: Any, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(part, **options) for part in element.clauses)
    return f"CAST(ROUND(CAST(EXTRACT(EPOCH FROM ({later}) - ({earlier})) AS NUMERIC), 3) AS DOUBLE PRECISION)"
