"""Turns that concern a case and its people, so that the bot is not asked."""

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.chat.payloads import TEXTS, Payload
from firstline.conversations import store
from firstline.conversations.models import Conversation, Message
from firstline.conversations.states import Event, State
from firstline.desk import customer
from firstline.desk.declining import decline_person
from firstline.desk.handover import hand_over
from firstline.reading.openings import declines_person
from firstline.reading.phrases import LANGUAGE_WISHES, Wish, wish_of

# Buttons that this app offers itself; the bot knows none of them but "human".
BUTTONS = frozenset({"bot", "withdraw", "severity", "tell", "skip", "solved", "still_broken"})
_BEGINS_ANEW = (Wish.START_OVER, Wish.TO_BOT)


async def take(
    session: AsyncSession, conversation: Conversation, charter: Charter, payload: Payload | None, message: Message
) -> bool:
    """React to the customer's turn if it isn't the bot's to answer; say whether it was done."""
    if payload is not None:
        if await _take_button(session, conversation, charter, payload):
            return True
    elif await _take_wish(session, conversation, charter, message.text):
        return True
    if conversation.state == State.CLOSED and payload is None and wish_of(message.text) in _BEGINS_ANEW:
        store.change_state(session, conversation, Event.WRITE_AGAIN)
    if conversation.state == State.CLOSED:
        reopened = await customer.write_after_close(session, conversation, charter, charter.closing.reopen_days)
        return reopened
    if conversation.state in (State.WAITING, State.HUMAN):
        await customer.add_to_case(session, conversation, charter, message)
        return True
    return False


async def _take_button(session: AsyncSession, conversation: Conversation, charter: Charter, payload: Payload) -> bool:
    match payload.name:
        case "human" if conversation.state != State.HUMAN:
            await hand_over(session, conversation, charter, reason="human")
        case "bot" if conversation.state == State.WAITING:
            await customer.choose_bot(session, conversation)
        case "bot" if conversation.state == State.BOT:
            await _say_bot_is_here(session, conversation)
        case "withdraw":
            if not await customer.withdraw(session, conversation):
                await customer.say_too_late(session, conversation)
        case "severity":
            if not await customer.name_severity(session, conversation, charter, str(payload.data.get("severity"))):
                await customer.say_too_late(session, conversation)
        case "tell" | "skip":
            name, value = str(payload.data.get("question")), payload.data.get("value")
            await customer.answer_question(session, conversation, charter, name, None if value is None else str(value))
        case "solved":
            return await customer.confirm_solved(session, conversation)
        case "still_broken":
            await customer.say_still_broken(session, conversation, charter)
        case _:
            return False
    return True


async def _take_wish(session: AsyncSession, conversation: Conversation, charter: Charter, text: str) -> bool:
    wish = wish_of(text)
    match wish:
        case Wish.TO_BOT if conversation.state == State.BOT:
            await _say_bot_is_here(session, conversation)
        case Wish.KOREAN | Wish.ENGLISH if conversation.state != State.BOT:
            await customer.use_language(session, conversation, charter, LANGUAGE_WISHES[wish])
        case Wish.TO_BOT if conversation.state == State.WAITING:
            await customer.choose_bot(session, conversation)
        case Wish.NO_PERSON if conversation.state == State.BOT:
            await _say_bot_is_here(session, conversation)
        case Wish.NO_PERSON if conversation.state == State.WAITING:
            await decline_person(session, conversation)
        case None if conversation.state == State.WAITING and declines_person(text):
            # What follows is a question for the bot.
            await decline_person(session, conversation)
            return False
        case Wish.START_OVER if conversation.state == State.WAITING:
            await customer.say_who_waits(session, conversation)
        case Wish.COURTESY | Wish.ENOUGH if conversation.state == State.CLOSED:
            await customer.say_welcome(session, conversation)
        case _:
            return False
    return True


async def _say_bot_is_here(session: AsyncSession, conversation: Conversation) -> None:
    await store.add_message(session, conversation, "system", TEXTS.get(conversation.language, "bot_is_here"))
