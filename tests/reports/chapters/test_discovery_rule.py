"""The rule that proposes discovery areas, by itself."""

from __future__ import annotations

import random
from itertools import permutations
from math import isnan
from pathlib import Path

import pytest

from reports.discovery.candidate_file import read_candidates
from reports.discovery.scoring import (
    CRITERIA,
    INDIRECT_WEIGHT,
    TOP_COUNT,
    Candidate,
    compute_geometric_mean,
    compute_known_mean,
    compute_plan_gap,
    compute_score,
    list_usable_criteria,
    list_weight_settings,
    rank_candidates,
    rank_scores,
    scale_median,
)
from reports.toml_files import InvalidInputError

SHIPPED = Path(__file__).parents[3] / "questionnaires" / "temuan.toml"
EQUAL = dict.fromkeys(CRITERIA, 1.0)


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311


def some(rng: random.Random, number: int = 12, known: float = 1.0) -> list[Candidate]:
    """Candidates with values drawn at random, each known with a chance of ``known``."""
    return [
        Candidate(
            f"k{index}",
            {c: round(rng.random(), 3) for c in CRITERIA if rng.random() < known},
        )
        for index in range(number)
    ]


def test_the_worked_example_of_the_documentation() -> None:
    """docs/discovery.md, “An example”."""
    hospital, centres = (
        compute_geometric_mean(scale_median(3), scale_median(5)),
        compute_geometric_mean(scale_median(2), scale_median(4)),
    )
    assert (round(hospital, 2), round(centres, 2)) == (0.71, 0.43)
    outbreak = compute_known_mean([0.20, compute_geometric_mean(scale_median(3), scale_median(4))])
    services, air = (
        compute_known_mean([0.10, scale_median(3)]),
        compute_known_mean([0.30, scale_median(4)]),
    )
    assert (round(outbreak, 2), services, air) == (0.41, pytest.approx(0.30), 0.525)
    values = {
        "perception": 93 / 150,
        "assets": compute_known_mean([hospital, centres, float("nan")]),
        "pressure": compute_known_mean([outbreak, services, air]),
        "plans": compute_plan_gap(4 + INDIRECT_WEIGHT * 3, 7),
    }
    told = {name: round(value, 2) for name, value in values.items()}
    assert told == {"perception": 0.62, "assets": 0.57, "pressure": 0.41, "plans": 0.56}
    assert round(compute_score(values, EQUAL), 2) == 0.54
    assert round(compute_score(values, {**EQUAL, "perception": 2}), 2) == 0.56
    assert round(compute_score(values, {**EQUAL, "assets": 0}), 2) == 0.53
    assert rank_scores([0.544, 0.536]) == [1, 1]


@pytest.mark.parametrize("seed", range(30))
def test_more_evidence_never_lowers_a_rank_under_the_same_weights(seed: int) -> None:
    rng = chance(seed)
    candidates = some(rng)
    weights = {c: rng.random() for c in CRITERIA}
    before = rank_candidates(candidates, weights)
    chosen, criterion = rng.randrange(12), rng.choice(CRITERIA)
    values = dict(candidates[chosen].values)
    values[criterion] += (1 - values[criterion]) * rng.random()
    candidates[chosen] = Candidate(candidates[chosen].name, values)
    after = rank_candidates(candidates, weights)
    assert after[chosen].score >= before[chosen].score
    old, new = before[chosen].rank, after[chosen].rank
    assert old is not None
    assert new is not None
    assert new <= old
    assert after[chosen].top_share >= before[chosen].top_share


@pytest.mark.parametrize("criterion", CRITERIA)
def test_weights_on_one_criterion_give_its_own_order(criterion: str) -> None:
    candidates = some(chance(5))
    standings = rank_candidates(candidates, {criterion: 3.0})
    wanted = rank_scores([k.values[criterion] for k in candidates])
    assert [s.rank for s in standings] == wanted
    assert len(set(wanted)) > 6


@pytest.mark.parametrize("seed", range(10))
def test_the_order_in_the_file_changes_nothing(seed: int) -> None:
    rng = chance(seed)
    candidates = some(rng, known=0.8)
    shuffled = rng.sample(candidates, len(candidates))
    one = {s.candidate.name: s for s in rank_candidates(candidates, EQUAL)}
    other = {s.candidate.name: s for s in rank_candidates(shuffled, EQUAL)}
    assert {n: repr(s) for n, s in one.items()} == {n: repr(s) for n, s in other.items()}


def test_only_the_proportions_of_weights_matter() -> None:
    candidates = some(chance(3))
    for one, other in zip(
        rank_candidates(candidates, EQUAL),
        rank_candidates(candidates, dict.fromkeys(CRITERIA, 7.0)),
        strict=True,
    ):
        assert one.score == pytest.approx(other.score)
        assert (one.rank, one.ranks, one.top_share) == (other.rank, other.ranks, other.top_share)


def test_candidates_that_two_digits_do_not_tell_apart_are_tied() -> None:
    assert rank_scores([0.504, 0.5, 0.7, 0.2]) == [2, 2, 1, 4]
    assert rank_scores([float("nan"), 0.1]) == [None, 1]


def test_whoever_is_best_in_everything_is_first_under_all_weights() -> None:
    others = some(chance(1), 11)
    best = Candidate("best", dict.fromkeys(CRITERIA, 1.0))
    standing = rank_candidates([*others, best], EQUAL)[-1]
    assert standing.rank_range == (1, 1)
    assert standing.top_share == 1


def test_with_fewer_candidates_than_places_all_are_among_the_first() -> None:
    assert all(s.top_share == 1 for s in rank_candidates(some(chance(1), TOP_COUNT), EQUAL))


