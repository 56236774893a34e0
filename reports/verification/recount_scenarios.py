"""Scenarios and trends as participants judged them."""

from __future__ import annotations

from reports.verification.documented_formulas import divide, summarize_ratings
from reports.verification.expected_cells import ExpectedRow
from reports.verification.label_readers import (
    read_choice_labels,
    read_item_labels,
    read_question_labels,
)
from reports.verification.published_tables import PublishedTable
from reports.verification.recount_assets import NOT_ASKED, list_points
from reports.verification.recount_basis import (
    RecountBasis,
    RecountedTable,
    expect_scale_figures,
    list_missing,
)

SCENARIOS, TRENDS, CERTAINTY, WORSENS = "skenario", "arah", "kepastian", "memburuk"


def recount_scenarios(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Each scenario under each scale."""
    form = basis.reported.find_form(SCENARIOS)
    if form is None:
        return RecountedTable([NOT_ASKED] * len(table.rows))
    judged, scales = form.read_repeat(SCENARIOS), basis.name_codes("scale")
    names = read_item_labels(form.data, form.questionnaire, SCENARIOS, basis.language)
    rows = [
        expect_scale_figures(
            list_points(judged[judged["kode"] == names[row["scenario"]]][scales[row["scale"]]]),
            basis.minimum,
        )
        for row in table.rows
    ]
    wanted = [(scenario, scale) for scenario in names for scale in scales]
    there = [(row["scenario"], row["scale"]) for row in table.rows]
    return RecountedTable(rows, list_missing(wanted, there))


def recount_worsening(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Which stresses a scenario makes worse, of those who named any."""
    form = basis.reported.find_form(SCENARIOS)
    if form is None:
        return RecountedTable([NOT_ASKED] * len(table.rows))
    judged = form.read_repeat(SCENARIOS)
    names = read_item_labels(form.data, form.questionnaire, SCENARIOS, basis.language)
    stresses = read_choice_labels(form, form.find_question(WORSENS), basis.language)
    rows: list[ExpectedRow] = []
    for row in table.rows:
        mine = judged[judged["kode"] == names[row["scenario"]]][WORSENS]
        said = mine[mine != ""].str.split()
        code = stresses[row["stress"]]
        named = sum(code in codes for codes in said)
        rows.append({"share": divide(named, len(said)), "named": named, "n": len(said)})
    return RecountedTable(rows)


def recount_trends(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Where each trend goes, and how sure people are."""
    form = basis.reported.find_form(SCENARIOS)
    if form is None:
        return RecountedTable([NOT_ASKED] * len(table.rows))
    trends = read_question_labels(form, form.list_group(TRENDS), basis.language)
    sure = {path.rpartition("/")[2]: path for path in form.list_group(CERTAINTY)}
    rows = []
    for row in table.rows:
        path = trends[row["trend"]]
        certain = list_points(form.get_values(sure.get(path.rpartition("/")[2])))
        told = len(certain) >= basis.minimum
        rows.append(
            expect_scale_figures(list_points(form.get_values(path)), basis.minimum)
            | {"sure": summarize_ratings(certain).median if told else None}
        )
    return RecountedTable(rows, list_missing(trends, [row["trend"] for row in table.rows]))
