"""A case from one agent to another: transferred and accepted, declined, taken over, assigned by a lead.

Each move is one transaction: who speaks, what the customer is told, the event with who and why, and the alert.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.conversations.states import Event, State
from firstline.core.errors import BadInput, Conflict
from firstline.desk.history import TEXTS, alert, record
from firstline.desk.models import Case, Note, Staff
from firstline.desk.presence import member_of, touch
from firstline.desk.putting_back import put_back
from firstline.desk.queue import locked_case


async def transfer(
    session: AsyncSession, staff: Staff, number: str, *, to: int, why: str, charter: Charter, now: datetime
) -> Case:
    """Offer the agent's own case to a colleague, with a note; until somebody accepts it waits in the queue.

    The customer hears who is to answer and until when. Raises ``NotFound`` for a stranger, ``Conflict`` when the
    case isn't the agent's, ``BadInput`` without a note or for the agent themselves.
    """
    why = _because(why)
    case, conversation = await locked_case(session, staff.partner, number)
    if conversation.state != State.HUMAN or conversation.agent_id != staff.id:
        who = conversation.agent_name or "nobody"
        raise Conflict(f"Claim case {number} first; {who} has it now.", code="not_yours")
    if to == staff.id:
        raise BadInput("You have the case already; choose a colleague.", code="own_case")
    colleague = await member_of(session, staff.partner, to, now)
    await put_back(session, case, conversation, charter, now, key="human.transferred", name=colleague.name)
    case.offered_to, case.offered_to_name = colleague.staff_id, colleague.name
    session.add(Note(case_id=case.id, staff_id=staff.id, staff_name=staff.name, text=why))
    record(session, case, "transferred", staff, {"to_agent": colleague.name, "why": why})
    await touch(session, staff, now)
    alert(session, case, "offered", to=colleague.staff_id, by=staff.name)
    return case


async def decline(session: AsyncSession, staff: Staff, number: str, *, why: str, now: datetime) -> Case:
    """Say no to an offered case: it stays in the queue for everybody. Raises ``Conflict`` when it isn't offered."""
    case, conversation = await locked_case(session, staff.partner, number)
    if case.offered_to != staff.id or conversation.state != State.WAITING:
        raise Conflict(f"Case {number} is not offered to you; load it again.", code="not_offered")
    case.offered_to = case.offered_to_name = None
    record(session, case, "declined", staff, {"why": why.strip()})
    await touch(session, staff, now)
    alert(session, case, "waiting", by=staff.name)
    return case


async def take_over(
    session: AsyncSession, staff: Staff, number: str, *, from_agent: int, why: str, now: datetime
) -> Case:
    """Become the one who speaks in a colleague's place; naming the colleague and the reason is the deliberate yes.

    The customer and the colleague are told. Raises ``Conflict`` when somebody else has the case by now, with the
    name, or nobody has.
    """
    why = _because(why)
    case, conversation = await locked_case(session, staff.partner, number)
    if conversation.state != State.HUMAN:
        raise Conflict(f"Nobody has case {number} now; claim it.", code="not_taken")
    if conversation.agent_id == staff.id:
        return case
    _still_with(conversation, number, from_agent)
    before = conversation.agent_name
    await _let_speak(session, case, conversation, staff.id, staff.name, Event.TAKE_OVER)
    record(session, case, "taken_over", staff, {"from_agent": before, "why": why})
    await touch(session, staff, now)
    alert(session, case, "taken_over", to=from_agent, by=staff.name)
    return case


async def assign(
    session: AsyncSession,
    lead: Staff,
    number: str,
    *,
    to: int,
    from_agent: int | None,
    why: str,
    now: datetime,
) -> Case:
    """Make an agent who is here the one who speaks; ``from_agent`` is who had the case when the lead looked.

    The customer, the agent and whoever had it are told. Raises ``Conflict`` when the agent isn't here or the case
    has gone to somebody else meanwhile.
    """
    case, conversation = await locked_case(session, lead.partner, number)
    if case.status == "closed":
        raise Conflict(f"Case {number} is closed.", code="closed")
    agent = await member_of(session, lead.partner, to, now)
    if agent.standing != "here":
        raise Conflict(f"{agent.name} is not at the desk now; choose somebody who is here.", code="not_here")
    is_held = conversation.state == State.HUMAN
    if is_held and conversation.agent_id == to:
        return case
    if is_held:
        _still_with(conversation, number, from_agent)
    before, event = conversation.agent_name, Event.TAKE_OVER if is_held else Event.ACCEPT
    await _let_speak(session, case, conversation, agent.staff_id, agent.name, event)
    record(session, case, "assigned", lead, {"to_agent": agent.name, "from_agent": before, "why": why.strip()})
    alert(session, case, "assigned", to=agent.staff_id, by=lead.name)
    if is_held and from_agent is not None:
        alert(session, case, "taken_over", to=from_agent, by=lead.name)
    return case


async def _let_speak(
    session: AsyncSession, case: Case, conversation: Conversation, staff_id: int, name: str, event: Event
) -> None:
    store.change_state(session, conversation, event)
    conversation.agent_id, conversation.agent_name = staff_id, name
    case.waiting_since = case.offered_to = case.offered_to_name = None
    text = TEXTS.get(conversation.language, "human.accepted", name=name)
    await store.add_message(session, conversation, "system", text)


def _still_with(conversation: Conversation, number: str, from_agent: int | None) -> None:
    if conversation.agent_id != from_agent:
        raise Conflict(f"{conversation.agent_name} has case {number} by now.", code="already_claimed")


def _because(why: str) -> str:
    if not why.strip():
        raise BadInput("Say why in a few words; your colleagues read it.", code="empty")
    return why.strip()
