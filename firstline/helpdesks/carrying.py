"""What is said and done here reaches the partner's help desk: messages in their order, remarks, and how a case ends.

Before a message is sent its id is written down as ``sending``. An attempt that finds it there, after a crash or an
answer that never came, looks whether it arrived, and only then sends it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charters
from firstline.conversations.models import Message
from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.core.signed_links import SignedLinks
from firstline.core.times import utcnow
from firstline.desk.models import Case
from firstline.desk.promises import due_text
from firstline.desk.terms import terms_of
from firstline.helpdesks.desk import Helpdesk
from firstline.helpdesks.desks import Desks, opened
from firstline.helpdesks.following import mark
from firstline.helpdesks.models import HelpdeskTicket
from firstline.helpdesks.story import TEXTS

FILE_LINK = "helpdesk_file"
_AT_ONCE = 50
_PROMISES = {"warning": "warned", "breached": "breached"}


@dataclass(frozen=True)
class Line:
    """A message of ours on its way: its id, the text for their agents, and whether it is the customer's own words."""

    id: int
    text: str
    is_customers: bool
    to_customer: bool = False


class Carrying:
    """Carries one case at a time; the caller sees to it that nobody else carries the same one."""

    def __init__(
        self, database: Database, charters: Charters, desks: Desks, links: SignedLinks, settings: Settings
    ) -> None:
        """Read and note in ``database``; files are handed out by links that ``links`` signs."""
        self._database = database
        self._charters = charters
        self._desks = desks
        self._links = links
        self._settings = settings

    async def messages(self, ticket_id: int, desk: Helpdesk) -> None:
        """Carry what customer and agents said since the last time. Raises ``NotNow`` and ``Never``."""
        while True:
            async with self._database.reading() as session:
                ticket = await session.get_one(HelpdeskTicket, ticket_id)
                case = await session.get_one(Case, ticket.case_id)
                found = await _newer(session, case, ticket.carried_to)
                lines = [self._line(case, ticket, message) for message in found]
            for line in lines:
                await self._carry(ticket_id, desk, case.number, line)
            if len(lines) < _AT_ONCE:
                return

    async def remark(self, ticket_id: int, desk: Helpdesk, what: str) -> None:
        """Tell the agents there what else happened: a severity that was named, a promise that is near or broken."""
        async with self._database.reading() as session:
            ticket = await session.get_one(HelpdeskTicket, ticket_id)
            case = await session.get_one(Case, ticket.case_id)
            terms = await terms_of(session, case)
            lang = terms.default_language
            due = due_text(terms, case.respond_by, lang)
        if what == "severity" and case.severity in terms.severities:
            text = TEXTS.get(lang, "note.severity", value=terms.severities[case.severity].name.say(lang))
        elif what in _PROMISES:
            key = _PROMISES[what]
            text = TEXTS.get(lang, f"note.{key}" if due or key == "warned" else f"note.{key}_no_time", value=due)
        else:
            return
        await desk.note(opened(ticket), text, number=case.number)

    async def standing(self, ticket_id: int, desk: Helpdesk) -> None:
        """Close the case there when it is closed here, and open it when the customer says that it isn't solved."""
        async with self._database.reading() as session:
            ticket = await session.get_one(HelpdeskTicket, ticket_id)
            case = await session.get_one(Case, ticket.case_id)
            lang = (await terms_of(session, case)).default_language
        if case.status == "closing" or (case.status == "closed") == ticket.solved:
            return
        if case.status == "closed" and case.outcome in ("withdrawn", "unanswered", "confirmed"):
            text = TEXTS.get(lang, f"note.closed_{case.outcome}")
            await desk.note(opened(ticket), text, number=case.number)
        await desk.set_solved(opened(ticket), case.status == "closed")
        async with self._database.session() as session:
            (await session.get_one(HelpdeskTicket, ticket_id)).solved = case.status == "closed"

    async def _carry(self, ticket_id: int, desk: Helpdesk, number: str, line: Line) -> None:
        async with self._database.session() as session:
            ticket = await session.get_one(HelpdeskTicket, ticket_id)
            is_doubtful, ticket.sending = ticket.sending == line.id, line.id
        there, after, placed = opened(ticket), ticket.placed_to, 0
        arrived = is_doubtful and await desk.holds(there, line.text, number=number, message=line.id, after=after)
        if line.text and not arrived:
            if line.to_customer:
                placed = await self._desks.bot(ticket.partner).say(ticket.reference, line.text)
            elif line.is_customers:
                placed = await desk.add(there, line.text, number=number, message=line.id)
            else:
                placed = await desk.note(there, line.text, number=number, message=line.id)
        async with self._database.session() as session:
            ticket = await session.get_one(HelpdeskTicket, ticket_id)
            ticket.carried_to, ticket.sending, ticket.placed_to = line.id, 0, max(ticket.placed_to, placed)

    def _line(self, case: Case, ticket: HelpdeskTicket, message: Message) -> Line:
        lang = self._charters.get(case.partner).default_language
        if (message.client_message_id or "").startswith(mark(ticket, 0)[:-1]):
            return Line(message.id, "", is_customers=False)  # it came from there
        if message.author == "agent":
            text, name = self._text(lang, case, message), message.author_name or ""
            if ticket.by_bot:
                return Line(message.id, f"{name}: {text}", is_customers=False, to_customer=True)
            return Line(message.id, TEXTS.get(lang, "note.agent", name=name, text=text), is_customers=False)
        text = self._text(lang, case, message)
        if case.status == "open":
            return Line(message.id, text, is_customers=True)
        # As the customer's own words these would open there again what is being closed.
        return Line(message.id, TEXTS.get(lang, "note.customer", text=text), is_customers=False)

    def _text(self, lang: str, case: Case, message: Message) -> str:
        if not message.attachments:
            return message.text
        charter = self._charters.get(case.partner)
        until = utcnow() + timedelta(days=self._settings.transcript_link_days)
        lines = []
        for file in message.attachments:
            if file["state"] != "ready":
                lines.append(TEXTS.get(lang, "note.file_held", name=file["name"]))
                continue
            token = self._links.make(FILE_LINK, (case.partner, file["id"]), until)
            link = f"{self._settings.base_url}/api/helpdesks/files/{token}"
            lines.append(
                TEXTS.get(lang, "note.file", name=file["name"], until=due_text(charter, until, lang), link=link)
            )
        return "\n".join(lines)


async def newest_message(session: AsyncSession, conversation_id: str) -> int:
    """Return the id of the conversation's newest message, 0 without any."""
    query = select(func.max(Message.id)).where(Message.conversation_id == conversation_id)
    return await session.scalar(query) or 0


async def _newer(session: AsyncSession, case: Case, after: int) -> Sequence[Message]:
    said = (Message.conversation_id == case.conversation_id, Message.id > after)
    people = Message.author.in_(("customer", "agent"))
    query = select(Message).where(*said, people)
    if case.closed_at is not None:
        query = query.where(Message.created_at <= case.closed_at)  # what comes later is another matter
    return (await session.scalars(query.order_by(Message.id).limit(_AT_ONCE))).all()
