"""Firstline as the agent bot of a partner's Chatwoot: the same turns as in the widget, answered through Chatwoot.

The outbox's channel ``chatwoot_bot``. Each event is one notice by the id of its message; a conversation's notices are
worked off in the order of those ids. While Chatwoot's conversation is not ``pending`` a person has it: what the
customer writes is kept, and nothing is said.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from firstline.charter import Charters
from firstline.chat.payloads import masked_text
from firstline.chat.service import ChatService
from firstline.chat.tokens import Claim
from firstline.conversations import store
from firstline.conversations.states import Event, State
from firstline.core.database import Database
from firstline.core.errors import FirstlineError
from firstline.core.locks import KeyedLocks
from firstline.core.settings import Settings
from firstline.core.signed_links import SignedLinks
from firstline.desk.attachments import FILE_PAYLOAD
from firstline.desk.history import TEXTS as DESK_TEXTS
from firstline.desk.history import alert, open_case_of, record
from firstline.desk.queue import find_case
from firstline.helpdesks.desk import Opened
from firstline.helpdesks.desks import Desks
from firstline.helpdesks.models import OPEN, OPENING, HelpdeskTalk, HelpdeskTicket
from firstline.helpdesks.story import Stories, whole
from firstline.outbox.attempts import Never
from firstline.outbox.models import PENDING, Notice

CHANNEL = "chatwoot_bot"
DESK = "chatwoot"
_SPOKEN = ("bot", "system")
_PEOPLE = (State.WAITING, State.HUMAN)


@dataclass(frozen=True)
class Written:
    """What the customer wrote in Chatwoot: masked already, with the kinds that were; files are addresses."""

    id: int
    mark: str
    text: str
    masked: frozenset[str]
    only_files: bool
    for_bot: bool


class AgentBot:
    """Runs the turns and says what comes of them."""

    def __init__(
        self,
        database: Database,
        charters: Charters,
        chat: ChatService,
        desks: Desks,
        links: SignedLinks,
        settings: Settings,
    ) -> None:
        """Let ``chat`` answer; speak through the partners' ``desks``."""
        self._database = database
        self._charters = charters
        self._chat = chat
        self._desks = desks
        self._stories = Stories(links, settings)
        self._base = settings.base_url
        self._locks = KeyedLocks()

    async def send(self, notice: Notice) -> None:
        """Answer one event, after those before it; raises ``NotNow`` and ``Never`` when Chatwoot doesn't take it."""
        if not notice.target:
            raise Never(notice.error or "an event of another shape than documented")
        async with self._locks.hold(f"{notice.partner}/{notice.target}"):
            for content in await self._up_to(notice):
                await self._turn(notice.partner, notice.target, _written(content))

    async def _up_to(self, notice: Notice) -> list[dict[str, Any]]:
        """Return this notice's content after those of the same conversation's earlier messages that still wait."""
        query = select(Notice.content).where(
            Notice.channel == CHANNEL, Notice.partner == notice.partner, Notice.target == notice.target,
            Notice.state == PENDING,
        )  # fmt: skip
        async with self._database.reading() as session:
            waiting = [content for content in await session.scalars(query) if content["id"] < notice.content["id"]]
        return [*sorted(waiting, key=lambda content: int(content["id"])), notice.content]

    async def _turn(self, partner: str, reference: str, written: Written) -> None:
        talk = await self._talk(partner, reference)
        claim = Claim(partner, talk.conversation_id)
        if not await self._may_bot_speak(talk, written):
            return
        reply = await self._chat.send(claim, written.text, written.mark) if not written.only_files else None
        if written.for_bot:
            await self._say_new(talk)
        else:
            await self._skip_new(talk)
        if reply is not None and written.for_bot and reply["state"] in _PEOPLE and reply["case"]:
            await self._hand_over(talk, reply["case"]["number"])

    async def _talk(self, partner: str, reference: str) -> HelpdeskTalk:
        query = select(HelpdeskTalk).where(HelpdeskTalk.partner == partner, HelpdeskTalk.reference == reference)
        async with self._database.reading() as session:
            talk = await session.scalar(query)
        if talk is not None:
            return talk
        try:
            started = await self._chat.start(partner, None)
        except FirstlineError as error:
            raise Never(error.message) from error
        async with self._database.session() as session:
            # The greeting stays here: Chatwoot greets by itself.
            greeted = max(message["id"] for message in started["messages"])
            talk = HelpdeskTalk(
                partner=partner, reference=reference, conversation_id=started["conversation_id"], carried_to=greeted
            )
            session.add(talk)
        return talk

    async def _may_bot_speak(self, talk: HelpdeskTalk, written: Written) -> bool:
        """Bring who speaks here to what Chatwoot says; return ``False`` when the words are kept and that is all."""
        async with self._database.session() as session:
            conversation = await store.get_conversation(session, talk.conversation_id)
            if await store.sent_before(session, conversation.id, written.mark) is not None:
                return written.for_bot or conversation.state in _PEOPLE
            if written.masked and written.for_bot:
                await store.add_message(
                    session, conversation, "system", masked_text(conversation.language, written.masked)
                )
            case = await open_case_of(session, conversation.id)
            if written.for_bot and conversation.state in _PEOPLE and (case is None or case.status == "open"):
                # An agent made the conversation pending again, by which Chatwoot gives it back to its bot. One that
                # was solved is pending by itself when the customer writes: that is an answer to the people.
                back = Event.RETURN_TO_BOT if conversation.state == State.HUMAN else Event.CHOOSE_BOT
                store.change_state(session, conversation, back, actor=DESK)
                if case is not None:
                    record(session, case, "returned_to_bot", DESK)
                    alert(session, case, "returned_to_bot")
            if written.only_files or (not written.for_bot and conversation.state in (State.BOT, State.CLOSED)):
                await store.add_message(
                    session, conversation, "customer", written.text, client_message_id=written.mark,
                    payload=FILE_PAYLOAD if written.only_files else None,
                )  # fmt: skip
                if not written.for_bot:
                    return False
                buttons = [{"title": DESK_TEXTS.get(conversation.language, "files.person"), "payload": "/human"}]
                said = DESK_TEXTS.get(conversation.language, "files.bot")
                await store.add_message(session, conversation, "system", said, buttons=buttons)
        return True

    async def _say_new(self, talk: HelpdeskTalk) -> None:
        """Say what the bot has said here since the last time; where an attempt was cut off, look first."""
        async with self._database.reading() as session:
            kept = await session.get_one(HelpdeskTalk, talk.id)
            new = [
                message
                for message in await store.transcript(session, kept.conversation_id, kept.carried_to)
                if message.author in _SPOKEN
            ]
        bot = self._desks.bot(talk.partner)
        for message in new:
            text = "\n\n".join([message.text, *self._links_of(message.articles)])
            choices = [str(button["title"]) for button in message.buttons]
            async with self._database.session() as session:
                kept = await session.get_one(HelpdeskTalk, talk.id)
                is_doubtful, kept.sending, after = kept.sending == message.id, message.id, kept.placed_to
            placed = 0
            if not (is_doubtful and await self._is_there(talk, text, message.id, after)):
                placed = await bot.say(talk.reference, text, choices)
            async with self._database.session() as session:
                kept = await session.get_one(HelpdeskTalk, talk.id)
                kept.carried_to, kept.sending, kept.placed_to = message.id, 0, max(kept.placed_to, placed)

    async def _skip_new(self, talk: HelpdeskTalk) -> None:
        async with self._database.session() as session:
            kept = await session.get_one(HelpdeskTalk, talk.id)
            newest = [message.id for message in await store.transcript(session, kept.conversation_id, kept.carried_to)]
            kept.carried_to = max(newest, default=kept.carried_to)

    async def _hand_over(self, talk: HelpdeskTalk, number: str) -> None:
        """Leave the story as a private note and open the conversation; done again it does what is missing."""
        async with self._database.session() as session:
            case, conversation = await find_case(session, talk.partner, number)
            ticket = await session.scalar(select(HelpdeskTicket).where(HelpdeskTicket.case_id == case.id))
            if ticket is None:
                ticket = HelpdeskTicket(
                    case_id=case.id, partner=talk.partner, desk=DESK, reference=talk.reference, label=talk.reference,
                    by_bot=True, state=OPENING, carried_to=talk.carried_to, placed_to=0, solved=False,
                )  # fmt: skip
                session.add(ticket)
                await session.flush()
            ticket_id, known = ticket.id, ticket.state == OPEN
            charter = self._charters.get(case.partner)
            story = await self._stories.story(session, case, conversation, charter, by_bot=True)
        bot = self._desks.bot(talk.partner)
        first_line = story.partition("\n")[0]
        if not known and not await self._desks.chatwoot(talk.partner).has_note(talk.reference, first_line):
            await bot.note(talk.reference, story)
        await bot.hand_over(talk.reference)
        async with self._database.session() as session:
            case, _ = await find_case(session, talk.partner, number)
            ticket = await session.get_one(HelpdeskTicket, ticket_id)
            if ticket.state != OPEN:
                record(session, case, "helpdesk_opened", DESK, {"name": talk.reference})
            ticket.state, ticket.solved, case.helpdesk = OPEN, False, DESK

    async def _is_there(self, talk: HelpdeskTalk, text: str, message: int, after: int) -> bool:
        desk, there = self._desks.chatwoot(talk.partner), Opened(talk.reference, talk.reference, "")
        return await desk.holds(there, text, number="", message=message, after=after)

    def _links_of(self, articles: list[Any]) -> list[str]:
        return [f"{article['title']}\n{whole(self._base, article.get('url'))}".strip() for article in articles]


def _written(content: dict[str, Any]) -> Written:
    return Written(
        int(content["id"]),
        str(content["mark"]),
        str(content["text"]),
        frozenset(content["masked"]),
        bool(content["only_files"]),
        bool(content["for_bot"]),
    )
