"""What is tried on a collection, and what its answers are worth."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from statistics import fmean
from typing import Any

from firstline.serve.intents.collection import OUT_OF_SCOPE, Collection, Example
from firstline.serve.intents.trials import Answers, Trial

DRAWS = 5
"""So often a few examples an intent are drawn: one draw says little."""
_FOLDS = 3

Ask = Callable[[list[Trial]], list[Answers]]


@dataclass(frozen=True)
class Plan:
    """A collection's trials: all examples; draws of a few, or parts for a threshold where some have no intent."""

    collection: Collection
    shots: int
    draws: list[list[Example]]
    folds: list[tuple[list[Example], list[Example]]]

    @classmethod
    def of(cls, collection: Collection, shots: int) -> "Plan":
        """Plan for a collection; draws hold ``shots`` examples an intent."""
        if collection.has_out_of_scope:
            return cls(collection, shots, [], list(collection.folds(_FOLDS)))
        return cls(collection, shots, [collection.draw(shots, seed) for seed in range(1, DRAWS + 1)], [])

    def trials(self) -> list[Trial]:
        """Return all trials, that with all examples first."""
        asked = [row.text for row in self.collection.test]
        whole = Trial(self.collection.name, self.collection.train, asked)
        few = [Trial(f"{self.collection.name}, draw {place}", rows, asked) for place, rows in enumerate(self.draws, 1)]
        parts = [
            Trial(f"{self.collection.name}, part {place}", fit, [row.text for row in ask])
            for place, (fit, ask) in enumerate(self.folds, 1)
        ]
        return [whole, *few, *parts]

    def report(self, answers: list[Answers]) -> dict[str, Any]:
        """Return the figures of one system from its answers to ``trials``, in their order."""
        whole, rest = answers[0], answers[1:]
        test = self.collection.test
        if not self.folds:
            few = [_accuracy(test, answer.guesses) for answer in rest]
            drawn = {
                "accuracy": round(fmean(few), 4),
                "draws": few,
                "seconds": round(fmean(a.seconds for a in rest), 2),
            }
            return {"all": {"accuracy": _accuracy(test, whole.guesses), "seconds": whole.seconds}, "few": drawn}
        held_out = [row for _, ask in self.folds for row in ask]
        threshold = best_threshold(held_out, [guess for answer in rest for guess in answer.guesses])
        figures = scope_figures(test, whole.guesses, threshold)
        return {"all": {"seconds": whole.seconds, "threshold": threshold, **figures}}


def scope_figures(rows: list[Example], guesses: list[tuple[str, float]], threshold: float) -> dict[str, float | None]:
    """Return how messages of an intent and messages of none fare when whoever is less sure than ``threshold`` refuses.

    ``in_scope_accuracy``: share of messages of an intent that were taken for it; ``in_scope_unrefused``: the same when
    nothing is refused; ``recall`` and ``precision`` of what is out of scope.
    """
    taken = [intent if sure >= threshold else OUT_OF_SCOPE for intent, sure in guesses]
    pairs = [(row.intent, intent) for row, intent in zip(rows, taken, strict=True)]
    outside = [intent for meant, intent in pairs if meant == OUT_OF_SCOPE]
    refused = [meant for meant, intent in pairs if intent == OUT_OF_SCOPE]
    inside = [
        (row.intent, intent) for row, (intent, _) in zip(rows, guesses, strict=True) if row.intent != OUT_OF_SCOPE
    ]
    return {
        "in_scope_accuracy": _share([meant == intent for meant, intent in pairs if meant != OUT_OF_SCOPE]),
        "in_scope_unrefused": _share([meant == intent for meant, intent in inside]),
        "recall": _share([intent == OUT_OF_SCOPE for intent in outside]),
        "precision": _share([meant == OUT_OF_SCOPE for meant in refused]),
    }


def best_threshold(rows: list[Example], guesses: list[tuple[str, float]]) -> float:
    """Return the lowest probability, in hundredths, that can't be told from the best.

    The best has the highest sum of in-scope accuracy and out-of-scope recall. A lower one refuses less, so it is taken
    where its sum is within one standard error of the best sum: Breiman et al., "Classification and Regression Trees",
    1984, section 3.4.3.
    """
    outside = sum(row.intent == OUT_OF_SCOPE for row in rows)

    def worth(threshold: float) -> tuple[float, float]:
        figures = scope_figures(rows, guesses, threshold)
        shares = [(figures["in_scope_accuracy"] or 0.0, len(rows) - outside), (figures["recall"] or 0.0, outside)]
        # One more of each kind, so that few examples that all go right are not taken for certainty.
        error = sqrt(sum((share * n + 1) * (n - share * n + 1) / (n + 2) ** 3 for share, n in shares))
        return sum(share for share, _ in shares), error

    sums = {step / 100: worth(step / 100) for step in range(101)}
    best, error = max(sums.values())
    return min(threshold for threshold, (found, _) in sums.items() if found >= best - error)


def _accuracy(rows: list[Example], guesses: list[tuple[str, float]]) -> float:
    return round(fmean(row.intent == intent for row, (intent, _) in zip(rows, guesses, strict=True)), 4)


def _share(right: list[bool]) -> float | None:
    return round(fmean(right), 4) if right else None
