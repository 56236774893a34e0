"""Scenarios as participants judged them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from reports import question_names
from reports.localizer import Localizer, gettext_noop
from reports.measures.asset_states import count_points
from reports.reading.form_answers import FormAnswers
from reports.request import ReportRequest
from survey.workshop.agreement import Rating, compute_rating

SCENARIO_SCALES = {
    question_names.LIKELIHOOD: gettext_noop("Likelihood"),
    question_names.CONSEQUENCE: gettext_noop("Impact"),
    question_names.READINESS: gettext_noop("Readiness"),
}

#: Medians from which a scenario counts as likely or grave, and up to which the city is unready.
HIGH_MEDIAN, LOW_MEDIAN = 4, 2


@dataclass(frozen=True)
class Scenario:
    """One scenario as participants judged it.

    ``worsened_stresses`` says how many of the ``stress_answers`` think that a stress gets worse, by
    its label. ``sign_remarks`` is how many wrote of early signs.
    """

    code: str
    label: str
    ratings: Mapping[str, Rating]
    worsened_stresses: Mapping[str, int]
    stress_answers: int
    sign_remarks: int

    def has_enough_ratings(self, order: ReportRequest) -> bool:
        """Whether enough people rated all three."""
        return all(r.n >= order.minimum_cell for r in self.ratings.values())

    def median(self, name: str) -> float:
        return self.ratings[name].median

    @property
    def risk(self) -> float:
        """Likelihood times impact, 1 to 25: the product of the medians."""
        return self.median(question_names.LIKELIHOOD) * self.median(question_names.CONSEQUENCE)

    @property
    def gravity(self) -> tuple[float, float, float]:
        """Sorts by likelihood times impact of the medians, then by how unready the city is."""
        likely, grave = (
            self.ratings[question_names.LIKELIHOOD],
            self.ratings[question_names.CONSEQUENCE],
        )
        return (
            self.risk,
            -self.median(question_names.READINESS),
            likely.upper + grave.upper,
        )


def read_scenarios(form: FormAnswers, words: Localizer) -> Iterator[Scenario]:
    """Every scenario of the list, in its order."""
    wanted = [
        "interview",
        question_names.ASSET_CODE,
        *SCENARIO_SCALES,
        question_names.SHOCKS_THAT_WORSEN,
        question_names.EARLY_SIGNS,
    ]
    rows = form.build_repeat_table(question_names.SCENARIOS).reindex(columns=wanted, fill_value="")
    found = dict(iter(rows.groupby(question_names.ASSET_CODE)))
    question = form.find_question(question_names.SHOCKS_THAT_WORSEN)
    stresses = form.get_choice_labels(question) if question else {}
    for item in question_names.list_carried_items(form.questionnaire, question_names.SCENARIOS):
        code = item.get("name", "")
        mine = found.get(code, rows[:0])
        named = [
            codes for codes in map(str.split, mine[question_names.SHOCKS_THAT_WORSEN]) if codes
        ]
        counts = Counter(stress for codes in named for stress in codes)
        yield Scenario(
            code,
            question_names.get_item_label(item, words.language),
            {
                name: compute_rating(count_points(drop_unknown(mine[name])))
                for name in SCENARIO_SCALES
            },
            {label: counts[stress] for stress, label in stresses.items()},
            len(named),
            int((mine[question_names.EARLY_SIGNS].str.strip() != "").sum()),
        )


def drop_unknown(answers: pd.Series[str]) -> pd.Series[str]:
    """Without those who do not know."""
    return answers[answers.str.isdecimal()]
