"""The parts of a charter that are neither hours nor targets: who, through which channel, for what price, and rules."""

from typing import Any, Literal

from pydantic import Field, model_validator

from firstline.charter.base import Part, Text
from firstline.charter.findings import Wrong
from firstline.charter.targets import Response
from firstline.core.texts import Language

Role = Literal["indirect_reseller", "direct_bill", "indirect_provider"]
Category = Literal["billing_subscription", "provisioning_configuration", "problem", "updates", "usage"]
CATEGORIES: tuple[Category, ...] = (
    "billing_subscription",
    "provisioning_configuration",
    "problem",
    "updates",
    "usage",
)
ChannelKind = Literal["chat", "phone", "email", "portal", "visit"]
UpstreamClass = Literal["A", "B", "C", "none"]
Route = Literal["case_only", "on_call", "email"]


class Partner(Part):
    """The company that gives the support.

    ``provider`` is the id of another partner whose articles this one's customers read where it has none of its own.
    """

    name: Text
    legal_name: Text | None = None
    role: Role
    registration_number: str | None = Field(None, pattern=r"^\d{3}-\d{2}-\d{5}$")
    provider: str | None = Field(None, pattern=r"^[a-z0-9][a-z0-9-]*$")


class Hop(Part):
    """One step upstream: whom the partner asks when it can't solve a problem itself.

    In ``calendar`` hours the hop works in ``languages``; in ``round_the_clock_languages`` at any hour.
    ``initial_response`` is its published first answer per upstream class.
    """

    hop: Literal["provider", "microsoft", "isv"]
    name: Text | None = None
    contact: str | None = None
    calendar: str | None = None
    languages: list[Language] = Field(default_factory=list)
    round_the_clock_languages: list[Language] = Field(default_factory=list)
    can_file: dict[str, Literal["advisor", "reseller", "provider", "direct", "none"]] = Field(default_factory=dict)
    initial_response: dict[UpstreamClass, Response] = Field(default_factory=dict)


class SupportType(Part):
    """Who gives one of the five categories of support; ``provided_by`` alone is enough for ``own``."""

    provided_by: Literal["own", "outsourced", "resold", "not_provided"]
    provider: Text | None = None
    note: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        return {"provided_by": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _names_the_provider(self) -> "SupportType":
        if self.provided_by in ("outsourced", "resold") and self.provider is None:
            raise Wrong("schema.needs_provider")
        return self


class Channel(Part):
    """One way to reach the partner. ``tiers`` left out means all; ``languages`` left out means the charter's."""

    kind: ChannelKind
    name: Text | None = None
    address: str | None = None
    languages: list[Language] = Field(default_factory=list)
    calendar: str = ""
    tiers: list[str] | None = None
    round_the_clock: bool = False


class Price(Part):
    """A price. ``vat`` says whether tax is in it; left out means the charter doesn't say."""

    amount: float = Field(gt=0)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    per: Literal["month", "user", "case", "hour"]
    vat: Literal["included", "excluded"] | None = None


class Tier(Part):
    """A support plan: free or with a price. ``severities`` left out means all; ``channels`` as well."""

    name: Text
    free: bool = False
    price: Price | None = None
    channels: list[ChannelKind] | None = None
    severities: list[str] | None = None


class Severity(Part):
    """How badly work is hit; rank 1 is the most severe. The definition speaks of business effect."""

    rank: int = Field(ge=1)
    name: Text
    definition: Text
    examples: list[Text] = Field(default_factory=list)
    upstream_class: UpstreamClass = "none"


class OutOfHours(Part):
    """What happens with a request that comes in closed hours, per severity.

    Severities stand beside the other fields (``production_down: on_call``). A tier outside ``on_call_tiers`` gets
    ``default`` where the route is ``on_call``.
    """

    default: Route | None = None
    routes: dict[str, Route] = Field(default_factory=dict)
    on_call_tiers: list[str] | None = None
    on_call_contact: str | None = None
    on_call_price: Price | None = None
    email: str | None = None
    at_opening: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _gather_routes(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        routes = {key: item for key, item in value.items() if key not in cls.model_fields}
        own = {key: item for key, item in value.items() if key in cls.model_fields}
        return own | {"routes": own.get("routes", {}) | routes} if routes else own


class Pause(Part):
    """Whether the resolve clock stops while the customer's answer is awaited. The first response never stops."""

    resolve_while_waiting_for_customer: bool = False


class Closing(Part):
    """Days to wait for an answer after the closing message, and days in which a case can be opened again."""

    days: int = Field(5, ge=1)
    reopen_days: int = Field(7, ge=0)


class Collections(Part):
    """What happens when an invoice isn't paid. Days count from the due date; reminders before it are negative."""

    due_days: int = Field(ge=0)
    reminder_days: list[int] = Field(default_factory=list)
    grace_days: int = Field(0, ge=0)
    access_affected_day: int | None = Field(None, ge=0)
    stops: Text | None = None
    contact: str | None = None


class MaintenanceNotice(Part):
    """How many days ahead planned work is announced, and where."""

    days: int = Field(ge=0)
    channels: list[ChannelKind]
    text: Text | None = None


class IdentityCheck(Part):
    """What is asked before a password or sign-in method is reset."""

    text: Text


class Privacy(Part):
    """How long chats are kept, what is masked in them, and whom to ask for deletion."""

    chat_retention_days: int = Field(ge=1)
    masked: list[Literal["password", "resident_number", "card_number", "account_number", "phone", "email"]] = Field(
        default_factory=list
    )
    deletion_contact: str | None = None
