"""Shares set beside each other, many at once, and which of the differences stand. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reports.statistics.comparison import Comparison, compare_shares, correct_by_holm
from reports.statistics.ranges import NAN
from reports.statistics.row_suppression import compute_share

#: Below so many people in a group the normal approximation behind ``p_value`` makes chances come
#: out too small, and differences would be called that are none.
FEWEST_PEOPLE = 10
#: A corrected chance under this is called a difference.
SIGNIFICANCE_LEVEL = 0.05


@dataclass(frozen=True)
class Contrast:
    """How the share of people who find ``what`` differs between two groups.

    The counts of a group are (people who find it, people who answered). ``about`` names the
    respect in which the groups differ. ``p_value`` is corrected for all that was compared with it,
    and NaN before.
    """

    code: str
    what: str
    about: str
    first_group: str
    second_group: str
    first_counts: tuple[int, int]
    second_counts: tuple[int, int]
    p_value: float = NAN

    @property
    def comparison(self) -> Comparison:
        """The second share less the first."""
        return compare_shares(self.first_counts, self.second_counts)

    @property
    def has_enough_people(self) -> bool:
        return min(self.first_counts[1], self.second_counts[1]) >= FEWEST_PEOPLE

    @property
    def is_significant(self) -> bool:
        return self.p_value < SIGNIFICANCE_LEVEL

    @property
    def shares(self) -> tuple[float, float]:
        return compute_share(*self.first_counts), compute_share(*self.second_counts)


def correct_contrasts(contrasts: Sequence[Contrast]) -> list[Contrast]:
    """Those with enough people, their chances corrected for being looked at together (Holm)."""
    looked_at = [contrast for contrast in contrasts if contrast.has_enough_people]
    chances = correct_by_holm([contrast.comparison.p_value for contrast in looked_at])
    return [replace(c, p_value=chance) for c, chance in zip(looked_at, chances, strict=True)]


def select_significant(contrasts: Sequence[Contrast]) -> list[Contrast]:
    """Those that stand, the largest difference first."""
    return sorted(
        (c for c in contrasts if c.is_significant), key=lambda c: -abs(c.comparison.figure)
    )
