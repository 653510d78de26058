"""The radar as rows for a spreadsheet, one a customer and reason."""

from collections.abc import Iterator
from typing import Any

from firstline.core.texts import Language
from firstline.training.models import ALL
from firstline.training.radar import Radar
from firstline.training.words import product_name, reason_text

HEADER = (
    "customer", "name", "seats", "seats_as_of", "questions", "questions_per_100_seats_month", "reason", "product",
    "text", "courses",
)  # fmt: skip


def rows_of(radar: Radar, lang: Language) -> Iterator[tuple[Any, ...]]:
    """Yield the rows under ``HEADER``; a customer without a reason has one row."""
    for seen in radar.customers:
        seats = seen.history.seats(ALL, radar.window.today)
        rate = seen.scopes[0].per_100_seats
        own = (
            seen.customer.key, seen.customer.name, seats.number if seats else None, seats.as_of if seats else None,
            seen.tally.total, None if rate is None else round(rate, 2),
        )  # fmt: skip
        for place, reason in enumerate(seen.reasons):
            courses = "; ".join(gain.course.name(lang) for gain in seen.gains if place in gain.reasons)
            said = reason_text(reason, radar.offer.thresholds)[lang]
            yield (*own, reason.why, product_name(reason.product, lang), said, courses)
        if not seen.reasons:
            yield (*own, None, None, None, None)
