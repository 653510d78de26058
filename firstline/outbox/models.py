"""The outbox: what is to be told to somebody, written in the transaction of the change that gives rise to it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from firstline.core.database import Base
from firstline.core.times import UtcDateTime, utcnow

PENDING, SENT, DEAD, GIVEN_UP = "pending", "sent", "dead", "given_up"


class Notice(Base):
    """One thing to deliver by one channel. Its ``id`` goes with every attempt, so that a receiver knows a repetition.

    ``channel`` is ``event`` for something that happened and still has to be turned into notices to people. ``key``
    names what it is about: a second notice with the same key is the same one. ``next_at`` is the next attempt, or the
    end of the quiet hours; ``state`` is ``pending``, ``sent``, ``dead`` or ``given_up``.
    """

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("key"), Index("ix_outbox_state_next_at", "state", "next_at"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: uuid.uuid4().hex)
    key: Mapped[str] = mapped_column(String(200))
    partner: Mapped[str] = mapped_column(String(64), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(24))
    case_number: Mapped[str] = mapped_column(String(32), default="")
    target: Mapped[str] = mapped_column(String(500), default="")
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(8), default=PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
