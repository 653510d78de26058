"""What happens in the partner's help desk reaches the customer here, by the same rules as at our own desk.

One person speaks at a time: whoever answers there becomes the one who speaks, unless one of our own agents does.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.chat.incoming import clean
from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.conversations.states import Event, State
from firstline.core.errors import BadInput
from firstline.core.times import utcnow
from firstline.desk.customer import reopen
from firstline.desk.history import TEXTS as DESK_TEXTS
from firstline.desk.history import alert, record
from firstline.desk.models import Case, Note
from firstline.desk.noting import LOOKING, note
from firstline.desk.promises import agent_spoke, customer_spoke
from firstline.desk.terms import terms_of
from firstline.desk.work import ask_whether_solved, note_first_response, speak
from firstline.helpdesks.desk import Said, Standing
from firstline.helpdesks.models import HelpdeskTicket
from firstline.helpdesks.story import TEXTS

_LONGEST = 20_000
_LONGEST_NAME = 120


async def apply(
    session: AsyncSession,
    ticket: HelpdeskTicket,
    case: Case,
    conversation: Conversation,
    charter: Charter,
    standing: Standing,
) -> str | None:
    """Bring the case to how it stands there; return who speaks here instead, if something said there had to be held.

    Raises nothing for what was applied before: each of their messages is known by its id.
    """
    held: str | None = None
    for said in standing.said:
        held = await _hear(session, ticket, case, conversation, charter, said) or held
    if standing.solved and not ticket.solved:
        held = await _solved_there(session, ticket, case, conversation) or held
    elif ticket.solved and not standing.solved and case.status != "open":
        await _reopened_there(session, ticket, case, conversation, charter)
    ticket.solved = standing.solved
    ticket.seen_to, ticket.followed_at = max(ticket.seen_to, standing.read_to), utcnow()
    return held


def mark(ticket: HelpdeskTicket, message_id: int) -> str:
    """Return the client id under which a message from there is kept here."""
    return f"{ticket.desk}-{message_id}"


async def _hear(
    session: AsyncSession, ticket: HelpdeskTicket, case: Case, conversation: Conversation, charter: Charter, said: Said
) -> str | None:
    if await store.sent_before(session, conversation.id, mark(ticket, said.id)) is not None:
        return None
    lang = conversation.language
    text = _text(lang, said)
    if not text:
        return None
    if _ours_speaks(conversation):
        held = TEXTS.get(charter.default_language, "held", desk=ticket.desk.capitalize(), text=text)
        session.add(Note(case_id=case.id, staff_id=0, staff_name=_name(lang, said), text=held))
        record(session, case, "helpdesk_held", ticket.desk)
        alert(session, case, "note", by=_name(lang, said))
        return conversation.agent_name
    if case.status == "closed":
        await reopen(session, conversation, charter, case, actor=ticket.desk)
    await _let_speak(session, ticket, case, conversation, _name(lang, said))
    message = await speak(
        session, case, conversation, _name(lang, said), text, actor=ticket.desk,
        client_message_id=mark(ticket, said.id),
    )  # fmt: skip
    agent_spoke(case, await terms_of(session, case), utcnow())
    note(session, case, "replied", utcnow() + LOOKING, message=message.id)
    alert(session, case, "replied")
    return None


async def _let_speak(
    session: AsyncSession, ticket: HelpdeskTicket, case: Case, conversation: Conversation, name: str
) -> None:
    if conversation.state == State.HUMAN and conversation.agent_name == name:
        return
    event = Event.TAKE_OVER if conversation.state == State.HUMAN else Event.ACCEPT
    store.change_state(session, conversation, event, actor=ticket.desk)
    conversation.agent_id, conversation.agent_name = None, name
    case.waiting_since = case.offered_to = case.offered_to_name = None
    record(session, case, "claimed", ticket.desk, {"name": name})
    text = DESK_TEXTS.get(conversation.language, "human.accepted", name=name)
    await store.add_message(session, conversation, "system", text)
    alert(session, case, "claimed", by=name)


async def _solved_there(
    session: AsyncSession, ticket: HelpdeskTicket, case: Case, conversation: Conversation
) -> str | None:
    if case.status != "open":
        return None
    if _ours_speaks(conversation):
        return conversation.agent_name
    store.change_state(session, conversation, Event.SEND_CLOSING, actor=ticket.desk)
    text = TEXTS.get(conversation.language, "customer.solved", number=case.number)
    said = await store.add_message(session, conversation, "system", text)
    note_first_response(session, case, ticket.desk)
    agent_spoke(case, await terms_of(session, case), utcnow(), solves=True)
    await ask_whether_solved(session, case, conversation, said)
    record(session, case, "closing_sent", ticket.desk)
    alert(session, case, "closing")
    return None


async def _reopened_there(
    session: AsyncSession, ticket: HelpdeskTicket, case: Case, conversation: Conversation, charter: Charter
) -> None:
    if case.status == "closed":
        await reopen(session, conversation, charter, case, actor=ticket.desk)
        return
    case.status, case.closing_sent_at = "open", None
    customer_spoke(case, await terms_of(session, case), utcnow(), with_agent=conversation.state == State.HUMAN)
    text = TEXTS.get(conversation.language, "customer.reopened", number=case.number)
    await store.add_message(session, conversation, "system", text)
    record(session, case, "reopened", ticket.desk)
    alert(session, case, "reopened")


def _ours_speaks(conversation: Conversation) -> bool:
    return conversation.state == State.HUMAN and conversation.agent_id is not None


def _name(lang: str, said: Said) -> str:
    return " ".join(said.name.split())[:_LONGEST_NAME] or TEXTS.get(lang, "agent")


def _text(lang: str, said: Said) -> str:
    files = [
        TEXTS.get(lang, "attachment.open" if link else "attachment.stays", name=name, link=link)
        for name, link in said.files
    ]
    try:
        return clean("\n".join([said.text, *files])[:_LONGEST], _LONGEST)
    except BadInput:
        return ""
