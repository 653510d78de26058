"""What the clock does by itself: warn the desk before a promised time, and act when one has passed.

Each case is one transaction under its conversation's lock, which reads anew what is due: however many processes look,
and however long none did, each promise is warned of once at most and acted on exactly once.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.conversations.states import State
from firstline.core.database import Database
from firstline.core.logs import get_logger, log_failure
from firstline.core.metrics import PROMISE_EVENTS
from firstline.desk.history import TEXTS, alert, record
from firstline.desk.models import Case, CasePromise
from firstline.desk.noting import note
from firstline.desk.promises import RESPONSES, due_text, owed_answer, renew_response, renew_update, settle
from firstline.desk.putting_back import take_back
from firstline.desk.terms import terms_of

# How often a new time is given for one wait. After that nobody would believe it.
NEW_TIMES = 2
_AT_ONCE = 200
_CLOCK = "clock"
_log = get_logger("clock")


@dataclass(frozen=True)
class Acted:
    """How many promises were warned of, and how many were found broken."""

    warned: int = 0
    breached: int = 0


async def act_on_clocks(database: Database, now: datetime) -> Acted:
    """Warn of what is near and act on what is past, for all partners; a case that fails is logged and tried again.

    A breach raises the case's level, alerts the desk, and its leads once more apart, and tells the customer a new time
    in so many words. An agent who has the case loses it to the queue when an answer was owed; a missed time to solve
    leaves it where it is.
    """
    async with database.reading() as session:
        query = (
            select(Case.conversation_id, Case.id)
            .where(Case.id.in_(select(CasePromise.case_id).where(CasePromise.next_at <= now)))
            .order_by(Case.due)
            .limit(_AT_ONCE)
        )
        found = (await session.execute(query)).all()
    warned = breached = 0
    for conversation_id, case_id in found:
        try:
            async with database.session() as session:
                acted = await _act(session, conversation_id, case_id, now)
        except Exception as error:
            log_failure(_log, "clock_failed", error, case=case_id)
            continue
        warned, breached = warned + acted.warned, breached + acted.breached
    return Acted(warned, breached)


async def _act(session: AsyncSession, conversation_id: str, case_id: int, now: datetime) -> Acted:
    conversation = await store.get_conversation(session, conversation_id)
    case = await session.get_one(Case, case_id, populate_existing=True)
    looked_at = [item for item in case.promises if item.next_at is not None and item.next_at <= now]
    broken = [item for item in looked_at if item.due <= now]
    near = [item for item in looked_at if item not in broken]
    for item in near:
        item.warned_at = now
        PROMISE_EVENTS.labels(case.partner, item.kind, "warned").inc()
        note(session, case, "warned", now, promises=[item.kind])
        record(session, case, "warned", _CLOCK, {"promise": item.kind, "due": item.due.isoformat()})
    for item in broken:
        item.breached_at = now
        PROMISE_EVENTS.labels(case.partner, item.kind, "breached").inc()
    settle(case, now)
    if broken:
        had = conversation.agent_name
        await _answer_for(session, conversation, case, broken, now)
        alert(session, case, "breached")
        alert(session, case, "escalated", by=had, needs="case.reassign")
    elif near:
        alert(session, case, "warning")
    return Acted(len(near), len(broken))


async def _answer_for(
    session: AsyncSession, conversation: Conversation, case: Case, broken: list[CasePromise], now: datetime
) -> None:
    terms = await terms_of(session, case)
    kinds = sorted({item.kind for item in broken})
    case.escalation += 1
    note(session, case, "breached", now, promises=kinds)
    first = min(item.due for item in broken)
    data = {"promises": kinds, "due": first.isoformat(), "level": case.escalation, "agent": conversation.agent_name}
    record(session, case, "breached", _CLOCK, data)
    if not set(kinds) & set(RESPONSES):
        await _tell(session, conversation, terms, case, "resolve", now)
        return
    if conversation.state == State.HUMAN:
        record(session, case, "returned", _CLOCK, {"cause": "breached", "from_agent": conversation.agent_name})
        alert(session, case, "returned", to=conversation.agent_id)
        take_back(session, case, conversation, now, actor=_CLOCK, why="breached")
    if case.escalation <= NEW_TIMES:
        if conversation.state == State.WAITING:
            renew_response(case, terms, now, after_breach=True)
        else:
            renew_update(case, terms, now)
    await _tell(session, conversation, terms, case, "response", now)


async def _tell(
    session: AsyncSession, conversation: Conversation, terms: Charter, case: Case, what: str, now: datetime
) -> None:
    lang, owed = conversation.language, owed_answer(case, now)
    key = f"breach.{what}" if owed.due and not owed.late else f"breach.{what}_no_time"
    text = TEXTS.get(lang, key, number=case.number, respond_by=due_text(terms, owed.due, lang))
    await store.add_message(session, conversation, "system", text)
