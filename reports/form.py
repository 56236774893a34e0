"""A fielded questionnaire together with how often each of its choices was given."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from reports import roles
from reports.versions import LeftOut
from survey.forms.questionnaire import Group, Question, Questionnaire


@dataclass(frozen=True)
class Form:
    """``counts`` has the columns path, role, code, rows and people, over usable interviews.

    ``rows`` are answers; ``people`` counts an interview once a question, whatever was ticked.
    ``code`` is None for what is no choice. ``assets`` has asset, path, code and rows; ``places``
    has city, district and rows. ``waves`` are the ids of the waves that were counted.
    ``left_out`` are answers of older versions that are in none of the counts.
    """

    questionnaire: Questionnaire
    language: str
    waves: tuple[str, ...]
    counts: pd.DataFrame
    assets: pd.DataFrame
    places: pd.DataFrame
    left_out: tuple[LeftOut, ...]

    def questions(self, group: str) -> tuple[Question, ...]:
        """The questions of the first group of that name; none where there is no such group."""
        found: Group | None = next(roles.groups(self.questionnaire, group), None)
        return roles.asked_in(found) if found else ()

    def question(self, name: str) -> Question | None:
        """The first question of that name."""
        return roles.question(self.questionnaire, name)

    def label(self, question: Question) -> str:
        """The question's wording."""
        return question.label.plain(self.language)

    def choices(self, question: Question) -> dict[str, str]:
        """Code -> label, in the order of the sheet."""
        return {choice.value: choice.label.plain(self.language) for choice in question.choices}

    def tally(self, question: Question, role: str | None = None) -> dict[str, int]:
        """How often each choice was given, in the order of the sheet, those never given too."""
        counts = self._rows(question, role).groupby("code")["rows"].sum().to_dict()
        return {choice.value: int(counts.get(choice.value, 0)) for choice in question.choices}

    def people(self, question: Question, role: str | None = None) -> int:
        """How many answered the question."""
        return int(self._rows(question, role)["people"].sum())

    def scale(self, question: Question, role: str | None = None) -> dict[int, int]:
        """How often each point of the question's scale was given."""
        tally = self.tally(question, role)
        return {point: tally[str(point)] for point in roles.points(question)}

    def _rows(self, question: Question, role: str | None) -> pd.DataFrame:
        rows = self.counts[self.counts["path"] == question.path]
        return rows if role is None else rows[rows["role"] == role]
