"""A customer who waits for a person and wants none."""

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.conversations.states import Event
from firstline.desk.customer import choose_bot, close
from firstline.desk.history import TEXTS, open_case_of

# Someone has to look at these, whoever answers in the chat.
_STAYS_OPEN = frozenset({"security", "complaint", "still_broken"})


async def decline_person(session: AsyncSession, conversation: Conversation) -> None:
    """Give the waiting customer who wants no person back to the bot, and withdraw the case.

    A case that is too grave, or that an agent has answered, stays open, and the customer hears that.
    """
    case = await open_case_of(session, conversation.id)
    if case is None or case.reason in _STAYS_OPEN or case.first_response_at is not None:
        await choose_bot(session, conversation)
        return
    store.change_state(session, conversation, Event.WITHDRAW)
    close(session, case, "withdrawn", "customer")
    store.change_state(session, conversation, Event.WRITE_AGAIN)
    buttons = [{"title": TEXTS.get(conversation.language, "waiting.person_again"), "payload": "/human"}]
    text = TEXTS.get(conversation.language, "waiting.declined", number=case.number)
    await store.add_message(session, conversation, "system", text, buttons=buttons)
