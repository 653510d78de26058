"""Handing a conversation over to people: one step that yields number, promise, message, story and alert."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter, opening
from firstline.conversations import store
from firstline.conversations.customer_models import KnownCustomer
from firstline.conversations.models import Conversation
from firstline.conversations.states import Event, State
from firstline.core.database import insert_if_absent
from firstline.core.metrics import HANDOVERS
from firstline.core.times import utcnow
from firstline.desk.duty import duty_at, said_at_handover
from firstline.desk.facets import note_facets
from firstline.desk.history import TEXTS, alert, open_case_of, record
from firstline.desk.models import Case, CaseCounter
from firstline.desk.noting import note
from firstline.desk.promises import begin, default_severity, due_text, owed_answer, renew_response
from firstline.desk.questions import ask_next
from firstline.desk.queue import position_of
from firstline.desk.story import summarise
from firstline.desk.terms import keep_terms, terms_of


async def hand_over(
    session: AsyncSession,
    conversation: Conversation,
    charter: Charter,
    *,
    reason: str,
    category: str | None = None,
    severity: str | None = None,
    at: datetime | None = None,
) -> Case:
    """Move the conversation to ``waiting`` with everything that belongs to it, in the session's transaction.

    The customer gets the case number and the time of the next response, the desk gets the story and an alert.
    A conversation with an open case keeps it and its promise. Raises ``Conflict`` where nobody can be handed over.
    """
    at = at or utcnow()
    case = await open_case_of(session, conversation.id)
    event = Event.REOPEN if conversation.state == State.CLOSED else Event.HAND_OVER
    store.change_state(session, conversation, event, why=reason)
    if case is None:
        case = await _open_case(session, conversation, charter, reason, category, severity, at)
        note(session, case, "opened", at)
        await _tell_new(session, conversation, charter, case, at)
        record(session, case, "handed_over", "customer", {"reason": reason})
        await ask_next(session, conversation, charter, case)
    else:
        case.reason, case.status, case.waiting_since = reason, "open", at
        case.summary = await summarise(session, conversation.id)
        renew_response(case, await terms_of(session, case), at)
        await _tell_again(session, conversation, charter, case, at)
        record(session, case, "handed_over", "customer", {"reason": reason})
    await note_facets(session, case, conversation, charter)
    alert(session, case, "waiting")
    HANDOVERS.labels(case.partner, reason).inc()
    return case


async def _open_case(
    session: AsyncSession,
    conversation: Conversation,
    charter: Charter,
    reason: str,
    category: str | None,
    severity: str | None,
    at: datetime,
) -> Case:
    known = await session.get(KnownCustomer, conversation.id)
    case = Case(
        partner=conversation.partner,
        number=await _next_number(session, conversation.partner),
        conversation_id=conversation.id,
        status="open",
        reason=reason,
        category=category,
        severity=severity or default_severity(charter, category),
        tier=(known and known.tier_among(charter.tiers)) or charter.default_tier,
        contact_email=known.email if known else None,
        language=conversation.language,
        charter_version=str(charter.version),
        charter_key=await keep_terms(session, conversation.partner, charter),
        summary=await summarise(session, conversation.id),
        opened_at=at,
        waiting_since=at,
        escalation=0,
        promises=[],
    )
    begin(case, charter, at)
    session.add(case)
    await session.flush()
    case.queue_place = await position_of(session, case)
    return case


async def _next_number(session: AsyncSession, partner: str) -> str:
    # Two apps may open a partner's first case at once.
    await insert_if_absent(session, CaseCounter, partner=partner, last=1000)
    counter = await session.get_one(CaseCounter, partner, with_for_update=True, populate_existing=True)
    counter.last += 1
    return f"{partner.upper()}-{counter.last}"


async def _tell_new(
    session: AsyncSession, conversation: Conversation, charter: Charter, case: Case, at: datetime
) -> None:
    lang = conversation.language
    now = opening(charter.main_calendar, at, lang)
    key = "promised" if now.open_now else "promised_closed"
    text = TEXTS.get(
        lang,
        f"handover.{key if case.respond_by else 'best_effort'}",
        number=case.number,
        respond_by=due_text(charter, case.respond_by, lang),
        now_text=now.now_text,
    )
    duty = await duty_at(session, charter, conversation.partner, at, lang)
    if duty.code == "nobody":
        note(session, case, "nobody", at)
    text = f"{text}\n{said_at_handover(duty, charter, case.tier, case.severity, lang)}".rstrip()
    await store.add_message(session, conversation, "system", text)


async def _tell_again(
    session: AsyncSession, conversation: Conversation, charter: Charter, case: Case, at: datetime
) -> None:
    lang = conversation.language
    owed = owed_answer(case, at)
    key = "still_open_best_effort" if owed.due is None else "still_open_late" if owed.late else "still_open"
    text = TEXTS.get(
        lang,
        f"handover.{key}",
        number=case.number,
        respond_by=due_text(charter, case.respond_by, lang),
    )
    await store.add_message(session, conversation, "system", text)
