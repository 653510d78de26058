"""Tables of what a case is called in the partner's own help desk, and how far each side has been carried over."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from firstline.core.database import Base
from firstline.core.times import UtcDateTime, utcnow

OPENING, OPEN, FAILED = "opening", "open", "failed"


class HelpdeskTicket(Base):
    """A case as it stands in the partner's help desk.

    ``reference`` is its id there, empty until it is opened; ``label`` what people there call it; ``contact`` the
    customer's id there. ``state`` is ``opening``, ``open`` or ``failed`` with ``reason``. ``solved`` is what was last
    seen there. ``carried_to`` is our last message that is there, ``sending`` the one whose arrival is not certain,
    ``placed_to`` the id there of our last one that surely arrived, ``seen_to`` their last message that is here.
    ``by_bot`` says that the conversation itself is theirs.
    """

    __tablename__ = "helpdesk_tickets"
    __table_args__ = (
        UniqueConstraint("case_id"),
        Index("ix_helpdesk_tickets_partner_desk_reference", "partner", "desk", "reference"),
        Index("ix_helpdesk_tickets_state_followed_at", "state", "followed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    partner: Mapped[str] = mapped_column(String(64))
    desk: Mapped[str] = mapped_column(String(16))
    reference: Mapped[str] = mapped_column(String(64), default="")
    label: Mapped[str] = mapped_column(String(64), default="")
    contact: Mapped[str] = mapped_column(String(64), default="")
    by_bot: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(8), default=OPENING)
    reason: Mapped[str] = mapped_column(Text, default="")
    solved: Mapped[bool] = mapped_column(default=False)
    carried_to: Mapped[int] = mapped_column(default=0)
    sending: Mapped[int] = mapped_column(default=0)
    placed_to: Mapped[int] = mapped_column(default=0)
    seen_to: Mapped[int] = mapped_column(default=0)
    followed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class HelpdeskTalk(Base):
    """A conversation of the partner's Chatwoot in which Firstline answers as the agent bot."""

    __tablename__ = "helpdesk_talks"
    __table_args__ = (UniqueConstraint("partner", "reference"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(String(64))
    reference: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    carried_to: Mapped[int] = mapped_column(default=0)
    sending: Mapped[int] = mapped_column(default=0)
    placed_to: Mapped[int] = mapped_column(default=0)
