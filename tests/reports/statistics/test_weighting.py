"""Weights: those of R's ``survey`` package, what must hold for any margins, and why there are none.

The sample is ``apiclus1`` of R's ``survey`` (183 Californian schools), every school counting the
same at first; the population is ``apipop``. Figures are those of ``survey`` 4.1-1 under R 4.2.2:
``rake`` (epsilon 1e-12), ``postStratify``, ``trimWeights(strict = TRUE)``,
``svyquantile(qrule = "hf2")``.
"""

from __future__ import annotations

import csv
from itertools import pairwise, product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reports.localizer import Localizer
from reports.statistics.comparison import compare_shares
from reports.statistics.margins import Margin, WeightingError, read_margins
from reports.statistics.ranges import (
    compute_median_range,
    compute_share_range,
    compute_weighted_quantile,
)
from reports.statistics.weighting import (
    CellCategories,
    Weighting,
    WeightingCells,
    WeightLimits,
    compute_effective_n,
    compute_weights,
    scale_to_effective_n,
    trim_weights,
)

NO_LIMITS = WeightLimits(0, 1000)
VARIABLES = ("stype", "wide", "target")
COUNTS: dict[CellCategories, int] = {
    ("E", "No", "No"): 12,
    ("E", "Yes", "No"): 20,
    ("E", "Yes", "Yes"): 112,
    ("H", "No", "No"): 3,
    ("H", "Yes", "No"): 4,
    ("H", "Yes", "Yes"): 7,
    ("M", "No", "No"): 8,
    ("M", "Yes", "No"): 3,
    ("M", "Yes", "Yes"): 14,
}
SCHOOLS = WeightingCells(VARIABLES, COUNTS)
POPULATION = """margin,category,people
stype,E,4421
stype,H,755
stype,M,1018
wide,No,1072
wide,Yes,5122
"""
JOINT = """margin,category,people
stype*wide,E*No,472
stype*wide,H*No,334
stype*wide,M*No,266
stype*wide,E*Yes,3949
stype*wide,H*Yes,421
stype*wide,M*Yes,752
"""
TARGET = "target,No,1712\ntarget,Yes,4482\n"


def margins(text: str) -> tuple[Margin, ...]:
    return read_margins(csv.DictReader(text.splitlines()))


def weighed(text: str, limits: WeightLimits = NO_LIMITS) -> Weighting:
    return compute_weights(SCHOOLS, margins(text), limits, least=100)


def test_raked_weights_are_those_of_r() -> None:
    found = weighed(POPULATION)
    of_r = {
        ("E", "No"): 1.1770391077,
        ("E", "Yes"): 0.8825207645,
        ("H", "No"): 1.9832050131,
        ("H", "Yes"): 1.4869680988,
        ("M", "No"): 1.4497320320,
        ("M", "Yes"): 1.0869805538,
    }
    for (stype, wide, _), weight in found.weights.items():
        assert weight == pytest.approx(of_r[str(stype), str(wide)], abs=1e-5)
    assert found.effective_n == pytest.approx(174.011158551, abs=1e-3)
    assert found.design_effect == pytest.approx(183 / 174.011158551, abs=1e-5)


def test_one_joint_margin_is_post_stratification_and_takes_one_round() -> None:
    found = weighed(JOINT)
    of_r = {
        ("E", "No"): 1.1620923474,
        ("E", "Yes"): 0.8838795609,
        ("H", "No"): 3.2893122376,
        ("H", "Yes"): 1.1307570376,
        ("M", "No"): 0.9823619632,
        ("M", "Yes"): 1.3069194097,
    }
    assert found.rounds == 1
    for (stype, wide, _), weight in found.weights.items():
        assert weight == pytest.approx(of_r[str(stype), str(wide)], abs=1e-9)


def test_a_joint_margin_rakes_together_with_a_plain_one() -> None:
    found = weighed(JOINT + TARGET)
    of_r: dict[CellCategories, float] = {
        ("H", "Yes", "Yes"): 1.28034782,
        ("E", "Yes", "No"): 0.63058790,
        ("M", "Yes", "Yes"): 1.38547567,
        ("H", "No", "No"): 3.28931224,
    }
    for cell, weight in of_r.items():
        assert found.weights[cell] == pytest.approx(weight, abs=2e-5)


