"""A report as an Excel workbook: tidy tables that draw themselves, the method, the codebook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pandas as pd
import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from reports.chapters.elements import (
    COUNT,
    DAY,
    POINTS,
    SCORE,
    SHARE,
    TEXT,
    ReportTable,
    TableColumn,
)
from reports.charts.style import fit_label
from reports.documents.codebook_table import build_codebook
from reports.documents.spreadsheet_charts import build_colour_scale, build_spreadsheet_chart
from reports.documents.workbook_keys import KEY_COLUMNS, KEYS_SHEET, WorkbookKeys
from reports.localizer import gettext_noop
from reports.report_content import ReportContent

NUMBER_FORMATS = {COUNT: "#,##0", SHARE: "0%", SCORE: "0.0", DAY: "yyyy-mm-dd", TEXT: "@"}
SIGNED_FORMAT = "+#,##0;\N{MINUS SIGN}#,##0;±0"
WIDEST_COLUMN, NARROWEST_COLUMN = 60, 9
#: The height of a line of text, and the most of them in a cell.
#: Together they stay under 409 points, the highest row that Excel has.
LINE_HEIGHT, MOST_LINES = 15, 27
#: The number by which a spreadsheet knows this size of paper.
A4_PAPER = 9
#: How wide the columns of the summary and of the method are.
SUMMARY_WIDTHS, METHOD_WIDTHS = (44, 40, 60), (28, 110)
#: Names of the sheets: at most 31 letters in every language.
SHEET_NAMES = {
    "fieldwork": gettext_noop("Fieldwork"),
    "rates": gettext_noop("Rates"),
    "durations": gettext_noop("Durations"),
    "flagged": gettext_noop("Without flagged"),
    "coverage": gettext_noop("Coverage"),
    "maps": gettext_noop("Map figures"),
    "stops": gettext_noop("Given up at"),
    "days": gettext_noop("Days"),
    "versions": gettext_noop("Versions"),
    "left_out": gettext_noop("Not counted"),
    "who": gettext_noop("Who answered"),
    "districts": gettext_noop("Districts"),
    "moves": gettext_noop("Moved"),
    "perception": gettext_noop("Perception"),
    "changes": gettext_noop("Since the wave before"),
    "roles": gettext_noop("Residents, participants"),
    "differences": gettext_noop("Groups"),
    "readiness": gettext_noop("Readiness"),
    "weights": gettext_noop("Weights"),
    "named": gettext_noop("Named"),
    "felt": gettext_noop("Felt and lived through"),
    "by_place": gettext_noop("Named by place"),
    "rated": gettext_noop("Rated"),
    "vulnerable": gettext_noop("Most vulnerable"),
    "assets": gettext_noop("Assets"),
    "outcomes": gettext_noop("Outcomes"),
    "workshop": gettext_noop("Workshop"),
    "conditions": gettext_noop("Condition of assets"),
    "worrying": gettext_noop("Poor and critical"),
    "knock_on": gettext_noop("Knock-on"),
    "missing_assets": gettext_noop("Missing assets"),
    "addressed": gettext_noop("Plans address"),
    "plans_by": gettext_noop("Plans counted"),
    "plan_names": gettext_noop("Plan names"),
    "plans": gettext_noop("Plans"),
    "scenarios": gettext_noop("Scenarios"),
    "worsening": gettext_noop("Worsening"),
    "trends": gettext_noop("Trends"),
    "discovery": gettext_noop("Discovery areas"),
    "evidence": gettext_noop("Evidence"),
    "evidence_items": gettext_noop("Evidence in full"),
    "weighings": gettext_noop("Other weights"),
    "quotes": gettext_noop("Quotes"),
    "themes": gettext_noop("Themes"),
    "theme_places": gettext_noop("Themes by city"),
    "words": gettext_noop("Words"),
}


def render_workbook(contents: Sequence[ReportContent]) -> bytes:
    """The .xlsx file, the sheets of one language after those of the other."""
    target = BytesIO()
    first = contents[0]
    with ReportWorkbook(target, f"{first.title} – {first.period}") as book:
        for content in contents:
            words = content.words
            book.language = words.language
            book.keys.add_report(content)
            write_summary_sheet(book, content)
            for chapter in content.chapters:
                for table in chapter.tables:
                    write_table_sheet(
                        book,
                        table,
                        words(SHEET_NAMES.get(table.key, "")) or clean_sheet_name(table.title),
                    )
            write_method_sheet(book, content)
        write_table_sheet(book, build_codebook(first), first.words("Codebook"))
        write_keys_sheet(book)
    return target.getvalue()


class ReportWorkbook:
    """A workbook being written, row by row, so that none is kept in memory.

    Every text is written as text: none can become a formula or a link.
    """

    def __init__(self, target: BytesIO, title: str) -> None:
        self.language = ""
        self.keys = WorkbookKeys()
        # In this mode a row is written out when a later one begins, so every sheet must be filled
        # from the top downwards, and nothing above can be changed any more.
        self.file = xlsxwriter.Workbook(target, {"constant_memory": True})
        self.file.set_properties({"title": title})
        self.style = {
            kind: self._add_style(num_format=number) for kind, number in NUMBER_FORMATS.items()
        }
        self.signed = self._add_style(num_format=SIGNED_FORMAT)
        self.text = self._add_style(text_wrap=True, valign="top")
        self.bold = self._add_style(bold=True)
        self.strong = self._add_style(bold=True, text_wrap=True, valign="top")
        self.title = self._add_style(bold=True, font_size=16)
        self.number = self._add_style(bold=True, num_format=NUMBER_FORMATS[COUNT], align="left")
        self.head = self._add_style(
            bold=True, bottom=1, text_wrap=True, valign="top", bg_color="#EEF3F7"
        )

    def __enter__(self) -> ReportWorkbook:
        return self

    def __exit__(self, *fault: object) -> None:
        self.file.close()

    def _add_style(self, **properties: Any) -> Format:
        return self.file.add_format(properties)

    def add_page(self, name: str) -> Worksheet:
        """A new sheet; where two languages call one the same, the second says its language."""
        # Excel takes 31 letters for the name of a sheet, and names that differ only in capitals for
        # the same.
        taken = {page.get_name().lower() for page in self.file.worksheets()}
        if name[:31].lower() in taken:
            name = f"{name[:26]} ({self.language})"
        page = self.file.add_worksheet(name[:31])
        page.set_paper(A4_PAPER)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.set_footer("&L&A&R&P / &N")
        return page

    def get_column_format(self, column: TableColumn) -> Format:
        """How the values of a column are written."""
        return self.signed if column.signed else self.style[column.kind]


def write_summary_sheet(book: ReportWorkbook, content: ReportContent) -> None:
    """What the report is, its key figures and the findings of each chapter."""
    page = book.add_page(content.words("Summary"))
    for place, wide in enumerate(SUMMARY_WIDTHS):
        page.set_column(place, place, wide, book.text)
    page.hide_gridlines(2)
    page.write_string(0, 0, content.title, book.title)
    for row, (name, value) in enumerate(content.facts, 1):
        page.write_string(row, 0, name)
        page.write_string(row, 1, value)
    row = write_paragraph(page, len(content.facts) + 1, content.statement, book.strong) + 1
    for warning in content.warnings:
        row = write_paragraph(page, row, warning.text, book.strong)
    page.write_string(row, 0, content.words("At a glance"), book.bold)
    for figure in content.key_figures:
        row += 1
        told = (figure.label, figure.value, figure.detail)
        page.set_row(row, compute_row_height(zip(told, SUMMARY_WIDTHS, strict=True)))
        page.write_string(row, 0, figure.label)
        if figure.number is None:
            page.write_string(row, 1, figure.value, book.strong)
        else:
            page.write_number(row, 1, figure.number, book.number)
        page.write_string(row, 2, figure.detail)
    for chapter in content.chapters:
        page.write_string(row + 2, 0, chapter.title, book.bold)
        row += 3
        for line in (*chapter.told_findings, *chapter.notes):
            row = write_paragraph(page, row, line, book.text)


def write_paragraph(page: Worksheet, row: int, line: str, style: Format) -> int:
    """A line across the columns, high enough to be read whole; the next row."""
    page.set_row(row, compute_row_height([(line, sum(SUMMARY_WIDTHS))]))
    # Merged empty and written afterwards: ``merge_range`` itself would make a formula of a text
    # that begins with “=”.
    page.merge_range(row, 0, row, 2, "")
    page.write_string(row, 0, line, style)
    return row + 1


def write_method_sheet(book: ReportWorkbook, content: ReportContent) -> None:
    """How the figures came about."""
    page = book.add_page(content.words("Method"))
    for place, (wide, style) in enumerate(
        zip(METHOD_WIDTHS, (book.strong, book.text), strict=True)
    ):
        page.set_column(place, place, wide, style)
    page.hide_gridlines(2)
    for row, (name, told) in enumerate((*content.facts, *content.method)):
        page.set_row(row, compute_row_height(zip((name, told), METHOD_WIDTHS, strict=True)))
        page.write_string(row, 0, name, book.strong)
        page.write_string(row, 1, told, book.text)


def write_table_sheet(book: ReportWorkbook, table: ReportTable, name: str) -> None:
    """One table, and what it draws: a chart, or its figures once more as a coloured matrix."""
    page = write_table_rows(book, table, name)
    book.keys.add_table(table, page.get_name(), book.language)
    if not table.plotted or table.frame.empty:
        return
    if table.across:
        table = lay_out_table(table)
        page = write_table_rows(book, table, f"{name[:28]} ▦")
        for place, column in enumerate(table.columns[1:], 1):
            coloured = build_colour_scale(column.kind, column.label in table.qualities)
            page.conditional_format(1, place, len(table.frame), place, coloured)
    # A spreadsheet refuses a chart of nothing, as there is where all is hidden.
    if table.plotted and not table.first_block[list(table.plotted)].dropna().empty:
        page.insert_chart(
            1, len(table.columns) + 1, build_spreadsheet_chart(book.file, table, page.get_name())
        )


def write_keys_sheet(book: ReportWorkbook) -> None:
    """What a program needs to find tables and columns in any language; hidden from people."""
    page = book.add_page(KEYS_SHEET)
    page.hide()
    for row, cells in enumerate((KEY_COLUMNS, *book.keys.rows)):
        for place, cell in enumerate(cells):
            if isinstance(cell, int):
                page.write_number(row, place, cell)
            elif cell:
                page.write_string(row, place, cell)


def write_table_rows(book: ReportWorkbook, table: ReportTable, name: str) -> Worksheet:
    """The rows of a table: a frozen header, a filter, widths and number formats."""
    page = book.add_page(name)
    widths = [compute_column_width(table, column) for column in table.columns]
    heads = [column.label for column in table.columns]
    page.set_row(0, compute_row_height(zip(heads, widths, strict=True)))
    page.repeat_rows(0)
    for place, column in enumerate(table.columns):
        page.set_column(place, place, widths[place], book.get_column_format(column))
        page.write_string(0, place, column.label, book.head)
    for row, values in enumerate(table.frame.itertuples(index=False), 1):
        for place, (column, value) in enumerate(zip(table.columns, values, strict=True)):
            write_value(page, row, place, value, column, book.get_column_format(column))
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(1, len(table.frame)), len(table.columns) - 1)
    return page


def lay_out_table(table: ReportTable) -> ReportTable:
    """A row for each of ``against``, a column for each of ``across``: in the order they come.

    Where points are to be drawn, they lie at its first two columns of figures.
    """
    named, plotted = (
        next(column for column in table.columns if column.key == key)
        for key in (table.against, table.plotted[0])
    )
    against, across = (table.frame[key].drop_duplicates() for key in (table.against, table.across))
    laid = table.frame.drop_duplicates([table.against, table.across]).pivot(
        index=table.against, columns=table.across, values=plotted.key
    )
    laid = laid.reindex(index=against, columns=across)
    keys = [f"across_{place}" for place in range(len(across))]
    columns = (
        named,
        *(
            TableColumn(key, str(label), plotted.kind)
            for key, label in zip(keys, across, strict=True)
        ),
    )
    drawn = tuple(keys[:2]) if table.chart_kind == POINTS and len(keys) > 1 else ()
    frame = laid.set_axis(keys, axis=1).reset_index()
    return replace(table, columns=columns, frame=frame, plotted=drawn, across="")


def clean_sheet_name(title: str) -> str:
    """A title as the name of a sheet, which may not have all signs."""
    return re.sub(r"[\[\]:*?/\\]", " ", title).strip("' ")[:31]


def write_value(
    page: Worksheet, row: int, place: int, value: Any, column: TableColumn, style: Format
) -> None:
    """One value in its own type; nothing where there is none."""
    if pd.isna(value) or value == "":
        return
    if column.kind == TEXT:
        page.write_string(row, place, str(value), style)
    elif isinstance(value, date):
        page.write_datetime(row, place, value, style)
    else:
        page.write_number(row, place, float(value), style)


def compute_row_height(texts: Iterable[tuple[str, float]]) -> float:
    """What the longest of some texts needs, each wrapped in a column so many letters wide.

    Spreadsheets do not all work it out themselves.
    """
    return float(
        LINE_HEIGHT
        * max(fit_label(text, int(wide) - 1, MOST_LINES).count("\n") + 1 for text, wide in texts)
    )


def compute_column_width(table: ReportTable, column: TableColumn) -> float:
    """Wide enough for nearly all that stands in the column."""
    if column.kind != TEXT or table.frame.empty:
        return max(NARROWEST_COLUMN, min(14, len(column.label) + 2))
    lengths = sorted(len(str(value)) for value in table.frame[column.key])
    # Not the longest: a single long text would widen the column for all.
    nearly_longest = lengths[int(0.98 * (len(lengths) - 1))]
    return min(WIDEST_COLUMN, max(NARROWEST_COLUMN, nearly_longest + 2, min(len(column.label), 20)))
