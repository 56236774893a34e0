"""Shares set beside each other, many at once, and which of the differences stand. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reports.statistics.comparison import Compared, compare_shares, holm
from reports.statistics.ranges import NAN
from reports.statistics.row_suppression import share

#: Below so many people in a group chances come out too small; see ``comparison``.
FEWEST = 10
#: A corrected chance under this is called a difference.
RARE = 0.05


@dataclass(frozen=True)
class Contrast:
    """How the share that finds ``what`` differs between ``one`` group and ``other``.

    Both are (people, of how many); ``chance`` is corrected for all that was compared with it.
    """

    code: str
    what: str
    about: str
    one: str
    other: str
    first: tuple[int, int]
    second: tuple[int, int]
    chance: float = NAN

    @property
    def compared(self) -> Compared:
        """The second share less the first."""
        return compare_shares(self.first, self.second)

    @property
    def enough(self) -> bool:
        return min(self.first[1], self.second[1]) >= FEWEST

    @property
    def stands(self) -> bool:
        return self.chance < RARE

    @property
    def shares(self) -> tuple[float, float]:
        return share(*self.first), share(*self.second)


def corrected(contrasts: Sequence[Contrast]) -> list[Contrast]:
    """Those with enough people, their chances corrected for being looked at together (Holm)."""
    looked_at = [contrast for contrast in contrasts if contrast.enough]
    chances = holm([contrast.compared.chance for contrast in looked_at])
    return [replace(c, chance=chance) for c, chance in zip(looked_at, chances, strict=True)]


def standing(contrasts: Sequence[Contrast]) -> list[Contrast]:
    """Those that stand, the largest difference first."""
    return sorted((c for c in contrasts if c.stands), key=lambda c: -abs(c.compared.figure))
