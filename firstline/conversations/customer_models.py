"""Tables of customers whom the partner's own site vouched for."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from firstline.core.database import Base
from firstline.core.times import UtcDateTime, utcnow


class KnownCustomer(Base):
    """Who a conversation's customer is, by the partner's signature; ``tier`` is one of the charter's."""

    __tablename__ = "known_customers"
    __table_args__ = (Index("ix_known_customers_partner_customer_id", "partner", "customer_id"),)

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    partner: Mapped[str] = mapped_column(String(64))
    customer_id: Mapped[str] = mapped_column(String(200))
    name: Mapped[str | None] = mapped_column(String(120), default=None)
    email: Mapped[str | None] = mapped_column(String(254), default=None)
    tier: Mapped[str | None] = mapped_column(String(40), default=None)
    verified_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)

    def tier_among(self, tiers: Collection[str]) -> str | None:
        """Return the tier if it is one of a charter's, which may have been renamed since it was told."""
        return self.tier if self.tier in tiers else None


class IdentityUse(Base):
    """A conversation that a signed identity was shown in, so that one can't be shown in any number of them."""

    __tablename__ = "identity_uses"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
