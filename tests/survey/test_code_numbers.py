"""A code has one number in statistics programs, and keeps it whatever comes later."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.code_numbers import assign_code_numbers, find_place_codes

CODES = st.lists(
    st.one_of(
        st.sampled_from(["tt", "tm", "tp", "bb", "1.5", "2.0", "2", "02", "-99", "ya", "31.71"]),
        st.integers(-50, 5000).map(str),
        st.text("abé12.-", min_size=1, max_size=5),
    ),
    max_size=12,
)


@pytest.mark.parametrize(
    ("codes", "numbers"),
    [
        (["1", "2", "3", "5"], [1, 2, 3, 5]),
        (["-99", "-1", "0", "1"], [-99, -1, 0, 1]),
        (["1.5", "2.0", "2.5", "-0.25"], [1.5, 2, 2.5, -0.25]),
        (["01", "05", "20"], [1, 5, 20]),
        (["merah", "biru", "tt"], [1, 2, -1]),
        (["1", "2", "lain", "tp"], [1, 2, 1001, -3]),
        (["4999", "lain"], [4999, 10001]),
        (["31.71.08", "31.71.08.1002"], [317108, 3171081002]),
        (["2.0", "2", "02"], [2, 1001, 1002]),
        (["-1", "tt"], [1001, -1]),
        (["9" * 17, "1"], [1001, 1]),
        (["ya", "१", "1_0"], [1, 2, 3]),
    ],
)
def test_a_number_stays_what_it_is_and_words_are_counted(
    codes: Sequence[str], numbers: Sequence[float]
) -> None:
    assert assign_code_numbers({}, codes) == dict(zip(codes, numbers, strict=True))


def test_a_code_of_two_parts_is_a_place_where_another_list_goes_on_with_it() -> None:
    cities, districts = ["31.01", "31.71"], ["31.71.08", "31.71.07"]
    assert find_place_codes([cities, districts]) == {"31.01", "31.71"}
    assert assign_code_numbers({}, cities, find_place_codes([cities, districts])) == {
        "31.01": 3101,
        "31.71": 3171,
    }
    assert find_place_codes([["10.25", "12.50"], districts]) == frozenset()


def test_what_comes_later_takes_no_number_from_anybody() -> None:
    first = assign_code_numbers({}, ["merah", "biru"])
    assert assign_code_numbers(first, ["2", "hijau", "merah", "7", "biru"]) == {
        "2": 1001,
        "hijau": 1002,
        "7": 7,
    }


@given(st.lists(CODES, min_size=1, max_size=5))
def test_whatever_versions_come_no_number_changes_and_none_stands_for_two_codes(
    versions: list[list[str]],
) -> None:
    known: dict[str, float] = {}
    for codes in versions:
        before = dict(known)
        known |= assign_code_numbers(known, codes)
        assert {code: known[code] for code in before} == before
        assert len(set(known.values())) == len(known)
        assert set(codes) <= known.keys()
