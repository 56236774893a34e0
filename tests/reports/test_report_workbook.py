"""The workbook: tidy sheets that draw themselves, in a spreadsheet's own charts."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
from reported_pages import the, workbook

from reports.chapters.chapter import COUNT, POINTS, SCORE, TEXT, Column, Table
from reports.content import Content
from reports.documents.workbook import Book, sheet
from reports.order import Report


def drawn(table: Table) -> tuple[Any, ZipFile]:
    """A workbook of one table; as openpyxl reads it, and its parts."""
    target = BytesIO()
    with Book(target, "title") as book:
        sheet(book, table, "Table")
    return openpyxl.load_workbook(target), ZipFile(target)


def table(frame: pd.DataFrame, kinds: dict[str, str], **drawing: Any) -> Table:
    columns = tuple(Column(key, key.title(), kind) for key, kind in kinds.items())
    return Table("table", "A table", columns, frame, **drawing)


@pytest.fixture(scope="module")
def charts(report: Report) -> list[str]:
    """Every chart of the crowd's workbook, as Excel has it."""
    archive = ZipFile(the("xlsx", report))
    names = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]
    return [archive.read(name).decode() for name in names]


def test_days_and_shocks_are_drawn_too(charts: list[str]) -> None:
    assert any("Hari!$B$2" in chart and '<c:barDir val="col"/>' in chart for chart in charts)
    assert any("Guncangan" in chart and '<c:barDir val="bar"/>' in chart for chart in charts)


def test_stacked_bars_show_the_rows_of_the_first_block(charts: list[str]) -> None:
    stacked = next(chart for chart in charts if "percentStacked" in chart)
    assert stacked.count("<c:ser>") == 4
    assert "Persepsi!$D$2:$D$13" in stacked


def test_points_lie_at_their_two_figures_and_have_their_names() -> None:
    frame = pd.DataFrame({"what": ["Rob", "Gempa"], "likely": [4.0, 2.0], "grave": [3.0, 5.0]})
    kinds = {"what": TEXT, "likely": SCORE, "grave": SCORE}
    _, archive = drawn(
        table(frame, kinds, plotted=("likely", "grave"), against="what", drawn=POINTS)
    )
    chart = archive.read("xl/charts/chart1.xml").decode()
    assert "<c:scatterChart>" in chart
    assert "$B$2:$B$3" in chart
    assert "$C$2:$C$3" in chart
    assert "$A$2" in chart


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


def test_three_hundred_assets_are_all_there_and_one_chart_stays_readable() -> None:
    frame = pd.DataFrame({"asset": [f"Aset {n}" for n in range(300)], "n": range(300)})
    book, archive = drawn(
        table(frame, {"asset": TEXT, "n": COUNT}, plotted=("n",), against="asset")
    )
    assert book.worksheets[0].max_row == 301
    assert "$B$2:$B$41" in archive.read("xl/charts/chart1.xml").decode()


def test_method_and_codebook_are_sheets(content: Content, report: Report) -> None:
    book = workbook(report)
    told = {str(row[0]): row[1] for row in book["Metode"].values}
    for name, text in content.method:
        assert told[name] == text
    rows = list(book["Buku kode"].values)
    heads = [str(head) for head in rows[0]]
    city = [row for row in rows if str(row[3]).endswith("/kota") and row[0] == "persepsi"]
    assert {row[heads.index("Menjawab (n)")] for row in city} == {240}
