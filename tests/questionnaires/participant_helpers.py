"""Somebody who goes through a shipped questionnaire and counts what it costs them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from survey.interview.question_order import REVIEW
from survey.interview.steps import Step, StepRefused
from tests.questionnaires.questionnaire_files import LANGUAGES
from tests.survey.form_helpers import Interviewee, load_shipped_form

TakenDecision = Step | StepRefused | None


class Participant(Interviewee):
    """Answers what is asked; ``taps`` counts taps and sent messages, the first for consent."""

    def __init__(self, form: str, category: str = "banjir", sector: str = "pemerintah") -> None:
        self.taps = 0
        self.given = {"category": category, "sector": sector}
        super().__init__(load_shipped_form(form))
        for name, value in self.given.items():
            if value:
                self.answer_by_name(name, value)
        self.taps = 1

    def apply_decision(self, decided: TakenDecision) -> TakenDecision:
        self.taps += 1
        return super().apply_decision(decided)

    def list_offered_codes(self) -> list[str]:
        return [
            choice.value for choice in self.interview.form.list_choices(self.interview.position)
        ]

    def read_question(self, language: str = LANGUAGES[0]) -> str:
        """The question at hand as it stands on the card."""
        interview = self.interview
        return interview.form.render_text(
            interview.find_question(interview.position).label, interview.position, language
        )

    def read_hint(self, language: str = LANGUAGES[0]) -> str:
        interview = self.interview
        return interview.form.render_text(
            interview.find_question(interview.position).hint, interview.position, language
        )

    def answer_as_preferred(self, preferred: Mapping[str, str], ticks: int = 2) -> TakenDecision:
        """Whatever is asked: what is preferred by the question's name, else the simplest."""
        if self.interview.find_repeat(self.interview.position):
            return self.decline_more()
        question = self.interview.find_question(self.interview.position)
        if question.name in preferred:
            return self.answer(preferred[question.name])
        if question.kind.name == "select_multiple":
            for choice in [c for c in self.list_offered_codes() if c not in ("tidak_ada", "tt")][
                :ticks
            ]:
                self.tick(choice)
            return self.confirm()
        if question.kind.name == "select_one":
            return self.answer(self.list_offered_codes()[-3])
        return (
            self.answer("Pompa Sunter")
            if self.interview.form.is_required(self.interview.position)
            else self.skip()
        )

    def answer_until(self, preferred: Mapping[str, str] | None = None, until: str = REVIEW) -> None:
        """Answer one after another up to the question called ``until``, or to the review."""
        while self.at != until:
            before = self.interview.position
            assert before != REVIEW, f"{until} was never asked"
            decided = self.answer_as_preferred(preferred or {})
            assert isinstance(decided, Step), f"{before}: {decided}"

    def read_answer(self, name: str) -> str:
        """The answer that stands to the only question of that name."""
        found = [
            v for key, v in self.interview.collect_answers().items() if key.endswith(f"/{name}")
        ]
        assert len(found) <= 1
        return found[0] if found else ""


def count_promised_taps(form: str, language: str) -> int:
    """How many taps the consent text speaks of."""
    consent = load_shipped_form(form).questions[0]
    found = re.search(r"(\d+) (?:ketukan|taps)", consent.label.get_plain_text(language))
    assert found
    return int(found[1])
