"""Cells of few people that known sums single out, by linear algebra. Pure.

What the people of a cell answered together can be worked out from sums exactly if the cell, as a
vector of zeros and ones over everybody, is a combination of the vectors of the sums.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
#: What is left of a vector beyond the sums is nothing, but for rounding.
TOLERANCE = 1e-6
#: Of the largest eigenvalue of the sums: what is smaller is rounding, and what is larger is known.
LEAST_EIGENVALUE = 1e-11


def build_small_cells(groups: Sequence[Mapping[str, str]], minimum: int) -> Matrix:
    """The cells of fewer than ``minimum`` people that an attacker may ask for, one a row.

    ``groups`` are what they may know of each person; cells are the people who have two of these in
    common, and everybody alone.
    """
    cells = [each for each in collect_members(groups, 2) if len(each) < minimum]
    return build_indicators([*cells, *([person] for person in range(len(groups)))], len(groups))


def count_solved_cells(places: Sequence[Mapping[str, str]], cells: Matrix) -> int:
    """How many cells can be worked out; ``places`` are the known sums that each person is in."""
    sums = build_indicators(collect_members(places, 1), len(places))
    return int(find_solved(sums, cells).sum())


def collect_members(groups: Sequence[Mapping[str, str]], number: int) -> list[list[int]]:
    """The places of who has the same values of so many groupings, for all that there are."""
    found: dict[Hashable, list[int]] = defaultdict(list)
    for person, values in enumerate(groups):
        for pair in combinations(sorted(values.items()), number):
            found[pair].append(person)
    return list(found.values())


def build_indicators(sets: Iterable[Iterable[int]], width: int) -> Matrix:
    """A row for each set with a 1 for each of its members."""
    members = [list(each) for each in sets]
    matrix = np.zeros((len(members), width))
    for row, columns in enumerate(members):
        matrix[row, columns] = 1
    return matrix


def find_solved(sums: Matrix, cells: Matrix) -> NDArray[np.bool_]:
    """For each row of ``cells``, whether it is a combination of the rows of ``sums``."""
    if not len(sums) or not len(cells):
        return np.zeros(len(cells), bool)
    values, vectors = np.linalg.eigh(sums @ sums.T)
    kept = values > LEAST_EIGENVALUE * values[-1]
    basis = (sums.T @ vectors[:, kept]) / np.sqrt(values[kept])
    left = (cells * cells).sum(axis=1) - ((cells @ basis) ** 2).sum(axis=1)
    solved: NDArray[np.bool_] = left < TOLERANCE
    return solved
