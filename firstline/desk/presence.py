"""Who is at the desk: here, away or off, seen by signs of life, with how many cases; kept in the database.

An agent is **there** while one of their windows is alive. A window says so with every ping; one that falls silent is
dead after ``agent_gone_seconds``, one that was closed after a few seconds, so that a reload goes unnoticed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.conversations.models import Conversation
from firstline.conversations.states import State
from firstline.core.database import publish_later
from firstline.core.errors import BadInput, NotFound
from firstline.core.times import iso
from firstline.desk.history import desk_topic
from firstline.desk.models import Case, Staff
from firstline.desk.team_models import DeskLine, Presence

Mode = Literal["here", "away", "off"]
DEFAULT_CAPACITY = 4
MOST_CASES = 100
_RELOAD = timedelta(seconds=10)


@dataclass(frozen=True)
class Member:
    """One agent at one instant. ``load`` counts the conversations they speak in, ``capacity`` how many they take."""

    staff_id: int
    name: str
    email: str
    role: str
    mode: Mode
    is_alive: bool
    since: datetime
    seen_at: datetime
    load: int
    capacity: int

    @property
    def standing(self) -> Literal["here", "away", "off", "gone"]:
        """What the agent chose, or ``gone`` when none of their windows is alive although they are not off."""
        return self.mode if self.is_alive or self.mode == "off" else "gone"

    @property
    def free(self) -> int:
        """How many more cases the agent takes now."""
        return max(self.capacity - self.load, 0) if self.standing == "here" else 0


async def on_duty(session: AsyncSession, partner: str, now: datetime) -> list[Member]:
    """Return the agents who are here with room for another case, the freest first."""
    members = [member for member in await team(session, partner, now) if member.free]
    return sorted(members, key=lambda member: (-member.free, member.load, member.staff_id))


async def team(session: AsyncSession, partner: str, now: datetime) -> list[Member]:
    """Return everybody who was ever at the partner's desk and may come back, by name."""
    query = select(Staff, Presence).join(Presence, Presence.staff_id == Staff.id).where(_at(partner))
    rows = (await session.execute(query.order_by(Staff.name, Staff.id))).all()
    return await _members(session, [(staff, presence) for staff, presence in rows], now)


async def member_of(session: AsyncSession, partner: str, staff_id: int, now: datetime) -> Member:
    """Return one of the partner's agents; raises ``NotFound`` for anybody who was never at this desk."""
    query = select(Staff, Presence).join(Presence, Presence.staff_id == Staff.id)
    row = (await session.execute(query.where(_at(partner), Staff.id == staff_id))).first()
    if row is None:
        raise NotFound("There is no such agent at this desk; load the team again.", code="no_agent")
    return (await _members(session, [(row[0], row[1])], now))[0]


async def choose(session: AsyncSession, staff: Staff, mode: Mode, now: datetime) -> None:
    """Keep what the agent says about being there, and tell the desk."""
    presence = await _presence(session, staff, now)
    if presence.mode != mode:
        presence.mode, presence.since = mode, now
    presence.active_at = presence.seen_at = now
    _tell(session, staff.partner)


async def touch(session: AsyncSession, staff: Staff, now: datetime) -> None:
    """Note that the agent did something."""
    presence = await _presence(session, staff, now)
    presence.active_at = presence.seen_at = now


async def set_capacity(session: AsyncSession, partner: str, staff_id: int, cases: int | None, default: int) -> None:
    """Set how many cases an agent takes at once, ``None`` for the setting's; raises ``BadInput`` and ``NotFound``."""
    if cases is not None and not 0 <= cases <= MOST_CASES:
        raise BadInput(f"An agent takes 0 to {MOST_CASES} cases at once.", code="bad_capacity")
    presence = await session.get(Presence, staff_id)
    if presence is None or presence.partner != partner:
        raise NotFound("There is no such agent at this desk; load the team again.", code="no_agent")
    presence.capacity, presence.own_capacity = default if cases is None else cases, cases is not None
    _tell(session, partner)


async def open_line(
    session: AsyncSession, staff: Staff, line: str, now: datetime, *, gone_after: timedelta, capacity: int
) -> None:
    """Note a new window of the agent; ``capacity`` is the setting's, which the agent's own goes before."""
    presence = await _presence(session, staff, now, capacity)
    if not presence.own_capacity:
        presence.capacity = capacity
    presence.seen_at = presence.active_at = now
    session.add(DeskLine(id=line, staff_id=staff.id, partner=staff.partner, until=now + gone_after))
    _tell(session, staff.partner)


