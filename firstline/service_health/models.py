"""Tables of service-health issues, declared incidents, customers' reports and who waits for news."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from firstline.core.database import Base
from firstline.core.times import UtcDateTime, utcnow


class HealthIssue(Base):
    """One issue as Microsoft Graph's ``serviceHealthIssue`` describes it, kept per partner."""

    __tablename__ = "health_issues"
    __table_args__ = (UniqueConstraint("partner", "issue_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(String(64), index=True)
    issue_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text)
    service: Mapped[str] = mapped_column(String(200))
    feature: Mapped[str] = mapped_column(String(200), default="")
    classification: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(60))
    impact: Mapped[str] = mapped_column(Text, default="")
    is_resolved: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    modified_at: Mapped[datetime] = mapped_column(UtcDateTime)
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class DeclaredIncident(Base):
    """What a partner tells all its customers, from ``starts_at`` until ``ends_at``."""

    __tablename__ = "health_incidents"

    id: Mapped[int] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(String(64), index=True)
    text_ko: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    product: Mapped[str | None] = mapped_column(String(40), default=None)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    declared_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class TroubleReport(Base):
    """A customer's report of trouble: product and kind alone, never the words."""

    __tablename__ = "health_reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(String(64), index=True)
    conversation_id: Mapped[str] = mapped_column(String(36))
    product: Mapped[str] = mapped_column(String(40))
    symptom: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, index=True)


class HealthFollower(Base):
    """A conversation that waits for news of an issue."""

    __tablename__ = "health_followers"
    __table_args__ = (UniqueConstraint("issue_id", "conversation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("health_issues.id", ondelete="CASCADE"), index=True)
    conversation_id: Mapped[str] = mapped_column(String(36))
