"""Comparisons of groups and waves: published numbers, and chances counted over every outcome.

Figures of R are those of R 4.2.2 (``wilcox.test``, ``prop.test``, ``p.adjust``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from math import factorial, isnan, prod
from statistics import NormalDist

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reports.statistics.comparison import (
    compare_ratings,
    compare_shares,
    compute_p_value,
    compute_superiority,
    compute_tie_correction,
    compute_u_variance,
    correct_by_holm,
)
from reports.statistics.ranges import Z_SCORE

ratings = st.dictionaries(st.integers(1, 5), st.integers(1, 30), min_size=1)
parts = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))

#: Pain after shoulder surgery on a scale of 1 to 5 (Lumley 1996, Biometrics 52:354).
TREATED = {1: 11, 2: 2, 4: 1}
UNTREATED = {1: 3, 2: 1, 3: 4, 4: 2, 5: 1}


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        # Newcombe 1998, Stat Med 17:873, table II, method 10.
        ((48, 80), (56, 70), 0.0524, 0.3339),
        ((3, 10), (9, 10), 0.1705, 0.8090),
        ((2, 7), (6, 7), 0.0582, 0.8062),
        ((0, 29), (5, 56), -0.0381, 0.1926),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((0, 10), (10, 10), 0.6075, 1.0),
    ],
)
def test_two_shares_differ_as_newcombe_says(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    found = compare_shares(first, second).range
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_the_chance_of_two_shares_is_that_of_the_n_minus_1_chi_squared_test() -> None:
    """R's chi-squared of 56/70 and 48/80 is 7.023411371; N - 1 takes a 150th of it away."""
    found = compare_shares((48, 80), (56, 70))
    root = (7.023411371 * 149 / 150) ** 0.5
    assert found.figure == pytest.approx(0.2)
    assert found.p_value == pytest.approx(2 * NormalDist().cdf(-root), rel=1e-6)


