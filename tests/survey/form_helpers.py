"""Questionnaires written in the tests, and people who go through them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from survey.forms.authoring.faults import Fault, QuestionnaireError
from survey.forms.authoring.lint import examine_workbook
from survey.forms.authoring.workbook import parse_workbook
from survey.forms.authoring.xlsform import compile_file, compile_source
from survey.forms.model.questionnaire import Questionnaire
from survey.forms.runtime.form import Form, strip_positions
from survey.interview.interview import Interview
from survey.interview.steps import Step, StepRefused

SHIPPED = Path(__file__).parents[2] / "questionnaires"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SETTINGS = """
| settings | form_title | form_id | version | default_language | namespaces |
| | Uji | uji | 1 | Indonesia (id) | suara="https://suara.id/xforms" |
"""


def list_asked(form: Form) -> list[str]:
    """Keys of all questions that are relevant now: the places without the prompts of repeats."""
    return [key for key in form.list_places() if strip_positions(key) not in form.repeats]


@cache
def load_shipped_form(name: str) -> Questionnaire:
    """One of the questionnaires that come with Suara."""
    return compile_file(SHIPPED / f"{name}.md")


@cache
def compile_form(markdown: str, folder: Path = SHIPPED) -> Questionnaire:
    """A questionnaire written in a test."""
    return compile_source(markdown, ".md", folder)


def start_form(markdown: str, seed: int = 1) -> Form:
    """A form to fill in, begun at START."""
    return Form(compile_form(markdown), seed, START)


def find_faults(markdown: str, folder: Path = SHIPPED) -> list[Fault]:
    """What is wrong with a questionnaire written in a test."""
    try:
        return examine_workbook(parse_workbook(markdown, ".md"), folder)[1]
    except QuestionnaireError as error:
        return error.faults


class Interviewee:
    """Somebody who agrees and goes through a questionnaire, a minute for each act."""

    def __init__(self, questionnaire: Questionnaire, seed: int = 1) -> None:
        self.seed = seed
        self.interview = Interview(questionnaire, seed)
        self.now = START
        self.steps: list[Step] = []
        self.apply_decision(self.interview.agree(self.now))

    def apply_decision(self, decided: Step | StepRefused | None) -> Step | StepRefused | None:
        """Carry out and record what was decided; a refusal changes nothing."""
        self.now += timedelta(minutes=1)
        if isinstance(decided, Step):
            self.interview.apply(decided)
            self.steps.append(decided)
        return decided

    def answer_by_name(self, name: str, value: str) -> Step | StepRefused | None:
        return self.apply_decision(self.interview.prefill(name, value, self.now))

    def answer(self, value: str, name: str = "") -> Step | StepRefused | None:
        """Answer the question at hand, which is called ``name``."""
        assert self.interview.position.endswith(name), f"asked is {self.interview.position}"
        return self.apply_decision(self.interview.answer(self.interview.position, value, self.now))

    def tick(self, choice: str, *, on: bool = True) -> Step | StepRefused | None:
        return self.apply_decision(
            self.interview.tick_choice(self.interview.position, choice, on, self.now)
        )

    def confirm(self) -> Step | StepRefused | None:
        """Done with ticking."""
        return self.answer(self.interview.form.get_value(self.interview.position))

    def skip(self) -> Step | StepRefused | None:
        return self.apply_decision(self.interview.skip(self.interview.position, self.now))

    def add(self) -> Step | StepRefused | None:
        """Another one, please, at a repeat's prompt."""
        return self.apply_decision(self.interview.add_instance(self.interview.position, self.now))

    def remove(self, number: int) -> Step | StepRefused | None:
        """Take away one of the instances that a prompt shows."""
        key = f"{self.interview.position}[{number}]"
        return self.apply_decision(
            self.interview.remove_instance(key, self.interview.step_count, self.now)
        )

    def decline_more(self) -> Step | StepRefused | None:
        return self.apply_decision(self.interview.finish_repeat(self.interview.position, self.now))

    def back(self) -> Step | StepRefused | None:
        return self.apply_decision(self.interview.go_back(self.now))

    def forward(self) -> Step | StepRefused | None:
        return self.apply_decision(self.interview.go_forward(self.now))

    def move(self, key: str) -> Step | StepRefused | None:
        return self.apply_decision(self.interview.go_to(key, self.now))

    def send(self) -> Step | StepRefused | None:
        return self.apply_decision(self.interview.send(self.now))

    def restore_interview(self) -> Interview:
        """The interview as the record gives it back."""
        return Interview(self.interview.questionnaire, self.seed, self.steps)

    @property
    def at(self) -> str:
        """The name of the question at hand; ``''`` at the review."""
        return self.interview.position.rpartition("/")[2]


def interview_state(interview: Interview) -> dict[str, object]:
    """All that others can see of an interview."""
    return {
        "at": interview.position,
        "answers": interview.collect_answers(),
        "gone": interview.visited,
        "progress": interview.progress,
        "order": interview.list_place_keys(),
        "missing": interview.list_missing(),
        "sent": interview.sent_at,
        "rests": interview.is_unchanged,
    }
