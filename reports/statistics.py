"""The arithmetic of the reports. Pure.

No margin of error is computed anywhere: the respondents are volunteers, and for such samples
sampling error cannot be computed (AAPOR, *Opt-in surveys and margin of error*).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

#: Share within one point of the median from which a rating counts as agreed. Percent agreement with
#: 75% is the commonest rule in 100 Delphi studies (Diamond et al. 2014, J Clin Epidemiol 67:401).
AGREED = 0.75

Key = TypeVar("Key", bound=Hashable)


def share(part: float, whole: float) -> float:
    """``part`` of ``whole``, 0-1; NaN of nothing."""
    return part / whole if whole else float("nan")


def quantile(counts: Mapping[int, int], p: float) -> float:
    """The p-quantile of a scale from how often each of its points was chosen; NaN of nothing.

    Hyndman & Fan (1996) definition 2: a point of the scale, or midway between two.
    """
    points = [(value, counts[value]) for value in sorted(counts) if counts[value]]
    position, below = p * sum(count for _, count in points), 0
    for index, (value, count) in enumerate(points):
        below += count
        if below > position or index == len(points) - 1:
            return float(value)
        if below == position:
            return (value + points[index + 1][0]) / 2
    return float("nan")


@dataclass(frozen=True)
class Rating:
    """What ``n`` people's ratings on an ordinal scale come to.

    ``agreement`` is the share within one point of the median, both ends counted in.
    """

    n: int
    median: float
    lower: float
    upper: float
    agreement: float

    @property
    def agreed(self) -> bool:
        """Whether the share within one point of the median reaches ``AGREED``."""
        return self.agreement >= AGREED


def rating(counts: Mapping[int, int]) -> Rating:
    """Median, quartiles and agreement from how often each point of the scale was chosen."""
    n = sum(counts.values())
    median = quantile(counts, 0.5)
    near = sum(count for value, count in counts.items() if abs(value - median) <= 1)
    return Rating(n, median, quantile(counts, 0.25), quantile(counts, 0.75), share(near, n))


def hidden(counts: Sequence[int], minimum: int) -> list[bool]:
    """Which cells of a row with a known total must not be shown, for a ``minimum`` of 3 or more.

    Hidden are counts from 1 to ``minimum`` - 1, and then the smallest others until nobody can work
    one out from the total: at least two cells, standing for ``minimum`` people or more, of whom
    some cell holds two. Where that takes all there are, the noughts are hidden too.
    """
    mask = [0 < count < minimum for count in counts]
    if not any(mask):
        return mask
    for index in sorted(range(len(counts)), key=lambda i: counts[i]):
        cells, people = sum(mask), sum(c for c, hide in zip(counts, mask, strict=True) if hide)
        if cells > 1 and people >= minimum and people > cells:
            return mask
        if counts[index]:
            mask[index] = True
    cells, people = sum(mask), sum(counts)
    safe = cells > 1 and people >= minimum and people > cells
    return mask if safe else [True] * len(counts)


def hidden_within(
    totals: Mapping[Key, int], parts: Mapping[Key, Sequence[int]], minimum: int
) -> tuple[dict[Key, bool], dict[Key, list[bool]]]:
    """``hidden`` on two levels: the totals of places, and the parts of each place.

    Nothing of a place whose own total is hidden is shown.
    """
    outer = dict(zip(totals, hidden(list(totals.values()), minimum), strict=True))
    inner = {
        key: [True] * len(cells) if outer[key] else hidden(cells, minimum)
        for key, cells in parts.items()
    }
    return outer, inner
