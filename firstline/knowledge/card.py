"""The retrieval card: all that is measured of search on one set of questions, as data."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from time import perf_counter
from typing import Any

import numpy as np

from firstline.knowledge.articles import Article
from firstline.knowledge.calibration import Point, Reliability, at_threshold, curve, reliability
from firstline.knowledge.encoder import Encoder, Vectors
from firstline.knowledge.evaluation import Outcome, Progress, Question, ask
from firstline.knowledge.intervals import Interval, of_mean, of_share
from firstline.knowledge.mirror import Mirror, mirror
from firstline.knowledge.ranking import RANKER_FILE
from firstline.knowledge.remembering_encoder import WrappedEncoder
from firstline.knowledge.search import SearchResponse

Find = Callable[[Encoder, str, str], SearchResponse]


@dataclass(frozen=True)
class Figures:
    """Ranking of one group of answerable questions; None where the group holds none."""

    name: str
    n: int
    hit1: Interval | None
    hit3: Interval | None
    mrr: Interval | None


@dataclass(frozen=True)
class Language:
    """All about one language. ``correct`` is the share of the answered questions, all kinds together."""

    lang: str
    answerable: int
    unanswerable: int
    groups: list[Figures]
    answered: Interval | None
    correct: Interval | None
    false_answers: Interval | None
    shipped: Point
    curve: list[Point]
    reliability: Reliability


@dataclass(frozen=True)
class Latency:
    """Milliseconds a search took, one after the other: the median and the 95th percentile."""

    part: str
    p50: float
    p95: float


@dataclass(frozen=True)
class Choice:
    """How the threshold was chosen: at most this share of so many unanswerable questions of ``split`` is answered."""

    false_answers: float
    split: str
    unanswerable: int


@dataclass(frozen=True)
class Card:
    """The retrieval card."""

    made: date
    questions: str
    collection: str
    articles: dict[str, int]
    model: str
    threshold: float
    choice: Choice | None
    languages: list[Language]
    latency: list[Latency]
    mirror: list[Mirror]

    def to_json(self) -> str:
        """Write the card as JSON."""
        plain: dict[str, Any] = asdict(self) | {"made": self.made.isoformat()}
        return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


class TimedEncoder(WrappedEncoder):
    """An encoder that keeps the seconds each query took."""

    def __init__(self, encoder: Encoder) -> None:
        """Wrap ``encoder``."""
        super().__init__(encoder)
        self.seconds: list[float] = []

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode, and take the time of one question; many at once are no question."""
        started = perf_counter()
        vectors = super().encode_queries(texts)
        if len(texts) == 1:
            self.seconds.append(perf_counter() - started)
        return vectors


def measure_card(
    name: str,
    collection: str,
    questions: Sequence[Question],
    articles: Sequence[Article],
    encoder: Encoder,
    threshold: float,
    find: Find,
    progress: Progress | None = None,
) -> tuple[Card, list[Outcome]]:
    """Ask ``questions`` (of the file ``name``) and quote ``articles``; ``find(encoder, text, lang)`` searches."""
    timed = TimedEncoder(encoder)
    outcomes = ask(questions, lambda question: find(timed, question.query, question.lang), progress)
    card = Card(
        made=date.today(),
        questions=name,
        collection=collection,
        articles={lang: sum(article.lang == lang for article in articles) for lang in ("ko", "en")},
        model=encoder.name,
        threshold=threshold,
        choice=read_choice(),
        languages=[
            _language(lang, [outcome for outcome in outcomes if outcome.question.lang == lang], threshold)
            for lang in ("ko", "en")
            if any(outcome.question.lang == lang for outcome in outcomes)
        ],
        latency=_latency([outcome.seconds for outcome in outcomes], timed.seconds),
        mirror=mirror(articles, lambda quote, lang: find(encoder, quote, lang), progress),
    )
    return card, outcomes


def read_choice() -> Choice | None:
    """Read from the shipped weights how their threshold was chosen; None where they don't say."""
    chosen = json.loads(RANKER_FILE.read_text("utf-8")).get("threshold_choice")
    return Choice(**chosen) if chosen else None


def _language(lang: str, outcomes: Sequence[Outcome], threshold: float) -> Language:
    asked = [outcome for outcome in outcomes if outcome.question.answers]
    others = [outcome for outcome in outcomes if not outcome.question.answers]
    kinds = list(dict.fromkeys(outcome.question.kind for outcome in asked if outcome.question.kind))
    given = [outcome for outcome in outcomes if outcome.answered]
    return Language(
        lang=lang,
        answerable=len(asked),
        unanswerable=len(others),
        groups=[
            _figures("all", asked),
            *(_figures(kind, [outcome for outcome in asked if outcome.question.kind == kind]) for kind in kinds),
        ],
        answered=of_share(sum(outcome.answered for outcome in asked), len(asked)),
        correct=of_share(sum(outcome.rank == 1 for outcome in given), len(given)),
        false_answers=of_share(sum(outcome.answered for outcome in others), len(others)),
        shipped=at_threshold(outcomes, threshold),
        curve=curve(outcomes),
        reliability=reliability(outcomes),
    )


def _figures(name: str, outcomes: Sequence[Outcome]) -> Figures:
    ranks = [outcome.rank for outcome in outcomes]
    return Figures(
        name,
        len(ranks),
        hit1=of_share(sum(rank == 1 for rank in ranks), len(ranks)),
        hit3=of_share(sum(rank is not None and rank <= 3 for rank in ranks), len(ranks)),
        mrr=of_mean([1 / rank if rank else 0.0 for rank in ranks]),
    )


def _latency(whole: Sequence[float], embedding: Sequence[float]) -> list[Latency]:
    parts = {"embedding the question": embedding, "the whole search": whole}
    if len(whole) == len(embedding):
        rest = [all_of_it - own for all_of_it, own in zip(whole, embedding, strict=True)]
        parts = {"embedding the question": embedding, "searching and ranking": rest, "the whole search": whole}
    return [
        Latency(name, *(round(float(value) * 1000, 2) for value in np.percentile(seconds, [50, 95])))
        for name, seconds in parts.items()
        if len(seconds)
    ]
