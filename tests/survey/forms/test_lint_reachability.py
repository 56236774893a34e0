"""Questions that nobody comes to, and constraints that nobody can meet."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.forms.authoring.lint import exclude_warnings
from tests.survey.form_helpers import find_faults

HEAD = "| survey | type | name | label | relevant | constraint | calculation |\n"
ASKED = """| | select_one kota | kota | Kota | | | |
| | integer | umur | Usia | | | |
| | select_multiple kota | semua | Semua | | | |
"""
CHOICES = """
| choices | list_name | name | label |
| | kota | 31.71 | Pusat |
| | kota | barat | Barat |
| | kota | 3 | Utara |
"""


def reasons(*rows: str) -> list[tuple[int, str, str]]:
    """Row, column and message of what cannot be reached or met."""
    found = find_faults(HEAD + ASKED + "".join(f"| {row} |\n" for row in rows) + CHOICES)
    return [
        (f.row, f.column, f.message)
        for f in found
        if "ever" in f.message or "good enough" in f.message
    ]


NEVER = {
    "${kota} = 'timur'": "“timur” is no choice of kota",
    "'timur' = ${kota}": "“timur” is no choice of kota",
    "selected(${semua}, 'Barat')": "“Barat” is no choice of semua",
    "${kota} = 'timur' and ${umur} > 3": "“timur” is no choice of kota",
    "${kota} = 'timur' or ${kota} = 'selatan'": "“timur” is no choice of kota",
    "${umur} = 'muda'": "umur is a number, never “muda”",
    "${kota} = 'barat' and ${kota} = '3'": "kota cannot be “3” and “barat” at once",
    "${umur} > 60 and ${umur} < 17": "umur cannot be above 60 and below 17 at once",
    "${umur} > 60 and 60 >= ${umur}": "umur cannot be above 60 and below 60 at once",
    "false()": "the condition is false whatever is answered",
    "no": "the condition is false whatever is answered",
    "1 = 2": "the condition is false whatever is answered",
    "${umur} > 3 and not(true())": "the condition is false whatever is answered",
}


@pytest.mark.parametrize("condition", NEVER)
def test_a_question_that_is_never_asked_is_a_warning_that_says_why(condition: str) -> None:
    row = f"| text | a | A | {condition} |"
    message = f"This question is never asked: {NEVER[condition]}."
    assert reasons(row) == [(5, "relevant", message)]
    assert exclude_warnings(find_faults(HEAD + ASKED + f"| {row} |\n" + CHOICES)) == []


@pytest.mark.parametrize(
    "condition",
    [
        "${kota} = 'barat'",
        "${kota} = 3",
        "${kota} = 31.71",
        "${kota} = ''",
        "${kota} != 'timur'",
        "not(${kota} = 'timur')",
        "${kota} = 'timur' or ${umur} > 3",
        "selected(${semua}, '3') and selected(${semua}, 'barat')",
        "${umur} > 17 and ${umur} < 60",
        "${umur} >= 17 and ${umur} <= 17",
        "${umur} > 60 or ${umur} < 17",
        "yes",
        "true()",
        "random() > 0.5",
        "today() > '2026-01-01'",
    ],
)
def test_a_question_that_may_be_asked_is_let_alone(condition: str) -> None:
    assert reasons(f"| text | a | A | {condition} |") == []


def test_what_waits_for_something_never_asked_is_never_asked_either() -> None:
    assert reasons(
        "| begin_group | g | G | ${kota} = 'timur' |",
        "| text | b | B | ${umur} = 'x' |",
        "| end_group | | |",
        "| text | c | C | ${b} = 'x' |",
        "| calculate | d | | ${c} = 'y' | | 1 |",
        "| text | e | E | ${b} = 'x' or ${umur} = 1 |",
    ) == [
        (5, "relevant", "Nothing in this group is ever asked: “timur” is no choice of kota."),
        (8, "relevant", "This question is never asked: b is never asked itself."),
        (9, "relevant", "It is never computed: c is never asked itself."),
    ]


def test_what_waits_for_itself_cannot_be_run() -> None:
    rows = (
        "| text | a | A | ${a} = 'x' |",
        "| begin_group | g | G | ${b} = 'x' |",
        "| text | b | B | |",
        "| end_group | | |",
    )
    assert reasons(*rows) == [
        (5, "relevant", "This question is never asked: it waits for its own answer."),
        (
            6,
            "relevant",
            "Nothing in this group is ever asked: it waits for b, which is inside of it.",
        ),
    ]
    found = find_faults(HEAD + ASKED + "".join(f"| {row} |\n" for row in rows) + CHOICES)
    assert len(exclude_warnings(found)) == 2


def test_a_constraint_that_no_answer_meets_is_a_fault() -> None:
    ((row, column, message),) = reasons("| integer | a | A | | . > 10 and . < 5 |")
    assert (row, column) == (5, "constraint")
    assert message == "No answer is good enough: an answer cannot be above 10 and below 5 at once."
    assert reasons("| integer | a | A | | . >= 5 and . <= 10 |") == []


def test_choices_in_a_file_and_those_that_pyxform_adds_are_known(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("name,label\na,Satu\n", encoding="utf-8")
    form = """| survey | type | name | label | relevant |
| | select_one_from_file t.csv | t | T | |
| | select_one kota or_other | k | K | |
| | text | b | B | ${t} = 'a' |
| | text | c | C | ${t} = 'b' |
| | text | d | D | ${k} = 'other' and /data/k_other != '' |
"""
    found = [f for f in find_faults(form + CHOICES, tmp_path) if "never" in f.message]
    assert [(f.row, f.message) for f in found] == [
        (5, "This question is never asked: “b” is no choice of t.")
    ]
    assert exclude_warnings(find_faults(form + CHOICES, tmp_path)) == []
