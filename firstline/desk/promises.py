"""What a customer can be promised at one moment, from the partner's charter."""

from dataclasses import dataclass
from datetime import datetime

from firstline.charter import Charter, format_datetime, opening, promise


@dataclass(frozen=True)
class ResponsePromise:
    """A promised first response: ``due`` is ``None`` where the charter promises no time."""

    due: datetime | None
    due_text: str
    now_text: str
    open_now: bool


def default_severity(charter: Charter, category: str | None) -> str:
    """Return the severity until the customer names one: the mildest, or one above it for a reported problem."""
    by_rank = charter.severities_by_rank
    return by_rank[-2] if category == "problem" and len(by_rank) > 1 else by_rank[-1]


def promise_response(charter: Charter, tier: str, severity: str, at: datetime, lang: str) -> ResponsePromise:
    """Compute the first response due for a case opened ``at``, with the words for it."""
    promised = promise(charter, tier, severity, "first_response", at)
    due = promised.due if promised else None
    now = opening(charter.main_calendar, at, lang)
    return ResponsePromise(due, due_text(charter, due, lang), now.now_text, now.open_now)


def due_text(charter: Charter, due: datetime | None, lang: str) -> str:
    """Format a promised time the way customers read it, in the charter's time zone; empty for none."""
    return format_datetime(due, lang, charter.main_calendar.tz) if due else ""
