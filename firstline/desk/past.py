"""The customer's other cases at this partner: of the same conversation, or under the same e-mail address."""

from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.conversations.customer_models import KnownCustomer
from firstline.conversations.models import Conversation
from firstline.core.times import iso
from firstline.desk.models import Case
from firstline.desk.rows import case_facts
from firstline.desk.tool_models import CaseContact

MOST = 30


async def past_cases(session: AsyncSession, case: Case, charter: Charter) -> list[dict[str, Any]]:
    """Return the other cases of who wrote this one, newest first.

    Who that is, only three things say: the conversation itself, the customer's id as the partner's site signed it, and
    an e-mail address given in both cases. A name says nothing. ``{"number", "status", "outcome", "severity",
    "severity_name", "category", "reason", "question", "agent_name", "opened_at", "closed_at", "same"}``; ``same`` is
    ``conversation``, ``customer`` or the address.
    """
    contacts = list(await session.scalars(select(CaseContact.contact).where(CaseContact.case_id == case.id)))
    given = select(CaseContact.case_id, CaseContact.contact).where(
        CaseContact.partner == case.partner, CaseContact.contact.in_(contacts), CaseContact.case_id != case.id
    )
    same: dict[int, str] = {row.case_id: row.contact for row in await session.execute(given)} if contacts else {}
    known = await session.get(KnownCustomer, case.conversation_id)
    if known is not None:
        theirs = (
            select(Case.id)
            .join(KnownCustomer, KnownCustomer.conversation_id == Case.conversation_id)
            .where(KnownCustomer.partner == case.partner, KnownCustomer.customer_id == known.customer_id)
        )
        same |= dict.fromkeys(await session.scalars(theirs), "customer")
    query = (
        select(Case, Conversation)
        .join(Conversation, Conversation.id == Case.conversation_id)
        .where(
            Case.partner == case.partner,
            Case.id != case.id,
            or_(Case.conversation_id == case.conversation_id, and_(Case.id.in_(list(same)))),
        )
        .order_by(Case.id.desc())
        .limit(MOST)
    )
    return [_json(row[0], row[1], case, same, charter) for row in await session.execute(query)]


def _json(
    found: Case, conversation: Conversation, case: Case, same: dict[int, str], charter: Charter
) -> dict[str, Any]:
    return {
        **case_facts(found, conversation, charter),
        "outcome": found.outcome,
        "language": found.language,
        "closed_at": iso(found.closed_at) if found.closed_at else None,
        "same": "conversation" if found.conversation_id == case.conversation_id else same[found.id],
    }
