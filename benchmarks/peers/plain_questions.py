"""``persepsi`` as the bots that are compared ask it: every question with its text and its choices.

Of a list of which several may be chosen they take one, and of the open question they take that it
was left out: each is one tap, as little as it can be.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from survey.forms.authoring.xlsform import compile_file
from survey.forms.model.questionnaire import Question

ROOT = Path(__file__).parents[2]
QUESTIONNAIRES = ROOT / "questionnaires"
LANGUAGE = "id"
#: What of a list of places is shown: those within the place that was chosen before.
PLACES_WITHIN = {"kecamatan": "kota", "kelurahan": "kecamatan"}
LEAVE_OUT = [["lewati", "Lewati", ""]]


def read_plain_questions() -> list[dict[str, Any]]:
    """The questions in their order: ``name``, ``text``, and the ``choices`` with what they lie in.

    ``within`` names the question whose answer a choice has to lie in; "" if it shows them all.
    """
    form = compile_file(QUESTIONNAIRES / "persepsi.md")
    language = form.match_language(LANGUAGE)
    return [describe_question(each, language) for each in form.questions if is_asked(each)]


def is_asked(question: Question) -> bool:
    """Whether it waits for an answer; notes and calculations do not."""
    return bool(question.choices) or question.name == "perbaikan"


def describe_question(question: Question, language: str) -> dict[str, Any]:
    """One of them."""
    within = PLACES_WITHIN.get(question.name, "")
    return {
        "name": question.name,
        "text": question.label.get_plain_text(language),
        "within": within,
        "choices": list(list_choices(question, language, within)) or LEAVE_OUT,
    }


def list_choices(question: Question, language: str, within: str) -> Iterator[list[str]]:
    """Value, label, and the value of the place that it lies in."""
    around = read_places(question.name, within) if within else {}
    for choice in question.choices:
        label = choice.label.get_plain_text(language)
        yield [choice.value, label, around.get(choice.value, "")]


def read_places(name: str, within: str) -> dict[str, str]:
    """In which larger place each lies."""
    with (QUESTIONNAIRES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row[within] for row in csv.DictReader(file)}


def write_plain_questions(path: Path) -> Path:
    """Them as a file for the bots that are compared."""
    path.write_text(json.dumps(read_plain_questions(), ensure_ascii=False), encoding="utf-8")
    return path
