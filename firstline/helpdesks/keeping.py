"""The outbox's channel ``helpdesk``: brings a case here and its ticket there to one standing, again and again.

A notice says only that there is something to do. What it is follows from both sides as they are when it is done, so
that a notice that comes twice, late or out of order does no harm.
"""

from sqlalchemy import select

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.locks import KeyedLocks
from firstline.core.settings import Settings
from firstline.core.signed_links import SignedLinks
from firstline.core.times import utcnow
from firstline.desk.history import alert, record
from firstline.desk.models import Case
from firstline.desk.queue import find_case, locked_case
from firstline.helpdesks.carrying import Carrying, newest_message
from firstline.helpdesks.desk import Helpdesk, Opening
from firstline.helpdesks.desks import Desks, opened
from firstline.helpdesks.following import apply
from firstline.helpdesks.models import FAILED, OPEN, HelpdeskTicket
from firstline.helpdesks.story import TEXTS, Stories
from firstline.outbox.attempts import Never
from firstline.outbox.models import Notice

FOLLOW, BAD_WEBHOOK = "follow", "bad_webhook"


class Keeping:
    """Does what a notice asks for; one case is never worked on twice at once."""

    def __init__(
        self, database: Database, charters: Charters, desks: Desks, links: SignedLinks, settings: Settings
    ) -> None:
        """Work on ``database`` and the partners' ``desks``."""
        self._database = database
        self._charters = charters
        self._desks = desks
        self._stories = Stories(links, settings)
        self._carrying = Carrying(database, charters, desks, links, settings)
        self._locks = KeyedLocks()

    async def send(self, notice: Notice) -> None:
        """Carry what is new here, then follow what is new there; raises ``NotNow`` and ``Never`` with the reason."""
        if notice.kind == BAD_WEBHOOK:
            raise Never(notice.error or "a webhook of another shape than documented")
        async with self._locks.hold(f"{notice.partner}/{notice.case_number}"):
            ticket = await self._ticket(notice)
            if ticket is None:
                return  # the customer was erased meanwhile
            desk = self._desks.of(ticket.partner, ticket.desk)
            what = str(notice.content.get("what", ""))
            if not ticket.reference:
                await self._open(notice, ticket.id, desk)
                what = "opened"
            await self._carrying.messages(ticket.id, desk)
            await self._carrying.remark(ticket.id, desk, what)
            if notice.kind == FOLLOW or what == "opened" or ticket.state == FAILED:
                await self._follow(notice, ticket.id, desk)
            await self._carrying.standing(ticket.id, desk)
            await self._note_well(notice, ticket.id)

    async def _ticket(self, notice: Notice) -> HelpdeskTicket | None:
        query = select(HelpdeskTicket).join(Case, Case.id == HelpdeskTicket.case_id)
        async with self._database.reading() as session:
            return await session.scalar(query.where(Case.partner == notice.partner, Case.number == notice.case_number))

    async def _open(self, notice: Notice, ticket_id: int, desk: Helpdesk) -> None:
        async with self._database.reading() as session:
            case, conversation = await find_case(session, notice.partner, notice.case_number)
            charter = self._charters.get(case.partner)
            opening = Opening(
                case.number,
                conversation.id,
                await self._stories.title(session, case, conversation, charter),
                await self._stories.story(session, case, conversation, charter),
            )
            told_to = await newest_message(session, conversation.id)
        found = await desk.find(opening)
        if found is None:
            found = await desk.open(opening)
        else:
            await desk.complete(found, opening)
        async with self._database.session() as session:
            ticket = await session.get_one(HelpdeskTicket, ticket_id)
            ticket.reference, ticket.label, ticket.contact = found.reference, found.label, found.contact
            ticket.carried_to, ticket.opened_at = told_to, utcnow()
            case = await session.get_one(Case, ticket.case_id)
            record(session, case, "helpdesk_opened", ticket.desk, {"name": found.label})

    async def _follow(self, notice: Notice, ticket_id: int, desk: Helpdesk) -> None:
        async with self._database.reading() as session:
            ticket = await session.get_one(HelpdeskTicket, ticket_id)
        standing = await desk.follow(opened(ticket), ticket.seen_to)
        async with self._database.session() as session:
            case, conversation = await locked_case(session, notice.partner, notice.case_number)
            ticket = await session.get_one(HelpdeskTicket, ticket_id)
            charter = self._charters.get(case.partner)
            speaker = await apply(session, ticket, case, conversation, charter, standing)
        if speaker:
            text = TEXTS.get(charter.default_language, "note.speaking", name=speaker)
            await desk.note(opened(ticket), text, number=case.number)

    async def _note_well(self, notice: Notice, ticket_id: int) -> None:
        async with self._database.session() as session:
            case, _ = await locked_case(session, notice.partner, notice.case_number)
            ticket = await session.get_one(HelpdeskTicket, ticket_id)
            if ticket.state == FAILED:
                record(session, case, "helpdesk_back", ticket.desk)
                alert(session, case, "note", by=ticket.desk)
            ticket.state, ticket.reason, case.helpdesk = OPEN, "", ticket.desk
