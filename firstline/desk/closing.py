"""Closing what the customer was told about and did not answer, after the charter's days."""

from datetime import datetime, timedelta

from sqlalchemy import select

from firstline.conversations import store
from firstline.conversations.states import Event
from firstline.core.database import Database
from firstline.desk.customer import close
from firstline.desk.history import TEXTS
from firstline.desk.models import Case
from firstline.desk.queue import find_case
from firstline.desk.terms import terms_of


async def close_unanswered(database: Database, now: datetime) -> int:
    """Close each case whose closing message went unanswered for the days of its charter; return how many.

    Each case is its own transaction, so that one that can't be closed holds up no other.
    """
    async with database.reading() as session:
        query = select(Case.partner, Case.number, Case.closing_sent_at).where(Case.status == "closing")
        candidates = (await session.execute(query)).all()
    closed = 0
    for partner, number, sent_at in candidates:
        if sent_at is None or now - sent_at < timedelta(days=1):
            continue
        async with database.session() as session:
            case, conversation = await find_case(session, partner, number)
            conversation = await store.get_conversation(session, conversation.id)
            await session.refresh(case)
            terms = (await terms_of(session, case)).closing
            if case.status != "closing" or now - sent_at < timedelta(days=terms.days):
                continue
            store.change_state(session, conversation, Event.UNANSWERED)
            close(session, case, "unanswered", "clock")
            conversation.outcome = "unanswered"
            text = TEXTS.get(conversation.language, "closing.closed_unanswered", number=number, days=terms.reopen_days)
            await store.add_message(session, conversation, "system", text)
            closed += 1
    return closed
