"""Scenarios as participants judged them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from reports import question_names
from reports.localizer import Words, later
from reports.measures.asset_states import points
from reports.reading.form_answers import Form
from reports.request import Order
from survey.workshop.agreement import Rating, rating

JUDGED = {
    question_names.LIKELIHOOD: later("Likelihood"),
    question_names.CONSEQUENCE: later("Impact"),
    question_names.READINESS: later("Readiness"),
}

#: Medians from which a scenario counts as likely or grave, and up to which the city is unready.
HIGH, LOW = 4, 2


@dataclass(frozen=True)
class Scenario:
    """One scenario as participants judged it.

    ``worse`` says how many of ``asked`` think that a stress gets worse, by its label. ``signs`` is
    how many wrote of early signs.
    """

    code: str
    label: str
    ratings: Mapping[str, Rating]
    worse: Mapping[str, int]
    asked: int
    signs: int

    def shown(self, order: Order) -> bool:
        """Whether enough people rated all three."""
        return all(r.n >= order.minimum_cell for r in self.ratings.values())

    def median(self, name: str) -> float:
        return self.ratings[name].median

    @property
    def gravity(self) -> tuple[float, float, float]:
        """Sorts by likelihood times impact of the medians, then by how unready the city is."""
        likely, grave = (
            self.ratings[question_names.LIKELIHOOD],
            self.ratings[question_names.CONSEQUENCE],
        )
        return (
            likely.median * grave.median,
            -self.median(question_names.READINESS),
            likely.upper + grave.upper,
        )


def read(form: Form, words: Words) -> Iterator[Scenario]:
    """Every scenario of the list, in its order."""
    wanted = [
        "interview",
        question_names.ASSET_CODE,
        *JUDGED,
        question_names.WORSENS,
        question_names.SIGNS,
    ]
    rows = form.occurrences(question_names.SCENARIOS).reindex(columns=wanted, fill_value="")
    found = dict(iter(rows.groupby(question_names.ASSET_CODE)))
    question = form.question(question_names.WORSENS)
    stresses = form.choices(question) if question else {}
    for item in question_names.items(form.questionnaire, question_names.SCENARIOS):
        code = item.get("name", "")
        mine = found.get(code, rows[:0])
        named = [codes for codes in map(str.split, mine[question_names.WORSENS]) if codes]
        counts = Counter(stress for codes in named for stress in codes)
        yield Scenario(
            code,
            question_names.item_label(item, words.language),
            {name: rating(points(ratings(mine[name]))) for name in JUDGED},
            {label: counts[stress] for stress, label in stresses.items()},
            len(named),
            int((mine[question_names.SIGNS].str.strip() != "").sum()),
        )


def ratings(said: pd.Series[str]) -> pd.Series[str]:
    """Without those who do not know."""
    return said[said.str.isdecimal()]
