"""Assets: how vulnerable, in which condition, what fails along, what is missing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from reports.verification.counted_answers import CountedAnswers
from reports.verification.documented_formulas import ScaleFigures, divide, summarize_ratings
from reports.verification.expected_cells import ExpectedRow, HiddenCell, HideableCell
from reports.verification.label_readers import read_item_labels, read_question_labels
from reports.verification.published_tables import PublishedTable
from reports.verification.recount_basis import (
    SCALE_KEYS,
    RecountBasis,
    RecountedTable,
    expect_blocks,
    expect_scale_figures,
    hide_all,
    list_missing,
)

ASSETS = "aset"
GRAVE_MEDIAN, FEWEST_SHOCKS, AGREED_SHARE = 4, 3, 0.75
ASPECTS = ("fisik", "kecukupan", "pemeliharaan", "kekritisan")
QUALITIES, POOR_MEDIAN, CRITICAL_MEDIAN = ASPECTS[:3], 2, 4
NOT_ASKED = "no such questionnaire"


def read_asset_table(form: CountedAnswers) -> pd.DataFrame:
    """A row for each asset that somebody judged."""
    return form.read_repeat(ASSETS)


def list_shock_paths(form: CountedAnswers) -> list[str]:
    """The questions on shocks inside of assets."""
    inside = re.compile(rf"(?:^|/){ASSETS}/(?:.*/)?guncangan/")
    return [path for path in form.paths if inside.search(path) and form.list_choices(path)]


def read_asset_names(basis: RecountBasis, form: CountedAnswers) -> dict[str, str]:
    """Label -> code of the assets of the list."""
    return read_item_labels(form.data, form.questionnaire, ASSETS, basis.language)


def list_points(values: pd.Series[str]) -> list[int]:
    """The points of a scale among answers."""
    return [int(value) for value in values.tolist() if value.isdigit()]


def recount_assets(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Each asset under each shock."""
    form = basis.reported.find_vulnerability_form()
    if form is None:
        return RecountedTable([NOT_ASKED] * len(table.rows))
    cells, words = read_judged_cells(basis, form), basis.report.names["word:yes"]
    keys = [(row["asset"], row["shock"]) for row in table.rows]
    rows = [expect_asset_cell(cells[key], basis.minimum, words) for key in keys]
    return RecountedTable(rows, list_missing(cells, keys))


def read_judged_cells(
    basis: RecountBasis, form: CountedAnswers
) -> dict[tuple[str, str], pd.Series[str]]:
    """(asset, shock) as the report calls them -> what was answered."""
    judged, paths = read_asset_table(form), list_shock_paths(form)
    shocks = read_question_labels(form, paths, basis.language)
    by_code = dict(iter(judged.groupby("kode"))) if "kode" in judged else {}
    nothing = pd.Series(dtype=str)
    found = {}
    for label, code in read_asset_names(basis, form).items():
        rows = by_code.get(code)
        for shock, path in shocks.items():
            name = path.rpartition("/")[2]
            there = rows is not None and name in rows
            found[label, shock] = rows[name] if rows is not None and there else nothing
    return found


def expect_asset_cell(given: pd.Series[str], minimum: int, yes: str) -> ExpectedRow:
    """Ratings, unless more say that it is not exposed than rated it, or too few did."""
    points, unexposed = list_points(given), int((given == "tp").sum())
    if unexposed > len(points) and unexposed >= minimum:
        nothing = HiddenCell("most say that it is not exposed")
        return {**dict.fromkeys(SCALE_KEYS, nothing), "unexposed": yes, "hidden": None}
    if unexposed > len(points) or len(points) < minimum:
        nothing = HiddenCell(f"fewer than {minimum} ratings")
        return {**dict.fromkeys(SCALE_KEYS, nothing), "unexposed": None, "hidden": yes}
    return {**expect_scale_figures(points, minimum), "unexposed": None, "hidden": None}


