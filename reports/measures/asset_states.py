"""In what state each asset and each category is, as participants judged it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from reports import question_names
from reports.localizer import Localizer, gettext_noop
from reports.reading.form_answers import FormAnswers
from reports.request import ReportRequest
from reports.statistics.row_suppression import compute_share
from survey.workshop.agreement import Rating, compute_rating

ASPECT_NAMES = {
    question_names.PHYSICAL: gettext_noop("Condition"),
    question_names.ADEQUACY: gettext_noop("Adequacy"),
    question_names.UPKEEP: gettext_noop("Upkeep"),
    question_names.CRITICALITY: gettext_noop("Criticality"),
}

#: What is read of each asset that somebody judged.
JUDGEMENT_COLUMNS = (
    "interview",
    question_names.ASSET_CODE,
    *ASPECT_NAMES,
    question_names.CONFIDENCE,
    question_names.FAILS_TOO,
)

#: The point of the scale of confidence that stands for data.
CONFIDENT_CODE = "3"


@dataclass(frozen=True)
class AssetState:
    """One asset, or with ``asset`` empty all of a category's, as ``people`` judged it.

    ``counts`` says how often each point was given, for the aspects that enough people rated; of a
    category every rating of each of its assets counts. ``data_share`` is the share (0-1) of
    judgements that rest on data, ``unknown`` how many did not know the physical condition,
    ``not_my_field`` for how many it is not their field.
    """

    category_code: str
    category: str
    asset: str
    asset_code: str
    people: int
    counts: Mapping[str, Mapping[int, int]]
    data_share: float
    unknown: int
    not_my_field: int

    @cached_property
    def ratings(self) -> dict[str, Rating]:
        """Aspect -> median, quartiles and agreement."""
        return {aspect: compute_rating(counts) for aspect, counts in self.counts.items()}

    def median(self, aspect: str) -> float:
        """NaN where too few rated it."""
        found = self.ratings.get(aspect)
        return found.median if found else float("nan")


def read_asset_judgements(form: FormAnswers) -> pd.DataFrame:
    """A row for each asset that somebody judged, with the columns ``JUDGEMENT_COLUMNS``."""
    found = form.build_repeat_table(question_names.ASSETS).reindex(
        columns=list(JUDGEMENT_COLUMNS), fill_value=""
    )
    # Plain texts, since the table is cut into a small one for each asset.
    return found.astype(object)


def build_asset_states(
    form: FormAnswers, rows: pd.DataFrame, order: ReportRequest, words: Localizer
) -> Iterator[AssetState]:
    """Every asset of the list, in its order."""
    found = dict(iter(rows.groupby(question_names.ASSET_CODE)))
    for item in question_names.list_carried_items(form.questionnaire, question_names.ASSETS):
        code, label = item.get("name", ""), question_names.get_item_label(item, words.language)
        about = (item.get(question_names.ASSET_CATEGORY, ""), label, code)
        yield build_state(found.get(code, rows[:0]), about, order, words)


def build_category_states(
    form: FormAnswers, rows: pd.DataFrame, order: ReportRequest, words: Localizer
) -> Iterator[AssetState]:
    """Every category of the list, all ratings of its assets together."""
    items = question_names.list_carried_items(form.questionnaire, question_names.ASSETS)
    belongs = {item.get("name", ""): item.get(question_names.ASSET_CATEGORY, "") for item in items}
    of = rows[question_names.ASSET_CODE].map(belongs)
    for category in dict.fromkeys(belongs.values()):
        yield build_state(rows[of == category], (category, "", ""), order, words)


def build_state(
    rows: pd.DataFrame, about: tuple[str, str, str], order: ReportRequest, words: Localizer
) -> AssetState:
    """What the ratings in some rows come to; ``about`` is category, asset's label and code."""
    kind, asset, code = about
    counts = {}
    people = rows["interview"].tolist()
    for aspect in ASPECT_NAMES:
        said = zip(people, rows[aspect].tolist(), strict=True)
        rated = [(person, point) for person, point in said if point.isdecimal()]
        # People, not ratings: of a category one person may have judged many assets.
        if len({person for person, _ in rated}) >= order.minimum_cell:
            counts[aspect] = count_points(point for _, point in rated)
    physical = Counter(rows[question_names.PHYSICAL].tolist())
    confidence = [code for code in rows[question_names.CONFIDENCE].tolist() if code]
    return AssetState(
        kind,
        words(question_names.CATEGORIES.get(kind, "")) or kind,
        asset,
        code,
        len(set(people)),
        counts,
        compute_share(confidence.count(CONFIDENT_CODE), len(confidence)),
        physical[question_names.UNKNOWN],
        physical[question_names.NOT_MY_FIELD],
    )


def count_points(given: Iterable[str]) -> dict[int, int]:
    """How often each point of a scale was given, the most frequent first."""
    return {int(point): count for point, count in Counter(given).most_common()}
