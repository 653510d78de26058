"""Pages of the queue by keyset: what comes after a row is asked by its place, not by counting the rows before it."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.conversations.models import Conversation
from firstline.core.errors import BadInput
from firstline.core.row_ids import LARGEST_ID
from firstline.core.times import UtcDateTime
from firstline.desk.filters import CaseFilter, conditions
from firstline.desk.models import Case
from firstline.desk.order import datetime_max
from firstline.desk.queue import Row

_NEVER = datetime_max()


@dataclass(frozen=True)
class Page:
    """Rows in order, and where the next page begins; ``None`` at the end."""

    rows: list[Row]
    next: str | None


@dataclass(frozen=True)
class _Key:
    column: SQLColumnExpression[Any]
    is_time: bool = False
    descending: bool = False

    def after(self, value: Any) -> ColumnElement[bool]:
        beyond: ColumnElement[bool] = self.column < value if self.descending else self.column > value
        return beyond

    def order(self) -> SQLColumnExpression[Any]:
        return self.column.desc() if self.descending else self.column.asc()


async def list_page(
    session: AsyncSession,
    partner: str,
    wanted: CaseFilter,
    staff_id: int,
    now: datetime,
    *,
    limit: int,
    after: str = "",
) -> Page:
    """Return ``limit`` rows that ``wanted`` takes, in its order, from the place ``after`` on, in one query.

    Open cases come by due time, those answered already last; closed ones newest first. Raises ``BadInput`` for a place
    of another list.
    """
    keys = _keys(wanted)
    query = (
        select(Case, Conversation, *(key.column for key in keys))
        .join(Conversation, Conversation.id == Case.conversation_id)
        .where(conditions(wanted, partner, staff_id, now))
        .order_by(*(key.order() for key in keys))
        .limit(limit + 1)
    )
    if after:
        query = query.where(_beyond(keys, _read(after, keys)))
    found = (await session.execute(query)).all()
    rows: list[Row] = [(row[0], row[1]) for row in found[:limit]]
    return Page(rows, _place(found[limit - 1][2:]) if len(found) > limit else None)


async def count(
    session: AsyncSession, partner: str, filters: Sequence[CaseFilter], staff_id: int, now: datetime
) -> list[int]:
    """Count what each filter takes, in one query each over open cases, over all, and over the agent's own."""
    counts = [0] * len(filters)
    sorts = [(wanted.takes_closed(), wanted.is_own) for wanted in filters]
    for closed, own in sorted(set(sorts)):
        places = [at for at, sort in enumerate(sorts) if sort == (closed, own)]
        sums = [
            func.sum(case((conditions(filters[at], partner, staff_id, now), 1), else_=0)).label(f"n{at}")
            for at in places
        ]
        query = select(*sums).select_from(Case).join(Conversation, Conversation.id == Case.conversation_id)
        query = query.where(Case.partner == partner)
        if own:
            query = query.where(Conversation.agent_id == staff_id)
        row = (await session.execute(query if closed else query.where(Case.status != "closed"))).one()
        for at, number in zip(places, row, strict=True):
            counts[at] = int(number or 0)
    return counts


def _keys(wanted: CaseFilter) -> list[_Key]:
    number = _Key(Case.id)
    if wanted.sort == "newest":
        return [_Key(Case.id, descending=True)]
    if wanted.sort == "oldest":
        return [number]
    if wanted.sort == "updated":
        return [_Key(Conversation.updated_at, is_time=True, descending=True), _Key(Case.id, descending=True)]
    if wanted.only_closed:
        return [
            _Key(func.coalesce(Case.closed_at, _NEVER), is_time=True, descending=True),
            _Key(Case.id, descending=True),
        ]
    # What was missed stands first, then what is owed next; what owes nothing comes last.
    return [_Key(Case.escalation, descending=True), _Key(func.coalesce(Case.due, _NEVER), is_time=True), number]


def _beyond(keys: Sequence[_Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition of coming after ``values`` in the order of ``keys``."""
    key, value = keys[0], values[0]
    if len(keys) == 1:
        return key.after(value)
    return or_(key.after(value), and_(key.column == value, _beyond(keys[1:], values[1:])))


def _place(values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read(place: str, keys: Sequence[_Key]) -> list[Any]:
    try:
        plain = json.loads(base64.urlsafe_b64decode(place + "=" * (-len(place) % 4)))
        if not isinstance(plain, list) or len(plain) != len(keys):
            raise ValueError(place)
        return [_value(value, key) for value, key in zip(plain, keys, strict=True)]
    except (binascii.Error, ValueError, TypeError):
        raise BadInput("'after' is no place in this list; take 'next' of the page before.", code="bad_place") from None


def _value(plain: Any, key: _Key) -> Any:
    if key.is_time:
        moment = datetime.fromisoformat(plain)
        if moment.tzinfo is None:
            raise ValueError(plain)
        return literal(moment, UtcDateTime)
    if not isinstance(plain, int) or isinstance(plain, bool) or abs(plain) > LARGEST_ID:
        raise ValueError(plain)
    return plain
