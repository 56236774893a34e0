"""Where an interview stands: what its steps leave, to be looked at and to be gone on from.

An interview is restored by applying its steps again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import cached_property

from survey.forms.model.questionnaire import Choice, Group, Question, Questionnaire
from survey.forms.runtime.form import Form, strip_positions
from survey.interview.question_order import REVIEW, QuestionOrder, renumber_key, split_instance
from survey.interview.steps import Step, StepKind

# No clock is asked, so that two that have not begun are alike whenever they are made.
#: The time in an interview that has not begun.
NOT_BEGUN = datetime(1970, 1, 1, tzinfo=UTC)
#: Steps after which a person goes on, and steps after which they stay.
STEPS_GOING_ON = frozenset({StepKind.ANSWERED, StepKind.SKIPPED, StepKind.ENOUGH})
STEPS_STAYING = frozenset({StepKind.TICKED, StepKind.MOVED, StepKind.REMOVED, StepKind.SENT})


class InterviewState:
    """What the steps of an interview leave. ``seed`` orders what is shuffled for this person."""

    def __init__(
        self,
        questionnaire: Questionnaire,
        seed: int = 0,
        steps: Iterable[Step] = (),
        zone: tzinfo = UTC,
    ) -> None:
        self.questionnaire = questionnaire
        steps = list(steps)
        self.form = Form(questionnaire, seed, steps[0].at if steps else NOT_BEGUN, zone)
        self.step_count = 0
        self.consented = False
        self.sent_at: datetime | None = None
        #: Keys of places that were gone through: answered, skipped, read, or said to be enough.
        self.visited: set[str] = set()
        #: How questions for a place were worded when they were answered: whose place it is.
        self._worded: dict[str, str] = {}
        #: How questions are worded now, as far as it was looked for.
        self._wordings: dict[str, str] = {}
        #: The key of the place that they were at last.
        self.last_key = REVIEW
        #: Whether nothing happened since it was last sent.
        self.is_unchanged = False
        #: Where the person stands, once it was looked for: at the place where the last step left
        #: them if it is still there, else at the next one that waits after it.
        self._position: str | None = None
        self._stays_at: str | None = None
        self._after: str | None = None
        self._question_order: QuestionOrder | None = None
        for step in steps:
            self.apply(step)

    # Where the person is

    @cached_property
    def consent_question(self) -> Question | None:
        """The question that asks for consent, if the questionnaire has one."""
        return next(
            (q for q in self.questionnaire.questions if "consent" in q.suara_attributes), None
        )

    @property
    def position(self) -> str:
        """The key of the place the person stands at, or REVIEW."""
        if self._position is None:
            here = self._stays_at
            stays = here == REVIEW or here in self.list_place_keys()
            self._position = here if here is not None and stays else self._find_next(self._after)
        return self._position

    @property
    def question_order(self) -> QuestionOrder:
        """The places of this interview and their cards, as they are now."""
        if self._question_order is None:
            consent = self.consent_question
            self._question_order = QuestionOrder(
                self.form, consent.path if consent else None, self.visited
            )
        return self._question_order

    def list_place_keys(self) -> list[str]:
        """Keys of the questions and prompts for this person in their order, without the consent."""
        return self.question_order.keys

    def list_question_keys(self) -> list[str]:
        """Keys of the questions alone."""
        return [key for key in self.list_place_keys() if not self.find_repeat(key)]

    def find_question(self, key: str) -> Question:
        """The definition behind a question's key."""
        return self.questionnaire.by_path[strip_positions(key)]

    def find_repeat(self, key: str) -> Group | None:
        """The repeat that a prompt asks about; None for a question and for REVIEW."""
        return self.form.repeats.get(strip_positions(key))

    def list_instances(self, key: str) -> list[str]:
        """The keys of a repeat's instances, by the key of its prompt."""
        return self.form.list_occurrences(strip_positions(key), key.rpartition("/")[0])

    def is_display_only(self, key: str) -> bool:
        """Whether a place only tells: a note, or a question whose answer cannot be changed now."""
        if self.find_repeat(key):
            return False
        return self.find_question(key).kind.is_display_only or self.form.is_readonly(key)

    def list_choices(self, key: str) -> tuple[Choice, ...]:
        """All choices of a select's list; what is on offer where it has none."""
        return self.find_question(key).choices or self.form.list_choices(key)

    def find_page(self, key: str) -> str:
        """Places with the same page share a card."""
        return self.question_order.find_page(key)

    def list_card_keys(self, key: str) -> list[str]:
        """The keys on the same card, itself included."""
        return self.question_order.cards[self.find_page(key)]

    def list_pages(self) -> list[str]:
        """The cards of this interview in order."""
        return list(self.question_order.cards)

    @property
    def progress(self) -> float:
        """The share of the places gone through, 0 to 1."""
        asked = self.list_place_keys()
        return sum(not self.is_pending(key) for key in asked) / len(asked) if asked else 1.0

    def is_pending(self, key: str) -> bool:
        """Whether a place was not gone through, or its answer no longer stands."""
        if key not in self.visited:
            return True
        if self.find_repeat(key) or self.is_display_only(key):
            return False
        return not self.form.is_still_offered(key) or self._is_unsettled(key)

    def _is_unsettled(self, key: str) -> bool:
        """Whether what stands there is no answer to the question: half a ranking, another place."""
        ranked = self.form.get_value(key).split() if self.find_question(key).kind.is_ranked else ()
        return 0 < len(ranked) < len(self.form.list_choices(key)) or self._is_reworded(key)

    def _is_reworded(self, key: str) -> bool:
        """Whether a place was given for another question: of home, and now of work is asked."""
        return key in self._worded and self._worded[key] != self._find_wording(key)

    def _find_wording(self, key: str) -> str:
        if key not in self._wordings:
            # Always in the same language: whoever chooses another one is not to give the place
            # again.
            language = self.questionnaire.languages[0]
            self._wordings[key] = self.form.render_text(
                self.find_question(key).label, key, language
            )
        return self._wordings[key]

    @property
    def has_visited_all(self) -> bool:
        """Whether every place was gone through."""
        return not any(map(self.is_pending, self.list_place_keys()))

    def list_missing(self) -> list[str]:
        """Keys of questions that must be answered and are not."""
        return [key for key in self.list_question_keys() if self._is_missing(key)]

    def _is_missing(self, key: str) -> bool:
        if self.find_repeat(key) or self.is_display_only(key):
            return False
        return self.form.find_problem(key) is not None or self._is_unsettled(key)

    def collect_answers(self) -> dict[str, str]:
        """The answers that stand, asked or calculated, by key."""
        return {
            key: value
            for key, value in self.form.collect_values().items()
            if not key.startswith(f"/{key.split('/')[1]}/meta/") and self._counts_as_answer(key)
        }

    def _counts_as_answer(self, key: str) -> bool:
        question = self.questionnaire.by_path.get(strip_positions(key))
        if question is None:
            return True
        taken = not question.kind.confirmation
        return taken and self.form.is_still_offered(key) and not self._is_unsettled(key)

    # Carrying out

    def apply(self, step: Step) -> None:
        """Carry out a step that was decided before. Raises ValueError for one out of order."""
        if step.number != self.step_count + 1:
            raise ValueError(f"step {step.number} cannot follow step {self.step_count}")
        self.step_count = step.number
        self.is_unchanged = step.kind is StepKind.SENT
        if step.number == 1 and self.form.now != step.at:
            # The form begins now: what it knows of the time must not depend on when it was loaded.
            self.form = replace(self.form, now=step.at)
        # Any step may change what is relevant, and with it which places there are.
        self._question_order = self._position = None
        self._wordings.clear()
        self._change_form(step)
        here = split_instance(step.key)[0] if step.kind is StepKind.REMOVED else step.key
        self.last_key = here or self.last_key
        self._after = here if step.kind in STEPS_GOING_ON else None
        self._stays_at = here if step.kind in STEPS_STAYING else None
        if step.kind is StepKind.ADDED:
            self._stays_at = self._find_first_in_newest(here)

    def _change_form(self, step: Step) -> None:
        """What a step changes in the form, and in what was gone through."""
        match step.kind:
            case StepKind.ANSWERED | StepKind.SKIPPED:
                self.form.set_value(step.key, step.value, step.at)
                self.visited.add(step.key)
                if "place" in self.find_question(step.key).suara_attributes:
                    self._worded[step.key] = self._find_wording(step.key)
            # Neither is gone through: ticks are no answer until they are confirmed, and what was
            # given beforehand the person has not seen yet.
            case StepKind.TICKED | StepKind.GIVEN:
                self.form.set_value(step.key, step.value, step.at)
            case StepKind.ADDED:
                self.form.add_instance(
                    strip_positions(step.key), step.key.rpartition("/")[0], step.at
                )
                # Whether it is enough is asked anew after each instance.
                self.visited.discard(step.key)
            case StepKind.REMOVED:
                self.form.remove_instance(step.key, step.at)
                self._renumber_instances(step.key)
            case StepKind.ENOUGH:
                self.visited.add(step.key)
            case StepKind.CONSENTED:
                self.consented = True
            case StepKind.SENT:
                self.form.finish(step.at)
                # Changes may be sent again, but the time of the first sending stands.
                self.sent_at = self.sent_at or step.at

    def _renumber_instances(self, removed: str) -> None:
        """What is known of the instances after one that was removed goes with them."""
        self.visited = {new for key in self.visited if (new := renumber_key(key, removed))}
        self._worded = {
            new: wording
            for key, wording in self._worded.items()
            if (new := renumber_key(key, removed))
        }

    # Inside

    def _find_next(self, after: str | None) -> str:
        """The first place not gone through after ``after``, else any such, else REVIEW."""
        asked = self.list_place_keys()
        start = asked.index(after) + 1 if after in asked else 0
        pending = (key for key in asked[start:] + asked[:start] if self.is_pending(key))
        return next(pending, REVIEW)

    def _find_first_in_newest(self, prompt: str) -> str:
        """The first place in a repeat's last instance; its prompt if nothing is asked in it."""
        newest = f"{prompt}[{len(self.list_instances(prompt))}]/"
        return next((key for key in self.list_place_keys() if key.startswith(newest)), prompt)
