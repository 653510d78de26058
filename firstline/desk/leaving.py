"""Ending conversations that the customer has left: the bot answered, and nothing was said to it."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select

from firstline.conversations import store
from firstline.conversations.models import Conversation, Message
from firstline.conversations.states import Event, State
from firstline.core.database import Database
from firstline.desk.history import open_case_of
from firstline.desk.models import Case

_AT_ONCE = 200


async def close_left(database: Database, now: datetime, after: timedelta) -> int:
    """Close what is with the bot and lay still for ``after``, as ``left``, which is no solution; return how many.

    Conversations with an open case stay, and so do those in which the customer said nothing. Each is its own
    transaction.
    """
    asked = exists().where(Message.conversation_id == Conversation.id, Message.author == "customer")
    kept = exists().where(Case.conversation_id == Conversation.id, Case.status != "closed")
    still = (Conversation.state == State.BOT, Conversation.updated_at <= now - after)
    async with database.reading() as session:
        query = select(Conversation.id).where(*still, asked, ~kept).order_by(Conversation.updated_at).limit(_AT_ONCE)
        candidates = (await session.scalars(query)).all()
    closed = 0
    for conversation_id in candidates:
        async with database.session() as session:
            conversation = await store.get_conversation(session, conversation_id)
            if conversation.state != State.BOT or conversation.updated_at > now - after:
                continue
            if await open_case_of(session, conversation_id) is None:
                store.change_state(session, conversation, Event.LEAVE)
                conversation.outcome = "left"
                closed += 1
    return closed
