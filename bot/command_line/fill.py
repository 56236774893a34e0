"""``suara fill``: a questionnaire played in the terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any

from bot.progress import print_text
from survey.forms.answers.typed_answers import parse_typed_answer
from survey.forms.authoring.faults import QuestionnaireError
from survey.forms.authoring.lint import examine_workbook
from survey.forms.authoring.workbook import read_workbook
from survey.forms.model.questionnaire import Questionnaire
from survey.forms.runtime.form import strip_positions
from survey.forms.runtime.form_replay import FormReplay, PathError, ReplayStep, replay_answers

YES_ANSWERS = frozenset({"y", "yes", "ya"})


class FillingError(Exception):
    """A questionnaire that cannot be played, or answers that do not belong to it."""


def compile_for_filling(file: Path) -> Questionnaire:
    """The questionnaire, if it can be run at all, whatever else is wrong with it.

    Raises FillingError.
    """
    try:
        questionnaire, faults = examine_workbook(read_workbook(file), file.parent)
    except QuestionnaireError as error:
        raise FillingError(str(error)) from None
    if questionnaire is None:
        raise FillingError("\n".join(str(fault) for fault in faults if not fault.warning))
    return questionnaire


def fill_from_file(file: Path, answers: Path, seed: int, zone: tzinfo) -> None:
    """Print a JSON line for the beginning and for each answer. Raises FillingError."""
    questionnaire = compile_for_filling(file)
    try:
        for step in replay_answers(questionnaire, read_answers_file(answers), seed, zone=zone):
            print_text(json.dumps(step, ensure_ascii=False))
    except PathError as fault:
        raise FillingError(str(fault)) from None


def read_answers_file(path: Path) -> list[Sequence[str]]:
    """The answers in a file. Raises FillingError."""
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise FillingError(f"{path} cannot be read: {fault}.") from None
    pairs = found if isinstance(found, list) else [found]
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and all(map(is_text, pair))):
            raise FillingError(f"{path}: {json.dumps(pair)} is not [path, value], both texts.")
    return pairs


def is_text(value: object) -> bool:
    """Whether a value of the answers' file is a text."""
    return isinstance(value, str)


def fill_by_hand(file: Path, seed: int, zone: tzinfo) -> None:
    """Ask one question after the other. Raises FillingError."""
    filling = FormReplay(compile_for_filling(file), seed, zone=zone)
    filling.begin()
    language = filling.form.questionnaire.languages[0]
    gone: set[str] = set()
    while left := [key for key in filling.form.list_places() if key not in gone]:
        key = left[0]
        is_prompt = strip_positions(key) in filling.form.repeats
        if is_prompt:
            is_done = not ask_for_another(filling, key, language)
        else:
            is_done = filling.form.offers_nothing(key) or ask_question(filling, key, language)
        gone |= {key} if is_done else set()
    print_text(json.dumps(filling.state, ensure_ascii=False, indent=2))


def ask_for_another(filling: FormReplay, prompt: str, language: str) -> bool:
    """Whether one more instance of a repeat was wanted and added."""
    path, within = strip_positions(prompt), prompt.rpartition("/")[0]
    heading = filling.form.render_text(filling.form.repeats[path].label, prompt, language)
    there = len(filling.form.list_occurrences(path, within))
    print_text(f"\n{prompt}\n{heading or path} ({there} so far). One more? y/n")
    return (
        read_line().strip().casefold() in YES_ANSWERS
        and filling.form.add_instance(path, within) is not None
    )


def ask_question(filling: FormReplay, key: str, language: str) -> bool:
    """Ask one question; whether the answer can stand."""
    question = filling.form.get_question(key)
    print_text(f"\n{key}\n{filling.form.render_text(question.label, key, language)}")
    for choice in filling.form.list_choices(key):
        print_text(f"  {choice.value}: {filling.form.render_text(choice.label, key, language)}")
    if question.kind.is_note:
        return True
    text = read_line()
    step = filling.answer(key, parse_typed_answer(question, text, filling.now))
    print_effects(filling, step, key, language)
    return step["valid"]


def read_line() -> str:
    """What is typed. Raises FillingError at the end of the input."""
    try:
        return input("> ")
    except EOFError:
        raise FillingError("The questionnaire was left before its end.") from None


def print_effects(filling: FormReplay, step: ReplayStep, key: str, language: str) -> None:
    """Say what an answer led to."""
    if not step["valid"]:
        bind = filling.form.nodes[key].bind
        message = filling.form.render_text(bind.constraint_message, key, language)
        print_text(f"  Not valid. {message}".rstrip())
    for path, value in step["changed"].items():
        print_text(f"  {path} = {'–' if value is None else value}")
