"""Turns that concern a case and its people, so that the bot is not asked."""

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.chat.payloads import Payload
from firstline.conversations.models import Conversation
from firstline.conversations.states import State
from firstline.desk import customer
from firstline.desk.handover import hand_over

# Buttons that this app offers itself; the bot knows none of them but "human".
BUTTONS = frozenset({"bot", "severity", "solved", "still_broken"})


async def take(session: AsyncSession, conversation: Conversation, charter: Charter, payload: Payload | None) -> bool:
    """React to the customer's turn if it isn't the bot's to answer; say whether it was done."""
    if payload is not None and await _take_button(session, conversation, charter, payload):
        return True
    if conversation.state == State.CLOSED:
        reopened = await customer.write_after_close(session, conversation, charter, charter.closing.reopen_days)
        return reopened
    if conversation.state in (State.WAITING, State.HUMAN):
        await customer.add_to_case(session, conversation, charter)
        return True
    return False


async def _take_button(session: AsyncSession, conversation: Conversation, charter: Charter, payload: Payload) -> bool:
    match payload.name:
        case "human" if conversation.state != State.HUMAN:
            await hand_over(session, conversation, charter, reason="human")
        case "bot" if conversation.state == State.WAITING:
            await customer.choose_bot(session, conversation)
        case "severity":
            return await customer.name_severity(session, conversation, charter, str(payload.data.get("severity")))
        case "solved":
            return await customer.confirm_solved(session, conversation)
        case "still_broken":
            await customer.say_still_broken(session, conversation, charter)
        case _:
            return False
    return True
