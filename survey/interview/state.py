"""Where an interview stands: what its steps leave, to be looked at and to be gone on from.

An interview is restored by applying its steps again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import cached_property

from survey.forms.model.questionnaire import Choice, Group, Question, Questionnaire
from survey.forms.runtime.form import Form, path_of
from survey.interview.question_order import REVIEW, Walk, renumbered, split
from survey.interview.steps import Kind, Step

#: The time in an interview that has not begun.
BEFORE = datetime(1970, 1, 1, tzinfo=UTC)
#: Kinds that tell instead of asking: going on is all that a person can do.
TOLD = frozenset({"note", "acknowledge"})
#: Steps after which a person goes on, and steps after which they stay.
GONE = frozenset({Kind.ANSWERED, Kind.SKIPPED, Kind.ENOUGH})
STAYED = frozenset({Kind.TICKED, Kind.MOVED, Kind.REMOVED, Kind.SENT})


class Standing:
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
        self.form = Form(questionnaire, seed, steps[0].at if steps else BEFORE, zone)
        self.number = 0
        self.consented = False
        self.sent_at: datetime | None = None
        #: Keys of places that were gone through: answered, skipped, read, or said to be enough.
        self.gone: set[str] = set()
        #: How questions for a place were worded when they were answered: whose place it is.
        self._worded: dict[str, str] = {}
        #: How questions are worded now, as far as it was looked for.
        self._wordings: dict[str, str] = {}
        #: The key of the place that they were at last.
        self.last = REVIEW
        #: Whether nothing happened since it was last sent.
        self.rests = False
        #: Where the person stands, once it was looked for: at the place where the last step left
        #: them if it is still there, else at the next one that waits after it.
        self._at: str | None = None
        self._stays: str | None = None
        self._after: str | None = None
        self._walk: Walk | None = None
        for step in steps:
            self.apply(step)

    # Where the person is

    @cached_property
    def consent(self) -> Question | None:
        """The question that asks for consent, if the questionnaire has one."""
        return next((q for q in self.questionnaire.questions if "consent" in q.own), None)

    @property
    def at(self) -> str:
        """The key of the place the person stands at, or REVIEW."""
        if self._at is None:
            here = self._stays
            stays = here == REVIEW or here in self.asked()
            self._at = here if here is not None and stays else self._next(self._after)
        return self._at

    @property
    def walk(self) -> Walk:
        """The places of this interview and their cards, as they are now."""
        if self._walk is None:
            self._walk = Walk(self.form, self.consent.path if self.consent else None)
        return self._walk

    def asked(self) -> list[str]:
        """Keys of the questions and prompts for this person in their order, without the consent."""
        return self.walk.keys

    def questions(self) -> list[str]:
        """Keys of the questions alone."""
        return [key for key in self.asked() if not self.repeat(key)]

    def question(self, key: str) -> Question:
        """The definition behind a question's key."""
        return self.questionnaire.by_path[path_of(key)]

    def repeat(self, key: str) -> Group | None:
        """The repeat that a prompt asks about; None for a question and for REVIEW."""
        return self.form.repeats.get(path_of(key))

    def instances(self, key: str) -> list[str]:
        """The keys of a repeat's instances, by the key of its prompt."""
        return self.form.occurrences(path_of(key), key.rpartition("/")[0])

    def tells(self, key: str) -> bool:
        """Whether a place only tells: a note, or a question whose answer cannot be changed now."""
        if self.repeat(key):
            return False
        return self.question(key).kind in TOLD or self.form.readonly(key)

    def listed(self, key: str) -> tuple[Choice, ...]:
        """All choices of a select's list; what is on offer where it has none."""
        return self.question(key).choices or self.form.choices(key)

    def page_of(self, key: str) -> str:
        """Places with the same page share a card."""
        return self.walk.page_of(key)

    def rows(self, key: str) -> list[str]:
        """The keys on the same card, itself included."""
        return self.walk.cards[self.page_of(key)]

    def pages(self) -> list[str]:
        """The cards of this interview in order."""
        return list(self.walk.cards)

    @property
    def progress(self) -> float:
        """The share of the places gone through, 0 to 1."""
        asked = self.asked()
        return sum(not self.pends(key) for key in asked) / len(asked) if asked else 1.0

    def pends(self, key: str) -> bool:
        """Whether a place was not gone through, or its answer no longer stands."""
        if key not in self.gone:
            return True
        if self.repeat(key) or self.tells(key):
            return False
        return not self.form.offers(key) or self._unsettled(key)

    def _unsettled(self, key: str) -> bool:
        """Whether what stands there is no answer to the question: half a ranking, another place."""
        ranked = self.form.value(key).split() if self.question(key).kind == "rank" else ()
        return 0 < len(ranked) < len(self.form.choices(key)) or self._reworded(key)

    def _reworded(self, key: str) -> bool:
        """Whether a place was given for another question: of home, and now of work is asked."""
        return key in self._worded and self._worded[key] != self._wording(key)

    def _wording(self, key: str) -> str:
        if key not in self._wordings:
            language = self.questionnaire.languages[0]
            self._wordings[key] = self.form.text(self.question(key).label, key, language)
        return self._wordings[key]

    @property
    def through(self) -> bool:
        """Whether every place was gone through."""
        return not any(map(self.pends, self.asked()))

    def missing(self) -> list[str]:
        """Keys of questions that must be answered and are not."""
        return [key for key in self.questions() if self._wants(key)]

    def _wants(self, key: str) -> bool:
        if self.repeat(key) or self.tells(key):
            return False
        return self.form.problem(key) is not None or self._unsettled(key)

    def answers(self) -> dict[str, str]:
        """The answers that stand, asked or calculated, by key."""
        return {
            key: value
            for key, value in self.form.values().items()
            if not key.startswith(f"/{key.split('/')[1]}/meta/") and self._stands(key)
        }

    def _stands(self, key: str) -> bool:
        question = self.questionnaire.by_path.get(path_of(key))
        if question is None:
            return True
        taken = question.kind != "acknowledge"
        return taken and self.form.offers(key) and not self._unsettled(key)

    # Carrying out

    def apply(self, step: Step) -> None:
        """Carry out a step that was decided before. Raises ValueError for one out of order."""
        if step.number != self.number + 1:
            raise ValueError(f"step {step.number} cannot follow step {self.number}")
        self.number = step.number
        self.rests = step.kind is Kind.SENT
        if step.number == 1 and self.form.now != step.at:
            # The form begins now: what it knows of the time must not depend on when it was loaded.
            self.form = replace(self.form, now=step.at)
        self._walk = self._at = None
        self._wordings.clear()
        self._change(step)
        here = split(step.key)[0] if step.kind is Kind.REMOVED else step.key
        self.last = here or self.last
        self._after = here if step.kind in GONE else None
        self._stays = here if step.kind in STAYED else None
        if step.kind is Kind.ADDED:
            self._stays = self._first_in_newest(here)

    def _change(self, step: Step) -> None:
        """What a step changes in the form, and in what was gone through."""
        match step.kind:
            case Kind.ANSWERED | Kind.SKIPPED:
                self.form.put(step.key, step.value, step.at)
                self.gone.add(step.key)
                if "place" in self.question(step.key).own:
                    self._worded[step.key] = self._wording(step.key)
            case Kind.TICKED | Kind.GIVEN:
                self.form.put(step.key, step.value, step.at)
            case Kind.ADDED:
                self.form.add(path_of(step.key), step.key.rpartition("/")[0], step.at)
                self.gone.discard(step.key)
            case Kind.REMOVED:
                self.form.remove(step.key, step.at)
                self._renumber(step.key)
            case Kind.ENOUGH:
                self.gone.add(step.key)
            case Kind.CONSENTED:
                self.consented = True
            case Kind.SENT:
                self.form.finish(step.at)
                self.sent_at = self.sent_at or step.at

    def _renumber(self, removed: str) -> None:
        """What is known of the instances after one that was removed goes with them."""
        self.gone = {new for key in self.gone if (new := renumbered(key, removed))}
        self._worded = {
            new: wording
            for key, wording in self._worded.items()
            if (new := renumbered(key, removed))
        }

    # Inside

    def _next(self, after: str | None) -> str:
        """The first place not gone through after ``after``, else any such, else REVIEW."""
        asked = self.asked()
        start = asked.index(after) + 1 if after in asked else 0
        pending = (key for key in asked[start:] + asked[:start] if self.pends(key))
        return next(pending, REVIEW)

    def _first_in_newest(self, prompt: str) -> str:
        """The first place in a repeat's last instance; its prompt if nothing is asked in it."""
        newest = f"{prompt}[{len(self.instances(prompt))}]/"
        return next((key for key in self.asked() if key.startswith(newest)), prompt)