def test_a_criterion_that_most_candidates_lack_is_left_out_for_all() -> None:
    candidates = [
        Candidate(f"k{i}", {"perception": i / 12} | ({"plans": 1.0} if i < 5 else {}))
        for i in range(12)
    ]
    assert list_usable_criteria(candidates) == ("perception",)
    standings = rank_candidates(candidates, EQUAL)
    assert [s.rank for s in standings] == list(range(12, 0, -1))
    assert all(set(s.candidate.values) == {"perception"} for s in standings)


def test_a_missing_value_is_left_out_of_the_mean_and_tried_at_both_ends() -> None:
    candidates = [
        Candidate("a", {"perception": 0.5, "plans": 0.5}),
        Candidate("b", {"perception": 0.6}),
        Candidate("c", {"perception": 0.4, "plans": 0.7}),
    ]
    standing = rank_candidates(candidates, EQUAL)[1]
    assert standing.score == pytest.approx(0.6)
    assert standing.rank == 1
    assert standing.rank_range == (1, 3)
    names = [s.name for s in list_weight_settings(candidates, {"perception": 1, "plans": 1})]
    assert names[-2:] == ["missing_low", "missing_high"]


def test_a_candidate_without_evidence_has_no_rank() -> None:
    found = rank_candidates([*some(chance(2), 4), Candidate("nothing", {})], EQUAL)
    assert found[-1].rank is None
    assert found[-1].rank_range is None
    assert isnan(found[-1].score)
    assert isnan(found[-1].top_share)
    assert [s.rank for s in found[:-1]] == [
        s.rank for s in rank_candidates(some(chance(2), 4), EQUAL)
    ]


def test_without_any_evidence_nothing_is_ranked() -> None:
    found = rank_candidates([Candidate("a", {}), Candidate("b", {})], EQUAL)
    assert [(s.rank, s.ranks) for s in found] == [(None, (None, None)), (None, (None, None))]
    assert rank_candidates([], EQUAL) == []


def test_the_share_of_weights_is_that_of_a_fine_grid() -> None:
    """With two criteria the drawn weights are spread evenly between both ends."""
    candidates = [
        Candidate(f"k{i}", {"perception": i / 6, "plans": (6 - i) ** 2 / 36}) for i in range(7)
    ]
    found = rank_candidates(candidates, EQUAL)
    for place, standing in enumerate(found):
        first = 0
        for step in range(1, 2000, 2):
            weights = {"perception": step / 2000, "plans": 1 - step / 2000}
            rank = rank_scores([compute_score(k.values, weights) for k in candidates])[place]
            first += rank is not None and rank <= TOP_COUNT
        assert standing.top_share == pytest.approx(first / 1000, abs=0.05)
    assert 0.1 < min(s.top_share for s in found) < max(s.top_share for s in found)


def test_a_mean_needs_half_of_its_values() -> None:
    nan = float("nan")
    assert compute_known_mean([0.2, 0.4, nan]) == pytest.approx(0.3)
    assert compute_known_mean([0.2, nan]) == 0.2
    assert isnan(compute_known_mean([0.2, nan, nan]))
    assert isnan(compute_known_mean([]))


def test_the_geometric_mean_is_high_only_where_both_are() -> None:
    for one, other in permutations((0.0, 0.3, 1.0), 2):
        assert min(one, other) <= compute_geometric_mean(one, other) <= (one + other) / 2


def test_few_plans_count_for_more_the_fewer_there_are() -> None:
    """Also as the average grows with the candidate's own plans."""
    others = 40.0
    values = [compute_plan_gap(own, (own + others) / 12) for own in range(30)]
    assert values == sorted(values, reverse=True)
    assert values[0] == 1
    assert isnan(compute_plan_gap(0, 0))


def test_the_shipped_file_gives_every_shock_stress_and_category_a_place() -> None:
    file = read_candidates(SHIPPED)
    folder = SHIPPED.parent
    listed = [line.split("|") for line in (folder / "persepsi.md").read_text("utf-8").split("\n")]
    codes: dict[str, set[str]] = {}
    for cells in listed:
        if len(cells) > 4:
            codes.setdefault(cells[2].strip(), set()).add(cells[3].strip())
    kinds = {
        line.split(",")[0] for line in (folder / "kategori.csv").read_text("utf-8").split()[1:]
    }
    assert {s for a in file.candidates for s in a.shocks} == codes["guncangan"]
    assert {s for a in file.candidates for s in a.stresses} == codes["tekanan"]
    assert {c for a in file.candidates for c in a.categories} <= kinds
    assert len({c for a in file.candidates for c in a.categories}) == 12
    assert set(file.weights.values()) == {1.0}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("perception = 1", "kesan = 1"), "'kesan' is none of perception"),
        (("perception = 1", "perception = -1"), "weights.perception"),
        (("perception = 1", 'perception = "banyak"'), "weights.perception"),
        (('driver = "pekerjaan"', 'driver = "kebutuhan"'), "kebutuhan stands there twice"),
        (
            ('driver = "pekerjaan"', 'pendorong = "pekerjaan"'),
            r"candidates\[1\]\.driver: is missing",
        ),
        (("[weights]", "[weights"), "temuan.toml"),
    ],
)
def test_a_slip_in_the_file_is_told_with_its_place(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    text = SHIPPED.read_text("utf-8")
    assert change[0] in text
    path = tmp_path / "temuan.toml"
    path.write_text(text.replace(*change, 1), "utf-8")
    with pytest.raises(InvalidInputError, match=said):
        read_candidates(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidInputError, match=r"gone\.toml: No such file.*questionnaires\.candidates"
    ):
        read_candidates(tmp_path / "gone.toml")
