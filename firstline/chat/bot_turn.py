"""Keep what the bot said, or make up for its silence."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.chat.bot_client import BotBusy, BotFailed, BotMessage
from firstline.chat.payloads import TEXTS
from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.conversations.states import Event, State
from firstline.desk.handover import hand_over, open_case_of

_FAILURES_BEFORE_HANDOVER = 2


async def store_answer(
    session: AsyncSession, conversation: Conversation, charter: Charter, said: list[BotMessage] | BotBusy | BotFailed
) -> None:
    """Add the bot's messages and do what they ask for, all or nothing; an answer that came too late is dropped."""
    if conversation.state != State.BOT:
        return
    if not isinstance(said, list):
        await _make_up(session, conversation, charter, busy=isinstance(said, BotBusy))
        return
    conversation.bot_failures = 0
    for message in said:
        if "helpful" in message.custom:
            await _judge_last_answer(session, conversation, bool(message.custom["helpful"]))
        if message.text:
            await store.add_message(
                session,
                conversation,
                "bot",
                message.text,
                buttons=message.buttons,
                articles=message.custom.get("articles", []),
                receipt=message.custom.get("receipt"),
            )
    for message in said:
        await _act(session, conversation, charter, message.custom)


async def _act(session: AsyncSession, conversation: Conversation, charter: Charter, custom: dict[str, Any]) -> None:
    if custom.get("confirmed") and await open_case_of(session, conversation.id) is None:
        store.change_state(session, conversation, Event.CONFIRM_ANSWER)
        conversation.outcome = "confirmed"
    handoff = custom.get("handoff")
    if handoff and conversation.state == State.BOT:
        await hand_over(
            session,
            conversation,
            charter,
            reason=str(handoff.get("reason", "human")),
            category=handoff.get("category"),
            severity=handoff.get("severity"),
        )


async def _make_up(session: AsyncSession, conversation: Conversation, charter: Charter, *, busy: bool) -> None:
    lang = conversation.language
    if not busy:
        conversation.bot_failures += 1
    if conversation.bot_failures >= _FAILURES_BEFORE_HANDOVER:
        await store.add_message(session, conversation, "system", TEXTS.get(lang, "bot_down.again"))
        await hand_over(session, conversation, charter, reason="bot_unavailable")
        conversation.bot_failures = 0
        return
    buttons = [{"title": TEXTS.get(lang, "buttons.human"), "payload": "/human"}]
    text = TEXTS.get(lang, "busy" if busy else "bot_down.first")
    await store.add_message(session, conversation, "system", text, buttons=buttons)


async def _judge_last_answer(session: AsyncSession, conversation: Conversation, helpful: bool) -> None:
    for message in reversed(await store.transcript(session, conversation.id)):
        if message.articles:
            message.helpful = helpful
            return
