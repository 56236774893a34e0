"""Questionnaires written in the tests, and people who go through them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from survey.forms.authoring.faults import Fault, QuestionnaireError
from survey.forms.authoring.lint import examined
from survey.forms.authoring.workbook import read
from survey.forms.authoring.xlsform import compile_file, compile_source
from survey.forms.model.questionnaire import Questionnaire
from survey.forms.runtime.form import Form
from survey.interview.interview import Interview
from survey.interview.steps import Refused, Step

SHIPPED = Path(__file__).parents[2] / "questionnaires"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SETTINGS = """
| settings | form_title | form_id | version | default_language | namespaces |
| | Uji | uji | 1 | Indonesia (id) | suara="https://suara.id/xforms" |
"""


@cache
def shipped(name: str) -> Questionnaire:
    """One of the questionnaires that come with Suara."""
    return compile_file(SHIPPED / f"{name}.md")


@cache
def compiled(markdown: str, folder: Path = SHIPPED) -> Questionnaire:
    """A questionnaire written in a test."""
    return compile_source(markdown, ".md", folder)


def form(markdown: str, seed: int = 1) -> Form:
    """A form to fill in, begun at START."""
    return Form(compiled(markdown), seed, START)


def faults(markdown: str, folder: Path = SHIPPED) -> list[Fault]:
    """What is wrong with a questionnaire written in a test."""
    try:
        return examined(read(markdown, ".md"), folder)[1]
    except QuestionnaireError as error:
        return error.faults


class Person:
    """Somebody who agrees and goes through a questionnaire, a minute for each act."""

    def __init__(self, questionnaire: Questionnaire, seed: int = 1) -> None:
        self.seed = seed
        self.interview = Interview(questionnaire, seed)
        self.now = START
        self.steps: list[Step] = []
        self.take(self.interview.agree(self.now))

    def take(self, decided: Step | Refused | None) -> Step | Refused | None:
        """Carry out and record what was decided; a refusal changes nothing."""
        self.now += timedelta(minutes=1)
        if isinstance(decided, Step):
            self.interview.apply(decided)
            self.steps.append(decided)
        return decided

    def give(self, name: str, value: str) -> Step | Refused | None:
        return self.take(self.interview.give(name, value, self.now))

    def answer(self, value: str, name: str = "") -> Step | Refused | None:
        """Answer the question at hand, which is called ``name``."""
        assert self.interview.at.endswith(name), f"asked is {self.interview.at}"
        return self.take(self.interview.answer(self.interview.at, value, self.now))

    def tick(self, choice: str, *, on: bool = True) -> Step | Refused | None:
        return self.take(self.interview.tick(self.interview.at, choice, on, self.now))

    def confirm(self) -> Step | Refused | None:
        """Done with ticking."""
        return self.answer(self.interview.form.value(self.interview.at))

    def skip(self) -> Step | Refused | None:
        return self.take(self.interview.skip(self.interview.at, self.now))

    def add(self) -> Step | Refused | None:
        """Another one, please, at a repeat's prompt."""
        return self.take(self.interview.add(self.interview.at, self.now))

    def remove(self, number: int) -> Step | Refused | None:
        """Take away one of the instances that a prompt shows."""
        key = f"{self.interview.at}[{number}]"
        return self.take(self.interview.remove(key, self.interview.number, self.now))

    def enough(self) -> Step | Refused | None:
        return self.take(self.interview.enough(self.interview.at, self.now))

    def back(self) -> Step | Refused | None:
        return self.take(self.interview.back(self.now))

    def forward(self) -> Step | Refused | None:
        return self.take(self.interview.forward(self.now))

    def move(self, key: str) -> Step | Refused | None:
        return self.take(self.interview.move(key, self.now))

    def send(self) -> Step | Refused | None:
        return self.take(self.interview.send(self.now))

    def restored(self) -> Interview:
        """The interview as the record gives it back."""
        return Interview(self.interview.questionnaire, self.seed, self.steps)

    @property
    def at(self) -> str:
        """The name of the question at hand; ``''`` at the review."""
        return self.interview.at.rpartition("/")[2]


def state(interview: Interview) -> dict[str, object]:
    """All that others can see of an interview."""
    return {
        "at": interview.at,
        "answers": interview.answers(),
        "gone": interview.gone,
        "progress": interview.progress,
        "order": interview.asked(),
        "missing": interview.missing(),
        "sent": interview.sent_at,
        "rests": interview.rests,
    }
