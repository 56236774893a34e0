"""One respondent's pass through a questionnaire.

An interview is what its steps leave (``Standing``). Methods named for what a person does decide:
they give back the Step to keep, or say why not (``Refused``), and change nothing.
"""

from __future__ import annotations

from datetime import datetime

from survey.forms.answers.stored_values import fits
from survey.forms.model.questionnaire import SELECTS, Question
from survey.forms.runtime.form import path_of
from survey.interview.question_order import REVIEW
from survey.interview.state import Standing
from survey.interview.steps import Kind, Reason, Refused, Step


class Interview(Standing):
    """A running interview, and what a person can do in it."""

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
        if key == self.at != REVIEW and self.tells(key):
            seen = "OK" if self.question(key).kind == "acknowledge" else self.form.value(key)
            return self._step(Kind.ANSWERED, key, seen, at)
        if refused := self._unanswerable(key):
            return refused
        if reason := self._fault(key, self.question(key), value, at):
            return Refused(reason, key)
        return self._step(Kind.ANSWERED, key, value, at)

    def tick(self, key: str, choice: str, on: bool, at: datetime) -> Step | Refused:
        """Tick or untick one of several choices; ``answer`` confirms them.

        Ranked choices stand in the order of ticking; the last one left falls in place.
        """
        if refused := self._unanswerable(key):
            return refused
        offered = {c.value for c in self.form.choices(key)}
        if choice not in offered:
            return Refused(Reason.CHOICE, key)
        before = [v for v in self.form.value(key).split() if v in offered and v != choice]
        ticked = [*before, choice] if on else before
        if self.question(key).kind == "rank":
            left = offered.difference(ticked)
            last = left if on and len(left) == 1 else ()
            return self._step(Kind.TICKED, key, " ".join([*ticked, *last]), at)
        value = " ".join(dict.fromkeys(c.value for c in self.listed(key) if c.value in ticked))
        if on and self._fault(key, self.question(key), value, at) is Reason.CONSTRAINT:
            return Refused(Reason.CONSTRAINT, key)
        return self._step(Kind.TICKED, key, value, at)

    def clear(self, key: str, at: datetime) -> Step | Refused:
        """Untick all choices."""
        if refused := self._unanswerable(key):
            return refused
        if self.question(key).kind not in SELECTS:
            return Refused(Reason.KIND, key)
        return self._step(Kind.TICKED, key, "", at)

    def skip(self, key: str, at: datetime) -> Step | Refused:
        """Leave a question without an answer."""
        if refused := self._unanswerable(key):
            return refused
        if self.form.required(key):
            return Refused(Reason.REQUIRED, key)
        return self._step(Kind.SKIPPED, key, "", at)

    def add(self, key: str, at: datetime) -> Step | Refused:
        """Another instance of the repeat at whose prompt the person stands."""
        if key != self.at or not self.repeat(key):
            return Refused(Reason.STALE, key)
        if not self.form.room(path_of(key), key.rpartition("/")[0]):
            return Refused(Reason.FULL, key)
        return self._step(Kind.ADDED, key, "", at)

    def remove(self, key: str, seen: int, at: datetime) -> Step | Refused:
        """Take away an instance of the repeat at whose prompt the person stands.

        ``seen`` is the number of the step that they saw last: after another one, the same key may
        name another instance.
        """
        if seen != self.number or not self.repeat(self.at) or key not in self.instances(self.at):
            return Refused(Reason.STALE, key)
        return self._step(Kind.REMOVED, key, "", at)

    def enough(self, key: str, at: datetime) -> Step | Refused:
        """Nothing more to add at the prompt where the person stands."""
        if key != self.at or not self.repeat(key):
            return Refused(Reason.STALE, key)
        return self._step(Kind.ENOUGH, key, "", at)

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
        return self.move(self.walk.cards[pages[here - 1]][0], at)

    def forward(self, at: datetime) -> Step | Refused:
        """Past this card, leaving it as it is; not past what must be answered.

        Whoever has gone through all comes back to the review.
        """
        if self.at == REVIEW:
            return Refused(Reason.STALE, REVIEW)
        for key in self.rows(self.at):
            if self.pends(key) or self._wants(key):
                return Refused(Reason.REQUIRED, key) if key == self.at else self.move(key, at)
        if self.through:
            return self.move(REVIEW, at)
        pages = self.pages()
        here = pages.index(self.page_of(self.at)) + 1
        return self.move(self.walk.cards[pages[here % len(pages)]][0], at)

    def send(self, at: datetime) -> Step | Refused:
        """Hand in the interview; answers can still be changed while the wave is open."""
        if missing := self.missing():
            return Refused(Reason.INCOMPLETE, missing[0])
        return self._step(Kind.SENT, REVIEW, "", at)

    # Inside

    def _step(self, kind: Kind, key: str, value: str, at: datetime) -> Step:
        return Step(self.number + 1, kind, key, value, at)

    def _unanswerable(self, key: str) -> Refused | None:
        """Why nothing can be answered at ``key`` now."""
        if key == REVIEW or key != self.at or self.repeat(key):
            return Refused(Reason.STALE, key)
        return Refused(Reason.KIND, key) if self.tells(key) else None

    def _fault(self, key: str, question: Question, value: str, at: datetime) -> Reason | None:
        """Why ``value`` cannot be the answer at ``at``."""
        if question.kind in SELECTS:
            offered = {choice.value for choice in self.form.choices(key)}
            several = value.split(" ") if value else []
            given = [value] if question.kind == "select_one" and value else several
            if not set(given) <= offered or len(set(given)) < len(given):
                return Reason.CHOICE
            if question.kind == "rank" and value and set(given) != offered:
                return Reason.CHOICE
        elif value and not fits(question, value):
            return Reason.KIND
        problem = self.form.trial(key, value, at)
        return Reason(problem) if problem else None
