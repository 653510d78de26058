"""Counts of rare things over unequal exposure, compared honestly where they are small."""

from dataclasses import dataclass

from scipy.special import betainc

_JEFFREYS = 0.5


@dataclass(frozen=True)
class Compared:
    """A count against the rate of others: how many their rate would give, and how likely so many or more are then."""

    expected: float
    ratio: float
    chance: float


def compare(count: int, exposure: float, others_count: int, others_exposure: float) -> Compared | None:
    """Compare ``count`` in ``exposure`` (seat-months) with the others' count in theirs; ``None`` without exposure.

    The others' rate is not known but estimated: with Jeffreys' prior it is Gamma(K + 1/2, E), so a further count of the
    same rate in exposure e is negative binomial, and P(count or more) is the regularised incomplete beta function
    I_{e/(e+E)}(count, K + 1/2). Few others make the answer careful by themselves (Gelman et al., Bayesian Data
    Analysis, 3rd ed., 2013, section 2.6).
    """
    if exposure <= 0 or others_exposure <= 0:
        return None
    shape = others_count + _JEFFREYS
    expected = shape / others_exposure * exposure
    share = exposure / (exposure + others_exposure)
    chance = 1.0 if count == 0 else float(betainc(count, shape, share))
    return Compared(expected, count / expected, chance)


def change_chance(before: int, after: int, exposure_before: float, exposure_after: float) -> float | None:
    """Return how likely a difference as great as this, or greater, is if the rate stayed; ``None`` without exposure.

    Given their sum, one of two Poisson counts is binomial (Przyborowski and Wilenski, "Homogeneity of results in
    testing samples from Poisson series", Biometrika 1940); twice the smaller tail, 1 at most.
    """
    if exposure_before <= 0 or exposure_after <= 0:
        return None
    total = before + after
    if total == 0:
        return 1.0
    share = exposure_after / (exposure_before + exposure_after)
    # P(X >= k) of a binomial is the incomplete beta function I_p(k, n - k + 1).
    at_least = 1.0 if after == 0 else float(betainc(after, total - after + 1, share))
    at_most = 1.0 if after == total else 1.0 - float(betainc(after + 1, total - after, share))
    return min(1.0, 2 * min(at_least, at_most))
