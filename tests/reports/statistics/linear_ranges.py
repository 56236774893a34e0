"""What is hidden, narrowed down by linear programmes, and the least that could have been hidden."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from reports.statistics.group_suppression import GroupCounts

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


def count_least_hidden_shares(
    parts: GroupCounts, apart: Sequence[bool], thing: int, minimum: int
) -> int:
    """The fewest shares of groups that any pattern can hide of a thing; ``apart`` have no size.

    Each pattern is tried: who has the thing and who has not must be nobody or enough in each group
    that is shown, and what is hidden must have a range of the minimum.
    """
    places = [place for place, hide in enumerate(apart) if not hide]
    having, all_having = [row[thing] for row in parts.counts], parts.everybody[thing]
    if not all(is_none_or_enough(n, minimum) for n in (all_having, parts.n - all_having)):
        return len(places)
    small = {
        place
        for place in places
        for n in (having[place], parts.sizes[place] - having[place])
        if not is_none_or_enough(n, minimum)
    }
    for size in range(len(small), len(places)):
        for hidden in combinations(places, size):
            seen = [place for place in places if place not in hidden]
            total = all_having - sum(having[place] for place in seen)
            rest = parts.n - sum(parts.sizes[place] for place in places)
            sizes = [parts.sizes[place] for place in hidden]
            if small <= set(hidden) and is_pattern_safe(sizes, rest, total, minimum):
                return size
    return len(places)


def is_pattern_safe(sizes: Sequence[int], rest: int, total: int, minimum: int) -> bool:
    """Whether hidden groups of some sizes, and a rest, could share a known total in enough ways."""
    ranges = [
        min(size, total) - max(0, total - sum(sizes) - rest + size) for size in [*sizes, rest]
    ]
    guarded = ranges[-1] >= minimum or rest == 0
    told = ranges[-1] == 0 and all(is_none_or_enough(n, minimum) for n in (total, rest - total))
    return all(each >= minimum for each in ranges[:-1]) and (guarded or (told and not sizes))


def is_none_or_enough(people: int, minimum: int) -> bool:
    """Whether nobody is told of, or enough."""
    return people == 0 or people >= minimum
