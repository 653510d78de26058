"""A case's history and the desk's alerts: every change with who and when, never changed afterwards."""

import uuid
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.database import publish_later
from firstline.core.texts import string_table
from firstline.core.times import utcnow
from firstline.desk.audit import AUDITED, audit
from firstline.desk.models import Case, CaseEvent, Staff
from firstline.desk.permissions import Action
from firstline.outbox.store import note_for

TEXTS = string_table(Path(__file__).parent / "texts")


def case_topic(partner: str, number: str) -> str:
    """Return the hub's topic for what agents see of one case, and customers don't."""
    return f"case:{partner}:{number}"


def desk_topic(partner: str) -> str:
    """Return the hub's topic for a partner's desk."""
    return f"desk:{partner}"


async def open_case_of(session: AsyncSession, conversation_id: str) -> Case | None:
    """Return the conversation's case that isn't closed, if any."""
    query = (
        select(Case).where(Case.conversation_id == conversation_id, Case.status != "closed").order_by(Case.id.desc())
    )
    return (await session.scalars(query)).first()


def record(
    session: AsyncSession, case: Case, kind: str, actor: str | Staff, data: dict[str, Any] | None = None
) -> None:
    """Append an event to the case's history; what one of the staff did stands in the audit log too.

    ``actor`` is the staff member, or ``customer``, ``bot`` or ``clock``. Of ``data`` the audit log takes names, numbers
    and codes alone, never words.
    """
    data = data or {}
    if isinstance(actor, Staff):
        audit(session, actor, f"case.{kind}", case.number, **{key: data[key] for key in AUDITED["case"] & data.keys()})
        actor = actor.email
    session.add(CaseEvent(case_id=case.id, kind=kind, actor=actor, data=data, at=utcnow()))


async def events_of(session: AsyncSession, case: Case) -> list[CaseEvent]:
    """Return the case's events, oldest first."""
    query = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    return list(await session.scalars(query))


def alert(
    session: AsyncSession,
    case: Case,
    kind: str,
    *,
    to: int | None = None,
    by: str | None = None,
    needs: Action | None = None,
) -> None:
    """Tell the partner's desk, once the transaction is committed; ``to`` is the agent it concerns, ``by`` who did it.

    With ``needs`` it goes to those alone who may do that. Each alert has an ``id`` of its own, so that two windows of
    one agent raise it once. A case that another help desk follows is noted for it in the same transaction.
    """
    event = {"type": "case", "kind": kind, "number": case.number, "id": uuid.uuid4().hex, "to": to, "by": by}
    if needs:
        event["needs"] = needs
    publish_later(session, desk_topic(case.partner), event)
    if case.helpdesk and not needs:
        note_for(session, "helpdesk", case.partner, "changed", case.number, {"what": kind}, utcnow())
