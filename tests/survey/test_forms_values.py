"""What people type, and what is stored of it."""

from __future__ import annotations

import pytest

from survey.forms.questionnaire import Bind, Question, Text
from survey.forms.values import LONGEST, fits, matching, typed


def question(kind: str, **own: str) -> Question:
    return Question(1, "/data/q", kind, Text(), Text(), Bind("/data/q"), own=own)


@pytest.mark.parametrize(
    ("kind", "text", "stored"),
    [
        ("integer", " 1.234 ", "1234"),
        ("integer", "12 500", "12500"),
        ("integer", "-3", "-3"),
        ("decimal", "3,5", "3.5"),
        ("decimal", ".5", ".5"),
        ("date", "17/8/2025", "2025-08-17"),
        ("date", "1-2-2025", "2025-02-01"),
        ("date", "2025-08-17", "2025-08-17"),
        ("time", "9.30", "09:30"),
        ("datetime", "17/8/2025 9.30", "2025-08-17T09:30"),
        ("geopoint", "-6.2 106.8", "-6.2 106.8"),
        ("text", " Banjir \x00surut\x08 ", "Banjir surut"),
    ],
)
def test_numbers_and_days_are_read_as_people_write_them(kind: str, text: str, stored: str) -> None:
    assert typed(question(kind), text) == stored
    assert fits(question(kind), stored)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("integer", "tiga"),
        ("integer", "3.5"),
        ("integer", "1" * 40),
        ("decimal", "1,2,3"),
        ("decimal", "nan"),
        ("date", "30/2/2025"),
        ("date", "besok"),
        ("date", "20250817"),
        ("time", "25.00"),
        ("datetime", "2025-08-17"),
        ("geopoint", "91 10"),
        ("geopoint", "Monas"),
        ("text", "x" * (LONGEST + 1)),
    ],
)
def test_what_is_not_of_the_kind_does_not_fit(kind: str, text: str) -> None:
    assert not fits(question(kind), typed(question(kind), text))


def test_a_text_that_no_file_can_hold_does_not_fit() -> None:
    assert not fits(question("text"), "a\x00b")
    assert not fits(question("text"), "\ud83d")
    assert fits(question("text"), "🌊 naik\ndi sini")


def test_a_range_has_bounds() -> None:
    slider = question("range", start="1", end="5")
    assert fits(slider, "5")
    assert not fits(slider, "6")
    assert not fits(slider, "0")


def test_a_choice_is_found_by_the_words_that_someone_types() -> None:
    labels = ["Kebayoran Baru", "Kebayoran Lama", "Pal Merah", "Tebet"]
    assert matching(labels, "tebet") == [3]
    assert matching(labels, "keb") == [0, 1]
    assert matching(labels, "lama") == [1]
    assert matching(labels, "palmerah") == [2]
    assert matching(labels, "!?") == []
    assert matching(labels, "Bogor") == []
