"""Tables of the desk as a team: who is there, from which browsers, what they look at, and who was mentioned."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from firstline.core.database import Base
from firstline.core.times import UtcDateTime, utcnow


class Presence(Base):
    """What an agent said about being there, their last signs of life, and how many cases they take at once."""

    __tablename__ = "staff_presence"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    partner: Mapped[str] = mapped_column(String(64), index=True)
    mode: Mapped[str] = mapped_column(String(8), default="here")
    since: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    active_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    capacity: Mapped[int]
    own_capacity: Mapped[bool] = mapped_column(default=False)


class DeskLine(Base):
    """One browser window on the desk: alive until ``until`` unless it gives another sign; the case it shows."""

    __tablename__ = "desk_lines"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    partner: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True, default=None)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class Mention(Base):
    """A colleague named in a note."""

    __tablename__ = "mentions"

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("notes.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
