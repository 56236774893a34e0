"""The formulas of docs/statistics.md and docs/agreement.md, written down a second time.

Written from their definitions, not from the code that the reports use, so that an error in one of
the two shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import erfc, isfinite, nan, sqrt

import numpy as np

#: The 97.5% point of the normal distribution.
Z = 1.959963984540054
#: Under so many people in a group nothing is compared; under this chance a difference stands.
FEWEST_COMPARED, STANDS_UNDER = 10, 0.05


def divide(part: float, whole: float) -> float:
    """The share of a part; not a number where there is no whole."""
    return part / whole if whole else nan


def find_wilson_range(part: float, whole: float) -> tuple[float, float]:
    """Wilson's range of a share: the shares p₀ at which (p - p₀)² = z² p₀(1 - p₀)/n."""
    if not whole:
        return nan, nan
    # The two roots of the quadratic equation a p₀² + b p₀ + c = 0.
    p = part / whole
    a, b, c = 1 + Z**2 / whole, -(2 * p + Z**2 / whole), p**2
    root = sqrt(max(0.0, b * b - 4 * a * c))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


@dataclass(frozen=True)
class ShareDifference:
    """The second share less the first: its range after Newcombe, and the chance (N - 1)."""

    figure: float
    low: float
    high: float
    chance: float


def compare_two_shares(first: tuple[float, float], second: tuple[float, float]) -> ShareDifference:
    """Newcombe's method 10 and the chi-squared test with N - 1 in place of N."""
    (a, m), (b, n) = first, second
    if not m or not n:
        return ShareDifference(nan, nan, nan, nan)
    p, q = a / m, b / n
    (low_p, high_p), (low_q, high_q) = find_wilson_range(a, m), find_wilson_range(b, n)
    d, pooled = q - p, (a + b) / (m + n)
    spread = pooled * (1 - pooled) * (1 / m + 1 / n) * (m + n) / (m + n - 1)
    return ShareDifference(
        d,
        d - sqrt((q - low_q) ** 2 + (high_p - p) ** 2),
        d + sqrt((high_q - q) ** 2 + (p - low_p) ** 2),
        erfc(abs(d) / sqrt(spread) / sqrt(2)) if spread > 0 else nan,
    )


def correct_chances(chances: Sequence[float]) -> list[float]:
    """Holm: the i-th smallest of k times k + 1 - i, never less than a smaller one's."""
    values = np.array(chances, float)
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    steps = values[order] * (len(order) - np.arange(len(order)))
    values[order] = np.minimum(1, np.maximum.accumulate(steps)) if len(order) else steps
    return [float(value) for value in values]


@dataclass(frozen=True)
class ScaleFigures:
    """What ratings on a scale come to, by the definitions of docs/agreement.md."""

    n: int
    median: float
    lower: float
    upper: float
    within_one: float


def summarize_ratings(points: Sequence[int]) -> ScaleFigures:
    """Median and quartiles after Hyndman and Fan's definition 2; the share within one point."""
    if not len(points):
        return ScaleFigures(0, nan, nan, nan, nan)
    given = np.array(points, float)
    lower, median, upper = np.quantile(
        given, [0.25, 0.5, 0.75], method="averaged_inverted_cdf"
    ).tolist()
    near = float((np.abs(given - median) <= 1).mean())
    return ScaleFigures(len(given), median, lower, upper, near)


def find_weighted_share(having: Sequence[bool], weights: Sequence[float]) -> tuple[float, float]:
    """The weighted share, and the effective n after Kish: (Σw)² / Σw²."""
    w = np.array(weights, float)
    total = float(w.sum())
    if not total:
        return nan, nan
    return float(w[np.array(having, bool)].sum()) / total, total**2 / float((w * w).sum())


def round_as_read(value: float, digits: int) -> float:
    """With so many decimals, halves away from nought, of what the number reads as."""
    if not isfinite(value):
        return value
    step = Decimal(1).scaleb(-digits)
    return float(Decimal(f"{value:.15g}").quantize(step, ROUND_HALF_UP))
