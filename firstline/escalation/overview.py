"""What is on its way up at a partner: hops that owe an answer, and claims that have a deadline."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.conversations.models import Conversation
from firstline.core.times import iso
from firstline.desk.models import Case
from firstline.desk.promises import owed_answer
from firstline.escalation.credit_file import deadline_of, missing_credit
from firstline.escalation.keeping import hold
from firstline.escalation.models import Escalation, EscalationHop
from firstline.escalation.views import waiting_json


async def on_the_way(session: AsyncSession, partner: str, now: datetime, lead_days: int) -> dict[str, Any]:
    """Return ``{"hops": [...], "credits": [...], "now"}`` of cases that aren't closed, what is due first at the top.

    A hop that has answered is left out. ``promised`` is when the customer is to hear from us.
    """
    return {
        "hops": await _hops(session, partner, now),
        "credits": await _credits(session, partner, now, lead_days),
        "now": iso(now),
    }


async def _hops(session: AsyncSession, partner: str, now: datetime) -> list[dict[str, Any]]:
    query = (
        select(EscalationHop, Case)
        .join(Case, Case.id == EscalationHop.case_id)
        .where(Case.partner == partner, Case.status != "closed", EscalationHop.answered_at.is_(None))
    )
    rows = []
    for hop, case in (await session.execute(query)).tuples():
        promised = owed_answer(case, now).due
        rows.append({
            "case": case.number,
            "level": hop.level,
            **waiting_json(hop, now),
            "promised": iso(promised) if promised else None,
        })  # fmt: skip
    return sorted(rows, key=lambda row: (row["due"] is None, row["due"] or row["sent_at"]))


async def _credits(session: AsyncSession, partner: str, now: datetime, lead_days: int) -> list[dict[str, Any]]:
    query = (
        select(Case, Conversation)
        .join(Conversation, Conversation.id == Case.conversation_id)
        .outerjoin(Escalation, Escalation.case_id == Case.id)
        .where(Case.partner == partner, Case.status != "closed")
        .where(or_(Case.reason == "service_credit", Escalation.credit.is_not(None)))
    )
    rows = []
    for case, conversation in (await session.execute(query)).tuples().all():
        file = (await hold(session, case, conversation)).credit
        if file is None:
            continue
        deadline = deadline_of(file, lead_days)
        rows.append({
            "case": case.number,
            "service": file.service,
            "missing": missing_credit(file, now),
            "ask_by": deadline.ask_by.isoformat() if deadline else None,
            "safe": deadline.safe.isoformat() if deadline else None,
            "latest": deadline.latest.isoformat() if deadline else None,
        })  # fmt: skip
    return sorted(rows, key=lambda row: (row["ask_by"] is None, row["ask_by"] or row["case"]))
