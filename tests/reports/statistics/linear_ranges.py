"""What is hidden, narrowed down by linear programmes, and the least that could have been hidden."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

#: Names of numbers that are unknown and add up to a known one, and that one.
KnownSum = tuple[Collection[str], int]


def find_range(
    wanted: Collection[str], sums: Sequence[KnownSum], most: Mapping[str, int]
) -> tuple[float, float]:
    """The least and the most that some unknown numbers can be together, all sums being kept.

    ``most`` is what is known of each at the most; none is under nought.
    """
    place = {name: n for n, name in enumerate(most)}
    left = np.zeros((len(sums), len(place)))
    for row, (names, _) in enumerate(sums):
        left[row, [place[name] for name in names]] = 1
    goal = np.zeros(len(place))
    goal[[place[name] for name in wanted]] = 1
    found = [
        linprog(
            way * goal,
            A_eq=left,
            b_eq=[total for _, total in sums],
            bounds=[(0, high) for high in most.values()],
            method="highs",
        )
        for way in (1, -1)
    ]
    assert all(each.success for each in found)
    return found[0].fun, -found[1].fun


def count_least_hidden_in_row(counts: Sequence[int], minimum: int) -> int:
    """The fewest people whom any pattern can hide of a row with its total known."""
    places = [place for place, n in enumerate(counts) if n]
    small = {place for place in places if counts[place] < minimum}
    if not small:
        return 0
    patterns = (
        [counts[place] for place in pattern]
        for size in range(2, len(places) + 1)
        for pattern in combinations(places, size)
        if small <= set(pattern)
    )
    return min(
        (sum(p) for p in patterns if sum(p) >= minimum and sum(p) > len(p)), default=sum(counts)
    )
