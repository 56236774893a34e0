"""One respondent's pass through a questionnaire.

An interview is what its steps leave (``InterviewState``). Methods named for what a person does
decide: they give back the Step to keep, or say why not (``StepRefused``), and change nothing.
"""

from __future__ import annotations

from datetime import datetime

from survey.forms.answers.stored_values import fits_question
from survey.forms.model.questionnaire import Question
from survey.forms.runtime.form import strip_positions
from survey.interview.question_order import REVIEW
from survey.interview.state import InterviewState
from survey.interview.steps import Step, StepKind, StepRefusalReason, StepRefused


class Interview(InterviewState):
    """A running interview, and what a person can do in it."""

    def agree(self, at: datetime) -> Step | StepRefused:
        """Consent: the interview begins."""
        if self.consented:
            return StepRefused(StepRefusalReason.STALE, REVIEW)
        return self._build_step(
            StepKind.CONSENTED,
            self.consent_question.path if self.consent_question else "",
            "OK",
            at,
        )

    def prefill(self, name: str, value: str, at: datetime) -> Step | None:
        """Fill what the questionnaire wants to know beforehand (``suara:given``), if it does."""
        for bind in self.questionnaire.binds.values():
            if bind.attributes.get("given") == name:
                return self._build_step(StepKind.GIVEN, bind.path, value, at)
        return None

    def answer(self, key: str, value: str, at: datetime) -> Step | StepRefused:
        """Answer the question the person stands at; ``value`` as XForms writes it."""
        if key == self.position != REVIEW and self.is_display_only(key):
            seen = self.find_question(key).kind.confirmation or self.form.get_value(key)
            return self._build_step(StepKind.ANSWERED, key, seen, at)
        if refused := self._refuse_answer(key):
            return refused
        if reason := self._find_fault(key, self.find_question(key), value, at):
            return StepRefused(reason, key)
        return self._build_step(StepKind.ANSWERED, key, value, at)

    def change_answer(self, key: str, value: str, at: datetime) -> tuple[Step, ...] | StepRefused:
        """Go back to a question and answer it once more, in one go."""
        moved = self.go_to(key, at)
        if isinstance(moved, StepRefused):
            return moved
        if reason := self._find_fault(key, self.find_question(key), value, at):
            return StepRefused(reason, key)
        return moved, Step(moved.number + 1, StepKind.ANSWERED, key, value, at)

    def tick_choice(self, key: str, choice: str, on: bool, at: datetime) -> Step | StepRefused:
        """Tick or untick one of several choices; ``answer`` confirms them.

        Ranked choices stand in the order of ticking; the last one left falls in place.
        """
        if refused := self._refuse_answer(key):
            return refused
        offered = self.form.get_choice_list(key).positions.keys()
        if choice not in offered:
            return StepRefused(StepRefusalReason.CHOICE, key)
        before = [v for v in self.form.get_value(key).split() if v in offered and v != choice]
        ticked = [*before, choice] if on else before
        if self.find_question(key).kind.is_ranked:
            left = offered - set(ticked)
            last = left if on and len(left) == 1 else ()
            return self._build_step(StepKind.TICKED, key, " ".join([*ticked, *last]), at)
        # In the order of the list, so that the same choices are the same value whichever came
        # first.
        places = self.get_whole_list(key).positions
        value = " ".join(sorted({v for v in ticked if v in places}, key=places.__getitem__))
        # Unticking is always possible: whoever has ticked too much must get out of it again.
        if on and self._is_one_too_many(key, " ".join(before), value, at):
            return StepRefused(StepRefusalReason.CONSTRAINT, key)
        return self._build_step(StepKind.TICKED, key, value, at)

    def _is_one_too_many(self, key: str, before: str, after: str, at: datetime) -> bool:
        """Whether a tick spoils an answer that was allowed.

        One that is not allowed yet may become so with the next tick: where two have to be ticked,
        the first one alone is none. It is refused when it is confirmed.
        """
        question, wrong = self.find_question(key), StepRefusalReason.CONSTRAINT
        if self._find_fault(key, question, after, at) is not wrong:
            return False
        return bool(before) and self._find_fault(key, question, before, at) is not wrong

    def clear_choices(self, key: str, at: datetime) -> Step | StepRefused:
        """Untick all choices."""
        if refused := self._refuse_answer(key):
            return refused
        if not self.find_question(key).kind.is_select:
            return StepRefused(StepRefusalReason.KIND, key)
        return self._build_step(StepKind.TICKED, key, "", at)

    def skip(self, key: str, at: datetime) -> Step | StepRefused:
        """Leave a question without an answer."""
        if refused := self._refuse_answer(key):
            return refused
        if self.form.is_required(key):
            return StepRefused(StepRefusalReason.REQUIRED, key)
        return self._build_step(StepKind.SKIPPED, key, "", at)

    def add_instance(self, key: str, at: datetime) -> Step | StepRefused:
        """Another instance of the repeat at whose prompt the person stands."""
        if key != self.position or not self.find_repeat(key):
            return StepRefused(StepRefusalReason.STALE, key)
        if not self.form.has_room(strip_positions(key), key.rpartition("/")[0]):
            return StepRefused(StepRefusalReason.FULL, key)
        return self._build_step(StepKind.ADDED, key, "", at)

    def remove_instance(self, key: str, seen: int, at: datetime) -> Step | StepRefused:
        """Take away an instance of the repeat at whose prompt the person stands.

        ``seen`` is the number of the step that they saw last: after another one, the same key may
        name another instance.
        """
        if (
            seen != self.step_count
            or not self.find_repeat(self.position)
            or key not in self.list_instances(self.position)
        ):
            return StepRefused(StepRefusalReason.STALE, key)
        return self._build_step(StepKind.REMOVED, key, "", at)

    def finish_repeat(self, key: str, at: datetime) -> Step | StepRefused:
        """Nothing more to add at the prompt where the person stands."""
        if key != self.position or not self.find_repeat(key):
            return StepRefused(StepRefusalReason.STALE, key)
        return self._build_step(StepKind.ENOUGH, key, "", at)

    def go_to(self, key: str, at: datetime) -> Step | StepRefused:
        """Go to a question, or to REVIEW once every question was gone through."""
        if key == REVIEW and not self.has_visited_all:
            return StepRefused(StepRefusalReason.INCOMPLETE, self.position)
        if key != REVIEW and not self.is_place(key):
            return StepRefused(StepRefusalReason.STALE, key)
        return self._build_step(StepKind.MOVED, key, "", at)

    def go_back(self, at: datetime) -> Step | StepRefused:
        """To the card before this one."""
        pages = self.list_pages()
        here = len(pages) if self.position == REVIEW else self.find_page_number(self.position)
        if here == 0:
            return StepRefused(StepRefusalReason.STALE, self.position)
        return self.go_to(self.question_order.cards[pages[here - 1]][0], at)

    def go_forward(self, at: datetime) -> Step | StepRefused:
        """Past this card, leaving it as it is; not past what must be answered.

        Whoever has gone through all comes back to the review.
        """
        if self.position == REVIEW:
            return StepRefused(StepRefusalReason.STALE, REVIEW)
        for key in self.list_card_keys(self.position):
            if self.is_pending(key) or self._is_missing(key):
                return (
                    StepRefused(StepRefusalReason.REQUIRED, key)
                    if key == self.position
                    else self.go_to(key, at)
                )
        if self.has_visited_all:
            return self.go_to(REVIEW, at)
        pages = self.list_pages()
        here = self.find_page_number(self.position) + 1
        return self.go_to(self.question_order.cards[pages[here % len(pages)]][0], at)

    def send(self, at: datetime) -> Step | StepRefused:
        """Hand in the interview; answers can still be changed while the wave is open."""
        if missing := self.list_missing():
            return StepRefused(StepRefusalReason.INCOMPLETE, missing[0])
        return self._build_step(StepKind.SENT, REVIEW, "", at)

    # Inside

    def _build_step(self, kind: StepKind, key: str, value: str, at: datetime) -> Step:
        return Step(self.step_count + 1, kind, key, value, at)

    def _refuse_answer(self, key: str) -> StepRefused | None:
        """Why nothing can be answered at ``key`` now."""
        if key == REVIEW or key != self.position or self.find_repeat(key):
            return StepRefused(StepRefusalReason.STALE, key)
        return StepRefused(StepRefusalReason.KIND, key) if self.is_display_only(key) else None

    def _find_fault(
        self, key: str, question: Question, value: str, at: datetime
    ) -> StepRefusalReason | None:
        """Why ``value`` cannot be the answer at ``at``."""
        if question.kind.is_select:
            offered = self.form.get_choice_list(key).positions.keys()
            # Not ``split_choices``: two spaces would hide a choice without a name.
            several = value.split(" ") if value else []
            given = several if question.kind.takes_several else [value] * bool(value)
            if not set(given) <= offered or len(set(given)) < len(given):
                return StepRefusalReason.CHOICE
            if question.kind.is_ranked and value and set(given) != offered:
                return StepRefusalReason.CHOICE
        elif value and not fits_question(question, value):
            return StepRefusalReason.KIND
        problem = self.form.find_trial_problem(key, value, at)
        return StepRefusalReason(problem) if problem else None
