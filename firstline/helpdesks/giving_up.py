"""When a help desk can't be reached or understood any more, its case is our own queue's again, and people are told."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charters
from firstline.conversations.states import State
from firstline.core.errors import NotFound
from firstline.core.times import utcnow
from firstline.desk.history import alert, record
from firstline.desk.putting_back import put_back
from firstline.desk.queue import locked_case
from firstline.helpdesks.models import FAILED, HelpdeskTicket
from firstline.outbox.delivery import GiveUp
from firstline.outbox.models import Notice


def fall_back(charters: Charters) -> GiveUp:
    """Return what becomes of a case whose notice to the help desk is undeliverable, in that notice's transaction."""

    async def give_up(session: AsyncSession, notice: Notice) -> None:
        try:
            case, conversation = await locked_case(session, notice.partner, notice.case_number)
        except NotFound:
            return
        ticket = await session.scalar(select(HelpdeskTicket).where(HelpdeskTicket.case_id == case.id))
        if ticket is None or ticket.state == FAILED:
            return
        ticket.state, ticket.reason = FAILED, notice.error
        case.helpdesk = None  # what changes from now on is nobody's there; a repeated notice carries all of it
        record(session, case, "helpdesk_failed", ticket.desk, {"why": notice.error})
        if conversation.state == State.HUMAN and conversation.agent_id is None and case.status != "closed":
            charter = charters.get(case.partner)
            await put_back(session, case, conversation, charter, utcnow(), key="human.released", actor=ticket.desk)
        alert(session, case, "waiting")

    return give_up
