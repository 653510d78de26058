"""The radar as JSON, for pages, programs and the command line."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from firstline.core.texts import LANGUAGES
from firstline.core.times import iso
from firstline.support_rules.adoption import definitions
from firstline.training.asked import Question
from firstline.training.counting import Scope
from firstline.training.courses import Course
from firstline.training.effect import Effect, Side, effect_of
from firstline.training.figures import Dated
from firstline.training.models import ALL, HeldTraining
from firstline.training.radar import Radar, Seen
from firstline.training.words import TEXTS, product_name, reason_text


def radar_json(radar: Radar, now: datetime, shown: Sequence[Seen]) -> dict[str, Any]:
    """Return the radar with the customers ``shown``."""
    named = radar.named
    return {
        "now": iso(now),
        "since": radar.window.months[0].first.isoformat(),
        "until": radar.window.today.isoformat(),
        "months": [month.name for month in radar.window.months],
        "thresholds": radar.offer.thresholds.model_dump(),
        "definitions": {
            name: [one.model_dump() for one in definitions(name)] for name in ("deployment", "usage")
        },
        "counts": {
            "customers": len(radar.customers),
            "named": len(named),
            "without_seats": sum(one.history.seats(ALL, radar.window.today) is None for one in radar.customers),
            "questions": sum(one.tally.total for one in radar.customers),
            "unknown_questions": radar.unknown,
            "unclear_questions": radar.unclear,
        },
        "courses": [
            _course(course) | {"customers": [s.customer.key for s in named if any(g.course is course for g in s.gains)]}
            for course in radar.offer.courses
        ],
        "customers": [customer_json(radar, seen) for seen in shown],
    }  # fmt: skip


def customer_json(radar: Radar, seen: Seen) -> dict[str, Any]:
    """Return one customer: seats, questions by month, product and topic, figures, reasons, courses, trainings."""
    seats = seen.history.seats(ALL, radar.window.today)
    return {
        "id": seen.customer.id,
        "key": seen.customer.key,
        "name": seen.customer.name,
        "seats": seats and {"number": seats.number, "as_of": seats.as_of.isoformat()},
        "questions": seen.tally.total,
        "per_100_seats": seen.scopes[0].per_100_seats,
        "months": [_month(seen, month.name, month.last, month.part) for month in radar.window.months],
        "scopes": [_scope(scope) for scope in seen.scopes],
        "topics": [
            {"topic": slug, "titles": dict(radar.topics[slug].titles) if slug in radar.topics else {},
             "product": product, "product_name": _names(product) if product else {}, "questions": count}
            for (product, slug), count in seen.tally.topics.most_common()
        ],
        "figures": _figures(radar, seen),
        "reasons": [
            {"why": one.why, "product": one.product, "text": reason_text(one, radar.offer.thresholds)}
            for one in seen.reasons
        ],
        "courses": [
            _course(gain.course) | {"reasons": list(gain.reasons), "covered": gain.covered} for gain in seen.gains
        ],
        "held": [held_json(radar, one) for one in seen.held],
    }  # fmt: skip


def held_json(radar: Radar, held: HeldTraining) -> dict[str, Any]:
    """Return a training that was held."""
    course = radar.offer.course(held.course)
    return {
        "id": held.id,
        "course": held.course,
        "title": course.title.model_dump() if course else dict.fromkeys(LANGUAGES, held.course),
        "held_on": held.held_on.isoformat(),
        "people": held.people,
    }


def effect_json(radar: Radar, seen: Seen, held: HeldTraining, questions: Sequence[Question], now: datetime) -> Any:
    """Return what a training changed, with its verdict in words."""
    course = radar.offer.course(held.course)
    limits = radar.offer.thresholds
    effect = effect_of(held.held_on, course.products if course else (), questions, seen.history, limits, now)
    total = sum(side.questions for side in (effect.before, effect.after) if side)
    return held_json(radar, held) | {
        "verdict": effect.verdict,
        "text": {
            lang: TEXTS.get(lang, f"effect.{effect.verdict}", count=total, days=effect.days, least=limits.least_days)
            for lang in LANGUAGES
        },
        "days": effect.days,
        "before": _side(effect.before),
        "after": _side(effect.after),
        "chance": effect.chance,
        "usage": _usage(effect),
    }


def _usage(effect: Effect) -> list[dict[str, Any]]:
    def told(row: Dated) -> dict[str, Any]:
        return {"usage": row.usage, "as_of": row.as_of.isoformat()}

    return [
        {"product": product, "product_name": _names(product), "before": told(before), "after": told(after)}
        for product, (before, after) in effect.usage.items()
    ]


def _side(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "first": side.first.isoformat(), "last": side.last.isoformat(), "questions": side.questions,
        "seats": side.seats, "per_100_seats": side.per_100_seats,
    }  # fmt: skip


def _month(seen: Seen, name: str, last: Any, part: float) -> dict[str, Any]:
    seats, count = seen.history.seats(ALL, last), seen.tally.months[name]
    rate = 100 * count / (seats.number * part) if seats else None
    return {"month": name, "questions": count, "seats": seats.number if seats else None, "per_100_seats": rate}


def _scope(scope: Scope) -> dict[str, Any]:
    against = scope.compared
    return {
        "product": scope.product,
        "product_name": _names(scope.product),
        "questions": scope.questions,
        "seat_months": scope.exposure,
        "per_100_seats": scope.per_100_seats,
        "expected": against.expected if against else None,
        "chance": against.chance if against else None,
    }


def _figures(radar: Radar, seen: Seen) -> list[dict[str, Any]]:
    today, limit = radar.window.today, radar.offer.thresholds.figure_days
    found = []
    for what in ("deployment", "usage"):
        for product, row in seen.history.newest(what, today).items():
            found.append({
                "what": what, "product": product, "product_name": _names(product), "share": getattr(row, what),
                "as_of": row.as_of.isoformat(), "old": (today - row.as_of).days > limit,
                "definition": row.usage_definition if what == "usage" else definitions("deployment")[0].id,
            })  # fmt: skip
    return found


def _course(course: Course) -> dict[str, Any]:
    return {
        "id": course.id,
        "title": course.title.model_dump(),
        "about": course.about.model_dump(),
        "hours": course.hours,
    }


def _names(product: str) -> dict[str, str]:
    return {lang: product_name(product, lang) for lang in LANGUAGES}
