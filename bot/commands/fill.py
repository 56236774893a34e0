"""``suara fill``: a questionnaire played in the terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.progress import say
from survey.forms.answers.typed_answers import typed
from survey.forms.authoring.faults import QuestionnaireError
from survey.forms.authoring.lint import examined
from survey.forms.authoring.workbook import read_file
from survey.forms.model.questionnaire import Questionnaire
from survey.forms.runtime.form import path_of
from survey.forms.runtime.form_replay import Filling, PathError, Played, played

#: Kinds that are shown and gone past.
TOLD = frozenset({"note"})
YES = frozenset({"y", "yes", "ya"})


class FillingError(Exception):
    """A questionnaire that cannot be played, or answers that do not belong to it."""


def compiled(file: Path) -> Questionnaire:
    """The questionnaire, if it can be run at all, whatever else is wrong with it.

    Raises FillingError.
    """
    try:
        questionnaire, faults = examined(read_file(file), file.parent)
    except QuestionnaireError as error:
        raise FillingError(str(error)) from None
    if questionnaire is None:
        raise FillingError("\n".join(str(fault) for fault in faults if not fault.warning))
    return questionnaire


def from_file(file: Path, answers: Path, seed: int) -> None:
    """Print a JSON line for the beginning and for each answer. Raises FillingError."""
    questionnaire = compiled(file)
    try:
        for step in played(questionnaire, read(answers), seed):
            say(json.dumps(step, ensure_ascii=False))
    except PathError as fault:
        raise FillingError(str(fault)) from None


def read(path: Path) -> list[Sequence[str]]:
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
    return isinstance(value, str)


def by_hand(file: Path, seed: int) -> None:
    """Ask one question after the other. Raises FillingError."""
    filling = Filling(compiled(file), seed)
    filling.begin()
    language = filling.form.questionnaire.languages[0]
    gone: set[str] = set()
    while left := [key for key in filling.form.places() if key not in gone]:
        key = left[0]
        is_prompt = path_of(key) in filling.form.repeats
        if not another(filling, key, language) if is_prompt else ask(filling, key, language):
            gone.add(key)
    say(json.dumps(filling.state, ensure_ascii=False, indent=2))


def another(filling: Filling, prompt: str, language: str) -> bool:
    """Whether one more instance of a repeat was wanted and added."""
    path, within = path_of(prompt), prompt.rpartition("/")[0]
    heading = filling.form.text(filling.form.repeats[path].label, prompt, language)
    there = len(filling.form.occurrences(path, within))
    say(f"\n{prompt}\n{heading or path} ({there} so far). One more? y/n")
    return read_line().strip().casefold() in YES and filling.form.add(path, within) is not None


def ask(filling: Filling, key: str, language: str) -> bool:
    """Ask one question; whether the answer can stand."""
    question = filling.form.question(key)
    say(f"\n{key}\n{filling.form.text(question.label, key, language)}")
    for choice in filling.form.choices(key):
        say(f"  {choice.value}: {filling.form.text(choice.label, key, language)}")
    if question.kind in TOLD:
        return True
    text = read_line()
    step = filling.answer(key, typed(question, text, filling.now))
    told(filling, step, key, language)
    return step["valid"]


def read_line() -> str:
    """What is typed. Raises FillingError at the end of the input."""
    try:
        return input("> ")
    except EOFError:
        raise FillingError("The questionnaire was left before its end.") from None


def told(filling: Filling, step: Played, key: str, language: str) -> None:
    """Say what an answer led to."""
    if not step["valid"]:
        bind = filling.form.nodes[key].bind
        message = filling.form.text(bind.constraint_message, key, language)
        say(f"  Not valid. {message}".rstrip())
    for path, value in step["changed"].items():
        say(f"  {path} = {'–' if value is None else value}")
