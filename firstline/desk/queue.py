"""The queue: which cases are open, in the order in which an answer is due."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter, opening
from firstline.conversations.models import Conversation
from firstline.conversations.states import State
from firstline.core.errors import NotFound
from firstline.core.texts import string_table
from firstline.core.times import iso, utcnow
from firstline.desk.models import Case
from firstline.desk.promises import due_text

_TEXTS = string_table(Path(__file__).parent / "texts")

Row = tuple[Case, Conversation]


async def find_case(session: AsyncSession, partner: str, number: str) -> Row:
    """Return a partner's case and its conversation; raises ``NotFound`` for another partner's number too."""
    query = (
        select(Case, Conversation)
        .join(Conversation, Conversation.id == Case.conversation_id)
        .where(Case.partner == partner, Case.number == number)
    )
    row = (await session.execute(query)).first()
    if row is None:
        raise NotFound(f"There is no case {number}.", code="no_case")
    return row[0], row[1]


async def latest_case(session: AsyncSession, conversation_id: str) -> Case | None:
    """Return the conversation's newest case, open or closed."""
    query = select(Case).where(Case.conversation_id == conversation_id).order_by(Case.id.desc())
    return (await session.scalars(query)).first()


async def list_cases(
    session: AsyncSession, partner: str, *, status: str = "open", staff_id: int | None = None, limit: int = 200
) -> Sequence[Row]:
    """Return cases with their conversations: ``open``, ``mine``, ``closing`` or ``closed``; open ones by due time."""
    query = select(Case, Conversation).join(Conversation, Conversation.id == Case.conversation_id)
    query = query.where(Case.partner == partner)
    if status == "closed":
        query = query.where(Case.status == "closed").order_by(Case.closed_at.desc())
    else:
        query = query.where(Case.status != "closed" if status in ("open", "mine") else Case.status == status)
        if status == "mine":
            query = query.where(Conversation.agent_id == staff_id)
        answered = and_(Case.first_response_at.is_not(None), Case.waiting_since.is_(None))
        query = query.order_by(answered, func.coalesce(Case.respond_by, datetime_max()), Case.id)
    return [(row[0], row[1]) for row in (await session.execute(query.limit(limit))).all()]


def datetime_max() -> datetime:
    """Return an instant after every promise, for cases that have none."""
    return datetime.fromisoformat("9999-01-01T00:00:00+00:00")


async def position_of(session: AsyncSession, case: Case) -> int | None:
    """Return the case's place among the partner's waiting cases, 1 for the next one; ``None`` if it isn't waiting."""
    if case.status == "closed" or case.waiting_since is None:
        return None
    due = case.respond_by or datetime_max()
    key = func.coalesce(Case.respond_by, datetime_max())
    ahead = (
        select(func.count())
        .select_from(Case)
        .join(Conversation, Conversation.id == Case.conversation_id)
        .where(
            Case.partner == case.partner,
            Case.status != "closed",
            Conversation.state == State.WAITING,
            or_(key < due, and_(key == due, Case.id < case.id)),
        )
    )
    return 1 + int((await session.scalar(ahead)) or 0)


def status_of(case: Case, conversation: Conversation) -> str:
    """Return ``waiting``, ``human``, ``bot``, ``closing`` or ``closed``: what the customer would call it."""
    return case.status if case.status in ("closed", "closing") else conversation.state


async def case_json(session: AsyncSession, case: Case, conversation: Conversation, charter: Charter) -> dict[str, Any]:
    """Return the case as the chat API promises it, in the conversation's language."""
    lang = conversation.language
    severity = charter.severities.get(case.severity)
    status = status_of(case, conversation)
    return {
        "number": case.number,
        "severity": case.severity,
        "severity_name": severity.name.say(lang) if severity else case.severity,
        "status": status,
        "status_text": _TEXTS.get(lang, f"status.{status}"),
        "position": await position_of(session, case) if conversation.state == State.WAITING else None,
        "respond_by": iso(case.respond_by) if case.respond_by else None,
        "respond_by_text": due_text(charter, case.respond_by, lang),
        "answered": case.first_response_at is not None,
        "open_now": opening(charter.main_calendar, utcnow(), lang).open_now,
    }
