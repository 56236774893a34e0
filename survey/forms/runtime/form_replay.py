"""A questionnaire filled in from a list of answers: what each leads to, for tests and checks.

Paths of answers are those of the questionnaire (``/data/group/question``, ``[n]`` at repeats);
what changed is told as ODK's engine does, below the root and with a position at every step
(``/group[1]/question[1]``). As there, an invalid value is kept and reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TypedDict

from survey.forms.answers.canonical_text import canonicalize_text
from survey.forms.answers.stored_values import UNWRITABLE_PATTERN, fits_question
from survey.forms.model.questionnaire import Questionnaire
from survey.forms.runtime.form import Form, strip_positions

#: A step of a path: its name and its position.
STEP_PATTERN = re.compile(r"/([^/\[\]]+)(?:\[(\d+)\])?")


class PathError(ValueError):
    """An answer to a question that is not there."""


class ReplayStep(TypedDict):
    """What one answer led to. The first of all has no question: it is how the form begins.

    ``choices`` are the values offered; ``changed`` has each new value by its path, None for what
    ceased to count.
    """

    question: str | None
    value: str | None
    valid: bool
    choices: list[str]
    changed: dict[str, str | None]


class FormReplay:
    """A form being filled in, and what it looked like before the last answer."""

    def __init__(
        self,
        questionnaire: Questionnaire,
        seed: int = 0,
        now: datetime | None = None,
        zone: tzinfo = UTC,
    ) -> None:
        self.now = now or datetime.now(zone)
        self.form = Form(questionnaire, seed, self.now, zone)
        self.state: dict[str, str] = {}

    def begin(self) -> ReplayStep:
        """The initial state."""
        return ReplayStep(
            question=None, value=None, valid=True, choices=[], changed=self.collect_changes()
        )

    def answer(self, path: str, value: str) -> ReplayStep:
        """Answer a question; one in an instance of a repeat that is next adds that instance.

        Raises PathError if there is no such question, or the value cannot stand in a file.
        """
        # Refused before anything has changed: lxml takes no such character into an element.
        if UNWRITABLE_PATTERN.search(value):
            raise PathError(f"The answer to {path} has control characters.")
        value = canonicalize_text(value)
        key = self.find_key(path)
        choices = self.list_offered_values(key)
        self.form.set_value(key, value, self.now)
        return ReplayStep(
            question=path,
            value=value,
            valid=self.is_valid(key, value),
            choices=choices,
            changed=self.collect_changes(),
        )

    def is_valid(self, key: str, value: str) -> bool:
        """Whether the value can stand."""
        question = self.form.questionnaire.controls.get(strip_positions(key))
        if question is None or not value:
            return self.form.find_problem(key) is None
        chosen = set(question.kind.split_choices(value))
        on_offer = not question.kind.is_select or chosen <= set(self.list_offered_values(key))
        # As in ODK a keyboard of digits alone does not keep a text from being one.
        kind_fits = question.kind.is_free_text or fits_question(question, value)
        return on_offer and kind_fits and self.form.find_problem(key) is None

    def list_offered_values(self, key: str) -> list[str]:
        """The values of the choices on offer."""
        question = self.form.questionnaire.controls.get(strip_positions(key))
        if question is None or not question.kind.is_select:
            return []
        return [choice.value for choice in self.form.list_choices(key)]

    def list_offered_labels(self, key: str) -> list[str]:
        """How the choices on offer are called in the form's first language."""
        language = self.form.questionnaire.languages[0]
        if not self.list_offered_values(key):
            return []
        return [self.form.render_text(c.label, key, language) for c in self.form.list_choices(key)]

    def find_key(self, path: str) -> str:
        """The key of a path as people write it, whatever they call the root. Raises PathError."""
        steps = STEP_PATTERN.findall(path)
        if "".join(found[0] for found in STEP_PATTERN.finditer(path)) != path or not steps:
            raise PathError(f"“{path}” is no path such as /data/group/question.")
        key = self.form.root
        for name, position in steps[1:]:
            at = f"{key}/{name}"
            repeated = f"{at}[{position or 1}]"
            is_repeat = strip_positions(at) in self.form.repeats
            if is_repeat and repeated not in self.form.nodes:
                self.add_instance(strip_positions(at), key, int(position or 1))
            key = repeated if is_repeat else at
            if key not in self.form.nodes:
                raise PathError(f"There is no {key} in this form.")
        return key

    def add_instance(self, path: str, within: str, wanted: int) -> None:
        """The next instance of a repeat, if it is that which is wanted."""
        if len(self.form.list_occurrences(path, within)) + 1 == wanted:
            self.form.add_instance(path, within, self.now)

    def collect_changes(self) -> dict[str, str | None]:
        """What is other than it was when this was last asked."""
        before, self.state = self.state, add_positions(self.form.collect_leaves())
        changed: dict[str, str | None] = {
            path: value for path, value in self.state.items() if before.get(path) != value
        }
        return changed | {path: None for path in before if path not in self.state}


def add_positions(values: dict[str, str]) -> dict[str, str]:
    """Values by paths below the root, with a position at every step."""
    below = {key: STEP_PATTERN.findall(key)[1:] for key in values}
    return {
        "".join(f"/{name}[{position or 1}]" for name, position in steps): values[key]
        for key, steps in below.items()
        if steps
    }


def replay_answers(
    questionnaire: Questionnaire,
    answers: Iterable[Sequence[str]],
    seed: int = 0,
    now: datetime | None = None,
    zone: tzinfo = UTC,
) -> Iterator[ReplayStep]:
    """The initial state and what each ``[path, value]`` leads to. Raises PathError."""
    filling = FormReplay(questionnaire, seed, now, zone)
    yield filling.begin()
    for path, value in answers:
        yield filling.answer(path, value)
