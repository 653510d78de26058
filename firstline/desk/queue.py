"""The queue: which cases are open, in the order in which an answer is due."""

from pathlib import Path
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter, opening
from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.conversations.states import State
from firstline.core.errors import NotFound
from firstline.core.texts import Language, string_table
from firstline.core.times import iso, utcnow
from firstline.desk.models import Case
from firstline.desk.order import datetime_max, due_key
from firstline.desk.promises import due_text
from firstline.desk.rating import rating_json
from firstline.desk.waiting import outlook

_TEXTS = string_table(Path(__file__).parent / "texts")

Row = tuple[Case, Conversation]

# Asked for in every turn; see the statements of ``conversations.store``.
_CASES_OF = select(Case).where(Case.conversation_id == bindparam("conversation_id")).order_by(Case.id.desc())

_NOT_WAITING: dict[str, Any] = {"position": None, "wait": None, "duty": None}


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


async def locked_case(session: AsyncSession, partner: str, number: str) -> Row:
    """Return a case and its conversation as they are now, held against every other change until the commit."""
    case, conversation = await find_case(session, partner, number)
    conversation = await store.get_conversation(session, conversation.id)
    await session.refresh(case)
    return case, conversation


async def latest_case(session: AsyncSession, conversation_id: str) -> Case | None:
    """Return the conversation's newest case, open or closed."""
    return (await session.scalars(_CASES_OF, {"conversation_id": conversation_id})).first()


async def own_case(session: AsyncSession, conversation_id: str, number: str | None) -> Case | None:
    """Return the conversation's case with this number, its newest without one; ``None`` for anybody else's number."""
    if number is None:
        return await latest_case(session, conversation_id)
    query = select(Case).where(Case.conversation_id == conversation_id, Case.number == number)
    return (await session.scalars(query)).first()


async def position_of(session: AsyncSession, case: Case) -> int | None:
    """Return the case's place among the partner's waiting cases, 1 for the next one; ``None`` if it isn't waiting."""
    if case.status == "closed" or case.waiting_since is None:
        return None
    due = case.due or datetime_max()
    key = due_key()
    ahead = (
        select(func.count())
        .select_from(Case)
        .join(Conversation, Conversation.id == Case.conversation_id)
        .where(
            Case.partner == case.partner,
            Case.status != "closed",
            Conversation.state == State.WAITING,
            or_(
                Case.escalation > case.escalation,
                and_(Case.escalation == case.escalation, or_(key < due, and_(key == due, Case.id < case.id))),
            ),
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
    now = utcnow()
    is_waiting = conversation.state == State.WAITING
    spoken: Language = "ko" if lang == "ko" else "en"
    seen = await outlook(session, charter, case.partner, now, (spoken,)) if is_waiting else None
    position = await position_of(session, case) if is_waiting else None
    return {
        "number": case.number,
        "severity": case.severity,
        "severity_name": severity.name.say(lang) if severity else case.severity,
        "status": status,
        "status_text": _TEXTS.get(lang, f"status.{status}"),
        **(seen.json(position, case.tier, case.severity, lang) if seen else _NOT_WAITING),
        "respond_by": iso(case.respond_by) if case.respond_by else None,
        "respond_by_text": due_text(charter, case.respond_by, lang),
        "answered": case.first_response_at is not None,
        "open_now": opening(charter.main_calendar, now, lang).open_now,
        "contact_email": case.contact_email,
        "rating": await rating_json(session, case, charter, now),
    }
