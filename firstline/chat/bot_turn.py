"""Let the bot answer a message, keep what it said, or make up for its silence."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.chat.bot_client import BotBusy, BotClient, BotFailed, BotMessage, BotPaused
from firstline.chat.payloads import TEXTS
from firstline.chat.requests import Asked
from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.conversations.states import Event, State
from firstline.core.metrics import ANSWERS, FALLBACKS
from firstline.core.texts import Language
from firstline.desk.handover import hand_over
from firstline.desk.history import open_case_of, record
from firstline.reading.entities import last_value
from firstline.reading.phrases import LANGUAGE_WISHES, ORDINALS, Wish, wish_of

Said = list[BotMessage] | BotBusy | BotFailed

_FAILURES_BEFORE_HANDOVER = 2
_NAMED = ("product", "device")
# What the bot is told instead of the words.
_INTENTS = {
    Wish.START_OVER: "/start_over",
    Wish.TO_BOT: "/start_over",
    Wish.GO_BACK: "/go_back",
    Wish.OTHER_ONE: "/other_one",
    Wish.NEITHER: "/deny",
    Wish.ENOUGH: "/goodbye",
    Wish.KOREAN: "/switch_language",
    Wish.ENGLISH: "/switch_language",
}


async def wish_for_bot(session: AsyncSession, conversation: Conversation, text: str) -> str | None:
    """Return the bot's name for a set phrase, ``None`` for other texts; a wish for a language is kept at once."""
    wish = wish_of(text)
    if wish in LANGUAGE_WISHES:
        conversation.language, conversation.language_chosen = LANGUAGE_WISHES[wish], True
    if wish in ORDINALS:
        # Nothing was offered to count in: after an article another one is meant, else it is a plain number.
        said = [m for m in await store.transcript(session, conversation.id) if m.author != "customer"]
        return "/other_one" if said and said[-1].articles else None
    return _INTENTS.get(wish) if wish else None


async def ask_bot(
    bot: BotClient, asked: Asked, *, conversation_id: str, message_id: int, lang: Language, partner: str
) -> list[Said]:
    """Return what the bot says to each request, in order. Each is a turn of its own, and the same one when repeated."""
    answers: list[Said] = []
    for number, text in enumerate(asked.requests, start=1):
        slots = {} if text.startswith("/") else {kind: value for kind in _NAMED if (value := last_value(text, kind))}
        if asked.corrects:
            slots["corrects"] = text
        turn_id = str(message_id) if number == 1 else f"{message_id}.{number}"
        try:
            answers.append(
                await bot.turn(
                    conversation_id=conversation_id, message_id=turn_id, text=text, lang=lang, partner=partner,
                    slots=slots,
                )
            )  # fmt: skip
        except (BotBusy, BotFailed) as failure:
            answers.append(failure)
    return answers


async def store_answers(
    session: AsyncSession, conversation: Conversation, charter: Charter, asked: Asked, answers: list[Said]
) -> None:
    """Add what the bot said to each request and do what it asks for, all or nothing.

    An answer that came too late, because a person has the conversation by now, is dropped.
    """
    if conversation.state != State.BOT:
        return
    spoken = [said for said in answers if isinstance(said, list)]
    for place, said in enumerate(answers):
        if isinstance(said, list):
            await _say(session, conversation, said, _lead(conversation, asked, place))
    if spoken:
        conversation.bot_failures = 0
    if len(spoken) < len(answers):
        busy = any(isinstance(said, BotBusy) for said in answers)
        paused = any(isinstance(said, BotPaused) for said in answers)
        FALLBACKS.labels(conversation.partner, "busy" if busy else "paused" if paused else "failed").inc()
        await _make_up(session, conversation, charter, busy=busy)
    for said in spoken:
        for message in said:
            await _act(session, conversation, charter, message.custom, last=said is spoken[-1])


def _lead(conversation: Conversation, asked: Asked, place: int) -> str:
    """Return what stands before the answer to a request, where a message has several."""
    if len(asked.requests) < 2:
        return ""
    key = "next_request" if place else "first_request.urgent" if asked.urgent_first else "first_request.order"
    return TEXTS.get(conversation.language, key, request=asked.requests[place], count=len(asked.requests))


async def _say(session: AsyncSession, conversation: Conversation, said: list[BotMessage], lead: str) -> None:
    for message in said:
        if "helpful" in message.custom:
            await _judge_last_answer(session, conversation, bool(message.custom["helpful"]))
        if receipt := message.custom.get("receipt"):
            result = "answered" if receipt.get("answered", True) else "none"
            ANSWERS.labels(conversation.partner, conversation.language, result).inc()
        if message.text:
            await store.add_message(
                session,
                conversation,
                "bot",
                f"{lead}\n\n{message.text}".strip(),
                buttons=message.buttons,
                articles=message.custom.get("articles", []),
                receipt=message.custom.get("receipt"),
            )
            lead = ""


async def _act(
    session: AsyncSession, conversation: Conversation, charter: Charter, custom: dict[str, Any], *, last: bool
) -> None:
    confirms = custom.get("confirmed") and last and conversation.state == State.BOT
    if confirms and await open_case_of(session, conversation.id) is None:
        store.change_state(session, conversation, Event.CONFIRM_ANSWER)
        conversation.outcome = "confirmed"
    handoff = custom.get("handoff")
    if handoff and conversation.state == State.BOT:
        case = await hand_over(
            session,
            conversation,
            charter,
            reason=str(handoff.get("reason", "human")),
            category=handoff.get("category"),
            severity=handoff.get("severity"),
        )
        if evidence := handoff.get("evidence"):
            record(session, case, "evidence", "bot", evidence)


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
