"""How far people agree: statistics of ratings on an ordinal scale. Pure.

``counts`` says how often each point of a scale was chosen. What is no rating (“don't know”) is not
in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

#: Share within one point of the median from which a rating counts as agreed. Percent agreement with
#: 75% is the commonest rule in 100 Delphi studies (Diamond et al. 2014, J Clin Epidemiol 67:401).
AGREEMENT_SHARE = 0.75

NAN = float("nan")


def compute_scale_quantile(counts: Mapping[int, int], p: float) -> float:
    """The p-quantile of a scale from how often each of its points was chosen; NaN of nothing.

    Hyndman & Fan (1996) definition 2: a point of the scale, or midway between two.
    """
    points = [(value, counts[value]) for value in sorted(counts) if counts[value]]
    position, below = p * sum(count for _, count in points), 0
    for index, (value, count) in enumerate(points):
        below += count
        if below > position or index == len(points) - 1:
            return float(value)
        # Safe with floats: halves and quarters of a whole number are exact in binary.
        if below == position:
            return (value + points[index + 1][0]) / 2
    return NAN


@dataclass(frozen=True)
class Rating:
    """What ``n`` people's ratings on an ordinal scale come to; NaN all but ``n`` if there are none.

    ``lower`` and ``upper`` are the quartiles, ``within_one`` is the share (0-1) within one point of
    the median, both ends counted in.
    """

    n: int
    median: float
    lower: float
    upper: float
    within_one: float

    @property
    def iqr(self) -> float:
        """The interquartile range: how many points the middle half of the ratings spans."""
        return self.upper - self.lower

    @property
    def is_agreed(self) -> bool:
        """Whether the share within one point of the median reaches ``AGREEMENT_SHARE``.

        A survey's figures are judged by this alone; a workshop fixes its own ``AgreementRule``.
        """
        return self.within_one >= AGREEMENT_SHARE


def compute_rating(counts: Mapping[int, int]) -> Rating:
    """Median, quartiles and agreement from how often each point of the scale was chosen."""
    n = sum(counts.values())
    median = compute_scale_quantile(counts, 0.5)
    near = sum(count for value, count in counts.items() if abs(value - median) <= 1)
    return Rating(
        n,
        median,
        compute_scale_quantile(counts, 0.25),
        compute_scale_quantile(counts, 0.75),
        near / n if n else NAN,
    )


def compute_rwg_index(counts: Mapping[int, int], points: int = 5) -> float:
    """r*wg of one item on a scale of ``points`` points: 1 - s²/((A² - 1)/12).

    Lindell, Brandt & Whitney (1999), Appl Psychol Meas 23:127; s² is the sample variance (divisor
    n - 1), (A² - 1)/12 the variance if each of the A points were as likely as any other. 1: all
    chose the same point. 0: as scattered as by chance. Below 0: split into camps; the least
    possible is 1 - 3n(A - 1)/((n - 1)(A + 1)) for even n, which comes to -1 for many raters on five
    points. From 0.7 one speaks of strong agreement (LeBreton & Senter 2008, Organ Res Methods
    11:815).

    Conditions: two raters at least (NaN below; with fewer than ten it swings widely, so the rule
    does not rest on it), points treated as equally far apart, one item (with several, their mean
    variance would stand for s²). Negative values are kept and not cut at 0, as for rwg.

    Why not awg (Brown & Hauenstein 2005, Organ Res Methods 8:165), whose reference is the largest
    variance that the mean allows: it holds only where the mean lies between (L(n - 1) + H)/n and
    (H(n - 1) + L)/n. Nine who choose 5 and one who chooses 4 are outside, so that a small table
    would have no figure just where it agrees that an asset is lost.
    """
    n = sum(counts.values())
    if n < 2:
        return NAN
    total = sum(value * count for value, count in counts.items())
    squares = sum(value * value * count for value, count in counts.items())
    # In whole numbers up to the last division, so that no rounding error enters the difference.
    return 1 - 12 * (n * squares - total * total) / (n * (n - 1) * (points * points - 1))


def compute_concordance(judgements: Sequence[Sequence[float]]) -> float:
    """Kendall's W of ``m`` judges (rows) who ranked or scored the same ``k`` things, 0-1.

    W = 12 S / (m²(k³ - k) - m ΣT): S is the sum of squared deviations of the things' rank sums from
    their mean, T = Σ(t³ - t) over each judge's groups of t tied things, which share their middle
    rank (Kendall & Gibbons 1990, *Rank Correlation Methods*, ch. 6; Siegel & Castellan 1988, 9.7).
    1: all in the same order. 0: no common order. For rankings only, not for single ratings. NaN for
    fewer than two judges or things, or if every judge ties everything. Raises ValueError if the
    judges did not judge equally many things.
    """
    m, k = len(judgements), len(judgements[0]) if judgements else 0
    ranked = [compute_doubled_ranks(row) for row in judgements]
    sums: list[int] = [sum(ranks) for ranks in zip(*ranked, strict=True)]
    ties = sum(t * t * t - t for row in judgements for t in Counter(row).values())
    largest = m * m * (k * k * k - k) - m * ties
    if m < 2 or not largest:
        return NAN
    # Ranks are doubled and the deviations multiplied by k, both to stay in whole numbers: spread is
    # 4kS, and so 12 S is 3 spread / k.
    spread = k * sum(r * r for r in sums) - sum(sums) * sum(sums)
    return 3 * spread / (k * largest)


def compute_doubled_ranks(row: Sequence[float]) -> list[int]:
    """Twice the rank of each score, smallest first: ties share the middle rank, a half at most."""
    times = Counter(row)
    ranks: dict[float, int] = {}
    below = 0
    for score in sorted(times):
        # Doubled, because the middle rank of an even number of ties is a half.
        ranks[score] = 2 * below + times[score] + 1
        below += times[score]
    return [ranks[score] for score in row]


class Verdict(StrEnum):
    """What a rule says of a round."""

    AGREED = "agreed"
    NOT_AGREED = "not_agreed"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class AgreementRule:
    """When a workshop speaks of agreement: fixed before the session and printed with its results.

    ``within_one`` is the least share (0-1) within one point of the median; ``iqr`` the largest
    interquartile range in points, None if that is not asked; ``least`` the fewest ratings that a
    result may rest on. Fixing it beforehand: Diamond et al. 2014 found that fewer than half of the
    studies did. Raises ValueError for a rule that nothing could satisfy.
    """

    within_one: float = AGREEMENT_SHARE
    iqr: float | None = 1.0
    least: int = 5

    def __post_init__(self) -> None:
        if not 0 < self.within_one <= 1:
            raise ValueError("The least share within one point lies between 0 and 1, such as 0.75.")
        if self.iqr is not None and self.iqr < 0:
            raise ValueError("The largest interquartile range cannot be negative.")
        if self.least < 1:
            raise ValueError("A result rests on one rating at least.")

    def judge(self, counts: Mapping[int, int]) -> Verdict:
        """Whether ratings agree. Those of too few people are not judged."""
        found = compute_rating(counts)
        if found.n < self.least:
            return Verdict.TOO_FEW
        narrow = self.iqr is None or found.iqr <= self.iqr
        if narrow and found.within_one >= self.within_one:
            return Verdict.AGREED
        return Verdict.NOT_AGREED
