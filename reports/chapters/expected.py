"""Scenarios as participants judged them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from reports import roles
from reports.chapters.states import points
from reports.order import Order
from reports.reading.form import Form
from reports.words import Words, later
from survey.workshop.agreement import Rating, rating

JUDGED = {
    roles.LIKELIHOOD: later("Likelihood"),
    roles.CONSEQUENCE: later("Impact"),
    roles.READINESS: later("Readiness"),
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
        likely, grave = self.ratings[roles.LIKELIHOOD], self.ratings[roles.CONSEQUENCE]
        return (
            likely.median * grave.median,
            -self.median(roles.READINESS),
            likely.upper + grave.upper,
        )


def read(form: Form, words: Words) -> Iterator[Scenario]:
    """Every scenario of the list, in its order."""
    wanted = ["interview", roles.ASSET_CODE, *JUDGED, roles.WORSENS, roles.SIGNS]
    rows = form.occurrences(roles.SCENARIOS).reindex(columns=wanted, fill_value="")
    found = dict(iter(rows.groupby(roles.ASSET_CODE)))
    question = form.question(roles.WORSENS)
    stresses = form.choices(question) if question else {}
    for item in roles.items(form.questionnaire, roles.SCENARIOS):
        code = item.get("name", "")
        mine = found.get(code, rows[:0])
        named = [codes for codes in map(str.split, mine[roles.WORSENS]) if codes]
        counts = Counter(stress for codes in named for stress in codes)
        yield Scenario(
            code,
            roles.item_label(item, words.language),
            {name: rating(points(ratings(mine[name]))) for name in JUDGED},
            {label: counts[stress] for stress, label in stresses.items()},
            len(named),
            int((mine[roles.SIGNS].str.strip() != "").sum()),
        )


def ratings(said: pd.Series[str]) -> pd.Series[str]:
    """Without those who do not know."""
    return said[said.str.isdecimal()]
