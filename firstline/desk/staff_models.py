"""Tables around staff accounts: the audit log, failed log-ins, log-ins by a provider that are under way."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from firstline.core.database import Base
from firstline.core.times import UtcDateTime, utcnow


class AuditEntry(Base):
    """One thing that somebody of the staff did, or tried. The database refuses to change or delete it."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_partner_id", "partner", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    partner: Mapped[str] = mapped_column(String(64))
    staff_id: Mapped[int | None] = mapped_column(default=None)
    who: Mapped[str] = mapped_column(String(254))
    home: Mapped[str | None] = mapped_column(String(64), default=None)
    action: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(254), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)


class LoginFailures(Base):
    """How often log-in failed for one account or from one address since the last success, and until when it waits."""

    __tablename__ = "login_failures"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, index=True)
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class OidcLogin(Base):
    """A log-in by an OpenID Connect provider between its start and its return. It is deleted when it comes back."""

    __tablename__ = "oidc_logins"

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(64))
    partner: Mapped[str] = mapped_column(String(64))
    after: Mapped[str] = mapped_column(String(200))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
