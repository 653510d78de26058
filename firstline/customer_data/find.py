"""Whose data: a customer is the conversations that belong together, and the addresses given in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, cast, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.conversations.customer_models import KnownCustomer
from firstline.conversations.models import Conversation
from firstline.conversations.states import State
from firstline.core.errors import BadInput, NotFound
from firstline.customer_data.kept import Kept
from firstline.desk.models import Case
from firstline.desk.tool_models import CaseContact
from firstline.helpdesks.agent_bot import CHANNEL
from firstline.helpdesks.models import HelpdeskTalk

ERASED = "erased-"
"""How the id of a conversation begins of which only figures are left."""


@dataclass(frozen=True)
class Found:
    """A customer's conversations at one partner, with their cases, the open ones among them, and their addresses.

    ``talks`` are conversations of the partner's Chatwoot in which we answered them.
    """

    partner: str
    conversations: list[str]
    case_ids: list[int]
    cases: list[str]
    open: list[str]
    addresses: list[str]
    talks: list[str]


async def find(
    session: AsyncSession, partner: str, *, conversation: str = "", case: str = "", email: str = ""
) -> Found:
    """Find a customer by one of three: a conversation, a case's number, or an e-mail address.

    The address finds every conversation in which it was given. Raises ``NotFound`` when there is nothing, and
    ``BadInput`` unless exactly one was named.
    """
    if sum(map(bool, (conversation, case, email))) != 1:
        raise BadInput("Say whose data by exactly one of --conversation, --case and --email.")
    own = select(Conversation.id).where(Conversation.partner == partner, Conversation.id.not_like(f"{ERASED}%"))
    if conversation:
        query = own.where(Conversation.id == conversation)
    elif case:
        query = own.where(Conversation.id.in_(select(Case.conversation_id).where(Case.number == case)))
    else:
        address = email.strip().lower()
        vouched = select(KnownCustomer.conversation_id).where(
            KnownCustomer.partner == partner, func.lower(KnownCustomer.email) == address
        )
        query = own.where(or_(Conversation.id.in_(_giving(partner, address)), Conversation.id.in_(vouched)))
    ids = sorted(await session.scalars(query))
    if not ids:
        raise NotFound(f"Partner '{partner}' keeps no conversation of {conversation or case or email}.")
    return await found_of(session, partner, ids, [email.strip()] if email else [])


async def found_of(session: AsyncSession, partner: str, ids: list[str], addresses: Sequence[str] = ()) -> Found:
    """Return what belongs to these conversations; ``addresses`` are known to be the customer's beforehand."""
    cases = (await session.scalars(select(Case).where(Case.conversation_id.in_(ids)).order_by(Case.id))).all()
    case_ids = [case.id for case in cases]
    given = await session.scalars(select(CaseContact.contact).where(CaseContact.case_id.in_(case_ids)))
    known = {*addresses, *given, *(case.contact_email for case in cases if case.contact_email)}
    query = select(Conversation.id).where(
        Conversation.id.in_(ids), or_(Conversation.state.in_((State.WAITING, State.HUMAN)), _has_open_case())
    )
    talks = await session.scalars(select(HelpdeskTalk.reference).where(HelpdeskTalk.conversation_id.in_(ids)))
    return Found(
        partner,
        ids,
        case_ids,
        [case.number for case in cases],
        sorted(await session.scalars(query)),
        sorted(known),
        sorted(talks),
    )


def rows_of(kept: Kept, found: Found) -> ColumnElement[bool]:
    """Return the condition that picks the customer's rows of a table."""
    column = kept.table.c
    if kept.by == "conversation":
        named = column.id if kept.table is Conversation.__table__ else column.conversation_id
        return named.in_(found.conversations)
    if kept.by == "case":
        return column.case_id.in_(found.case_ids)
    if kept.by == "case_number":
        theirs = column.case_number.in_(found.cases)
        asked = (column.channel == CHANNEL) & column.target.in_(found.talks)
        return (column.partner == found.partner) & or_(theirs, column.target.in_(found.addresses), asked)
    if kept.by == "own_address":
        return (column.partner == found.partner) & column.address.in_([one.lower() for one in found.addresses])
    return (column.partner == found.partner) & or_(false(), *(_names(kept.table, one) for one in found.addresses))


def _names(table: Table, address: str) -> Any:
    return func.lower(cast(table.c.filter, Text)).contains(address.lower(), autoescape=True)


def _giving(partner: str, address: str) -> Any:
    in_chat = select(CaseContact.case_id).where(CaseContact.partner == partner, CaseContact.contact == address)
    return select(Case.conversation_id).where(
        Case.partner == partner, or_(Case.id.in_(in_chat), func.lower(Case.contact_email) == address)
    )


def _has_open_case() -> Any:
    return select(Case.id).where(Case.conversation_id == Conversation.id, Case.status != "closed").exists()
