"""Whether people agree: the figures are those of the literature."""

from __future__ import annotations

from collections import Counter
from itertools import product
from math import isnan
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survey.workshop.agreement import (
    AgreementRule,
    Verdict,
    compute_concordance,
    compute_rating,
    compute_rwg_index,
    compute_scale_quantile,
)

scales = st.dictionaries(st.integers(1, 5), st.integers(0, 12), min_size=1)
ratings = st.lists(st.integers(1, 5), min_size=2, max_size=60)
judges = st.integers(1, 7).flatmap(
    lambda things: st.lists(
        st.lists(st.integers(0, 4), min_size=things, max_size=things), min_size=2, max_size=6
    )
)

#: Anxiety of 20 people as three raters see it: the example of R's package irr, whose manual gives
#: W = 0.54 corrected for ties and chi² = 30.8.
ANXIETY = [
    [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
    [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
    [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
]
#: Wing, tail and bill lengths of 12 birds: Zar 2010, Biostatistical Analysis, example 20.5.
BIRDS = [
    [10.4, 10.8, 11.1, 10.2, 10.3, 10.2, 10.7, 10.5, 10.8, 11.2, 10.6, 11.4],
    [7.4, 7.6, 7.9, 7.2, 7.4, 7.1, 7.4, 7.2, 7.8, 7.7, 7.8, 8.3],
    [17, 17, 20, 14.5, 15.5, 13, 19.5, 16, 21, 20, 18, 22],
]


def written_out(counts: dict[int, int]) -> list[int]:
    return [point for point, count in counts.items() for _ in range(count)]


@given(scales, st.sampled_from([0.25, 0.5, 0.75]))
def test_quantiles_are_those_of_the_ratings_written_out(scale: dict[int, int], p: float) -> None:
    people = written_out(scale)
    if people:
        expected = np.quantile(people, p, method="averaged_inverted_cdf")
        assert compute_scale_quantile(scale, p) == pytest.approx(expected)
    else:
        assert isnan(compute_scale_quantile(scale, p))


def test_agreement_is_the_share_within_one_point_of_the_median() -> None:
    split = compute_rating({1: 4, 2: 1, 3: 0, 4: 1, 5: 4})
    assert (split.n, split.median, split.within_one, split.iqr) == (10, 3.0, 0.2, 4.0)
    assert not split.is_agreed
    assert compute_rating({3: 2, 4: 6, 5: 2}).is_agreed


def test_a_median_between_two_points_has_only_those_two_within_one_point() -> None:
    assert compute_rating({2: 1, 3: 4, 4: 4, 5: 1}).within_one == 0.8


@given(ratings)
def test_every_figure_is_bounded_and_does_not_ask_in_which_order_people_sit(
    people: list[int],
) -> None:
    found = compute_rating(Counter(people))
    assert found == compute_rating(Counter(sorted(people)))
    assert 0 <= found.within_one <= 1
    assert 1 <= found.lower <= found.median <= found.upper <= 5
    assert 0 <= found.iqr <= 4
    n = len(people)
    assert 1 - 2 * n / (n - 1) - 1e-9 <= compute_rwg_index(Counter(people)) <= 1
    assert compute_rwg_index(Counter(people)) == compute_rwg_index(Counter(reversed(people)))


@given(ratings)
def test_rwg_is_what_the_sample_variance_leaves_of_the_variance_by_chance(
    people: list[int],
) -> None:
    by_chance = np.var([1, 2, 3, 4, 5])
    expected = 1 - np.var(people, ddof=1) / by_chance
    assert compute_rwg_index(Counter(people)) == pytest.approx(expected)
    assert compute_rwg_index(Counter(6 - rate for rate in people)) == pytest.approx(expected)


@pytest.mark.parametrize("points", [3, 5])
def test_rwg_of_people_who_throw_dice_is_nought_on_the_average(points: int) -> None:
    throws = product(range(1, points + 1), repeat=4)
    assert np.mean(
        [compute_rwg_index(Counter(throw), points) for throw in throws]
    ) == pytest.approx(0)


def test_rwg_says_one_for_all_alike_minus_one_for_two_camps_and_nothing_of_one_person() -> None:
    assert compute_rwg_index({4: 7}) == 1
    assert compute_rwg_index({1: 500, 5: 500}) == pytest.approx(-1, abs=0.01)
    assert compute_rwg_index({1: 5, 5: 5}) == pytest.approx(1 - 20 / 9)
    assert compute_rwg_index({5: 9, 4: 1}) == pytest.approx(0.95)
    assert isnan(compute_rwg_index({4: 1}))
    assert isnan(compute_rwg_index({}))


def test_kendalls_w_is_that_of_the_published_examples_with_ties() -> None:
    assert compute_concordance(ANXIETY) == pytest.approx(0.54, abs=0.0005)
    assert 3 * (20 - 1) * compute_concordance(ANXIETY) == pytest.approx(30.8, abs=0.05)
    assert compute_concordance(BIRDS) == pytest.approx(0.9241, abs=0.00005)


@given(
    st.lists(st.integers(0, 4), min_size=5, max_size=5),
    st.lists(st.permutations(range(5)), min_size=2, max_size=6),
)
def test_kendalls_w_is_that_of_the_mean_rank_correlation(
    scores: list[int], orders: list[list[int]]
) -> None:
    """W = ((m - 1) r + 1) / m, r the mean of Spearman's rho over all pairs of judges.

    With ties it holds where all judges tie alike; so each gives the same scores in another order.
    """
    assume(len(set(scores)) > 1)
    rows = [[scores[place] for place in order] for order in orders]
    rho = pd.DataFrame(rows).T.corr("spearman").to_numpy()
    m = len(rows)
    mean = (rho.sum() - m) / (m * (m - 1))
    assert compute_concordance(rows) == pytest.approx(((m - 1) * mean + 1) / m)


@given(judges, st.randoms())
def test_kendalls_w_is_bounded_and_does_not_ask_who_sits_where(
    rows: list[list[int]], chance: Random
) -> None:
    found = compute_concordance(rows)
    assert isnan(found) or 0 <= found <= 1
    order = list(range(len(rows[0])))
    chance.shuffle(order)
    shuffled = [[row[place] for place in order] for row in reversed(rows)]
    assert compute_concordance(shuffled) == pytest.approx(found, nan_ok=True)


def test_kendalls_w_needs_two_judges_and_an_order() -> None:
    assert compute_concordance([[1, 2, 3]] * 4) == 1
    assert compute_concordance([[1, 2, 3], [3, 2, 1]]) == 0
    assert all(
        isnan(compute_concordance(rows)) for rows in ([], [[1, 2]], [[1], [1]], [[2, 2], [2, 2]])
    )
    with pytest.raises(ValueError, match="zip"):
        compute_concordance([[1, 2, 3], [1, 2]])


def test_the_rule_asks_for_enough_people_within_one_point_and_a_narrow_middle() -> None:
    rule = AgreementRule(within_one=0.75, iqr=1, least=5)
    assert rule.judge({3: 1, 4: 3}) is Verdict.TOO_FEW
    assert rule.judge({3: 2, 4: 3}) is Verdict.AGREED
    assert rule.judge({1: 1, 3: 1, 4: 2}) is Verdict.TOO_FEW
    assert rule.judge({1: 1, 3: 1, 4: 2, 5: 0, 2: 1}) is Verdict.NOT_AGREED
    assert rule.judge({3: 3, 5: 3, 4: 6}) is Verdict.AGREED
    wide = {3: 4, 4: 1, 5: 4}
    assert rule.judge(wide) is Verdict.NOT_AGREED
    assert AgreementRule(iqr=None).judge(wide) is Verdict.AGREED
    assert AgreementRule(least=1).judge({}) is Verdict.TOO_FEW


@pytest.mark.parametrize("wrong", [{"within_one": 75}, {"iqr": -1.0}, {"least": 0}])
def test_a_rule_that_nothing_could_satisfy_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        AgreementRule(**wrong)  # type: ignore[arg-type]
