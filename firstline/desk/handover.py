"""Handing a conversation over to people: one step that yields number, promise, message, story and alert."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.conversations.states import Event, State
from firstline.core.database import publish_later
from firstline.core.texts import string_table
from firstline.core.times import utcnow
from firstline.desk.models import Case, CaseCounter, CaseEvent
from firstline.desk.promises import default_severity, due_text, promise_response
from firstline.desk.story import summarise

TEXTS = string_table(Path(__file__).parent / "texts")


def desk_topic(partner: str) -> str:
    """Return the hub's topic for a partner's desk."""
    return f"desk:{partner}"


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
    store.change_state(session, conversation, event)
    if case is None:
        case = await _open_case(session, conversation, charter, reason, category, severity, at)
        await _tell_new(session, conversation, charter, case, at)
    else:
        case.reason, case.status, case.waiting_since = reason, "open", at
        case.summary = await summarise(session, conversation.id)
        renew_promise(case, charter, at)
        await _tell_again(session, conversation, charter, case, at)
    record(session, case, "handed_over", "customer", {"reason": reason})
    alert(session, case, "waiting")
    return case


async def open_case_of(session: AsyncSession, conversation_id: str) -> Case | None:
    """Return the conversation's case that isn't closed, if any."""
    query = (
        select(Case).where(Case.conversation_id == conversation_id, Case.status != "closed").order_by(Case.id.desc())
    )
    return (await session.scalars(query)).first()


def renew_promise(case: Case, charter: Charter, at: datetime) -> None:
    """Promise the next response once the last promise was kept; a promise that is still owed never moves."""
    if case.first_response_at is not None or case.respond_by is None:
        case.respond_by = promise_response(charter, case.tier, case.severity, at, "ko").due


def record(session: AsyncSession, case: Case, kind: str, actor: str, data: dict[str, Any] | None = None) -> None:
    """Append an event to the case's history."""
    session.add(CaseEvent(case_id=case.id, kind=kind, actor=actor, data=data or {}, at=utcnow()))


def alert(session: AsyncSession, case: Case, kind: str) -> None:
    """Tell the partner's desk, once the transaction is committed."""
    publish_later(session, desk_topic(case.partner), {"type": "case", "kind": kind, "number": case.number})


async def _open_case(
    session: AsyncSession,
    conversation: Conversation,
    charter: Charter,
    reason: str,
    category: str | None,
    severity: str | None,
    at: datetime,
) -> Case:
    tier = charter.default_tier
    severity = severity or default_severity(charter, category)
    promise = promise_response(charter, tier, severity, at, conversation.language)
    case = Case(
        partner=conversation.partner,
        number=await _next_number(session, conversation.partner),
        conversation_id=conversation.id,
        status="open",
        reason=reason,
        category=category,
        severity=severity,
        tier=tier,
        language=conversation.language,
        charter_version=str(charter.version),
        summary=await summarise(session, conversation.id),
        opened_at=at,
        waiting_since=at,
        respond_by=promise.due,
    )
    session.add(case)
    await session.flush()
    return case


async def _next_number(session: AsyncSession, partner: str) -> str:
    counter = await session.get(CaseCounter, partner, with_for_update=True)
    if counter is None:
        counter = CaseCounter(partner=partner, last=1000)
        session.add(counter)
    counter.last += 1
    return f"{partner.upper()}-{counter.last}"


async def _tell_new(
    session: AsyncSession, conversation: Conversation, charter: Charter, case: Case, at: datetime
) -> None:
    lang = conversation.language
    promise = promise_response(charter, case.tier, case.severity, at, lang)
    key = "promised" if promise.open_now else "promised_closed"
    text = TEXTS.get(
        lang,
        f"handover.{key if promise.due else 'best_effort'}",
        number=case.number,
        respond_by=promise.due_text,
        now_text=promise.now_text,
    )
    buttons = [
        {"title": charter.severities[name].name.say(lang), "payload": f'/severity{{"severity":"{name}"}}'}
        for name in reversed(charter.severities_by_rank)
    ]
    await store.add_message(session, conversation, "system", text)
    await store.add_message(session, conversation, "system", TEXTS.get(lang, "severity.ask"), buttons=buttons)


async def _tell_again(
    session: AsyncSession, conversation: Conversation, charter: Charter, case: Case, at: datetime
) -> None:
    lang = conversation.language
    late = case.respond_by is not None and case.respond_by < at
    key = "still_open_best_effort" if case.respond_by is None else "still_open_late" if late else "still_open"
    text = TEXTS.get(
        lang,
        f"handover.{key}",
        number=case.number,
        respond_by=due_text(charter, case.respond_by, lang),
    )
    await store.add_message(session, conversation, "system", text)
