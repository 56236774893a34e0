"""Ranges of shares and medians: the published numbers, and what must hold for any answers.

Figures of R are those of R 4.2.2 (``prop.test``, ``binom.test``, ``qbinom``).
"""

from __future__ import annotations

from math import comb, isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.statistics.ranges import (
    Range,
    compute_exact_range,
    compute_median_offset,
    compute_median_range,
    compute_share_range,
    compute_weighted_quantile,
)
from survey.workshop import agreement

counts = st.dictionaries(st.integers(1, 5), st.integers(0, 40), max_size=5)
parts = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def close(found: Range, low: float, high: float) -> bool:
    return (found.low, found.high) == pytest.approx((low, high), abs=1e-8)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (81, 263, 0.2552885199, 0.3662095770),  # Newcombe 1998, Stat Med 17:857: .2553 to .3662
        (7, 12, 0.3195113125, 0.8067396863),
        (0, 9, 0.0, 0.2991450484),
    ],
)
def test_the_range_of_a_share_is_that_of_wilson(
    part: int, whole: int, low: float, high: float
) -> None:
    assert close(compute_share_range(part, whole), low, high)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (81, 263, 0.2527367456, 0.3676219226),  # Newcombe 1998, Stat Med 17:857: .2527 to .3676
        (7, 12, 0.2766696857, 0.8483477702),
        (0, 9, 0.0, 0.3362671169),
        (9, 9, 0.6637328831, 1.0),
    ],
)
def test_the_exact_range_of_a_share_is_that_of_clopper_and_pearson(
    part: int, whole: int, low: float, high: float
) -> None:
    assert close(compute_exact_range(part, whole), low, high)


@given(parts)
def test_a_range_holds_its_share_and_stays_between_nothing_and_all(case: tuple[int, int]) -> None:
    part, whole = case
    for found in (compute_share_range(part, whole), compute_exact_range(part, whole)):
        assert 0 <= found.low <= part / whole <= found.high <= 1


@given(parts)
def test_the_range_of_the_others_is_the_same_seen_from_the_other_end(
    case: tuple[int, int],
) -> None:
    part, whole = case
    for ranged in (compute_share_range, compute_exact_range):
        one, other = ranged(part, whole), ranged(whole - part, whole)
        assert (one.low, one.high) == pytest.approx((1 - other.high, 1 - other.low))


@pytest.mark.parametrize("p", [0.02, 0.1, 0.3, 0.5])
@pytest.mark.parametrize("n", [8, 25, 60])
def test_the_exact_range_never_covers_less_than_it_says(p: float, n: int) -> None:
    """Counted over every outcome with its probability, without simulation."""
    held = sum(
        comb(n, k) * p**k * (1 - p) ** (n - k)
        for k in range(n + 1)
        if compute_exact_range(k, n).low <= p <= compute_exact_range(k, n).high
    )
    assert held >= 0.95


def test_nobody_has_no_range() -> None:
    for found in (compute_share_range(0, 0), compute_exact_range(0, 0), compute_median_range({})):
        assert isnan(found.low)
        assert isnan(found.high)


@given(counts, st.sampled_from([0.25, 0.5, 0.75]))
def test_a_quantile_of_plain_counts_is_the_one_of_the_workshops(
    points: dict[int, int], p: float
) -> None:
    assert compute_weighted_quantile(points, p) == pytest.approx(
        agreement.compute_scale_quantile(points, p), nan_ok=True
    )


@given(counts, st.floats(0.01, 50))
def test_a_median_does_not_depend_on_the_scale_of_the_weights(
    points: dict[int, int], factor: float
) -> None:
    scaled = {point: count * factor for point, count in points.items()}
    assert compute_weighted_quantile(scaled, 0.5) == pytest.approx(
        compute_weighted_quantile(points, 0.5), nan_ok=True
    )


@pytest.mark.parametrize(
    ("n", "first"), [(5, 0), (6, 1), (10, 2), (20, 6), (30, 10), (50, 18), (100, 40), (1000, 469)]
)
def test_the_range_of_a_median_begins_at_the_published_rank(n: int, first: int) -> None:
    """R's ``qbinom(0.025, n, 0.5)``; the tables of Altman et al., *Statistics with Confidence*."""
    assert compute_median_offset(n) == first


def test_the_range_of_a_median_is_read_off_the_sorted_answers() -> None:
    answers = [1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5]
    tally = {point: answers.count(point) for point in range(1, 6)}
    # Of twenty, the sixth and the fifteenth.
    assert compute_median_range(tally) == Range(answers[5], answers[14])


@given(st.lists(st.integers(1, 5), min_size=6, max_size=80))
def test_the_range_of_a_median_runs_between_two_answers_around_it(answers: list[int]) -> None:
    tally = {point: answers.count(point) for point in range(1, 6)}
    ordered, k, found = (
        sorted(answers),
        compute_median_offset(len(answers)),
        compute_median_range(tally),
    )
    assert found == Range(ordered[k - 1], ordered[-k])
    assert found.low <= compute_weighted_quantile(tally, 0.5) <= found.high


def test_five_answers_are_too_few_for_the_range_of_a_median() -> None:
    assert isnan(compute_median_range({3: 5}).low)
