"""Signs of answering without reading, and how many took part in AAPOR's terms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.reading.quality_flags import (
    SECONDS_PER_WORD,
    flag_identical_answers,
    flag_short_durations,
)
from reports.statistics.outcome_rates import OutcomeCounts

people = st.integers(0, 500)
NAN = float("nan")


def test_a_table_answered_all_alike_is_a_straight_line() -> None:
    people = np.array([[3] * 12, [3] * 11 + [2], [3] * 3 + [-1] * 9, [-1] * 12, [0] * 4 + [-1] * 8])
    assert flag_identical_answers(people.T).tolist() == [True, False, False, False, True]


def test_who_needs_less_than_a_third_of_the_median_is_very_fast() -> None:
    assert found([300, 310, 290, 99, 100, NAN]) == [False] * 6
    assert found([300, 310, 290, 95, 305]) == [False, False, False, True, False]


def test_where_most_are_speeding_only_the_floor_finds_them() -> None:
    seconds = [20.0, 21.0, 19.0, 22.0, 240.0]
    assert not any(found(seconds))
    assert found(seconds, 400 * SECONDS_PER_WORD) == [True, True, True, True, False]


@given(st.lists(st.floats(1, 1000), min_size=1, max_size=50))
def test_never_more_than_half_are_faster_than_a_third_of_the_median(seconds: list[float]) -> None:
    assert sum(found(seconds)) <= len(seconds) / 2


def found(seconds: list[float], floor: float = 0.0) -> list[bool]:
    """Who is very fast, with the same floor for everybody."""
    flags: list[bool] = flag_short_durations(
        np.array(seconds), np.full(len(seconds), floor)
    ).tolist()
    return flags


def test_rates_are_those_of_the_standard_definitions() -> None:
    """By hand: I 120, P 30, break-offs 25, refusals 15, others 10, of 400 invited."""
    wave = OutcomeCounts(complete=120, partial=30, break_off=25, refused=15, other=10, invited=400)
    assert [wave.compute_cooperation(kind) for kind in (1, 2, 3, 4)] == pytest.approx(
        [120 / 200, 150 / 200, 120 / 190, 150 / 190]
    )
    assert wave.break_off_rate == pytest.approx(25 / 175)
    assert wave.completion_rate == pytest.approx(150 / 175)
    assert wave.participation_rate == pytest.approx(150 / 400)


def test_a_public_link_has_no_participation_rate() -> None:
    assert OutcomeCounts(complete=9, partial=0, break_off=1, refused=0).participation_rate is None


@given(people, people, people, people, people)
def test_rates_lie_between_nothing_and_all_and_in_their_order(
    complete: int, partial: int, broken: int, refused: int, other: int
) -> None:
    wave = OutcomeCounts(complete, partial, broken, refused, other)
    one, two, three, four = (wave.compute_cooperation(kind) for kind in (1, 2, 3, 4))
    if complete + partial + broken + refused:
        assert 0 <= one <= two <= four <= 1
        assert one <= three <= four
    if wave.begun:
        assert wave.break_off_rate + wave.completion_rate == pytest.approx(1)


def test_there_is_no_fifth_cooperation_rate() -> None:
    with pytest.raises(ValueError, match="1 to 4"):
        OutcomeCounts(1, 0, 0, 0).compute_cooperation(5)
