"""What may be called the most or the least of several things. Pure.

A superlative is said of two things or more, never of noughts, and never where all are alike. What
reads the same is tied. Whether the first is ahead by more than chance is said beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Generic, TypeVar

from reports.statistics.comparison import correct_by_holm
from reports.statistics.ranges import compute_binomial
from reports.statistics.share_contrasts import SIGNIFICANCE_LEVEL

Item = TypeVar("Item")
#: The most things that a sentence names.
MOST_NAMED = 3


@dataclass(frozen=True)
class Leaders(Generic[Item]):
    """Those at the top: ``first`` share the first place, ``others`` come after them.

    ``is_clear`` says whether the first is alone and ahead of each of the others that were compared
    by more than chance; it is None where that cannot be asked.
    """

    first: tuple[Item, ...]
    others: tuple[Item, ...]
    is_clear: bool | None

    @property
    def named(self) -> tuple[Item, ...]:
        """Those that a sentence has room for, in their order."""
        return (*self.first[:MOST_NAMED], *self.others)

    @property
    def unnamed_count(self) -> int:
        """How many more share the first place."""
        return max(0, len(self.first) - MOST_NAMED)

    @property
    def is_tied(self) -> bool:
        """Whether several share the first place."""
        return len(self.first) > 1


def find_leaders(
    items: Sequence[Item],
    figure: Callable[[Item], float],
    p_value: Callable[[Item, Item], float] | None = None,
    *,
    lowest: bool = False,
) -> Leaders[Item] | None:
    """Those with the highest figures (the lowest, with ``lowest``); None where nothing stands out.

    ``figure`` is what readers see, rounded, nought or more: what reads the same shares a place.
    ``items`` are all that are compared and may be shown. At most the upper half of them is named
    after the first, and none of a place that there is no room for. Of highest figures noughts are
    never named.

    ``p_value`` is the chance of a difference between two items at least as large; that of the first
    with each of the others is corrected for all of them (``correct_by_holm``).
    """
    sign = -1 if lowest else 1
    ranked = sorted(items, key=lambda item: -sign * figure(item))
    if len(ranked) < 2 or figure(ranked[0]) == figure(ranked[-1]):
        return None
    places = [tuple(same) for _, same in groupby(ranked, key=figure)]
    first, others = places[0], list[Item]()
    room = min(MOST_NAMED, len(ranked) // 2)
    for same in places[1:]:
        is_named = lowest or figure(same[0]) > 0
        if not is_named or len(first) + len(others) + len(same) > room:
            break
        others += same
    clear = None if p_value is None else len(first) == 1 and is_ahead(first[0], ranked[1:], p_value)
    return Leaders(first, tuple(others), clear)


def is_ahead(first: Item, rest: Sequence[Item], p_value: Callable[[Item, Item], float]) -> bool:
    """Whether one thing differs from each of the others by more than chance."""
    chances = correct_by_holm([p_value(first, other) for other in rest])
    # Comparisons with NaN are false: where nothing can be said, nobody is ahead.
    return all(chance < SIGNIFICANCE_LEVEL for chance in chances)


def compute_paired_p_value(only_first: int, only_second: int) -> float:
    """Two-sided p that the same people say one thing as often as another; 1 if nobody differs.

    ``only_first`` said the one and not the other, ``only_second`` the other way round: the exact
    test of McNemar (1947, Psychometrika 12:153), twice the smaller tail of the binomial
    distribution with chance 1/2, at most 1.
    """
    apart = only_first + only_second
    if not apart:
        return 1.0
    return min(1.0, 2 * compute_binomial(min(only_first, only_second), apart, 0.5))
