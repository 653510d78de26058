"""Colleagues named in a note with ``@name``: alerted, and listed until they have read it."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.database import publish_later
from firstline.core.times import iso
from firstline.desk.history import desk_topic
from firstline.desk.models import Case, Note, Staff
from firstline.desk.staff import list_staff
from firstline.desk.team_models import Mention

_MOST = 100


async def colleagues(session: AsyncSession, partner: str) -> list[Staff]:
    """Return who works at the partner's desk, by name."""
    return list(await list_staff(session, partner, "case.work"))


def named_in(text: str, staff: Sequence[Staff]) -> list[Staff]:
    """Return those whose name stands behind an ``@`` in ``text``; of two names the longer one counts.

    A Korean particle may follow at once, as in "@김서연에게"; a Latin name has to end there.
    """
    by_name: dict[str, list[Staff]] = {}
    for one in staff:
        by_name.setdefault(_plain(one.name), []).append(one)
    names = sorted(filter(None, by_name), key=len, reverse=True)
    if not names:
        return []
    found = re.findall(f"@({'|'.join(_whole(name) for name in names)})", _plain(text))
    return [one for name in dict.fromkeys(found) for one in by_name[name]]


async def mention(
    session: AsyncSession, note: Note, case: Case, author: Staff, staff: Sequence[Staff], now: datetime
) -> list[Staff]:
    """Keep and announce who is mentioned in the note, its author left out; return them."""
    named = [one for one in named_in(note.text, staff) if one.id != author.id]
    for one in named:
        entry = Mention(note_id=note.id, case_id=case.id, staff_id=one.id, created_at=now)
        session.add(entry)
        await session.flush()
        event = {"type": "mention", "id": f"mention-{entry.id}", "number": case.number, "to": one.id, "by": author.name}
        publish_later(session, desk_topic(case.partner), event)
    return named


async def mentions_of(session: AsyncSession, staff: Staff) -> dict[str, Any]:
    """Return where the agent is mentioned, newest first, 100 at most: ``{"mentions": [...], "unread": n}``."""
    query = (
        select(Mention, Note, Case.number)
        .join(Note, Note.id == Mention.note_id)
        .join(Case, Case.id == Mention.case_id)
        .where(Mention.staff_id == staff.id)
        .order_by(Mention.id.desc())
        .limit(_MOST)
    )
    unread = select(func.count()).where(Mention.staff_id == staff.id, Mention.read_at.is_(None))
    return {
        "mentions": [
            {
                "id": entry.id,
                "number": number,
                "author_name": note.staff_name,
                "text": note.text,
                "created_at": iso(entry.created_at),
                "read": entry.read_at is not None,
            }
            for entry, note, number in (await session.execute(query)).all()
        ],
        "unread": int(await session.scalar(unread) or 0),
    }


async def mark_read(session: AsyncSession, staff: Staff, number: str | None, now: datetime) -> None:
    """Mark the agent's mentions as read: those in one case, or all; their other windows hear of it."""
    change = update(Mention).where(Mention.staff_id == staff.id, Mention.read_at.is_(None)).values(read_at=now)
    if number is not None:
        own = select(Case.id).where(Case.partner == staff.partner, Case.number == number)
        change = change.where(Mention.case_id.in_(own))
    await session.execute(change)
    publish_later(session, desk_topic(staff.partner), {"type": "mentions_read", "to": staff.id})


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def _whole(name: str) -> str:
    return re.escape(name) + (r"(?![a-z0-9])" if re.search(r"[a-z0-9]$", name) else "")
