"""The workbook: tidy sheets that draw themselves, in a spreadsheet's own charts."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
from lxml import etree
from openpyxl.worksheet.worksheet import Worksheet

from reports.chapters.elements import COUNT, POINTS, SCORE, TEXT, Chapter, ReportTable, TableColumn
from reports.chapters.news import chapter
from reports.charts.style import HEAT_COLOURS
from reports.documents.workbook import SHEET_NAMES, ReportWorkbook, write_table_sheet
from reports.measures.drivers import DriverFigures
from reports.report_content import ReportContent
from reports.request import Report
from tests.reports.chapter_rows import ENGLISH_WORDS
from tests.reports.chapter_rows import find_table as of_chapter
from tests.reports.report_contents import find_file, read_workbook

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def drawn(table: ReportTable) -> tuple[Any, ZipFile]:
    """A workbook of one table; as openpyxl reads it, and its parts."""
    target = BytesIO()
    with ReportWorkbook(target, "title") as book:
        write_table_sheet(book, table, "Table")
    return openpyxl.load_workbook(target), ZipFile(target)


def table(frame: pd.DataFrame, kinds: dict[str, str], **drawing: Any) -> ReportTable:
    columns = tuple(TableColumn(key, key.title(), kind) for key, kind in kinds.items())
    return ReportTable("table", "A table", columns, frame, **drawing)


@pytest.fixture(scope="module")
def charts(report: Report) -> list[str]:
    """Every chart of the crowd's workbook, as Excel has it."""
    archive = ZipFile(find_file("xlsx", report))
    names = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]
    return [archive.read(name).decode() for name in names]


def test_days_and_shocks_are_drawn_too(charts: list[str]) -> None:
    assert any("Hari!$B$2" in chart and '<c:barDir val="col"/>' in chart for chart in charts)
    assert any("Guncangan" in chart and '<c:barDir val="bar"/>' in chart for chart in charts)


def test_stacked_bars_show_the_rows_of_the_first_block(charts: list[str]) -> None:
    stacked = next(chart for chart in charts if "percentStacked" in chart)
    assert stacked.count("<c:ser>") == 4
    assert "Persepsi!$D$2:$D$13" in stacked


def scenarios(*rated: tuple[str, float | None, float | None]) -> ReportTable:
    """Points to be drawn, by name, likelihood and impact."""
    frame = pd.DataFrame(rated, columns=["what", "likely", "grave"])
    kinds = {"what": TEXT, "likely": SCORE, "grave": SCORE}
    return table(frame, kinds, plotted=("likely", "grave"), against="what", chart_kind=POINTS)


def points(archive: ZipFile) -> tuple[list[tuple[str, ...]], list[etree._Element]]:
    """Where name and figures of each point stand and on which side its name, and the axes."""
    root = etree.fromstring(archive.read("xl/charts/chart1.xml"))
    assert root.find(f".//{CHART}scatterChart") is not None
    series = []
    for each in root.iter(f"{CHART}ser"):
        labels = each.find(f"{CHART}dLbls")
        assert labels.find(f"{CHART}showSerName").get("val") == "1"
        assert labels.find(f"{CHART}showVal") is None
        side = labels.find(f"{CHART}dLblPos")
        cells = [found.text for found in each.iter(f"{CHART}f")]
        series.append((*cells, "r" if side is None else side.get("val")))
    return series, list(root.iter(f"{CHART}valAx"))


def test_points_lie_at_their_two_figures_and_have_their_names() -> None:
    _, archive = drawn(scenarios(("Rob", 4.0, 3.0), ("Gempa", 2.0, 5.0)))
    series, axes = points(archive)
    assert series == [
        ("Table!$A$2", "Table!$B$2", "Table!$C$2", "r"),
        ("Table!$A$3", "Table!$B$3", "Table!$C$3", "r"),
    ]
    for axis in axes:
        ends = [axis.find(f"{CHART}scaling/{CHART}{end}").get("val") for end in ("min", "max")]
        assert ends == ["1", "5"]


def test_names_of_points_in_one_place_stand_on_different_sides() -> None:
    _, archive = drawn(scenarios(("Rob", 4.0, 4.0), ("Gempa", 2.0, 4.0), ("Wabah", 4.0, 4.0)))
    assert [side for *_, side in points(archive)[0]] == ["r", "r", "l"]


def test_what_is_hidden_is_no_point_and_all_hidden_no_chart() -> None:
    _, archive = drawn(scenarios(("Rob", None, 4.0), ("Gempa", 2.0, 4.0)))
    assert [name for name, *_ in points(archive)[0]] == ["Table!$A$3"]
    _, archive = drawn(scenarios(("Rob", None, None), ("Gempa", None, None)))
    assert "xl/charts/chart1.xml" not in archive.namelist()


