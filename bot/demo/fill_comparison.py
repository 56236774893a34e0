"""Whether exported answers are those that ``suara fill`` makes of the same answers."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from survey.forms.model.questionnaire import Bind, Question, Questionnaire
from survey.forms.runtime.form import strip_positions
from survey.forms.runtime.form_replay import FormReplay, PathError

STEP_PATTERN = re.compile(r"([^/\[\]]+)(?:\[(\d+)\])?")
#: What makes a calculation depend on when, or on chance: no two fillings agree on it.
CHANCE_PATTERN = re.compile(r"\b(now|today|random|uuid|once)\s*\(")


@dataclass(frozen=True, slots=True)
class ExportedAnswer:
    """A row of ``answers.csv``."""

    respondent: str
    question: str
    value: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class FillComparison:
    """How many answers of how many interviews were compared, and what is other than filled in."""

    interviews: int
    answers: int
    differences: tuple[str, ...]


def read_exported_answers(file: Path, wave: str) -> list[ExportedAnswer]:
    """The answers of one wave."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            ExportedAnswer(
                row["respondent"],
                row["question"],
                row["value"],
                datetime.fromisoformat(row["answered_at"]),
            )
            for row in csv.DictReader(lines)
            if row["wave"] == wave
        ]


def compare_with_fill(
    form: Questionnaire, answers: Iterable[ExportedAnswer], zone: tzinfo
) -> FillComparison:
    """Fill the form with each interview's answers, and compare all that stands in it then."""
    by_person: dict[str, list[ExportedAnswer]] = {}
    for answer in answers:
        by_person.setdefault(answer.respondent, []).append(answer)
    found = [
        f"{person}: {difference}"
        for person, given in by_person.items()
        for difference in list_differences(form, given, zone)
    ]
    return FillComparison(len(by_person), sum(map(len, by_person.values())), tuple(found))


def list_differences(
    form: Questionnaire, given: Sequence[ExportedAnswer], zone: tzinfo
) -> Iterator[str]:
    """What is other in the form filled with the same answers than in the export."""
    moment = min(answer.answered_at for answer in given)
    filling = FormReplay(form, now=moment.replace(tzinfo=moment.tzinfo or zone), zone=zone)
    filling.begin()
    exported = {add_positions(answer.question): answer.value for answer in given}
    try:
        replay_exported(filling, given, exported.keys())
    except PathError as fault:
        yield str(fault)
        return
    for path in exported.keys() | set(filling.state):
        found, kept = filling.state.get(path, ""), exported.get(path, "")
        if is_comparable(form, path, path in exported) and not is_same(form, path, found, kept):
            yield f"{path} is “{kept}” in the export and “{found}” filled in"


def replay_exported(
    filling: FormReplay, given: Sequence[ExportedAnswer], exported: Collection[str]
) -> None:
    """Give the answers, then take away what the form suggested and its person left out.

    Raises PathError.
    """
    form = filling.form.questionnaire
    for answer in sorted(given, key=order_of_filling):
        if find_question(form, answer.question) is not None:
            filling.answer(f"{form.body.path}/{answer.question}", answer.value)
    for path in [path for path in filling.state if path not in exported]:
        question = find_question(form, path)
        # Taking one away may take others with it: instances that it counted, for one.
        is_there = question is not None and not question.kind.is_display_only
        if is_there and filling.state.get(path):
            filling.answer(f"{form.body.path}{path}", "")


def order_of_filling(answer: ExportedAnswer) -> list[int]:
    """Earlier instances of a repeat before later ones, outer before inner."""
    return [int(position or 1) for _, position in STEP_PATTERN.findall(answer.question)[:-1]]


def add_positions(question: str) -> str:
    """A path as forms are replayed with it: a position at every step."""
    steps = STEP_PATTERN.findall(question)
    return "".join(f"/{name}[{position or 1}]" for name, position in steps)


def find_question(form: Questionnaire, path: str) -> Question | None:
    """The question that asks for a value; None for what is calculated."""
    names = "/".join(name for name, _ in STEP_PATTERN.findall(path))
    return form.controls.get(f"{form.body.path}/{names}")


def is_comparable(form: Questionnaire, path: str, exported: bool) -> bool:
    """Whether both sides should have the same there: not what tells, nor what chance makes."""
    question = find_question(form, path)
    if question is not None:
        return exported or not question.kind.is_display_only
    bind = form.binds.get(form.body.path + strip_positions(path))
    return exported and not (bind is not None and is_made_by_chance(bind))


def is_made_by_chance(bind: Bind) -> bool:
    """Whether a node holds when it was filled in, or what chance made."""
    formula = bind.calculate.source if bind.calculate else ""
    return bool(bind.preload or CHANCE_PATTERN.search(formula))


def is_same(form: Questionnaire, path: str, found: str, kept: str) -> bool:
    """Whether two values say the same: of several choices in whatever order."""
    question = find_question(form, path)
    if question is not None and question.kind.takes_several and not question.kind.is_ranked:
        return sorted(found.split()) == sorted(kept.split())
    return found == kept
