"""One respondent's pass through a questionnaire.

An interview is what its steps leave. Methods named for what a person does decide: they give back
the Step to keep, or say why not (``Refused``), and change nothing. ``apply`` carries a step out;
an interview is restored by applying its steps again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from functools import cached_property

from survey.forms.form import Form, path_of
from survey.forms.questionnaire import SELECTS, Question, Questionnaire
from survey.forms.values import fits

#: The key of the place after the last question, where all answers are shown before sending.
REVIEW = ""
#: The time in an interview that has not begun.
BEFORE = datetime(1970, 1, 1, tzinfo=UTC)
#: Kinds that tell instead of asking: going on is all that a person can do.
TOLD = frozenset({"note", "acknowledge"})


class Kind(StrEnum):
    """What a step records."""

    CONSENTED = "consented"
    GIVEN = "given"
    ANSWERED = "answered"
    TICKED = "ticked"
    SKIPPED = "skipped"
    MOVED = "moved"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Step:
    """What a person did: the ``number``-th thing in the interview, at a question's key."""

    number: int
    kind: Kind
    key: str
    value: str
    at: datetime


class Reason(StrEnum):
    """Why something a person did could not be taken."""

    STALE = "stale"
    REQUIRED = "required"
    CONSTRAINT = "constraint"
    KIND = "kind"
    CHOICE = "choice"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Refused:
    """Not taken, and why; ``key`` is the question it is about."""

    reason: Reason
    key: str


