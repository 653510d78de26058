"""Tables of cases, what was promised for them, their events and notes, and of staff."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from firstline.core.database import Base
from firstline.core.times import UtcDateTime, utcnow
from firstline.desk.permissions import Action, may


class CaseCounter(Base):
    """The last case number that a partner gave out."""

    __tablename__ = "case_counters"

    partner: Mapped[str] = mapped_column(String(64), primary_key=True)
    last: Mapped[int]


class Case(Base):
    """What a customer was promised a person for. ``helpdesk`` names the partner's own help desk that follows it."""

    __tablename__ = "cases"
    __table_args__ = (UniqueConstraint("partner", "number"), Index("ix_cases_partner_status", "partner", "status"))

    id: Mapped[int] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(String(64), index=True)
    number: Mapped[str] = mapped_column(String(32))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    status: Mapped[str] = mapped_column(String(16), default="open", index=True)
    reason: Mapped[str] = mapped_column(String(32))
    category: Mapped[str | None] = mapped_column(String(40), default=None)
    product: Mapped[str | None] = mapped_column(String(80), default=None)
    search_text: Mapped[str] = mapped_column(Text, default="")
    severity: Mapped[str] = mapped_column(String(40))
    tier: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    charter_version: Mapped[str] = mapped_column(String(80))
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    respond_by: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None, index=True)
    first_response_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime, default=utcnow)
    offered_to: Mapped[int | None] = mapped_column(default=None)
    offered_to_name: Mapped[str | None] = mapped_column(String(120), default=None)
    closing_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    outcome: Mapped[str | None] = mapped_column(String(16), default=None)
    queue_place: Mapped[int | None] = mapped_column(default=None)
    contact_email: Mapped[str | None] = mapped_column(String(254), default=None)
    charter_key: Mapped[str | None] = mapped_column(String(64), default=None)
    helpdesk: Mapped[str | None] = mapped_column(String(16), default=None)
    due: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None, index=True)
    escalation: Mapped[int] = mapped_column(default=0)
    awaiting_customer_since: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    promises: Mapped[list["CasePromise"]] = relationship(lazy="selectin", order_by="CasePromise.id")


class CasePromise(Base):
    """One time that was promised for a case, and what became of it.

    ``next_at`` is when the clock has to look at it again: to warn, then for the breach; ``None`` once nothing more can
    happen, and while it is paused.
    """

    __tablename__ = "case_promises"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    severity: Mapped[str] = mapped_column(String(40))
    tier: Mapped[str] = mapped_column(String(40))
    charter_version: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due: Mapped[datetime] = mapped_column(UtcDateTime)
    warn_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None, index=True)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    paused_seconds: Mapped[int] = mapped_column(default=0)
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    breached_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    met_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class CharterCopy(Base):
    """A charter as it was when a case was opened under it, so that the case keeps it whatever becomes of the file."""

    __tablename__ = "charter_copies"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    partner: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(80))
    document: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class CaseEvent(Base):
    """One change of a case: who, when, what and why. Never changed afterwards."""

    __tablename__ = "case_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(120))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class Note(Base):
    """A remark between agents; customers never see it."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    staff_id: Mapped[int]
    staff_name: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class Staff(Base):
    """A person at the partner. Roles are a set; without a password hash there is no log-in by password.

    ``oidc_subject`` is the issuer and the subject that the account is bound to, with a space between.
    """

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("partner", "email"),)
    __allow_unmapped__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(String(64), index=True)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    roles: Mapped[list[Any]] = mapped_column(default=list)
    password_hash: Mapped[str] = mapped_column(String(255), default="")
    oidc_subject: Mapped[str | None] = mapped_column(String(512), default=None, index=True)
    invitation_hash: Mapped[str | None] = mapped_column(String(64), default=None)
    invitation_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)

    home: str | None = None
    """The person's own partner while they act at a reseller (``partner`` is the reseller then); not a column."""
    session_id: str | None = None
    """The session this person was read for, if any; not a column."""

    @property
    def role(self) -> str:
        """The role that allows most, for places that show only one."""
        return next((role for role in ("admin", "lead", "agent", "author", "provider") if role in self.roles), "")

    def may(self, action: Action) -> bool:
        """Say whether this person may do ``action`` where they are now."""
        return may(self.roles, action)


class StaffSession(Base):
    """One log-in; only the token's hash is kept. One that has ended stays for a while, to be seen."""

    __tablename__ = "staff_sessions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    address: Mapped[str] = mapped_column(String(64), default="")
    browser: Mapped[str] = mapped_column(String(200), default="")
    how: Mapped[str] = mapped_column(String(16), default="password")
    acting_for: Mapped[str | None] = mapped_column(String(64), default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None, index=True)
