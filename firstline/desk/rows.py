"""Cases as the desk shows them: a row of the queue, and the whole story."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.conversations import store
from firstline.conversations.models import Conversation, Message
from firstline.core.times import iso
from firstline.desk.models import Case, CaseEvent, Note, Staff
from firstline.desk.queue import status_of
from firstline.desk.story import summarise
from firstline.desk.work import note_json

# A case is near its breach at 75 % of the time given or 15 minutes before the end, whichever comes first.
_WARN_SHARE = 0.75
_WARN_LEFT = timedelta(minutes=15)


async def case_row(
    session: AsyncSession, case: Case, conversation: Conversation, charter: Charter, staff: Staff, now: datetime
) -> dict[str, Any]:
    """Return one row of the queue at the instant ``now``."""
    owed = case.status != "closed" and case.first_response_at is None and case.respond_by is not None
    severity = charter.severities.get(case.severity)
    questions = case.summary.get("questions") or [""]
    return {
        "number": case.number,
        "status": status_of(case, conversation),
        "state": conversation.state,
        "severity": case.severity,
        "severity_name": {lang: severity.name.say(lang) if severity else case.severity for lang in ("ko", "en")},
        "category": case.category,
        "reason": case.reason,
        "language": conversation.language,
        "question": questions[-1],
        "agent_name": conversation.agent_name,
        "mine": conversation.agent_id == staff.id,
        "opened_at": iso(case.opened_at),
        "waiting_since": _iso(case.waiting_since),
        "respond_by": _iso(case.respond_by),
        "first_response_at": _iso(case.first_response_at),
        "overdue": bool(owed and case.respond_by and case.respond_by <= now),
        "warning": bool(owed and case.respond_by and _near(case.opened_at, case.respond_by, now)),
        "last_message_at": iso(conversation.updated_at),
    }


async def case_story(
    session: AsyncSession, case: Case, conversation: Conversation, charter: Charter, staff: Staff, now: datetime
) -> dict[str, Any]:
    """Return the row with transcript, receipts, notes, events and what was asked and shown."""
    notes = await session.scalars(select(Note).where(Note.case_id == case.id).order_by(Note.id))
    events = await session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id))
    return {
        **await case_row(session, case, conversation, charter, staff, now),
        "conversation_id": conversation.id,
        "charter_version": case.charter_version,
        "tier": case.tier,
        "messages": [_message(message) for message in await store.transcript(session, conversation.id)],
        "notes": [note_json(note) for note in notes],
        "events": [
            {"kind": event.kind, "actor": event.actor, "data": event.data, "at": iso(event.at)} for event in events
        ],
        "summary": await summarise(session, conversation.id),
    }


def _message(message: Message) -> dict[str, Any]:
    return {**store.message_json(message), "receipt": message.receipt, "payload": message.payload}


def _near(opened: datetime, due: datetime, now: datetime) -> bool:
    return now >= min(opened + (due - opened) * _WARN_SHARE, due - _WARN_LEFT)


def _iso(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None
