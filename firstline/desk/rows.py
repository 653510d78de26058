"""Cases as the desk shows them: a row of the queue, and the whole story."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.conversations import store
from firstline.conversations.models import Conversation, Message
from firstline.core.texts import LANGUAGES
from firstline.core.times import iso
from firstline.desk.clocks import clocks_json, promises_json
from firstline.desk.models import Case, CaseEvent, Note, Staff
from firstline.desk.package import package_json
from firstline.desk.presence import watchers
from firstline.desk.queue import status_of
from firstline.desk.rating import rating_json
from firstline.desk.story import summarise, trail
from firstline.desk.work import note_json
from firstline.reading.entities import name_of


def case_facts(case: Case, conversation: Conversation, charter: Charter) -> dict[str, Any]:
    """Return what every list of cases shows: what it is about, how it stands, who has it, since when."""
    severity = charter.severities.get(case.severity)
    questions = case.summary.get("questions") or [""]
    return {
        "number": case.number,
        "status": status_of(case, conversation),
        "severity": case.severity,
        "severity_name": {lang: severity.name.say(lang) if severity else case.severity for lang in LANGUAGES},
        "category": case.category,
        "reason": case.reason,
        "question": questions[-1],
        "agent_name": conversation.agent_name,
        "opened_at": iso(case.opened_at),
    }


async def case_row(
    session: AsyncSession, case: Case, conversation: Conversation, charter: Charter, staff: Staff, now: datetime
) -> dict[str, Any]:
    """Return one row of the queue at the instant ``now``."""
    clocks = clocks_json(case, now)
    return {
        **case_facts(case, conversation, charter),
        "state": conversation.state,
        "product": case.product,
        "product_name": product_names(case.product) if case.product else None,
        "language": conversation.language,
        "agent_id": conversation.agent_id,
        "offered_to": case.offered_to,
        "offered_to_name": case.offered_to_name,
        "mine": conversation.agent_id == staff.id,
        "waiting_since": _iso(case.waiting_since),
        "respond_by": _iso(case.respond_by),
        "first_response_at": _iso(case.first_response_at),
        "due": _iso(case.due),
        "clocks": clocks,
        "overdue": any(clock["state"] == "breached" for clock in clocks),
        "warning": any(clock["warning"] for clock in clocks),
        "escalation": case.escalation,
        "awaiting_customer_since": _iso(case.awaiting_customer_since),
        "last_message_at": iso(conversation.updated_at),
    }


async def case_story(
    session: AsyncSession, case: Case, conversation: Conversation, charter: Charter, staff: Staff, now: datetime
) -> dict[str, Any]:
    """Return the row with transcript, receipts, notes, events, what was asked and shown, and what is known."""
    notes = await session.scalars(select(Note).where(Note.case_id == case.id).order_by(Note.id))
    events = await session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id))
    messages = await store.transcript(session, conversation.id)
    before = [message for message in messages if message.created_at < case.opened_at]
    return {
        **await case_row(session, case, conversation, charter, staff, now),
        "conversation_id": conversation.id,
        "customer_seen": conversation.customer_seen,
        "watchers": [one for one in await watchers(session, case.id, now) if one["id"] != staff.id],
        "charter_version": case.charter_version,
        "tier": case.tier,
        "promises": promises_json(case, now),
        "messages": [_message(message) for message in messages],
        "notes": [note_json(note) for note in notes],
        "events": [
            {"kind": event.kind, "actor": event.actor, "data": event.data, "at": iso(event.at)} for event in events
        ],
        "summary": await summarise(session, conversation.id),
        "trail": trail(messages),
        "before_case": before[-1].id if before else None,
        "package": await package_json(session, case, conversation, charter),
        "contact_email": case.contact_email,
        "rating": await rating_json(session, case, charter, now),
    }


def product_names(product: str) -> dict[str, str]:
    """Return a product's names by language; one we don't know is called as the customer called it."""
    return {lang: name_of("product", product, lang) for lang in LANGUAGES}


def _message(message: Message) -> dict[str, Any]:
    return {**store.message_json(message), "receipt": message.receipt, "payload": message.payload}


def _iso(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None
