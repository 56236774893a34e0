"""Who may be called the most: never of noughts, of one thing, or of what is all alike."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.statistics.leaders import MOST_NAMED, compute_paired_p_value, find_leaders

figures = st.lists(st.integers(0, 6), max_size=9)


def same(figure: int) -> float:
    return figure


@given(figures)
def test_the_first_are_all_that_have_the_highest_figure(values: list[int]) -> None:
    found = find_leaders(list(enumerate(values)), lambda item: item[1])
    if len(values) < 2 or len(set(values)) == 1 or not any(values):
        assert found is None
        return
    assert found is not None
    assert {item[1] for item in found.first} == {max(values)}
    assert len(found.first) == values.count(max(values))
    named = found.named
    assert all(item[1] > 0 for item in named)
    assert len(named) <= MOST_NAMED
    rest = [item for item in enumerate(values) if item not in (*found.first, *found.others)]
    # No place is torn apart: whoever is not named has less than each that is.
    assert all(item[1] < min(one[1] for one in found.first) for item in rest)
    assert all(item[1] < one[1] for item in rest for one in found.others)
    assert len(found.others) == 0 or len(named) <= len(values) / 2


@given(figures)
def test_the_least_are_the_most_turned_round(values: list[int]) -> None:
    least = find_leaders(values, same, lowest=True)
    most = find_leaders([10 - value for value in values], same)
    assert (least is None) == (most is None)
    if least and most:
        assert [10 - value for value in most.first] == list(least.first)
        assert [10 - value for value in most.others] == list(least.others)


def test_two_things_of_which_one_is_nought_have_one_first_and_no_second() -> None:
    found = find_leaders([100, 0], same)
    assert found is not None
    assert (found.first, found.others) == ((100,), ())


def test_several_at_the_top_are_tied_and_many_are_counted() -> None:
    found = find_leaders([5, 5, 5, 5, 1, 0, 0, 0, 0, 0], same)
    assert found is not None
    assert (found.is_tied, len(found.named), found.unnamed_count) == (True, 3, 1)


def test_the_first_is_clear_only_if_it_is_ahead_of_each_of_the_others() -> None:
    chances = {3: 0.001, 2: 0.001, 1: 0.2}

    def chance(_first: int, other: int) -> float:
        return chances[other]

    for others, clear in (([3, 2], True), ([3, 2, 1], False)):
        found = find_leaders([9, *others], same, chance)
        assert found is not None
        assert found.is_clear is clear
    # Corrected for both: 0.03 alone would stand, twice it would not.
    doubtful = find_leaders([9, 3, 2], same, lambda _a, _b: 0.03)
    assert doubtful is not None
    assert doubtful.is_clear is False
    unknown = find_leaders([9, 3], same, lambda _a, _b: float("nan"))
    assert unknown is not None
    assert unknown.is_clear is False


@pytest.mark.parametrize(("one", "other"), [(0, 0), (5, 1), (1, 5), (10, 10), (0, 6)])
def test_mcnemar_is_the_tail_of_the_binomial_distribution(one: int, other: int) -> None:
    n, k = one + other, min(one, other)
    wanted = min(1.0, 2 * sum(comb(n, i) for i in range(k + 1)) / 2**n)
    assert compute_paired_p_value(one, other) == pytest.approx(wanted)