@given(parts, parts)
def test_a_difference_of_shares_is_turned_round_with_the_groups(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    one, other = compare_shares(first, second), compare_shares(second, first)
    assert one.figure == pytest.approx(-other.figure)
    assert (one.range.low, one.range.high) == pytest.approx((-other.range.high, -other.range.low))
    assert one.p_value == pytest.approx(other.p_value, nan_ok=True)
    assert -1 <= one.range.low <= one.figure + 1e-12 <= one.range.high + 2e-12 <= 1 + 3e-12


@pytest.mark.parametrize(
    ("first", "second", "u", "p"),
    [
        (TREATED, UNTREATED, 121.5, 0.007071989482),
        ({1: 10, 2: 20, 3: 30, 4: 5}, {1: 5, 2: 12, 3: 28, 4: 20}, 65 * 65 - 1450, 0.001059790931),
    ],
)
def test_the_chance_of_two_ratings_is_that_of_r(
    first: dict[int, int], second: dict[int, int], u: float, p: float
) -> None:
    m, n = sum(first.values()), sum(second.values())
    assert compute_superiority(first, second) * m * n == pytest.approx(u)
    assert compute_p_value(first, second) == pytest.approx(p, rel=1e-9)


def test_the_published_superiority_of_the_shoulder_patients_is_found() -> None:
    """Brunner & Munzel 2000, Biom J 42:17: 0.789."""
    assert compare_ratings(TREATED, UNTREATED).figure == pytest.approx(0.789, abs=5e-4)


def test_the_chance_is_close_to_dealing_the_answers_out_in_every_way() -> None:
    """In all 12,870 ways; those just as far apart count half (the mid-p)."""
    first, second = [1, 1, 2, 2, 2, 3, 4, 2], [2, 3, 3, 4, 3, 2, 4, 1]
    every = first + second
    far = abs(compute_superiority(tally(first), tally(second)) - 0.5)
    dealt = list(combinations(range(len(every)), len(first)))
    further = 0.0
    for chosen in dealt:
        mine = [every[i] for i in chosen]
        rest = [every[i] for i in range(len(every)) if i not in chosen]
        found = abs(compute_superiority(tally(mine), tally(rest)) - 0.5)
        further += (found > far - 1e-9) / 2 + (found > far + 1e-9) / 2
    assert compute_p_value(tally(first), tally(second)) == pytest.approx(
        further / len(dealt), abs=0.015
    )


def tally(answers: Sequence[int]) -> dict[int, int]:
    return {point: answers.count(point) for point in set(answers)}


def test_the_variance_is_that_of_hanley_and_mcneil_in_groups_of_one_size() -> None:
    """Q1 = θ/(2 - θ), Q2 = 2θ²/(1 + θ), put in by hand (1982, Radiology 143:29)."""
    theta, n = 0.893, 54
    q1, q2 = theta / (2 - theta), 2 * theta**2 / (1 + theta)
    by_hand = (theta * (1 - theta) + (n - 1) * (q1 - theta**2) + (n - 1) * (q2 - theta**2)) / n**2
    assert compute_u_variance(theta, n, n) == pytest.approx(by_hand)


@given(ratings, ratings)
def test_the_range_leaves_out_no_difference_exactly_where_chance_is_under_5_percent(
    first: dict[int, int], second: dict[int, int]
) -> None:
    found = compare_ratings(first, second)
    assume(not isnan(found.p_value) and abs(found.p_value - 0.05) > 1e-6)
    assert (found.range.low <= 0.5 <= found.range.high) == (found.p_value > 0.05)


@given(ratings, ratings)
def test_the_ends_of_a_range_solve_the_equation(
    first: dict[int, int], second: dict[int, int]
) -> None:
    found = compare_ratings(first, second)
    assume(not isnan(found.p_value))
    m, n, tied = sum(first.values()), sum(second.values()), compute_tie_correction(first, second)
    assert 0 <= found.range.low <= found.figure <= found.range.high <= 1
    for end in (found.range.low, found.range.high):
        if 1e-9 < end < 1 - 1e-9:
            distance = (found.figure - end) ** 2
            assert distance == pytest.approx(
                Z_SCORE * Z_SCORE * compute_u_variance(end, m, n, tied), abs=1e-9
            )


@given(ratings, ratings, st.integers(1, 9))
def test_only_the_order_of_the_points_matters(
    first: dict[int, int], second: dict[int, int], stretch: int
) -> None:
    wide = [{p * stretch - 7: n for p, n in side.items()} for side in (first, second)]
    one, other = compare_ratings(first, second), compare_ratings(wide[0], wide[1])
    assert one.figure == pytest.approx(other.figure)
    assert one.p_value == pytest.approx(other.p_value, nan_ok=True)


def outcomes(n: int, chances: Sequence[float]) -> Iterator[tuple[dict[int, int], float]]:
    """Every way in which ``n`` people may rate, with its probability."""

    def parts(left: int, points: int) -> Iterator[tuple[int, ...]]:
        if points == 1:
            yield (left,)
            return
        for first in range(left + 1):
            yield from ((first, *rest) for rest in parts(left - first, points - 1))

    for counts in parts(n, len(chances)):
        ways = factorial(n) / prod(map(factorial, counts))
        probability = ways * prod(p**k for p, k in zip(chances, counts, strict=True))
        yield dict(enumerate(counts)), probability


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((0.3, 0.4, 0.3), (0.3, 0.4, 0.3)),
        ((0.5, 0.3, 0.2), (0.2, 0.3, 0.5)),
        ((0.8, 0.15, 0.05), (0.1, 0.2, 0.7)),
        ((0.2, 0.6, 0.2), (0.1, 0.3, 0.6)),
    ],
)
def test_the_range_covers_about_95_percent_with_seven_people_on_three_points(
    first: Sequence[float], second: Sequence[float]
) -> None:
    """Counted over every pair of outcomes with its probability, without simulation."""
    truth = compute_superiority(dict(enumerate(first)), dict(enumerate(second)))
    held = 0.0
    for one, p in outcomes(7, first):
        for other, q in outcomes(7, second):
            found = compare_ratings(one, other).range
            if isnan(found.low) or found.low - 1e-9 <= truth <= found.high + 1e-9:
                held += p * q
    assert 0.93 < held < 0.985


def test_where_everybody_says_the_same_there_is_nothing_to_compare() -> None:
    found = compare_ratings({3: 8}, {3: 12})
    assert found.figure == 0.5
    assert isnan(found.p_value)
    assert isnan(compare_ratings({}, {3: 2}).figure)
    assert isnan(compare_shares((0, 0), (3, 4)).figure)


def test_many_chances_are_corrected_as_holm_says() -> None:
    """R: ``p.adjust(c(.01, .04, .03, .005, .5, .03), "holm")``."""
    found = correct_by_holm([0.01, 0.04, 0.03, 0.005, 0.5, 0.03])
    assert found == pytest.approx([0.05, 0.12, 0.12, 0.03, 0.5, 0.12])


@given(st.lists(st.floats(0, 1), max_size=12))
def test_a_corrected_chance_is_no_smaller_and_keeps_its_place(chances: list[float]) -> None:
    found = correct_by_holm(chances)
    assert all(0 <= c <= f <= 1 for c, f in zip(chances, found, strict=True))
    pairs = sorted(zip(chances, found, strict=True))
    assert all(a[1] <= b[1] for a, b in pairwise(pairs))


def test_what_could_not_be_compared_does_not_count_as_a_comparison() -> None:
    found = correct_by_holm([0.03, float("nan")])
    assert found[0] == 0.03
    assert isnan(found[1])