class Interview:
    """A running interview. ``seed`` orders what is shuffled for this person."""

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
        #: Keys that were answered, skipped or read.
        self.gone: set[str] = set()
        #: How questions for a place were worded when they were answered: whose place it is.
        self._worded: dict[str, str] = {}
        #: The key of the question that they were at last.
        self.last = REVIEW
        #: Whether nothing happened since it was last sent.
        self.rests = False
        self._at: str | None = None
        self._after: str | None = None
        self._asked: list[str] | None = None
        for step in steps:
            self.apply(step)

    # Where the person is

    @cached_property
    def consent(self) -> Question | None:
        """The question that asks for consent, if the questionnaire has one."""
        return next((q for q in self.questionnaire.questions if "consent" in q.own), None)

    @property
    def at(self) -> str:
        """The key of the question the person stands at, or REVIEW."""
        if self._at is None:
            self._at = self._next(self._after)
        return self._at

    def asked(self) -> list[str]:
        """Keys of the questions for this person in their order, without the consent."""
        consent = self.consent.path if self.consent else None
        if self._asked is None:
            self._asked = [key for key in self.form.asked() if key != consent]
        return self._asked

    def question(self, key: str) -> Question:
        """The definition behind a key."""
        return self.questionnaire.by_path[path_of(key)]

    def page_of(self, key: str) -> str:
        """Questions with the same page share a card: the rows of a table do, others stand alone."""
        around = self.questionnaire.group_of[path_of(key)]
        return key.rpartition("/")[0] if around and around[-1].is_table else key

    def rows(self, key: str) -> list[str]:
        """The keys on the same card, itself included."""
        page = self.page_of(key)
        return [k for k in self.asked() if self.page_of(k) == page] if page != key else [key]

    def pages(self) -> list[str]:
        """The cards of this interview in order."""
        return list(dict.fromkeys(map(self.page_of, self.asked())))

    @property
    def progress(self) -> float:
        """The share of the questions gone through, 0 to 1."""
        asked = self.asked()
        return sum(not self.pends(key) for key in asked) / len(asked) if asked else 1.0

    def pends(self, key: str) -> bool:
        """Whether a question was not gone through, or its answer no longer stands."""
        return key not in self.gone or not self.form.offers(key) or self._reworded(key)

    def _reworded(self, key: str) -> bool:
        """Whether a place was given for another question: of home, and now of work is asked."""
        return key in self._worded and self._worded[key] != self._wording(key)

    def _wording(self, key: str) -> str:
        language = self.questionnaire.languages[0]
        return self.form.text(self.question(key).label, key, language)

    @property
    def through(self) -> bool:
        """Whether every question was gone through."""
        return not any(map(self.pends, self.asked()))

    def missing(self) -> list[str]:
        """Keys of questions that must be answered and are not."""
        return [
            key
            for key in self.asked()
            if self.question(key).kind not in TOLD
            and (self.form.problem(key) or self._reworded(key))
        ]

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
        return question.kind not in TOLD and self.form.offers(key) and not self._reworded(key)

    # What a person can do

    def agree(self, at: datetime) -> Step | Refused:
        """Consent: the interview begins."""
        if self.consented:
            return Refused(Reason.STALE, REVIEW)
        return self._step(Kind.CONSENTED, self.consent.path if self.consent else "", "OK", at)

    def give(self, name: str, value: str, at: datetime) -> Step | None:
        """Fill what the questionnaire wants to know beforehand (``suara:given``), if it does."""
        for bind in self.questionnaire.binds.values():
            if bind.attributes.get("given") == name:
                return self._step(Kind.GIVEN, bind.path, value, at)
        return None

    def answer(self, key: str, value: str, at: datetime) -> Step | Refused:
        """Answer the question the person stands at; ``value`` as XForms writes it."""
        if key == REVIEW or key != self.at:
            return Refused(Reason.STALE, key)
        question = self.question(key)
        if question.kind in TOLD:
            return self._step(
                Kind.ANSWERED, key, "OK" if question.kind == "acknowledge" else "", at
            )
        if reason := self._fault(key, question, value, at):
            return Refused(reason, key)
        return self._step(Kind.ANSWERED, key, value, at)

    def tick(self, key: str, choice: str, on: bool, at: datetime) -> Step | Refused:
        """Tick or untick one of several choices; ``done`` confirms them."""
        if key == REVIEW or key != self.at:
            return Refused(Reason.STALE, key)
        offered = {c.value for c in self.form.choices(key)}
        if choice not in offered:
            return Refused(Reason.CHOICE, key)
        before = offered & set(self.form.value(key).split())
        ticked = before - {choice} | ({choice} if on else set())
        value = " ".join(v for v in self._listed(key) if v in ticked)
        if on and self._fault(key, self.question(key), value, at) is Reason.CONSTRAINT:
            return Refused(Reason.CONSTRAINT, key)
        return self._step(Kind.TICKED, key, value, at)

    def skip(self, key: str, at: datetime) -> Step | Refused:
        """Leave a question without an answer."""
        if key == REVIEW or key != self.at:
            return Refused(Reason.STALE, key)
        if self.form.required(key):
            return Refused(Reason.REQUIRED, key)
        return self._step(Kind.SKIPPED, key, "", at)

    def move(self, key: str, at: datetime) -> Step | Refused:
        """Go to a question, or to REVIEW once every question was gone through."""
        if key == REVIEW and not self.through:
            return Refused(Reason.INCOMPLETE, self.at)
        if key != REVIEW and key not in self.asked():
            return Refused(Reason.STALE, key)
        return self._step(Kind.MOVED, key, "", at)

    def back(self, at: datetime) -> Step | Refused:
        """To the card before this one."""
        pages = self.pages()
        here = len(pages) if self.at == REVIEW else pages.index(self.page_of(self.at))
        if here == 0:
            return Refused(Reason.STALE, self.at)
        return self.move(self._first_on(pages[here - 1]), at)

    def forward(self, at: datetime) -> Step | Refused:
        """Past this card, leaving it as it is; not past what must be answered.

        Whoever has gone through all comes back to the review.
        """
        if self.at == REVIEW:
            return Refused(Reason.STALE, REVIEW)
        for key in self.rows(self.at):
            if self.pends(key) or self.form.problem(key):
                return Refused(Reason.REQUIRED, key) if key == self.at else self.move(key, at)
        if self.through:
            return self.move(REVIEW, at)
        pages = self.pages()
        here = pages.index(self.page_of(self.at)) + 1
        return self.move(self._first_on(pages[here % len(pages)]), at)

    def send(self, at: datetime) -> Step | Refused:
        """Hand in the interview; answers can still be changed while the wave is open."""
        if missing := self.missing():
            return Refused(Reason.INCOMPLETE, missing[0])
        return self._step(Kind.SENT, REVIEW, "", at)

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
        self._asked = None
        if step.kind in (Kind.ANSWERED, Kind.SKIPPED, Kind.TICKED, Kind.GIVEN):
            self.form.put(step.key, step.value, step.at)
        self.last = step.key or self.last
        match step.kind:
            case Kind.ANSWERED | Kind.SKIPPED:
                self.gone.add(step.key)
                if "place" in self.question(step.key).own:
                    self._worded[step.key] = self._wording(step.key)
                self._at, self._after = None, step.key
            case Kind.CONSENTED:
                self.consented = True
                self._at, self._after = None, None
            case Kind.GIVEN:
                self._at, self._after = None, None
            case Kind.SENT:
                self.sent_at = self.sent_at or step.at
                self._at = REVIEW
            case Kind.TICKED | Kind.MOVED:
                self._at = step.key

    # Inside

    def _step(self, kind: Kind, key: str, value: str, at: datetime) -> Step:
        return Step(self.number + 1, kind, key, value, at)

    def _next(self, after: str | None) -> str:
        """The first question not gone through after ``after``, else any such, else REVIEW."""
        asked = self.asked()
        start = asked.index(after) + 1 if after in asked else 0
        pending = (key for key in asked[start:] + asked[:start] if self.pends(key))
        return next(pending, REVIEW)

    def _first_on(self, page: str) -> str:
        return next(key for key in self.asked() if self.page_of(key) == page)

    def _listed(self, key: str) -> list[str]:
        choices = self.question(key).choices or self.form.choices(key)
        return [choice.value for choice in choices]

    def _fault(self, key: str, question: Question, value: str, at: datetime) -> Reason | None:
        """Why ``value`` cannot be the answer at ``at``."""
        if question.kind in SELECTS:
            offered = {choice.value for choice in self.form.choices(key)}
            several = value.split(" ") if value else []
            given = [value] if question.kind == "select_one" and value else several
            if not set(given) <= offered or len(set(given)) < len(given):
                return Reason.CHOICE
        elif value and not fits(question, value):
            return Reason.KIND
        problem = self.form.trial(key, value, at)
        return Reason(problem) if problem else None