def test_pairs_are_laid_out_once_more_as_a_coloured_matrix() -> None:
    frame = pd.DataFrame(
        {"asset": ["B", "B", "A"], "shock": ["y", "x", "x"], "median": [4.0, None, 2.0]}
    )
    kinds = {"asset": TEXT, "shock": TEXT, "median": SCORE}
    book, archive = drawn(table(frame, kinds, plotted=("median",), against="asset", across="shock"))
    rows = [tuple(row) for row in book.worksheets[1].values]
    assert rows[0][1:] == ("y", "x")
    assert rows[1:] == [("B", 4, None), ("A", None, 2)]
    assert "colorScale" in archive.read("xl/worksheets/sheet2.xml").decode()


def darkest(table: ReportTable) -> dict[str, float]:
    """At which number the colours of each column of a laid out table are darkest, by its head."""
    book, _ = drawn(table)
    page = book.worksheets[1]
    found = {}
    for place in page.conditional_formatting:
        (rule,) = place.rules
        scale = rule.colorScale
        colours = {
            f"#{c.rgb[2:].lower()}": float(v.val)
            for c, v in zip(scale.color, scale.cfvo, strict=True)
        }
        (first,) = place.sqref.ranges
        assert (first.min_row, first.max_row, first.size["columns"]) == (2, page.max_row, 1)
        found[page.cell(1, first.min_col).value] = colours[HEAT_COLOURS[-1]]
    return found


def test_dark_is_worse_whichever_end_of_the_scale_that_is(made: dict[str, Chapter]) -> None:
    assert darkest(of_chapter(made["conditions"], "conditions")) == {
        "Condition": 1,
        "Adequacy": 1,
        "Upkeep": 1,
        "Criticality": 5,
    }
    assert darkest(of_chapter(made["scenarios"], "scenarios")) == {
        "Likelihood": 5,
        "Impact": 5,
        "Readiness": 1,
    }


def test_a_sheet_of_several_aspects_is_not_named_for_one(made: dict[str, Chapter]) -> None:
    assert SHEET_NAMES["conditions"] == of_chapter(made["conditions"], "conditions").title


def height(page: Worksheet, row: int) -> float:
    """In points; where a row says nothing of it, that of one line."""
    return page.row_dimensions[row].height or 15


@pytest.mark.parametrize(("head", "lines"), [("Banjir", 1), ("Banjir hujan atau sungai", 2)])
def test_every_heading_has_the_height_that_it_needs(head: str, lines: int) -> None:
    columns = (TableColumn("n", head, COUNT),)
    book, _ = drawn(ReportTable("table", "A table", columns, pd.DataFrame({"n": [1.0]})))
    assert height(book.worksheets[0], 1) == 15 * lines


def test_the_method_can_be_read_whole(report: Report) -> None:
    page = read_workbook(report)["Metode"]
    told = [str(row[1]) for row in page.values]
    assert max(map(len, told)) > 110
    for row, text in enumerate(told, 1):
        assert height(page, row) >= 15 * -(-len(text) // 110)


def test_every_sheet_prints_on_pages_as_wide_as_it_is(report: Report) -> None:
    for page in read_workbook(report):
        setup = page.page_setup
        assert (setup.orientation, int(setup.paperSize)) == ("landscape", 9)
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert (setup.fitToWidth or 1, int(setup.fitToHeight)) == (1, 0)
        assert page.oddFooter.left.text == "&A"
        assert page.oddFooter.right.text == "&P / &N"
        if page.freeze_panes:
            assert page.print_title_rows == "$1:$1"


def test_what_moved_is_a_number_that_shows_its_sign() -> None:
    def driver(weak: int) -> DriverFigures:
        return DriverFigures("air", "Water", (weak, 0, 100 - weak, 0), 0)

    moves = [chapter.NewsChange(driver(40), driver(now)) for now in (38, 45, 40)]
    (found,) = chapter.build_changes_table(moves, ENGLISH_WORDS)
    book, _ = drawn(found)
    cells = [row[-1] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == [-2, 5, 0]
    assert {cell.number_format for cell in cells} == {"+#,##0;−#,##0;±0"}


def test_three_hundred_assets_are_all_there_and_one_chart_stays_readable() -> None:
    frame = pd.DataFrame({"asset": [f"Aset {n}" for n in range(300)], "n": range(300)})
    book, archive = drawn(
        table(frame, {"asset": TEXT, "n": COUNT}, plotted=("n",), against="asset")
    )
    assert book.worksheets[0].max_row == 301
    assert "$B$2:$B$41" in archive.read("xl/charts/chart1.xml").decode()


def test_method_and_codebook_are_sheets(content: ReportContent, report: Report) -> None:
    book = read_workbook(report)
    told = {str(row[0]): row[1] for row in book["Metode"].values}
    for name, text in content.method:
        assert told[name] == text
    rows = list(book["Buku kode"].values)
    heads = [str(head) for head in rows[0]]
    city = [row for row in rows if str(row[3]).endswith("/kota") and row[0] == "persepsi"]
    assert {row[heads.index("Menjawab (n)")] for row in city} == {240}
