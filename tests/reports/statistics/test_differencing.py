"""Nobody's answers come out by subtracting one report from another."""

from __future__ import annotations

import sys
from collections import Counter

import pytest

from reports.statistics.release import (
    NOTHING_RELEASED,
    ReleaseCandidate,
    ReleaseState,
    plan_release,
)
from tests.reports.statistics.differencing_attack import (
    MINIMUM,
    Rule,
    SimulatedYear,
    attack_documents,
    release_everybody,
    release_in_batches,
    release_totals_in_batches,
    simulate_year,
)


def tell(line: str) -> None:
    """Print it; ``pytest -s`` shows it."""
    sys.stdout.write(f"{line}\n")


@pytest.fixture(scope="module")
def year() -> SimulatedYear:
    """One to twenty people a week, some of whom change their answers or withdraw."""
    return simulate_year(1, release_in_batches, (1, 20))


def test_a_year_of_reports_gives_no_small_cell_away(year: SimulatedYear) -> None:
    cells, recovered = attack_documents(year)
    tell(f"batches and cuts: {recovered} of {cells} small cells recovered")
    assert cells > 1000
    assert recovered == 0


def test_a_year_of_few_people_gives_no_small_cell_away() -> None:
    cells, recovered = attack_documents(simulate_year(1, release_in_batches, (1, 6)))
    tell(f"few people: {recovered} of {cells} small cells recovered")
    assert recovered == 0


@pytest.mark.parametrize(
    ("seed", "arrivals"), [(2, (3, 3)), (3, (3, 3)), (6, (1, 6)), (7, (3, 3)), (10, (3, 3))]
)
def test_years_in_which_few_come_and_some_leave_give_no_small_cell_away(
    seed: int, arrivals: tuple[int, int]
) -> None:
    """Each was given away by who had left: beside a row, a batch, or who was in no row."""
    cells, recovered = attack_documents(simulate_year(seed, release_in_batches, arrivals))
    tell(f"seed {seed}, {arrivals} a week: {recovered} of {cells} small cells recovered")
    assert recovered == 0


@pytest.mark.parametrize("rule", [release_everybody, release_totals_in_batches])
def test_the_same_attack_finds_cells_where_a_mechanism_is_missing(rule: Rule) -> None:
    cells, recovered = attack_documents(simulate_year(1, rule, (1, 20)))
    tell(f"{getattr(rule, '__name__', '')}: {recovered} of {cells} small cells recovered")
    assert recovered > cells / 10


def test_who_is_in_no_row_hides_among_enough(year: SimulatedYear) -> None:
    """A row that is not shown may have nobody, or all of those who are in none."""
    for rests, size in zip(year.rests, year.sizes, strict=True):
        assert size == 0 or size >= MINIMUM
        assert all(rest == 0 or rest >= MINIMUM for rest in rests.values()), rests
    for name, rest in year.rests[-1].items():
        tell(f"{name}: {rest} of {year.sizes[-1]} in no row; the least is {year.least[name]}")


def make_people(first: int, number: int, **groups: str) -> list[ReleaseCandidate]:
    """So many who are alike."""
    return [ReleaseCandidate(first + n, 1, groups) for n in range(number)]


def take(
    previous: ReleaseState, people: list[ReleaseCandidate], *, breaks_down: bool = True
) -> ReleaseState:
    return plan_release(previous, people, MINIMUM, breaks_down=breaks_down)


def test_newcomers_come_in_batches() -> None:
    ten = make_people(1, 10, kota="A")
    first = take(NOTHING_RELEASED, ten)
    assert take(first, [*ten, *make_people(11, 4, kota="A")]) is first
    assert take(first, [*ten, *make_people(11, 5, kota="A")]).size == 15
    assert take(NOTHING_RELEASED, make_people(1, 4, kota="A")).size == 0


def test_a_row_takes_people_in_batches_and_only_at_a_breakdown() -> None:
    people = [*make_people(1, 10, kota="A"), *make_people(11, 5, kota="B")]
    first = take(NOTHING_RELEASED, people)
    assert {first.find_row(id_, "kota") for id_ in first.people} == {"A", "B"}
    people += [*make_people(21, 3, kota="A"), *make_people(31, 3, kota="B")]
    between = take(first, people, breaks_down=False)
    assert [between.find_row(id_, "kota") for id_ in (1, 21, 31)] == ["A", None, None]
    # Three of each are too few for either.
    then = take(between, people)
    assert [then.find_row(id_, "kota") for id_ in (1, 21, 31)] == ["A", None, None]


def test_a_small_row_does_not_wait_alone() -> None:
    """Three in no row would be everybody less those in rows: so two of the largest wait, too."""
    people = [*make_people(1, 20, kota="A"), *make_people(31, 9, kota="B")]
    first = take(NOTHING_RELEASED, [*people, *make_people(51, 3, kota="C")])
    rows = Counter(first.find_row(id_, "kota") for id_ in first.people)
    assert rows == {"A": 18, "B": 9, None: 5}


def test_a_row_that_lost_somebody_is_not_shown_and_others_stay() -> None:
    people = [*make_people(1, 20, kota="A"), *make_people(31, 9, kota="B")]
    first = take(NOTHING_RELEASED, people)
    without = [*people[1:], *make_people(51, 6, kota="B")]
    then = take(first, without, breaks_down=False)
    assert [then.find_row(id_, "kota") for id_ in (2, 31, 51)] == [None, "B", None]
    # The newcomers stand in for who left once the row takes them.
    later = take(then, [*without, *make_people(61, 6, kota="A")])
    assert [later.find_row(id_, "kota") for id_ in (2, 31, 51, 61)] == ["A", "B", "B", "A"]


def test_an_edit_is_a_newcomer_and_nobody_leaves_alone() -> None:
    people = make_people(1, 20, kota="A")
    first = take(NOTHING_RELEASED, people)
    edited = [ReleaseCandidate(1, 2, {"kota": "A"}), *people[1:]]
    then = take(first, edited, breaks_down=False)
    assert 1 not in then.people
    # The one who changed and as many others as a batch has.
    assert then.size == 20 - 1 - MINIMUM
    assert all(then.find_row(id_, "kota") is None for id_ in then.people)
    back = take(then, [*edited, *make_people(31, 4, kota="A")])
    assert back.size == 24
    assert back.people[1].version == 2


def test_a_row_that_many_left_is_not_shown_either() -> None:
    """Six left, five of them of a row: the sixth would be the six without those five."""
    people = [*make_people(1, 20, kota="A"), *make_people(31, 9, kota="B")]
    first = take(NOTHING_RELEASED, people)
    then = take(first, [*people[5:-1]])
    assert then.size == 23
    assert {then.find_row(id_, "kota") for id_ in then.people} == {None}


def test_those_in_no_row_are_not_a_batch_and_one_more() -> None:
    """What a batch says of which nobody is in a row is known, and leaves the one who is with it."""
    people = [*make_people(1, 20, kota="A"), *make_people(31, 1, kota="B")]
    first = take(NOTHING_RELEASED, people)
    apart = [id_ for id_ in first.people if first.find_row(id_, "kota") is None]
    assert len(apart) == MINIMUM
    # Five newcomers of one small row each: they wait as a whole, and nobody leaves them alone.
    small = [one for n in range(5) for one in make_people(41 + n, 1, kota=f"C{n}")]
    then = take(first, [*people, *small])
    waiting = [id_ for id_ in then.people if then.find_row(id_, "kota") is None]
    assert len([id_ for id_ in waiting if id_ <= 31]) >= MINIMUM
