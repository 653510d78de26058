"""How far a measured figure can be trusted: 95 % intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

Z = 1.96
RESAMPLES = 2_000


@dataclass(frozen=True)
class Interval:
    """A figure between 0 and 1 with the bounds of its 95 % interval."""

    value: float
    low: float
    high: float


def of_share(count: int, total: int) -> Interval | None:
    """Return a share with its score interval (Wilson, "Probable inference", 1927); None of nothing."""
    if not total:
        return None
    share = count / total
    middle = (share + Z * Z / (2 * total)) / (1 + Z * Z / total)
    reach = Z * sqrt(share * (1 - share) / total + Z * Z / (4 * total * total)) / (1 + Z * Z / total)
    return Interval(round(share, 4), round(max(0.0, middle - reach), 4), round(min(1.0, middle + reach), 4))


def of_mean(values: Sequence[float]) -> Interval | None:
    """Return a mean with its percentile bootstrap interval (Efron 1979), the same at every run; None of nothing."""
    if not values:
        return None
    table = np.array(values)
    drawn = np.random.default_rng(0).choice(table, (RESAMPLES, len(table))).mean(axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(round(float(table.mean()), 4), round(float(low), 4), round(float(high), 4))