def test_trimmed_weights_are_those_of_r() -> None:
    found = weighed(POPULATION, WeightLimits(0.3, 1.3))
    assert sorted({round(weight, 5) for weight in found.weights.values()}) == [
        0.91547,
        1.11993,
        1.20998,
        1.3,
    ]
    # All 14 high schools, and the 8 middle schools outside the scheme.
    assert found.trimmed == 22


def bands() -> dict[tuple[CellCategories, int], int]:
    """The schools by cell and band of their score (1-5), as R cuts it."""
    rows = {
        ("E", "No"): (2, 4, 4, 2, 0),
        ("E", "Yes"): (11, 34, 37, 38, 12),
        ("H", "No"): (0, 1, 2, 0, 0),
        ("H", "Yes"): (2, 3, 2, 4, 0),
        ("M", "No"): (1, 3, 3, 1, 0),
        ("M", "Yes"): (2, 3, 7, 3, 2),
    }
    return {
        ((stype, wide), band): n
        for (stype, wide), row in rows.items()
        for band, n in enumerate(row, start=1)
        if n
    }


def by_band() -> Weighting:
    counts: dict[CellCategories, int] = {}
    for (cell, _), n in bands().items():
        counts[cell] = counts.get(cell, 0) + n
    return compute_weights(
        WeightingCells(VARIABLES[:2], counts), margins(POPULATION), NO_LIMITS, least=100
    )


def test_weighted_shares_and_medians_are_those_of_r() -> None:
    counts = scale_to_effective_n(by_band(), bands())
    total = sum(counts.values())
    of_r = [18.65943596, 48.76810949, 56.25983091, 46.54841335, 12.76421028]
    assert [183 * counts[band] / total for band in range(1, 6)] == pytest.approx(of_r, abs=1e-4)
    assert [compute_weighted_quantile(counts, p) for p in (0.25, 0.5, 0.75)] == [2, 3, 4]


def test_weights_widen_ranges_as_fewer_people_would() -> None:
    weighting, plain = by_band(), {1: 18, 2: 48, 3: 55, 4: 48, 5: 14}
    counts = scale_to_effective_n(weighting, bands())
    total = sum(counts.values())
    assert total == pytest.approx(weighting.effective_n)
    weighted, unweighted = compute_share_range(counts[1], total), compute_share_range(plain[1], 183)
    assert weighted.high - weighted.low > unweighted.high - unweighted.low
    assert compute_median_range(counts).low <= 3 <= compute_median_range(counts).high
    assert 0 < compare_shares((counts[1], total), (40, 90)).p_value < 0.05


def test_kish_counts_a_doubled_weight_as_he_did() -> None:
    """By hand: half of 100 count 1 and half 3, (50 + 150)² / (50 + 450) = 80."""
    assert compute_effective_n([(1, 50), (3, 50)]) == pytest.approx(80)
    assert compute_effective_n([(2.5, 40)]) == pytest.approx(40)


CELLS = list(product("ab", "xyz"))
counts_of_cells = st.lists(st.integers(1, 60), min_size=6, max_size=6)
people = st.integers(1, 1000)


@given(counts_of_cells, st.tuples(people, people), st.tuples(people, people, people))
def test_raking_reaches_every_margin_and_keeps_the_number_of_people(
    counts: list[int], first: tuple[int, int], second: tuple[int, int, int]
) -> None:
    cells = WeightingCells(("one", "two"), dict(zip(CELLS, counts, strict=True)))
    rows = [
        *(
            {"margin": "one", "category": c, "people": str(n)}
            for c, n in zip("ab", first, strict=True)
        ),
        *(
            {"margin": "two", "category": c, "people": str(n)}
            for c, n in zip("xyz", second, strict=True)
        ),
    ]
    found = compute_weights(cells, read_margins(rows), WeightLimits(0, 1e9), least=1)
    assert all(abs(gap.after - gap.wanted) < 1e-6 for gap in found.gaps)
    total = sum(n * found.weights[c] for c, n in cells.counts.items())
    assert total == pytest.approx(cells.n)
    assert 0 < found.effective_n <= cells.n * (1 + 1e-9)
    assert found.design_effect >= 1 - 1e-9


