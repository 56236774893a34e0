"""Halves go away from nought, whatever binary makes of them."""

from __future__ import annotations

from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.localizer import Localizer
from survey.rounding import round_half_up, round_outwards, round_percent

WORDS = Localizer("en", "Asia/Jakarta")


@pytest.mark.parametrize(
    ("share", "percent"),
    [(0.125, 13), (0.145, 15), (0.575, 58), (0.005, 1), (-0.125, -13), (0.994999, 99), (0.0, 0)],
)
def test_halves_go_away_from_nought(share: float, percent: int) -> None:
    assert round_percent(share) == percent
    assert round_half_up(share, 2) == percent / 100
    assert WORDS.format_share(share) == f"{percent}%".replace("-", "−")


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_a_share_of_people_reads_as_whole_numbers_say(part: int, whole: int) -> None:
    """In whole numbers, without any binary: the floor of 100 · part / whole + ½."""
    assert round_percent(part / whole) == (200 * part + whole) // (2 * whole)


@given(st.integers(0, 2000))
def test_counts_and_scores_are_rounded_alike(halves: int) -> None:
    assert WORDS.format_count(halves / 2) == f"{(halves + 1) // 2:,}"
    tenths = (halves + 1) // 2
    assert WORDS.format_score(halves / 20) == f"{tenths / 10:g}"


def test_at_most_is_never_less_than_it_is() -> None:
    assert round_outwards(1.01, 1) == 1.1
    assert round_outwards(-1.01, 1) == -1.1
    assert round_outwards(0.3, 1) == 0.3


def test_what_is_no_number_stays() -> None:
    assert isnan(round_half_up(float("nan")))
    assert round_half_up(float("inf")) == float("inf")
    assert str(round_half_up(-0.001, 2)) == "0.0"
