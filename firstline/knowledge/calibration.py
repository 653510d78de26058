"""What a probability is worth: does it come true, and what does a threshold let through?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from firstline.knowledge.evaluation import Outcome

BINS = 10


@dataclass(frozen=True)
class Point:
    """What a threshold does: shares of the answerable questions answered, and answered rightly; of the unanswerable
    ones, answered all the same. None where there are no such questions."""

    threshold: float
    answered: float | None
    correct: float | None
    false_answers: float | None


@dataclass(frozen=True)
class Bin:
    """Questions whose probability was within [low, high): the mean of it, and the share that came out right."""

    low: float
    high: float
    n: int
    said: float
    right: float


@dataclass(frozen=True)
class Reliability:
    """Brier score, expected calibration error (both 0 at best) and the bins that hold any question."""

    brier: float
    error: float
    bins: list[Bin]


def at_threshold(outcomes: Sequence[Outcome], threshold: float) -> Point:
    """Say what ``threshold`` does."""
    asked = [outcome for outcome in outcomes if outcome.question.answers]
    others = [outcome for outcome in outcomes if not outcome.question.answers]

    def share(count: int, total: int) -> float | None:
        return round(count / total, 4) if total else None

    given = [outcome for outcome in asked if outcome.probability >= threshold]
    return Point(
        threshold=round(threshold, 4),
        answered=share(len(given), len(asked)),
        correct=share(sum(outcome.rank == 1 for outcome in given), len(asked)),
        false_answers=share(sum(outcome.probability >= threshold for outcome in others), len(others)),
    )


def curve(outcomes: Sequence[Outcome]) -> list[Point]:
    """Say what every threshold does that makes a difference, the highest first; it begins where nothing is answered."""
    steps = sorted({outcome.probability for outcome in outcomes}, reverse=True)
    return [at_threshold(outcomes, threshold) for threshold in (1.01, *steps)]


def reliability(outcomes: Sequence[Outcome]) -> Reliability:
    """Compare the probability of the first article with how often it was right; an unanswerable question has none."""
    return come_true([outcome.probability for outcome in outcomes], [outcome.rank == 1 for outcome in outcomes])


def come_true(probabilities: Sequence[float], came: Sequence[bool]) -> Reliability:
    """Compare probabilities with what came true.

    Brier, "Verification of forecasts expressed in terms of probability", 1950; bins of equal width, weighed by size.
    """
    said = np.array(probabilities, dtype=float)
    right = np.array(came, dtype=float)
    places = np.minimum((said * BINS).astype(int), BINS - 1)
    bins = [
        Bin(
            low=place / BINS,
            high=(place + 1) / BINS,
            n=int((places == place).sum()),
            said=round(float(said[places == place].mean()), 4),
            right=round(float(right[places == place].mean()), 4),
        )
        for place in np.unique(places).tolist()
    ]
    error = sum(entry.n * abs(entry.said - entry.right) for entry in bins) / max(1, len(said))
    return Reliability(round(float(((said - right) ** 2).mean()), 4), round(error, 4), bins)
