"""A partner's support terms as data: model, lint, business-hours clock, what is open and due at a moment."""

from firstline.charter.calendars import Calendar
from firstline.charter.clock import NoOpenTime, closing_after, deadline, elapsed, is_open, next_opening
from firstline.charter.describe import describe
from firstline.charter.describe_rules import closed_route
from firstline.charter.findings import CharterError, Finding, UnknownPartner
from firstline.charter.lint import lint
from firstline.charter.load import check_charter, check_text, load_charter, origins
from firstline.charter.model import Charter
from firstline.charter.opening import Opening, hours_text, opening
from firstline.charter.parts import Channel, Route, Severity, Tier
from firstline.charter.promise import Promise, earlier, promise, promises, resumed
from firstline.charter.providers import Providers
from firstline.charter.registry import Charters
from firstline.charter.targets import KINDS, Clock, Kind, Target
from firstline.charter.wording import deadline_text, format_date, format_datetime, price_text, target_text

__all__ = [
    "KINDS",
    "Calendar",
    "Channel",
    "Charter",
    "CharterError",
    "Charters",
    "Clock",
    "Finding",
    "Kind",
    "NoOpenTime",
    "Opening",
    "Promise",
    "Providers",
    "Route",
    "Severity",
    "Target",
    "Tier",
    "UnknownPartner",
    "check_charter",
    "check_text",
    "closed_route",
    "closing_after",
    "deadline",
    "deadline_text",
    "describe",
    "earlier",
    "elapsed",
    "format_date",
    "format_datetime",
    "hours_text",
    "is_open",
    "lint",
    "load_charter",
    "next_opening",
    "opening",
    "origins",
    "price_text",
    "promise",
    "promises",
    "resumed",
    "target_text",
]
