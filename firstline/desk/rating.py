"""How a customer judged a closed case: one to five and a comment, once, changeable while the case can be reopened."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from firstline.charter import Charter
from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.core.database import Base, publish_later
from firstline.core.errors import BadInput, Conflict
from firstline.core.times import UtcDateTime, iso
from firstline.desk.history import alert, record
from firstline.desk.models import Case

BEST = 5


class CaseRating(Base):
    """A customer's judgement of one case; a case without a row was not judged."""

    __tablename__ = "case_ratings"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    score: Mapped[int]
    comment: Mapped[str | None] = mapped_column(Text, default=None)
    rated_at: Mapped[datetime] = mapped_column(UtcDateTime)


async def rate(
    session: AsyncSession,
    conversation: Conversation,
    case: Case | None,
    charter: Charter,
    score: int,
    comment: str | None,
    now: datetime,
) -> None:
    """Keep the customer's judgement; ``comment`` is cleaned and masked already. The same one again changes nothing.

    Raises ``BadInput`` for a score outside 1 to 5 and ``Conflict`` while the case isn't closed, or once it can't be
    reopened any more.
    """
    if not 1 <= score <= BEST:
        raise BadInput(f"A rating is a whole number from 1 to {BEST}.", code="bad_score")
    if case is None or case.closed_at is None:
        raise Conflict("A case can be rated once it is closed.", code="not_closed")
    if now > _until(case.closed_at, charter):
        raise Conflict("The time in which this case could be rated is over.", code="rating_over")
    known = await session.get(CaseRating, case.id)
    if known is None:
        session.add(CaseRating(case_id=case.id, score=score, comment=comment, rated_at=now))
    elif (known.score, known.comment) == (score, comment):
        return
    else:
        known.score, known.comment, known.rated_at = score, comment, now
    record(session, case, "rated" if known is None else "rating_changed", "customer", {"score": score})
    alert(session, case, "rated")
    # Other tabs of the customer show it too.
    publish_later(session, store.topic(conversation.id), {"type": "state"})


async def rating_json(session: AsyncSession, case: Case, charter: Charter, now: datetime) -> dict[str, Any] | None:
    """Return ``{"state", "score", "comment", "until"}``, ``None`` for a case that was neither closed nor judged.

    ``state`` is ``asked`` (the customer may still answer), ``given``, or ``unanswered`` (the time is over and nothing
    was said). ``until`` is the instant until which it can be given or changed, ``None`` while the case is open.
    """
    known = await session.get(CaseRating, case.id)
    if case.closed_at is None and known is None:
        return None
    until = _until(case.closed_at, charter) if case.closed_at else None
    state = "given" if known else "asked" if until and now <= until else "unanswered"
    return {
        "state": state,
        "score": known.score if known else None,
        "comment": known.comment if known else None,
        "until": iso(until) if until else None,
    }


def _until(closed_at: datetime, charter: Charter) -> datetime:
    return closed_at + timedelta(days=charter.closing.reopen_days)
