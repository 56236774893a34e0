"""Where an interview stands: what its steps leave, to be looked at and to be gone on from.

An interview is restored by applying its steps again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from survey.forms.model.questionnaire import Choice, ChoiceList, Group, Question, Questionnaire
from survey.forms.runtime.calculation import FormChanges
from survey.forms.runtime.dependencies import affects_path
from survey.forms.runtime.form import Form, strip_positions
from survey.interview.question_order import (
    REVIEW,
    QuestionOrder,
    find_wording_sources,
    may_places_vary,
    renumber_key,
    split_instance,
)
from survey.interview.steps import Step, StepKind

# No clock is asked, so that two that have not begun are alike whenever they are made.
#: The time in an interview that has not begun.
NOT_BEGUN = datetime(1970, 1, 1, tzinfo=UTC)
#: Steps after which a person goes on, and steps after which they stay.
STEPS_GOING_ON = frozenset({StepKind.ANSWERED, StepKind.SKIPPED, StepKind.ENOUGH})
STEPS_STAYING = frozenset({StepKind.TICKED, StepKind.MOVED, StepKind.REMOVED, StepKind.SENT})


class AnswerChange(NamedTuple):
    """An answer before and after steps; ``''`` where none stood."""

    before: str
    after: str


class InterviewState:
    """What the steps of an interview leave. ``seed`` orders what is shuffled for this person.

    ``begins_at`` is the time of its first step, where that is known and still to be taken.
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        seed: int = 0,
        steps: Iterable[Step] = (),
        zone: tzinfo = UTC,
        begins_at: datetime = NOT_BEGUN,
    ) -> None:
        self.questionnaire = questionnaire
        steps = list(steps)
        self.form = Form(questionnaire, seed, steps[0].at if steps else begins_at, zone)
        self.step_count = 0
        self.consented = False
        self.sent_at: datetime | None = None
        #: Keys of places that were gone through: answered, skipped, read, or said to be enough.
        self.visited: set[str] = set()
        #: How questions for a place were worded when they were answered: whose place it is.
        self._worded: dict[str, str] = {}
        #: How questions are worded now, as far as it was looked for.
        self._wordings: dict[str, str] = {}
        #: What the form changed since the answers below were looked at.
        self._changes = FormChanges(structure=True)
        #: The answers that stand, and the keys of those that do not: they are not on offer any
        #: more, half a ranking, of another place.
        self._answers: dict[str, str] = {}
        self._fallen: set[str] = set()
        self._changed_answers: dict[str, AnswerChange] | None = None
        #: The places that were not gone through, once they were looked for.
        self._unvisited: set[str] | None = None
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
        self._is_order_stale = False
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
            stays = here == REVIEW or here in self.question_order.places
            self._position = here if here is not None and stays else self._find_next(self._after)
        return self._position

    @property
    def question_order(self) -> QuestionOrder:
        """The places of this interview and their cards, as they are now."""
        if self._question_order is None or self._is_order_stale:
            consent = self.consent_question
            made = QuestionOrder(self.form, consent.path if consent else None, self.visited)
            # The cards and whatever else was worked out of the same places stay.
            if self._question_order is None or made.keys != self._question_order.keys:
                self._question_order, self._unvisited = made, None
            self._is_order_stale = False
        return self._question_order

    def is_place(self, key: str) -> bool:
        """Whether there is such a question or prompt for this person now."""
        return key in self.question_order.places

    def is_asked(self, key: str) -> bool:
        """Whether there is such a question for this person now."""
        return self.is_place(key) and not self.find_repeat(key)

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

    def get_whole_list(self, key: str) -> ChoiceList:
        """The same, with where each value stands in it."""
        itemset = self.find_question(key).itemset
        whole = itemset.whole_list if itemset and itemset.all_choices else None
        return whole or self.form.get_choice_list(key)

    def find_page(self, key: str) -> str:
        """Places with the same page share a card."""
        return self.question_order.find_page(key)

    def list_card_keys(self, key: str) -> list[str]:
        """The keys on the same card, itself included."""
        return self.question_order.cards[self.find_page(key)]

    def list_pages(self) -> list[str]:
        """The cards of this interview in order."""
        return list(self.question_order.cards)

    def find_page_number(self, key: str) -> int:
        """Where the card of a place stands among the cards, from 0."""
        return self.question_order.pages[self.find_page(key)]

    @property
    def progress(self) -> float:
        """The share of the places gone through, 0 to 1."""
        asked = len(self.question_order.keys)
        return (asked - self._count_pending()) / asked if asked else 1.0

    def is_pending(self, key: str) -> bool:
        """Whether a place was not gone through, or its answer no longer stands."""
        if key not in self.visited:
            return True
        self._refresh_answers()
        return key in self._fallen and not self.is_display_only(key)

    def _count_pending(self) -> int:
        """How many places are pending."""
        self._refresh_answers()
        order, visited = self.question_order, self.visited
        if self._unvisited is None:
            self._unvisited = order.places.keys() - visited
        fallen = (key for key in self._fallen if key in visited and key in order.places)
        return len(self._unvisited) + sum(map(self.is_pending, fallen))

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
        return self._count_pending() == 0

    def list_missing(self) -> list[str]:
        """Keys of questions that must be answered and are not."""
        return [key for key in self.list_question_keys() if self._is_missing(key)]

    def _is_missing(self, key: str) -> bool:
        if self.find_repeat(key) or self.is_display_only(key):
            return False
        return self.form.find_problem(key) is not None or self._is_unsettled(key)

    def collect_answers(self) -> dict[str, str]:
        """The answers that stand, asked or calculated, by key."""
        self._refresh_answers()
        return {key: self._answers[key] for key in self.form.nodes if key in self._answers}

    def _refresh_answers(self) -> None:
        """Look anew at the answers that may stand otherwise, and at no other."""
        changes, self._changes = self._changes, FormChanges()
        if changes.structure:
            self._fallen.clear()
            changes.keys = self._answers.keys() | self.form.nodes.keys()
        for key in changes.keys:
            before, after = self._answers.get(key, ""), self._find_answer(key)
            if before != after:
                self._replace_answer(key, before, after)

    def _replace_answer(self, key: str, before: str, after: str) -> None:
        if self._changed_answers is not None:
            # Of an answer that changes twice the first value is what was kept.
            first = self._changed_answers.get(key)
            self._changed_answers[key] = AnswerChange(first.before if first else before, after)
        self._answers[key] = after
        if not after:
            del self._answers[key]

    def _find_answer(self, key: str) -> str:
        """The answer that stands at a node, if one does."""
        question, value = self.questionnaire.by_path.get(strip_positions(key)), ""
        if key in self.form.nodes and not key.startswith(f"{self.form.root}/meta/"):
            value = self.form.get_value(key)
        if question is None or key not in self.form.nodes:
            return value
        if self.form.is_still_offered(key) and not self._is_unsettled(key):
            self._fallen.discard(key)
            return "" if question.kind.confirmation else value
        self._fallen.add(key)
        return ""

    # Carrying out

    def carry_out(self, steps: Iterable[Step]) -> dict[str, AnswerChange]:
        """Apply steps; the answers that stand otherwise than before, by key."""
        if self.step_count:
            self._refresh_answers()
        else:  # What the form fills in by itself is no answer of anybody yet.
            self._answers, self._changes = {}, FormChanges(structure=True)
        changed = self._changed_answers = {}
        for step in steps:
            self.apply(step)
        self._refresh_answers()
        self._changed_answers = None
        return {key: change for key, change in changed.items() if change.before != change.after}

    def apply(self, step: Step) -> None:
        """Carry out a step that was decided before. Raises ValueError for one out of order."""
        if step.number != self.step_count + 1:
            raise ValueError(f"step {step.number} cannot follow step {self.step_count}")
        self.step_count = step.number
        self.is_unchanged = step.kind is StepKind.SENT
        if step.number == 1 and self.form.now != step.at:
            # The form begins now: what it knows of the time must not depend on when it was loaded.
            self.form = replace(self.form, now=step.at)
        self._position = None
        self._change_form(step)
        self._note_changes(step.key)
        here = split_instance(step.key)[0] if step.kind is StepKind.REMOVED else step.key
        if step.kind in (StepKind.ANSWERED, StepKind.SKIPPED):
            self._note_wording(step.key)
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
                self._mark_visited(step.key)
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
                self._unvisited = None
            case StepKind.REMOVED:
                self.form.remove_instance(step.key, step.at)
                self._renumber_instances(step.key)
            case StepKind.ENOUGH:
                self._mark_visited(step.key)
            case StepKind.CONSENTED:
                self.consented = True
            case StepKind.SENT:
                self.form.finish(step.at)
                # Changes may be sent again, but the time of the first sending stands.
                self.sent_at = self.sent_at or step.at

    def _mark_visited(self, key: str) -> None:
        self.visited.add(key)
        if self._unvisited is not None:
            self._unvisited.discard(key)

    def _note_changes(self, key: str) -> None:
        """What a step at ``key`` changed is looked at anew when it is asked for."""
        changes = self.form.take_changes()
        self._is_order_stale |= (
            changes.relevance or changes.structure or may_places_vary(self.questionnaire)
        )
        if key in self.form.nodes:
            changes.keys.add(key)
        paths = set(map(strip_positions, changes.keys))
        sources = find_wording_sources(self.questionnaire)
        # A place whose wording was not looked for since waits in ``_changes`` already.
        for place in list(self._wordings):
            read = sources.get(strip_positions(place))
            if (
                read is None
                or changes.structure
                or any(affects_path(path, one) for path in paths for one in read)
            ):
                self._wordings.pop(place, None)
                changes.keys.add(place)
        self._changes.keys |= changes.keys
        self._changes.structure |= changes.structure

    def _note_wording(self, key: str) -> None:
        """How a question for a place was worded as it was answered."""
        if "place" in self.find_question(key).suara_attributes:
            self._worded[key] = self._find_wording(key)

    def _renumber_instances(self, removed: str) -> None:
        """What is known of the instances after one that was removed goes with them."""
        self._unvisited = None
        self.visited = {new for key in self.visited if (new := renumber_key(key, removed))}
        self._worded = {
            new: wording
            for key, wording in self._worded.items()
            if (new := renumber_key(key, removed))
        }

    # Inside

    def _find_next(self, after: str | None) -> str:
        """The first place not gone through after ``after``, else any such, else REVIEW."""
        if self.has_visited_all:
            return REVIEW
        asked, places = self.list_place_keys(), self.question_order.places
        start = places[after] + 1 if after is not None and after in places else 0
        return next(filter(self.is_pending, chain(asked[start:], asked[:start])), REVIEW)

    def _find_first_in_newest(self, prompt: str) -> str:
        """The first place in a repeat's last instance; its prompt if nothing is asked in it."""
        newest = f"{prompt}[{len(self.list_instances(prompt))}]"
        return next(self.question_order.list_below(newest), prompt)
