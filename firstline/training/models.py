"""Tables of the customers whose training is looked after: who they are, their seats and use by date, trainings held."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from firstline.core.database import Base
from firstline.core.times import UtcDateTime, utcnow

ALL = ""
"""The product of a figure that is about everything the customer bought."""


class TrainedCustomer(Base):
    """A company that the partner named in an import, by the partner's own key for it."""

    __tablename__ = "training_customers"
    __table_args__ = (UniqueConstraint("partner", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class TrainedAddress(Base):
    """A company's e-mail domain, or one whole address of it where the domain is a mail provider's; in lower case."""

    __tablename__ = "training_addresses"

    partner: Mapped[str] = mapped_column(String(64), primary_key=True)
    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("training_customers.id"), index=True)


class AdoptionFigure(Base):
    """What a file said of a customer, a product and a day. ``product``: an id, a name of ours unknown, or ``ALL``.

    ``deployment`` and ``usage`` are shares (1 is all) and may be above 1; ``usage_definition`` names the definition by
    which ``usage`` was read. ``seats`` are those sold.
    """

    __tablename__ = "training_figures"
    __table_args__ = (UniqueConstraint("customer_id", "product", "as_of"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("training_customers.id"))
    product: Mapped[str] = mapped_column(String(80))
    as_of: Mapped[date] = mapped_column(Date)
    seats: Mapped[int | None] = mapped_column(default=None)
    assigned: Mapped[int | None] = mapped_column(default=None)
    active: Mapped[int | None] = mapped_column(default=None)
    users: Mapped[int | None] = mapped_column(default=None)
    deployment: Mapped[float | None] = mapped_column(default=None)
    usage: Mapped[float | None] = mapped_column(default=None)
    usage_definition: Mapped[str | None] = mapped_column(String(40), default=None)
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class HeldTraining(Base):
    """A training that a customer's people had: which course, on which day, how many came."""

    __tablename__ = "training_held"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("training_customers.id"), index=True)
    course: Mapped[str] = mapped_column(String(80))
    held_on: Mapped[date] = mapped_column(Date)
    people: Mapped[int | None] = mapped_column(default=None)
    noted_by: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