def recount_vulnerable(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """The assets by how many shocks would hit them hard."""
    form = basis.reported.find_vulnerability_form()
    if form is None:
        return RecountedTable([NOT_ASKED] * len(table.rows))
    ratings: dict[str, list[ScaleFigures]] = {}
    for (asset, _), given in read_judged_cells(basis, form).items():
        points = list_points(given)
        if len(points) >= basis.minimum and int((given == "tp").sum()) <= len(points):
            ratings.setdefault(asset, []).append(summarize_ratings(points))
    ranked = {asset: found for asset, found in ratings.items() if len(found) >= FEWEST_SHOCKS}
    rows = [
        expect_vulnerability(ranked[row["asset"]]) if row["asset"] in ranked else "too few shocks"
        for row in table.rows
    ]
    return RecountedTable(rows, list_missing(ranked, [row["asset"] for row in table.rows]))


def expect_vulnerability(found: Sequence[ScaleFigures]) -> ExpectedRow:
    grave = sum(each.median >= GRAVE_MEDIAN for each in found)
    least, most = min(each.n for each in found), max(each.n for each in found)
    return {
        "shocks": len(found),
        "grave": grave,
        "share": divide(grave, len(found)),
        "highest": max(each.median for each in found),
        "apart": sum(each.within_one < AGREED_SHARE for each in found),
        "n": str(most) if least == most else f"{least}–{most}",
    }


def recount_conditions(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Each category and each asset under each aspect."""
    form = basis.reported.find_form("kondisi")
    if form is None:
        return RecountedTable([NOT_ASKED] * len(table.rows))
    judged, aspects = read_asset_table(form), basis.name_codes("aspect")
    every, assets = basis.name_codes("all"), read_asset_names(basis, form)
    items = form.data.find_list(form.questionnaire, ASSETS)
    by_asset, nothing = dict(iter(judged.groupby("kode"))), judged[:0]
    kind = judged["kode"].map({code: item.get("kategori", "") for code, item in items.items()})
    by_kind = dict(iter(judged.groupby(kind)))
    yes, rows = basis.report.names["word:yes"], []
    for row in table.rows:
        label = row["asset"]
        mine = by_kind.get(every[label]) if label in every else by_asset.get(assets[label])
        mine = nothing if mine is None else mine
        rows.append(expect_condition(mine, aspects[row["aspect"]], basis.minimum, yes))
    wanted = [(asset, aspect) for asset in assets for aspect in aspects]
    there = [(row["asset"], row["aspect"]) for row in table.rows]
    return RecountedTable(rows, list_missing(wanted, there))


def expect_condition(rows: pd.DataFrame, aspect: str, minimum: int, yes: str) -> ExpectedRow:
    """Ratings of one aspect, by people enough; how sure they are, who did not know."""
    found: dict[str, Any] = hide_all(["people", "sure", "unknown", "elsewhere"], minimum)
    if rows["person"].nunique() >= minimum:
        sure = rows["keyakinan"][rows["keyakinan"] != ""]
        found = {
            "people": rows["person"].nunique(),
            "sure": divide(int((sure == "3").sum()), len(sure)),
            "unknown": int((rows["fisik"] == "tt").sum()),
            "elsewhere": int((rows["fisik"] == "bb").sum()),
        }
    rated = rows[rows[aspect].str.isdigit()]
    if rated["person"].nunique() < minimum:
        return {**found, **hide_all(SCALE_KEYS, minimum), "hidden": yes}
    return {**found, **expect_scale_figures(list_points(rated[aspect]), 0), "hidden": None}


def read_asset_medians(
    basis: RecountBasis, form: CountedAnswers
) -> dict[str, tuple[dict[str, float], int]]:
    """Asset, as the report calls it -> its medians that may be told, and its people."""
    judged, found = read_asset_table(form), {}
    for label, code in read_asset_names(basis, form).items():
        mine = judged[judged["kode"] == code]
        medians = {}
        for aspect in ASPECTS:
            points = list_points(mine[aspect])
            if len(points) >= basis.minimum:
                medians[aspect] = summarize_ratings(points).median
        found[label] = medians, int(mine["person"].nunique())
    return found


def recount_worrying(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Assets in a poor state on which much depends."""
    form = basis.reported.find_form("kondisi")
    if form is None:
        return RecountedTable([NOT_ASKED] * len(table.rows))
    found = read_asset_medians(basis, form)
    poor = {
        asset: medians
        for asset, (medians, _) in found.items()
        if medians.get("kekritisan", 0) >= CRITICAL_MEDIAN
        and any(medians.get(aspect, 9) <= POOR_MEDIAN for aspect in QUALITIES)
    }
    rows = [
        {aspect: found[row["asset"]][0].get(aspect) for aspect in ASPECTS}
        | {"people": found[row["asset"]][1]}
        for row in table.rows
    ]
    return RecountedTable(rows, list_missing(poor, [row["asset"] for row in table.rows]))


def recount_knock_on(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Who said that a category fails along with an asset, of those who know."""
    form = basis.reported.find_form("kondisi")
    if form is None:
        return RecountedTable([NOT_ASKED] * len(table.rows))
    judged, assets = read_asset_table(form), read_asset_names(basis, form)
    targets, yes = basis.name_codes("category"), basis.report.names["word:yes"]
    said = {
        code: [value.split() for value in mine.tolist() if value not in ("", "tt")]
        for code, mine in judged.groupby("kode")["ikut_lumpuh"]
    }
    rows = []
    for row in table.rows:
        known = said.get(assets[row["asset"]], [])
        named = sum(targets[row["target"]] in codes for codes in known)
        holds = named >= basis.minimum and 2 * named >= len(known)
        rows.append(
            {
                "share": divide(named, len(known)),
                "named": HideableCell(named),
                "n": len(known),
                "holds": yes if holds else None,
            }
        )
    return RecountedTable(rows)


def recount_missing_assets(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Who misses an asset, by category; names that enough people gave."""
    form = basis.reported.find_form("kondisi")
    if form is None:
        return RecountedTable([NOT_ASKED] * len(table.rows))
    told = form.read_repeat("aset_lain")
    if "nama_lain" not in told:
        return RecountedTable(["nobody named any"] * len(table.rows))
    told = told[told["nama_lain"].str.strip() != ""]
    kinds, names = basis.name_codes("category"), basis.name_codes("missing")
    same = told["nama_lain"].map(simplify_name)
    of_kind = [row for row in table.rows if names[row["what"]] == "category"]
    counts = [
        int(told[told["kategori_lain"] == kinds[row["label"]]]["person"].nunique())
        for row in of_kind
    ]
    cells = iter(
        expect_blocks([""] * len(counts), counts, [row["people"] for row in of_kind], basis.minimum)
    )
    rows: list[Mapping[str, Any]] = []
    for row in table.rows:
        if names[row["what"]] == "category":
            rows.append({"people": next(cells)})
        else:
            mine = told[same == simplify_name(str(row["label"]))]
            rows.append({"people": int(mine["person"].nunique())})
    return RecountedTable(rows)


def simplify_name(text: str) -> str:
    """Letters and digits alone, small, without accents: by which names are the same."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c)
    )
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())
