"""A customer's turn: stored, in order, answered by whoever may speak, and never without a visible reaction."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charters, opening
from firstline.chat import bot_turn, case_turn
from firstline.chat.accepted import Accepted
from firstline.chat.bot_client import BotClient
from firstline.chat.incoming import clean, readable, store_incoming
from firstline.chat.payloads import TEXTS, pressed
from firstline.chat.requests import Asked, Requests
from firstline.chat.tokens import Claim
from firstline.conversations import store
from firstline.conversations.models import Conversation, Message
from firstline.conversations.states import State
from firstline.core.database import Database
from firstline.core.errors import NotFound
from firstline.core.locks import KeyedLocks
from firstline.core.metrics import stage
from firstline.core.settings import Settings
from firstline.core.texts import Language
from firstline.core.times import utcnow
from firstline.desk.queue import case_json, latest_case
from firstline.knowledge.service import Knowledge
from firstline.partner_bot import PartnerBots

Bind = Callable[[AsyncSession, Conversation], Awaitable[None]]


class ChatService:
    """Conversations as customers see them."""

    def __init__(
        self,
        database: Database,
        charters: Charters,
        partner_bots: PartnerBots,
        bot: BotClient,
        knowledge: Knowledge,
        settings: Settings,
        locks: KeyedLocks,
    ) -> None:
        """Work on ``database``, promise from ``charters``, let ``bot`` answer; ``knowledge`` tells requests apart.

        ``partner_bots`` bring the partner's own texts to the bot. ``locks`` keep a conversation's turns in order.
        """
        self._database = database
        self._charters = charters
        self._partner_bots = partner_bots
        self._bot = bot
        self._requests = Requests(bot, knowledge)
        self._settings = settings
        self._locks = locks

    async def start(self, partner: str, locale: Language | None, bind: Bind | None = None) -> dict[str, Any]:
        """Start a conversation with a greeting; ``bind`` says in its transaction who the customer is.

        Raises ``NotFound`` for an unknown partner.
        """
        charter = self._charters.get(partner)
        language: Language = locale or charter.default_language
        spoken = language if language in charter.languages else charter.default_language
        state = opening(charter.main_calendar, utcnow(), spoken)
        greeting = TEXTS.get(
            language,
            "greeting.open" if state.open_now else "greeting.closed",
            partner=charter.partner.name.say(spoken),
            now_text=state.now_text,
        )
        async with self._database.session(short=True) as session:
            conversation = await store.create_conversation(session, partner, language)
            if bind:
                await bind(session, conversation)
            buttons = [{"title": TEXTS.get(language, "buttons.human"), "payload": "/human"}]
            await store.add_message(session, conversation, "bot", greeting, buttons=buttons)
            return await self._snapshot(session, conversation)

    async def snapshot(self, claim: Claim, after: int = 0) -> dict[str, Any]:
        """Return the conversation as it stands, with its messages after ``after``."""
        async with self._database.reading(short=True) as session:
            return await self._snapshot(session, await conversation_of(session, claim), after)

    async def choose_language(self, claim: Claim, language: Language) -> dict[str, Any]:
        """Keep the customer's own choice of language from now on."""
        async with self._database.session(short=True) as session:
            conversation = await conversation_of(session, claim)
            conversation.language, conversation.language_chosen = language, True
            return await self._snapshot(session, conversation)

    async def note_seen(self, claim: Claim, message_id: int) -> None:
        """Keep how far the customer has read, for the agent."""
        async with self._database.session(short=True) as session:
            await store.note_seen(session, claim.conversation_id, message_id)

    async def send(self, claim: Claim, text: str, client_message_id: str) -> dict[str, Any]:
        """Take a customer's message and return its reply; the same ``client_message_id`` again changes nothing.

        Raises ``BadInput`` or ``TooLarge`` for text that can't be taken; nothing is stored then.
        """
        kept = clean(text, self._settings.message_max_chars)
        began = time.perf_counter()
        with stage("turn", conversation=claim.conversation_id):
            async with AsyncExitStack() as turn:
                with stage("order"):
                    await turn.enter_async_context(self._locks.hold(claim.conversation_id))
                with stage("accept"):
                    accepted = await self._accept(claim, kept, client_message_id)
                if accepted.for_bot is not None:
                    reply = await self._let_bot_answer(claim, accepted)
                else:
                    reply = await self.reply_to(claim, accepted.message_id)
        accepted.note_done(claim, reply["state"], time.perf_counter() - began)
        return reply

    def in_turn(self, claim: Claim) -> AbstractAsyncContextManager[None]:
        """Hold the conversation's turn, so that what is added stands in order with messages and their answers."""
        return self._locks.hold(claim.conversation_id)

    async def close(self) -> None:
        """Close what keeps the turns in order."""
        await self._locks.close()

    async def feedback(self, claim: Claim, message_id: int, helpful: bool) -> dict[str, Any]:
        """Keep how the customer judged an answer; while the bot speaks it is a turn like the button's."""
        async with self._database.session(short=True) as session:
            conversation = await conversation_of(session, claim)
            message = await session.get(Message, message_id)
            if message is None or message.conversation_id != conversation.id or message.author != "bot":
                raise NotFound("There is no such answer in this conversation.", code="no_message")
            message.helpful = helpful
            payload = "/helped" if helpful else "/not_helped"
            offered = any(button["payload"] == payload for button in message.buttons)
            if conversation.state != State.BOT or not offered:
                thanks = TEXTS.get(conversation.language, "feedback.thanks")
                said = await store.add_message(session, conversation, "system", thanks)
                snapshot = await self._snapshot(session, conversation, said.id - 1)
                return {key: snapshot[key] for key in ("messages", "state", "case")}
        return await self.send(claim, payload, f"feedback-{message_id}")

    async def _accept(self, claim: Claim, text: str, client_message_id: str) -> Accepted:
        async with self._database.session(short=True) as session:
            conversation = await conversation_of(session, claim)
            charter = self._charters.get(claim.partner)
            message = await store.sent_before(session, conversation.id, client_message_id)
            payload = await pressed(session, conversation, message.payload or "" if message else text)
            if message is None:
                message = await store_incoming(session, conversation, text, payload, client_message_id)
            language: Language = conversation.language  # type: ignore[assignment]
            if message.answered_at is not None:
                return Accepted(message.id, None, language, again=True)
            if await case_turn.take(session, conversation, charter, payload, message):
                message.answered_at = utcnow()
                return Accepted(message.id, None, language)
            command = payload.raw if payload and payload.name not in case_turn.BUTTONS else None
            command = command or await bot_turn.wish_for_bot(session, conversation, message.text)
            language = conversation.language  # type: ignore[assignment]
            if command:
                return Accepted(message.id, command, language, command=True)
            read = readable(message.text, self._settings.bot_reads_chars)
            if len(message.text) > self._settings.bot_reads_chars and len(read) >= self._settings.bot_reads_chars - 1:
                await store.add_message(session, conversation, "system", TEXTS.get(language, "long_message"))
            return Accepted(message.id, read, language)

    async def _let_bot_answer(self, claim: Claim, accepted: Accepted) -> dict[str, Any]:
        text = accepted.for_bot or ""
        if self._partner_bots.is_stale(claim.partner):
            await asyncio.to_thread(self._partner_bots.refresh, claim.partner)
        with stage("understand"):
            asked = Asked([text])
            if not accepted.command:
                asked = await self._requests.of(claim.partner, text, accepted.language)
        with stage("bot"):
            answers = await bot_turn.ask_bot(
                self._bot, asked, conversation_id=claim.conversation_id, message_id=accepted.message_id,
                lang=accepted.language, partner=claim.partner,
            )  # fmt: skip
        with stage("keep"):
            return await self._keep(claim, accepted, asked, answers)

    async def _keep(self, claim: Claim, accepted: Accepted, asked: Asked, said: list[bot_turn.Said]) -> dict[str, Any]:
        async with self._database.session(short=True) as session:
            conversation = await conversation_of(session, claim)
            message = await session.get_one(Message, accepted.message_id)
            if message.answered_at is None:  # else another app was first: without Redis they keep no common order
                message.answered_at = utcnow()
                await bot_turn.store_answers(session, conversation, self._charters.get(claim.partner), asked, said)
            return await self._reply(session, conversation, message)

    async def reply_to(self, claim: Claim, message_id: int) -> dict[str, Any]:
        """Return a stored message, what was said to it, and where the conversation stands."""
        async with self._database.reading(short=True) as session:
            conversation = await conversation_of(session, claim)
            return await self._reply(session, conversation, await session.get_one(Message, message_id))

    async def _reply(self, session: AsyncSession, conversation: Conversation, message: Message) -> dict[str, Any]:
        replies = await store.replies_to(session, message)
        return {
            "message": store.message_json(message),
            "messages": [store.message_json(reply) for reply in replies],
            "state": conversation.state,
            "case": await self._case(session, conversation),
        }

    async def _snapshot(self, session: AsyncSession, conversation: Conversation, after: int = 0) -> dict[str, Any]:
        return {
            "conversation_id": conversation.id,
            "state": conversation.state,
            "language": conversation.language,
            "agent_name": conversation.agent_name,
            "case": await self._case(session, conversation),
            "messages": [store.message_json(m) for m in await store.transcript(session, conversation.id, after)],
        }

    async def _case(self, session: AsyncSession, conversation: Conversation) -> dict[str, Any] | None:
        case = await latest_case(session, conversation.id)
        charter = self._charters.get(conversation.partner)
        return await case_json(session, case, conversation, charter) if case else None


async def conversation_of(session: AsyncSession, claim: Claim) -> Conversation:
    """Return the conversation a token speaks for; raises ``NotFound``."""
    conversation = await store.get_conversation(session, claim.conversation_id)
    if conversation.partner != claim.partner:
        raise NotFound("There is no such conversation; start a new one.", code="no_conversation")
    return conversation
