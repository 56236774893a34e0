"""The arithmetic: nothing hidden can be worked out, and a share of nobody is none."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.statistics.row_suppression import compute_share, suppress_nested, suppress_row

counts = st.lists(st.integers(0, 9), min_size=2, max_size=4)
minimums = st.integers(3, 6)


@given(counts, minimums)
@settings(deadline=None)
def test_no_hidden_count_can_be_worked_out_from_what_is_shown(
    cells: list[int], minimum: int
) -> None:
    """By a reader who knows the total, the minimum, and that noughts are hidden only with all."""
    mask, total = suppress_row(cells, minimum), sum(cells)
    least = 0 if all(mask) else 1
    ranges = [
        range(least, total + 1) if hide else [cell] for cell, hide in zip(cells, mask, strict=True)
    ]
    possible = [
        guess
        for guess in product(*ranges)
        if sum(guess) == total and any(0 < cell < minimum for cell in guess)
    ]
    for place, hide in enumerate(mask):
        assert len({guess[place] for guess in possible}) > 1 or not hide


@given(st.lists(st.integers(0, 40), max_size=12), minimums)
def test_every_small_count_is_hidden_and_large_ones_alone_are_not(
    cells: list[int], minimum: int
) -> None:
    mask = suppress_row(cells, minimum)
    assert all(hide for cell, hide in zip(cells, mask, strict=True) if 0 < cell < minimum)
    if not any(0 < cell < minimum for cell in cells):
        assert not any(mask)


@given(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=4), max_size=4), minimums)
def test_nothing_of_a_place_is_shown_whose_own_total_is_hidden(
    cities: list[list[int]], minimum: int
) -> None:
    parts = dict(enumerate(cities))
    outer, inner = suppress_nested({c: sum(v) for c, v in parts.items()}, parts, minimum)
    for city, cells in parts.items():
        assert inner[city] == ([True] * len(cells) if outer[city] else suppress_row(cells, minimum))


def test_a_second_cell_is_hidden_so_that_the_total_does_not_give_the_first_away() -> None:
    assert suppress_row([3, 40, 12, 25], 5) == [True, False, True, False]


def test_noughts_are_hidden_too_where_there_is_nobody_else_to_hide_among() -> None:
    assert suppress_row([0, 2, 0], 5) == [True, True, True]


def test_a_share_of_nobody_is_no_number() -> None:
    assert np.isnan(compute_share(0, 0))
