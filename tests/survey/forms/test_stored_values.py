"""What can be stored, and which choice somebody means."""

from __future__ import annotations

import pytest

from survey.forms.answers.question_kinds import QUESTION_KINDS
from survey.forms.answers.stored_values import LONGEST_ANSWER, fits_question, match_labels
from survey.forms.model.questionnaire import Bind, Question, Text


def question(kind: str, **own: str) -> Question:
    return Question(
        1, "/data/q", QUESTION_KINDS[kind], Text(), Text(), Bind("/data/q"), suara_attributes=own
    )


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
        ("text", "x" * (LONGEST_ANSWER + 1)),
    ],
)
def test_what_is_not_of_the_kind_does_not_fit(kind: str, text: str) -> None:
    assert not fits_question(question(kind), text)


def test_a_text_that_no_file_can_hold_does_not_fit() -> None:
    assert not fits_question(question("text"), "a\x00b")
    assert not fits_question(question("text"), "\ud83d")
    assert fits_question(question("text"), "🌊 naik\ndi sini")


def test_a_range_has_bounds_and_steps() -> None:
    slider = question("range", start="1", end="9", step="2")
    assert [n for n in range(-1, 12) if fits_question(slider, str(n))] == [1, 3, 5, 7, 9]
    downwards = question("range", start="1", end="0", step="0.1")
    assert fits_question(downwards, "0.7")
    assert not fits_question(downwards, "0.75")
    assert not fits_question(downwards, "1.1")
    odd = question("range", start="0", end="10", step="3")
    assert not fits_question(odd, "10")  # The last step is 9.


def test_a_range_that_says_nothing_goes_from_one_to_ten() -> None:
    assert [n for n in range(13) if fits_question(question("range"), str(n))] == list(range(1, 11))


def test_a_choice_is_found_by_the_words_that_someone_types() -> None:
    labels = ["Kebayoran Baru", "Kebayoran Lama", "Pal Merah", "Tebet"]
    assert match_labels(labels, "tebet") == [3]
    assert match_labels(labels, "keb") == [0, 1]
    assert match_labels(labels, "lama") == [1]
    assert match_labels(labels, "palmerah") == [2]
    assert match_labels(labels, "!?") == []
    assert match_labels(labels, "Bogor") == []
