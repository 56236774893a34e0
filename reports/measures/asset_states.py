"""In what state each asset and each category is, as participants judged it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from reports import question_names
from reports.localizer import Words, later
from reports.reading.form_answers import Form
from reports.request import Order
from reports.statistics.row_suppression import share
from survey.workshop.agreement import Rating, rating

ASPECTS = {
    question_names.PHYSICAL: later("Condition"),
    question_names.ADEQUACY: later("Adequacy"),
    question_names.UPKEEP: later("Upkeep"),
    question_names.CRITICALITY: later("Criticality"),
}

#: What is read of each asset that somebody judged.
JUDGED = (
    "interview",
    question_names.ASSET_CODE,
    *ASPECTS,
    question_names.CONFIDENCE,
    question_names.FAILS_TOO,
)

#: The point of the scale of confidence that stands for data.
SURE = "3"


@dataclass(frozen=True)
class State:
    """One asset, or with ``asset`` empty all of a category's, as ``people`` judged it.

    ``kind`` is the category's code, ``code`` the asset's. ``counts`` says how often each point was
    given, for the aspects that enough people rated; of a category every rating of each of its
    assets counts. ``sure`` is the share (0-1) of judgements that rest on data, ``unknown`` how many
    did not know the physical condition, ``elsewhere`` for how many it is not their field.
    """

    kind: str
    category: str
    asset: str
    code: str
    people: int
    counts: Mapping[str, Mapping[int, int]]
    sure: float
    unknown: int
    elsewhere: int

    @cached_property
    def ratings(self) -> dict[str, Rating]:
        """Aspect -> median, quartiles and agreement."""
        return {aspect: rating(counts) for aspect, counts in self.counts.items()}

    def median(self, aspect: str) -> float:
        """NaN where too few rated it."""
        found = self.ratings.get(aspect)
        return found.median if found else float("nan")


def judged(form: Form) -> pd.DataFrame:
    """A row for each asset that somebody judged, with the columns ``JUDGED``."""
    return form.occurrences(question_names.ASSETS).reindex(columns=list(JUDGED), fill_value="")


def by_asset(form: Form, rows: pd.DataFrame, order: Order, words: Words) -> Iterator[State]:
    """Every asset of the list, in its order."""
    found = dict(iter(rows.groupby(question_names.ASSET_CODE)))
    for item in question_names.items(form.questionnaire, question_names.ASSETS):
        code, label = item.get("name", ""), question_names.item_label(item, words.language)
        about = (item.get(question_names.ASSET_CATEGORY, ""), label, code)
        yield state(found.get(code, rows[:0]), about, order, words)


def pooled(form: Form, rows: pd.DataFrame, order: Order, words: Words) -> Iterator[State]:
    """Every category of the list, all ratings of its assets together."""
    items = question_names.items(form.questionnaire, question_names.ASSETS)
    belongs = {item.get("name", ""): item.get(question_names.ASSET_CATEGORY, "") for item in items}
    of = rows[question_names.ASSET_CODE].map(belongs)
    for category in dict.fromkeys(belongs.values()):
        yield state(rows[of == category], (category, "", ""), order, words)


def state(rows: pd.DataFrame, about: tuple[str, str, str], order: Order, words: Words) -> State:
    """What the ratings in some rows come to; ``about`` is category, asset's label and code."""
    kind, asset, code = about
    counts = {}
    for aspect in ASPECTS:
        rated = rows[rows[aspect].str.isdecimal()]
        if rated["interview"].nunique() >= order.minimum_cell:
            counts[aspect] = points(rated[aspect])
    said = rows[question_names.PHYSICAL].value_counts()
    confidence = rows.loc[rows[question_names.CONFIDENCE] != "", question_names.CONFIDENCE]
    return State(
        kind,
        words(question_names.CATEGORIES.get(kind, "")) or kind,
        asset,
        code,
        rows["interview"].nunique(),
        counts,
        share(int((confidence == SURE).sum()), len(confidence)),
        int(said.get(question_names.UNKNOWN, 0)),
        int(said.get(question_names.NOT_MY_FIELD, 0)),
    )


def points(column: pd.Series[str]) -> dict[int, int]:
    """How often each point of a scale was given."""
    return {int(str(point)): int(count) for point, count in column.value_counts().items()}
