"""The model card: all that is measured of understanding on one set of messages, as data."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from firstline.knowledge.calibration import Reliability, come_true
from firstline.knowledge.intervals import Interval, of_share
from firstline.serve.route_evaluation import Guess, Row

OUT_OF_SCOPE = "out_of_scope"
PRECISE = 0.95


@dataclass(frozen=True)
class RouteFigures:
    """One route: its messages, how many took it, and the two shares with their harmonic mean."""

    route: str
    n: int
    taken: int
    recall: Interval | None
    precision: Interval | None
    f1: float | None


@dataclass(frozen=True)
class Confusion:
    """Messages of ``route`` that took another one."""

    route: str
    taken_for: str
    texts: list[str]


@dataclass(frozen=True)
class Point:
    """What counts as out of scope from this probability on: the share found, and the share that is right."""

    threshold: float
    recall: float | None
    precision: float | None


@dataclass(frozen=True)
class Language:
    """All about one language.

    ``shipped`` is out-of-scope as the bot decides it, ``precise`` the largest recall that has a precision of 0.95.
    """

    lang: str
    n: int
    accuracy: Interval | None
    routes: list[RouteFigures]
    confusions: list[Confusion]
    shipped: Point
    precise: Point | None
    curve: list[Point]
    reliability: Reliability


@dataclass(frozen=True)
class RouteCard:
    """The model card."""

    made: date
    messages: str
    n: int
    languages: list[Language]

    def as_dict(self) -> dict[str, Any]:
        """Return the card as plain data."""
        return asdict(self) | {"made": self.made.isoformat()}

    def to_json(self) -> str:
        """Write the card as JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=1) + "\n"


def measure_route_card(name: str, rows: Sequence[Row], guesses: Sequence[Guess]) -> RouteCard:
    """Compare ``guesses`` with the ``rows`` of the file ``name``, each language for itself."""
    pairs = list(zip(rows, guesses, strict=True))
    languages = sorted({row["lang"] for row in rows}, reverse=True)
    own = {lang: [(row, guess) for row, guess in pairs if row["lang"] == lang] for lang in languages}
    return RouteCard(date.today(), name, len(rows), [_language(lang, own[lang]) for lang in languages])


def _language(lang: str, pairs: Sequence[tuple[Row, Guess]]) -> Language:
    right = [row["route"] == guess.route for row, guess in pairs]
    said = [guess.probabilities.get(guess.route, 0.0) for _, guess in pairs]
    names = sorted({row["route"] for row, _ in pairs} | {guess.route for _, guess in pairs})
    wrong: dict[tuple[str, str], list[str]] = {}
    for row, guess in pairs:
        if row["route"] != guess.route:
            wrong.setdefault((row["route"], guess.route), []).append(row["text"])
    curve = _curve(pairs)
    return Language(
        lang=lang,
        n=len(pairs),
        accuracy=of_share(sum(right), len(right)),
        routes=[_route(name, pairs) for name in names],
        confusions=[Confusion(*pair, texts) for pair, texts in sorted(wrong.items(), key=lambda item: -len(item[1]))],
        shipped=_point(pairs, 0.0),
        precise=max(
            (point for point in curve if (point.precision or 0) >= PRECISE),
            key=lambda point: point.recall or 0,
            default=None,
        ),
        curve=curve,
        reliability=come_true(said, right),
    )


def _route(name: str, pairs: Sequence[tuple[Row, Guess]]) -> RouteFigures:
    n = sum(row["route"] == name for row, _ in pairs)
    taken = sum(guess.route == name for _, guess in pairs)
    hits = sum(row["route"] == guess.route == name for row, guess in pairs)
    f1 = round(2 * hits / (n + taken), 4) if n + taken else None
    return RouteFigures(name, n, taken, of_share(hits, n), of_share(hits, taken), f1)


def _curve(pairs: Sequence[tuple[Row, Guess]]) -> list[Point]:
    steps = sorted({guess.probabilities[OUT_OF_SCOPE] for _, guess in pairs if guess.route == OUT_OF_SCOPE})
    return [_point(pairs, threshold) for threshold in reversed(steps)]


def _point(pairs: Sequence[tuple[Row, Guess]], threshold: float) -> Point:
    refused = [(row, guess) for row, guess in pairs if guess.route == OUT_OF_SCOPE]
    taken = [row for row, guess in refused if guess.probabilities[OUT_OF_SCOPE] >= threshold]
    hits = sum(row["route"] == OUT_OF_SCOPE for row in taken)
    there = sum(row["route"] == OUT_OF_SCOPE for row, _ in pairs)
    return Point(
        round(threshold, 4),
        round(hits / there, 4) if there else None,
        round(hits / len(taken), 4) if taken else None,
    )
