"""Tables of a case's dossier, its service-credit file, and the hops it was handed to."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from firstline.core.database import Base
from firstline.core.times import UtcDateTime, utcnow


class Escalation(Base):
    """A case's dossier and credit file; ``revision`` counts the changes, so that nobody overwrites a colleague's."""

    __tablename__ = "escalations"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    dossier: Mapped[dict[str, Any]] = mapped_column(default=dict)
    credit: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    revision: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    hops: Mapped[list["EscalationHop"]] = relationship(lazy="selectin", order_by="EscalationHop.id")


class EscalationHop(Base):
    """One handing on. ``due`` is when the hop answers at the latest; ``None`` where it publishes no time.

    ``dossier`` is what went along, as it was. ``outcome`` is empty while an answer is awaited, then ``answered``,
    ``returned`` (more is needed) or ``passed_on``. ``accepted_by`` is who looks after it at the provider.
    """

    __tablename__ = "escalation_hops"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("escalations.case_id"), index=True)
    level: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(2))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_by: Mapped[str] = mapped_column(String(254))
    due: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    dossier: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reference: Mapped[str] = mapped_column(String(80), default="")
    answer: Mapped[str | None] = mapped_column(Text, default=None)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    outcome: Mapped[str] = mapped_column(String(16), default="")
    accepted_by: Mapped[str | None] = mapped_column(String(254), default=None)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
