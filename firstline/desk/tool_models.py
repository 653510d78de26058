"""Tables of the agents' tools: contacts by which a customer comes back, saved views, canned replies."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from firstline.core.database import Base
from firstline.core.times import UtcDateTime, utcnow

TEAM = 0
"""The owner of what the whole team shares; everything else belongs to the account of that id."""


class CaseContact(Base):
    """An e-mail address that the customer gave in a case, in lower case."""

    __tablename__ = "case_contacts"
    __table_args__ = (Index("ix_case_contacts_partner_contact", "partner", "contact"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    contact: Mapped[str] = mapped_column(String(254), primary_key=True)
    partner: Mapped[str] = mapped_column(String(64))


class Owned:
    """What somebody keeps for themselves or the team: ``owner`` is an account's id, or ``TEAM``."""

    id: Mapped[int] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(String(64))
    owner: Mapped[int]


class SavedView(Owned, Base):
    """A filter of the queue under a name."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("partner", "owner", "name"),)

    name: Mapped[str] = mapped_column(String(60))
    filter: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class DefaultView(Base):
    """The view that an agent's desk opens with."""

    __tablename__ = "default_views"

    staff_id: Mapped[int] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(String(64), primary_key=True)
    view: Mapped[str] = mapped_column(String(20))


class CannedReply(Owned, Base):
    """A prepared reply: title and text by language, called by its shortcut."""

    __tablename__ = "canned_replies"
    __table_args__ = (UniqueConstraint("partner", "owner", "shortcut"),)

    shortcut: Mapped[str] = mapped_column(String(30))
    title: Mapped[dict[str, Any]] = mapped_column(default=dict)
    text: Mapped[dict[str, Any]] = mapped_column(default=dict)
    updated_by: Mapped[str] = mapped_column(String(120))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
