"""Whether two groups or two waves differ, and by how much. Pure.

Two figures belong to a comparison. Its *range* (``reports.statistics.ranges``) says between which
differences the true one might lie. *Chance* (``p_value``) says how often a difference at least as
large would come about if the same answers were dealt out to the two groups anew, blindly: that
needs no drawing of people by lot, and is all that it says. Whoever compares many things at once
passes the chances through ``correct_by_holm`` before calling any of them a difference.

Conditions: different people in the two groups. Where many answered in both waves, ranges are too
wide and chances too large, so that real changes may be missed, while none is invented. Of fewer
than ten people in a group nothing should be said. Who answers may change from wave to wave: what
looks like a change of minds can be a change of people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, isnan, sqrt

from reports.statistics.ranges import NAN, Z_SCORE, Range, compute_share_range, find_root
from reports.statistics.row_suppression import compute_share


@dataclass(frozen=True)
class Comparison:
    """A difference (``figure``), its range in the same unit, and its two-sided p-value (0-1).

    Each is NaN where nothing can be said.
    """

    figure: float
    range: Range
    p_value: float


def compare_shares(first: tuple[float, float], second: tuple[float, float]) -> Comparison:
    """The share in the second group less that in the first, -1 to 1; each is (part, whole).

    Range: Newcombe's hybrid score interval, d - √((p₂ - l₂)² + (u₁ - p₁)²) to
    d + √((u₂ - p₂)² + (p₁ - l₁)²) with Wilson's limits l and u (Newcombe 1998, Stat Med 17:873,
    method 10). Chance: the chi-squared test with N - 1 in place of N, recommended from an expected
    count of 1 on (Campbell 2007, Stat Med 26:3661); ``compare_ratings`` on two points has the same.
    """
    (a, m), (b, n) = first, second
    if m <= 0 or n <= 0:
        return Comparison(NAN, Range(NAN, NAN), NAN)
    p, q = compute_share(a, m), compute_share(b, n)
    one, two = compute_share_range(a, m), compute_share_range(b, n)
    low = q - p - sqrt((q - two.low) ** 2 + (one.high - p) ** 2)
    high = q - p + sqrt((two.high - q) ** 2 + (p - one.low) ** 2)
    return Comparison(q - p, Range(low, high), compute_p_value({1: a, 0: m - a}, {1: b, 0: n - b}))


def compare_ratings(first: Mapping[int, float], second: Mapping[int, float]) -> Comparison:
    """How likely somebody of the second group rates higher than somebody of the first, 0-1.

    P(second > first) + P(equal)/2, the probability of superiority, from how often each point of an
    ordinal scale was chosen; 1/2 means no difference. It is Mann and Whitney's U over m·n.

    Range: all θ with (θ̂ - θ)² ≤ z² V(θ), where
    V = T θ(1 - θ)/(mn) · [1 + (m + n - 2)/2 · ((1 - θ)/(2 - θ) + θ/(1 + θ))] and T corrects for
    ties (Newcombe 2006, Stat Med 25:559, method 5; with T, ``compute_tie_correction``, Fay &
    Malinovsky 2018, Stat Med 37:3991). At θ = 1/2, V is the variance of the Mann-Whitney test: the
    range leaves out 1/2 exactly where ``p_value`` is under 5%. On scales of few points it covers
    about 95%, also with ten people in a group; under 80% where one group is split into camps and
    the other is of one mind (compare shares there). NaN where everybody chose the same point.
    """
    m, n, tied = sum(first.values()), sum(second.values()), compute_tie_correction(first, second)
    if not m or not n or not tied:
        return Comparison(NAN if not (m and n) else 0.5, Range(NAN, NAN), NAN)
    found = compute_superiority(first, second)

    def outside(theta: float) -> bool:
        return (found - theta) ** 2 > Z_SCORE * Z_SCORE * compute_u_variance(theta, m, n, tied)

    # The figure itself is always inside. From there to 0, and to 1, the values are left exactly
    # once, so each end is the one place where inside turns into outside.
    low = find_root(lambda x: -1 if outside(x * found) else 1) * found
    high = 1 - find_root(lambda x: -1 if outside(1 - x * (1 - found)) else 1) * (1 - found)
    return Comparison(found, Range(low, high), compute_p_value(first, second))


def compute_superiority(first: Mapping[int, float], second: Mapping[int, float]) -> float:
    """The share of pairs, one of each group, in which the second rates higher; ties count half."""
    # Pairs of points and not of people: a scale has few points, so that the work does not grow with
    # how many answered.
    pairs = (
        count * other * ((high > low) + (high == low) / 2)
        for low, count in first.items()
        for high, other in second.items()
    )
    return sum(pairs) / (sum(first.values()) * sum(second.values()))


def compute_u_variance(theta: float, m: float, n: float, tied: float = 1.0) -> float:
    """The variance of U/mn of groups of ``m`` and ``n`` people at the true value ``theta``."""
    more = (m + n - 2) / 2 * ((1 - theta) / (2 - theta) + theta / (1 + theta))
    return tied * theta * (1 - theta) / (m * n) * (1 + more)


def compute_tie_correction(first: Mapping[int, float], second: Mapping[int, float]) -> float:
    """1 - Σ(t³ - t)/(N³ - N) for the t people on each point: 0 if all are on one, 1 if none are."""
    together = [first.get(point, 0) + second.get(point, 0) for point in {*first, *second}]
    everybody = sum(together)
    # Weighted counts may stand for one person or less, for whom N³ - N is no divisor.
    if everybody <= 1 or sum(1 for t in together if t) < 2:
        return 0.0
    return 1 - sum(t**3 - t for t in together) / (everybody**3 - everybody)


def compute_p_value(first: Mapping[int, float], second: Mapping[int, float]) -> float:
    """Two-sided p of the Mann-Whitney test (1947, Ann Math Stat 18:50), 0-1; NaN if all are tied.

    Normal approximation with ties and without continuity correction, as R's
    ``wilcox.test(exact = FALSE, correct = FALSE)``.
    """
    m, n, tied = sum(first.values()), sum(second.values()), compute_tie_correction(first, second)
    if not m or not n or not tied:
        return NAN
    distance = abs(compute_superiority(first, second) - 0.5)
    # erfc(x / √2) is both tails of the normal distribution, and keeps its digits far out, where one
    # less the distribution function would be 0.
    return erfc(distance / sqrt(2 * compute_u_variance(0.5, m, n, tied)))


def correct_by_holm(chances: Sequence[float]) -> list[float]:
    """Chances corrected for being many, in the order given; NaN stays and is not counted.

    Holm (1979, Scand J Stat 6:65): the i-th smallest of k is multiplied by k + 1 - i, and none is
    less than a smaller one's. Calling a difference what is under 5% afterwards errs even *once* in
    all of them in no more than 5%, however they depend on each other. Benjamini and Hochberg's rate
    of false discoveries would find more, but lets one in twenty of what is printed be false, and
    the secretariat may decide on any one of them.
    """
    order = sorted((c, place) for place, c in enumerate(chances) if not isnan(c))
    corrected, largest = list(chances), 0.0
    for rank, (value, place) in enumerate(order):
        # The factor shrinks with the rank, so that a larger chance could come out below a smaller
        # one; then it takes the smaller one's.
        largest = max(largest, min(1.0, value * (len(order) - rank)))
        corrected[place] = largest
    return corrected
