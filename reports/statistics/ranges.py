"""How far a figure of few people could lie off: ranges of shares and medians. Pure.

A *range* (Indonesian: *rentang*) is what is elsewhere called a 95% interval. It answers one
question: if these people had been drawn by lot from very many like them, from which figures could
the one we found have come? Our respondents are volunteers, so the range is a caution about small
numbers and nothing more. It says nothing of who did not answer, is never called a margin of error,
and must not be printed without its n (AAPOR, *Opt-in surveys and margin of error*).

Counts may be fractions: those of ``weighting.scale_to_effective_n`` carry the weights
and stand for as many people as the weights leave.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp, floor, fsum, isclose, lgamma, log, log1p, sqrt
from statistics import NormalDist

NAN = float("nan")
#: How much of the time a range would hold what it is to hold, were people drawn by lot.
CONFIDENCE_LEVEL = 0.95
Z_SCORE = NormalDist().inv_cdf((1 + CONFIDENCE_LEVEL) / 2)


@dataclass(frozen=True)
class Range:
    """From ``low`` to ``high``, both counted in, in the unit of the figure. NaN of nothing."""

    low: float
    high: float


def compute_share_range(part: float, whole: float) -> Range:
    """Wilson's score interval of the share ``part`` of ``whole``, 0-1.

    (p + z²/2n ± z √(p(1 - p)/n + z²/4n²)) / (1 + z²/n), z = 1.96 (Wilson 1927, J Am Stat Assoc
    22:209). Recommended for small n by Brown, Cai & DasGupta (2001, Stat Sci 16:101): it stays
    within 0-1, and 0 of n has a range too. Covers 95% on the average over p, less for some p.
    """
    if whole <= 0:
        return Range(NAN, NAN)
    p, more = part / whole, Z_SCORE * Z_SCORE / whole
    # Weighted counts may overshoot their whole by a rounding error, and no root be taken then.
    half = Z_SCORE * sqrt(max(0.0, p * (1 - p)) / whole + more / (4 * whole))
    low, high = ((p + more / 2 + side) / (1 + more) for side in (-half, half))
    # In exact numbers the ends are 0 and 1 here; a rounding error must not print 99.9…%.
    return Range(max(0.0, low) if part > 0 else 0.0, min(1.0, high) if part < whole else 1.0)


def compute_exact_range(part: int, whole: int) -> Range:
    """Clopper and Pearson's exact interval of a share, 0-1: never covers less than 95%.

    Low: the share under which ``part`` or more of ``whole`` have a chance of 2.5%; high: the one
    under which ``part`` or fewer have it (Clopper & Pearson 1934, Biometrika 26:404). Wider than
    Wilson's; for where too narrow a range would do harm. Whole numbers only, and small ones: its
    cost grows with ``part``.
    """
    if not whole:
        return Range(NAN, NAN)
    tail = (1 - CONFIDENCE_LEVEL) / 2
    low = 0.0 if part == 0 else find_root(lambda p: 1 - compute_binomial(part - 1, whole, p) - tail)
    high = 1.0 if part == whole else find_root(lambda p: tail - compute_binomial(part, whole, p))
    return Range(low, high)


def compute_binomial(k: int, n: int, p: float) -> float:
    """The chance of ``k`` or fewer out of ``n``, when each has the chance ``p`` (0 < p < 1)."""
    # By logarithms, since the factorials of some hundred people are no floats any more.
    terms = (
        lgamma(n + 1) - lgamma(i + 1) - lgamma(n - i + 1) + i * log(p) + (n - i) * log1p(-p)
        for i in range(k + 1)
    )
    return fsum(map(exp, terms))


def find_root(rising: Callable[[float], float]) -> float:
    """Where a function that rises from below 0 to above 0 between 0 and 1 crosses it."""
    low, high = 0.0, 1.0
    # Each round halves the error; after 60 it is less than a float between 0 and 1 can hold.
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2


def compute_weighted_quantile(counts: Mapping[int, float], p: float) -> float:
    """The p-quantile of an ordinal scale from (weighted) counts of its points; NaN of nothing.

    Hyndman & Fan (1996, Am Stat 50:361) definition 2, in the unit of the scale: a point, or midway
    between two where exactly a share p lies up to the first. Of whole counts the same as
    ``survey.workshop.agreement`` computes; with weights R's ``svyquantile(qrule="hf2")``.
    """
    points = [(value, counts[value]) for value in sorted(counts) if counts[value] > 0]
    position, below = p * sum(count for _, count in points), 0.0
    for index, (value, count) in enumerate(points):
        below += count
        # What rounding leaves of fractional counts must not run past the end of the scale.
        if index == len(points) - 1:
            return float(value)
        # Sums of weights miss a share of exactly p by a rounding error; compared exactly, the
        # quantile would be one of the two points instead of midway between them.
        if isclose(below, position, rel_tol=1e-9):
            return (value + points[index + 1][0]) / 2
        if below > position:
            return float(value)
    return NAN


def compute_median_range(counts: Mapping[int, float]) -> Range:
    """The range of a median, from one answer's rank to another's; NaN below six answers.

    From the k-th answer to the k-th from the end, for the largest k with P(fewer than k of n) of at
    most 2.5% when each answer lies on either side with chance 1/2 (Thompson 1936, Ann Math Stat
    7:122; Conover, *Practical Nonparametric Statistics*, 3.2). No shape is assumed; ties make it
    cover more than 95%. With weights n is rounded down and the ranks become shares of the weight,
    after Woodruff (1952, J Am Stat Assoc 47:635).
    """
    # Fractions that add up to a whole number may come out a hair below it.
    n = floor(sum(counts.values()) + 1e-9)
    k = compute_median_offset(n)
    if not k:
        return Range(NAN, NAN)
    # Halfway through the k-th answer, where no two answers meet.
    position = (k - 0.5) / n
    return Range(
        compute_weighted_quantile(counts, position), compute_weighted_quantile(counts, 1 - position)
    )


def compute_median_offset(n: int) -> int:
    """How far from either end of ``n`` answers the range of their median begins; 0 if nowhere."""
    tail = (1 - CONFIDENCE_LEVEL) / 2
    k, below = 0, 0.0
    while k < n:
        # By logarithms, since the factorial of more than 170 is no float any more.
        below += exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) - n * log(2))
        if below > tail:
            break
        k += 1
    return k
