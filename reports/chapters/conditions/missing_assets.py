"""Assets that participants miss in the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from reports import question_names
from reports.chapters.elements import COUNT, ReportTable, TableColumn
from reports.chapters.leader_texts import limit_names
from reports.localizer import Localizer
from reports.measures.inventory import normalize_plan_name
from reports.reading.form_answers import FormAnswers
from reports.request import ReportRequest
from reports.statistics.row_suppression import suppress_row

#: So many missing assets are named.
NAMED_MISSING = 5


@dataclass(frozen=True)
class MissingAssets:
    """``people`` named an asset that the list lacks: by category, None where too few did.

    ``names`` are those that enough people gave, in their commonest spelling: what one person wrote
    may say something of a person.
    """

    was_asked: bool
    people: int | None
    categories: dict[str, int | None]
    names: dict[str, int]


def read_missing_assets(form: FormAnswers, order: ReportRequest, words: Localizer) -> MissingAssets:
    """Who named something, by the category that they gave it."""
    wanted = ["interview", question_names.MISSING_NAME, question_names.MISSING_CATEGORY]
    rows = form.build_repeat_table(question_names.MISSING_ASSETS).reindex(
        columns=wanted, fill_value=""
    )
    rows = rows[rows[question_names.MISSING_NAME].str.strip() != ""]
    people = rows["interview"].nunique()
    counts = rows.groupby(question_names.MISSING_CATEGORY)["interview"].nunique().to_dict()
    codes = [code for code in question_names.CATEGORIES if code in counts]
    numbers = [int(counts[code]) for code in codes]
    masks = suppress_row(numbers, order.minimum_cell)
    return MissingAssets(
        form.find_question(question_names.MISSING_NAME) is not None,
        people if people == 0 or people >= order.minimum_cell else None,
        {
            words(question_names.CATEGORIES[code]): None if mask else number
            for code, number, mask in zip(codes, numbers, masks, strict=True)
        },
        dict(list_common_names(rows, order)),
    )


def list_common_names(rows: pd.DataFrame, order: ReportRequest) -> Iterator[tuple[str, int]]:
    """The names that enough people gave, however spelt, the commonest first."""
    same = rows[question_names.MISSING_NAME].map(normalize_plan_name)
    people = rows.groupby(same)["interview"].nunique().sort_values(ascending=False, kind="stable")
    for key, number in people.items():
        if key and number >= order.minimum_cell:
            spelt = Counter(
                " ".join(n.split()) for n in rows.loc[same == key, question_names.MISSING_NAME]
            )
            yield spelt.most_common(1)[0][0], int(number)


def list_missing_findings(found: MissingAssets, words: Localizer) -> Iterator[str]:
    if found.people:
        yield words.translate_plural(
            "{number} participant misses an asset in the list.",
            "{number} participants miss an asset in the list.",
            found.people,
        )
    if found.names:
        yield words(
            "Named as missing by enough people to be told: {assets}.",
            assets=limit_names(
                [f"{n} ({words.format_count(c)})" for n, c in found.names.items()],
                NAMED_MISSING,
                words,
            ),
        )


def build_missing_table(found: MissingAssets, words: Localizer) -> Iterator[ReportTable]:
    """People by category; then the names that enough of them gave."""
    if not found.was_asked:
        return
    rows: list[dict[str, object]] = [
        {"what": words("Category"), "label": label, "people": number}
        for label, number in found.categories.items()
    ]
    rows += [
        {"what": words("Asset"), "label": name, "people": number}
        for name, number in found.names.items()
    ]
    columns = (
        TableColumn("what", words("What")),
        TableColumn("label", words("Missing")),
        TableColumn("people", words("People"), COUNT),
    )
    yield ReportTable.from_rows(
        "missing_assets", words("Assets missing from the list"), columns, rows
    )