async def keep_lines(
    session: AsyncSession, lines: Collection[str], active: Collection[str], now: datetime, gone_after: timedelta
) -> None:
    """Note the signs of life of windows; ``active`` are those in which the agent did something."""
    known = update(DeskLine).where(DeskLine.id.in_(lines)).values(until=now + gone_after).returning(DeskLine.staff_id)
    seen = set(await session.scalars(known))
    await session.execute(update(Presence).where(Presence.staff_id.in_(seen)).values(seen_at=now))
    busy = select(DeskLine.staff_id).where(DeskLine.id.in_(active))
    await session.execute(update(Presence).where(Presence.staff_id.in_(busy)).values(active_at=now))


async def close_line(session: AsyncSession, line: str, now: datetime) -> None:
    """Note that a window is gone, after a while in which it may come back; dead windows are swept out."""
    known = await session.get(DeskLine, line)
    if known is not None:
        known.case_id, known.until = None, min(known.until, now + _RELOAD)
        await session.execute(
            delete(DeskLine).where(DeskLine.staff_id == known.staff_id, DeskLine.until < now, DeskLine.id != line)
        )
        _tell(session, known.partner)


async def watch(session: AsyncSession, line: str, case_id: int | None) -> None:
    """Note which case a window shows."""
    known = await session.get(DeskLine, line)
    if known is not None:
        known.case_id = case_id


async def watchers(session: AsyncSession, case_id: int, now: datetime) -> list[dict[str, Any]]:
    """Return who has the case open now, as ``{"id", "name"}``, each once."""
    query = (
        select(Staff.id, Staff.name)
        .join(DeskLine, DeskLine.staff_id == Staff.id)
        .where(DeskLine.case_id == case_id, DeskLine.until > now)
        .distinct()
        .order_by(Staff.name, Staff.id)
    )
    return [{"id": staff_id, "name": name} for staff_id, name in (await session.execute(query)).all()]


def member_json(member: Member, me: Staff) -> dict[str, Any]:
    """Return an agent for the desk's page."""
    return {
        "id": member.staff_id,
        "name": member.name,
        "role": member.role,
        "standing": member.standing,
        "mode": member.mode,
        "since": iso(member.since),
        "seen_at": iso(member.seen_at),
        "load": member.load,
        "capacity": member.capacity,
        "me": member.staff_id == me.id,
    }


def _at(partner: str) -> ColumnElement[bool]:
    return and_(Presence.partner == partner, Staff.disabled_at.is_(None))


async def _members(session: AsyncSession, rows: Iterable[tuple[Staff, Presence]], now: datetime) -> list[Member]:
    rows = list(rows)
    ids = [staff.id for staff, _ in rows]
    alive = set(
        await session.scalars(select(DeskLine.staff_id).where(DeskLine.staff_id.in_(ids), DeskLine.until > now))
    )
    counted = (
        select(Conversation.agent_id, func.count())
        .join(Case, Case.conversation_id == Conversation.id)
        .where(Conversation.agent_id.in_(ids), Conversation.state == State.HUMAN, Case.status == "open")
        .group_by(Conversation.agent_id)
    )
    load = {row[0]: row[1] for row in (await session.execute(counted)).all()}
    return [
        Member(
            staff_id=staff.id,
            name=staff.name,
            email=staff.email,
            role=staff.role,
            mode=presence.mode,  # type: ignore[arg-type]
            is_alive=staff.id in alive,
            since=presence.since,
            seen_at=presence.seen_at,
            load=load.get(staff.id, 0),
            capacity=presence.capacity,
        )
        for staff, presence in rows
    ]


async def _presence(session: AsyncSession, staff: Staff, now: datetime, capacity: int = DEFAULT_CAPACITY) -> Presence:
    known = await session.get(Presence, staff.id)
    if known is None:
        # Two windows may open at once: whoever holds the account's row makes the only one.
        await session.get(Staff, staff.id, with_for_update=True)
        known = await session.get(Presence, staff.id, populate_existing=True)
    if known is None:
        known = Presence(
            staff_id=staff.id, partner=staff.partner, mode="here", since=now, seen_at=now, active_at=now,
            capacity=capacity, own_capacity=False,
        )  # fmt: skip
        session.add(known)
        await session.flush()
    known.partner = staff.partner  # a provider's people are at one desk at a time
    return known


def _tell(session: AsyncSession, partner: str) -> None:
    publish_later(session, desk_topic(partner), {"type": "team"})