@given(
    st.lists(st.tuples(st.floats(0.01, 30), st.integers(1, 50)), min_size=1, max_size=20),
    st.floats(0, 1),
    st.floats(1, 5),
)
def test_trimming_keeps_the_sum_the_limits_and_the_order(
    pairs: list[tuple[float, int]], least: float, most: float
) -> None:
    total = sum(n for _, n in pairs)
    mean = sum(w * n for w, n in pairs) / total
    counts: dict[CellCategories, int] = {(str(i),): n for i, (_, n) in enumerate(pairs)}
    weights: dict[CellCategories, float] = {(str(i),): w / mean for i, (w, _) in enumerate(pairs)}
    found = trim_weights(weights, counts, WeightLimits(least, most))
    assert sum(counts[c] * w for c, w in found.items()) == pytest.approx(total)
    assert all(least - 1e-9 <= w <= most + 1e-9 for w in found.values())
    ordered = sorted(weights, key=lambda c: weights[c])
    assert all(found[a] <= found[b] + 1e-9 for a, b in pairwise(ordered))
    assume(all(least <= w <= most for w in weights.values()))
    assert found == weights


def test_who_did_not_name_a_category_keeps_the_weight_in_that_margin() -> None:
    cells = WeightingCells(("sex",), {("L",): 300, ("P",): 60, (None,): 40})
    found = compute_weights(cells, margins("margin,category,people\nsex,L,50\nsex,P,50\n"))
    assert found.weights[(None,)] == pytest.approx(1)
    assert found.weights["L",] == pytest.approx(0.6)
    assert found.weights["P",] == pytest.approx(3)


def test_what_trimming_leaves_of_a_gap_is_told() -> None:
    cells = WeightingCells(("sex",), {("L",): 380, ("P",): 20})
    found = compute_weights(cells, margins("margin,category,people\nsex,L,50\nsex,P,50\n"))
    gap = next(gap for gap in found.gaps if gap.category == ("P",))
    assert (gap.before, gap.after, gap.wanted) == pytest.approx((0.05, 0.15, 0.5))
    assert found.trimmed == 20


def refused(cells: WeightingCells, text: str, **options: int) -> str:
    with pytest.raises(WeightingError) as caught:
        compute_weights(cells, margins(text), **options)
    return str(caught.value)


def test_too_few_people_are_not_weighted() -> None:
    said = refused(SCHOOLS, POPULATION)
    assert said.startswith("183 people answered; under 300 results are not weighted")


def test_every_category_that_does_not_fit_is_named_with_what_to_do() -> None:
    cells = WeightingCells(("sex",), {("L",): 390, ("X",): 10})
    said = refused(cells, "margin,category,people\nsex,L,50\nsex,P,50\numur,18,5\numur,30,5\n")
    assert "“sex”: nobody who answered is “P”. Invite such people, or leave that line" in said
    assert "“sex”: people answered who are “X”" in said
    assert "respondents were not asked for “umur”" in said


def test_margins_that_contradict_each_other_are_refused_with_the_worst() -> None:
    """All who are a are x and all who are b are y: 50 and 50 percent cannot be 90 and 10."""
    cells = WeightingCells(("one", "two"), {("a", "x"): 200, ("b", "y"): 200})
    text = "margin,category,people\none,a,50\none,b,50\ntwo,x,90\ntwo,y,10\n"
    assert "cannot be reached together" in refused(cells, text)


def test_every_row_that_cannot_be_read_is_named_at_once() -> None:
    text = (
        "margin,category,people\nsex,L,5.300.000\nsex,P,\nsex,,3\numur,18-24,10\numur,18-24,11\n"
        "kota*umur,31.71,5\n"
    )
    with pytest.raises(WeightingError) as caught:
        margins(text)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines[:5]] == [f"Line {n}" for n in (2, 3, 4, 6, 7)]
    assert "not “5.300.000”" in lines[0]


@pytest.mark.parametrize("text", ["", "margin,category,people\n", "a,b\n1,2\n"])
def test_a_file_without_margins_says_what_it_needs(text: str) -> None:
    with pytest.raises(WeightingError, match=r"margin"):
        margins(text)


def test_a_refusal_can_be_said_in_indonesian() -> None:
    with pytest.raises(WeightingError) as caught:
        compute_weights(SCHOOLS, margins(POPULATION))
    words = Localizer("id", "Asia/Jakarta")
    said = [words(fault.text, **fault.values) for fault in caught.value.faults]
    assert said[0].startswith("Baru 183 orang menjawab")


def test_limits_have_the_average_between_them() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        WeightLimits(1.2, 3)
