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


def test_a_choice_is_found_without_its_accents_and_by_its_number() -> None:
    assert match_labels(["Café", "Warung"], "cafe") == [0]
    assert match_labels(["Sukoharjo", "Łódź"], "lodz") == [1]
    places = [f"RW {n:02}" for n in range(1, 21)]
    for typed in ("05", "5", "rw 5", "RW05", "\N{ARABIC-INDIC DIGIT FIVE}"):
        assert match_labels(places, typed) == ([4] if typed != "rw 5" else []), typed
    assert match_labels([f"Rumah {n}" for n in range(1, 5001)], "4999") == [4998]
    assert match_labels(["RW 1", "RW 10", "RW 11"], "1") == [0]
    assert match_labels(["Blok A1", "Blok B2"], "b2") == [1]


@pytest.mark.parametrize("kind", ["date", "datetime"])
def test_a_year_that_no_calendar_can_be_turned_to_does_not_fit(kind: str) -> None:
    clock = "T10:00:00.000+07:00" if kind == "datetime" else ""
    for year, fits in (("9999", False), ("0999", False), ("9998", True), ("1000", True)):
        assert fits_question(question(kind), f"{year}-12-31{clock}") is fits


@pytest.mark.parametrize("kind", ["integer", "decimal", "range", "date", "time", "geopoint"])
def test_only_ascii_digits_are_kept(kind: str) -> None:
    plain = {"date": "2026-11-23", "time": "10:00", "geopoint": "1.0 2.0"}.get(kind, "5")
    assert fits_question(question(kind), plain)
    for zero in (0x660, 0xE50, 0xFF10):
        other = plain.translate({0x30 + n: zero + n for n in range(10)})
        assert not fits_question(question(kind), other)


def test_a_search_finds_the_same_in_a_long_list_in_every_way_that_it_fits() -> None:
    labels = [
        "RW 05",
        "RW 5",
        "RW 15",
        "RW ٥",
        "Kebon Jeruk 050",
        "Pulau Seribu",
        *map(str, range(900, 990)),
    ]
    assert match_labels(labels, "05") == [0]
    assert match_labels(labels, "005") == [0, 1, 3]
    assert match_labels(labels, "15") == [2]
    assert match_labels(labels, "50") == [4]
    assert match_labels(labels, "pulauseribu") == [5]
    assert match_labels(labels, "jeruk") == [4]
