"""What an agent does with a case: claim, reply, note, release, hand back to the bot, send the closing message."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.conversations import store
from firstline.conversations.models import Conversation, Message
from firstline.conversations.states import Event, State
from firstline.core.errors import BadInput, Conflict
from firstline.core.times import iso, utcnow
from firstline.desk.history import TEXTS, alert, record
from firstline.desk.mentions import colleagues, mention
from firstline.desk.models import Case, Note, Staff
from firstline.desk.noting import LOOKING, note
from firstline.desk.presence import touch
from firstline.desk.promises import agent_spoke
from firstline.desk.putting_back import put_back
from firstline.desk.queue import find_case, locked_case
from firstline.desk.terms import terms_of


async def claim(session: AsyncSession, staff: Staff, number: str) -> Case:
    """Make ``staff`` the one who speaks; raises ``Conflict`` with the winner's name when somebody was first."""
    case, conversation = await _locked(session, staff, number)
    if case.status == "closed":
        raise Conflict(f"Case {number} is closed.", code="closed")
    if conversation.state == State.HUMAN:
        if conversation.agent_id == staff.id:
            return case
        raise Conflict(f"{conversation.agent_name} has already taken case {number}.", code="already_claimed")
    store.change_state(session, conversation, Event.ACCEPT, actor=staff.email)
    conversation.agent_id, conversation.agent_name = staff.id, staff.name
    record(session, case, "accepted" if case.offered_to == staff.id else "claimed", staff)
    case.waiting_since = case.offered_to = case.offered_to_name = None
    text = TEXTS.get(conversation.language, "human.accepted", name=staff.name)
    await store.add_message(session, conversation, "system", text)
    alert(session, case, "claimed", by=staff.name)
    return case


async def reply(
    session: AsyncSession,
    staff: Staff,
    number: str,
    text: str,
    client_message_id: str,
    *,
    awaits_customer: bool = False,
    **fields: Any,
) -> Message:
    """Say ``text`` to the customer; the first one ends the first response's clock. Sent twice, it is said once.

    ``awaits_customer`` says that the next step is the customer's. ``fields`` are further columns of ``Message``, such
    as the articles it cites.
    """
    case, conversation = await _mine(session, staff, number)
    already = await store.sent_before(session, conversation.id, client_message_id)
    if already is not None:
        return already
    message = await speak(
        session, case, conversation, staff.name, text, actor=staff, client_message_id=client_message_id, **fields
    )
    agent_spoke(case, await terms_of(session, case), utcnow(), awaits_customer=awaits_customer)
    if awaits_customer:
        record(session, case, "awaits_customer", staff)
    note(session, case, "replied", utcnow() + LOOKING, message=message.id)
    alert(session, case, "replied")
    return message


async def add_note(session: AsyncSession, staff: Staff, number: str, text: str) -> Note:
    """Leave a note for colleagues."""
    case, _ = await find_case(session, staff.partner, number)
    note = Note(case_id=case.id, staff_id=staff.id, staff_name=staff.name, text=_not_empty(text))
    session.add(note)
    record(session, case, "note", staff)
    await session.flush()
    await mention(session, note, case, staff, await colleagues(session, staff.partner), utcnow())
    alert(session, case, "note", by=staff.name)
    return note


async def release(session: AsyncSession, staff: Staff, number: str, why: str, charter: Charter) -> Case:
    """Put the case back into the queue; the customer is told, with the time of the next answer."""
    case, conversation = await _mine(session, staff, number)
    await put_back(session, case, conversation, charter, utcnow(), key="human.released", actor=staff.email, why=why)
    record(session, case, "released", staff, {"why": why})
    alert(session, case, "waiting", by=staff.name)
    return case


async def return_to_bot(session: AsyncSession, staff: Staff, number: str, why: str) -> Case:
    """Let the bot answer again; the customer is told who answers, and the case stays open."""
    case, conversation = await _mine(session, staff, number)
    store.change_state(session, conversation, Event.RETURN_TO_BOT, actor=staff.email, why=why)
    record(session, case, "returned_to_bot", staff, {"why": why})
    text = TEXTS.get(conversation.language, "human.returned_open", number=case.number)
    await store.add_message(session, conversation, "system", text)
    alert(session, case, "returned_to_bot")
    return case


async def send_closing(session: AsyncSession, staff: Staff, number: str, solution: str) -> Case:
    """Send the solution and ask whether the problem is solved; the case closes on the customer's answer."""
    case, conversation = await _mine(session, staff, number)
    store.change_state(session, conversation, Event.SEND_CLOSING, actor=staff.email)
    said = await speak(session, case, conversation, staff.name, solution, actor=staff)
    agent_spoke(case, await terms_of(session, case), utcnow(), solves=True)
    await ask_whether_solved(session, case, conversation, said)
    record(session, case, "closing_sent", staff)
    alert(session, case, "closing")
    return case


def note_json(note: Note) -> dict[str, Any]:
    """Return a note for the desk."""
    return {"id": note.id, "author_name": note.staff_name, "text": note.text, "created_at": iso(note.created_at)}


async def speak(
    session: AsyncSession,
    case: Case,
    conversation: Conversation,
    name: str,
    text: str,
    *,
    actor: Staff | str,
    **fields: Any,
) -> Message:
    """Add a person's words to the transcript under ``name``; the first ones are the case's first response."""
    message = await store.add_message(session, conversation, "agent", _not_empty(text), author_name=name, **fields)
    note_first_response(session, case, actor)
    return message


def note_first_response(session: AsyncSession, case: Case, actor: Staff | str) -> None:
    """Keep when a person first answered, and whether that was late; later answers change nothing."""
    if case.first_response_at is None:
        case.first_response_at = utcnow()
        due = min((item.due for item in case.promises if item.kind == "first_response"), default=None)
        late = due is not None and case.first_response_at > due
        record(session, case, "first_response", actor, {"late": late})


async def ask_whether_solved(session: AsyncSession, case: Case, conversation: Conversation, message: Message) -> None:
    """Ask the customer whether ``message`` solves the case, which is ``closing`` from now on."""
    lang = conversation.language
    buttons = [
        {"title": TEXTS.get(lang, "closing.solved"), "payload": "/solved"},
        {"title": TEXTS.get(lang, "closing.still_broken"), "payload": "/still_broken"},
    ]
    await store.add_message(session, conversation, "system", TEXTS.get(lang, "closing.ask"), buttons=buttons)
    case.status, case.closing_sent_at = "closing", utcnow()
    note(session, case, "resolved", utcnow(), message=message.id)


async def _locked(session: AsyncSession, staff: Staff, number: str) -> tuple[Case, Conversation]:
    await touch(session, staff, utcnow())
    return await locked_case(session, staff.partner, number)


async def _mine(session: AsyncSession, staff: Staff, number: str) -> tuple[Case, Conversation]:
    case, conversation = await _locked(session, staff, number)
    if conversation.state != State.HUMAN or conversation.agent_id != staff.id:
        who = conversation.agent_name or "nobody"
        raise Conflict(f"Claim case {number} first; {who} has it now.", code="not_yours")
    return case, conversation


def _not_empty(text: str) -> str:
    if not text.strip():
        raise BadInput("The text is empty; write something first.", code="empty")
    return text.strip()
