"""Noting in a case's own transaction that something happened which people are told of."""

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.desk.models import Case
from firstline.outbox.partner_file import Kind
from firstline.outbox.store import note_event

# How long a customer has to see a reply in the chat before it is announced by mail.
LOOKING = timedelta(minutes=1)


def note(
    session: AsyncSession,
    case: Case,
    kind: Kind,
    at: datetime,
    *,
    to: Literal["everybody", "customer", "agent"] = "everybody",
    **content: Any,
) -> None:
    """Note in the session's transaction that ``kind`` happened to ``case``; who is told is settled at ``at``."""
    note_event(session, case.partner, kind, case.number, {"to": to, **content}, at)
