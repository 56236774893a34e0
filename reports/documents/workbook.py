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

from reports.chapters.elements import COUNT, DAY, POINTS, SCORE, SHARE, TEXT, Column, Table
from reports.charts.style import fit
from reports.documents.codebook_table import codebook
from reports.documents.spreadsheet_charts import chart, colours
from reports.localizer import later
from reports.report_content import Content

NUMBERS = {COUNT: "#,##0", SHARE: "0%", SCORE: "0.0", DAY: "yyyy-mm-dd", TEXT: "@"}
SIGNED = "+#,##0;\N{MINUS SIGN}#,##0;±0"
WIDEST, NARROWEST = 60, 9
#: The height of a line of text, and the most of them in a cell.
LINE, MOST = 15, 27
#: The number by which a spreadsheet knows this size of paper.
A4 = 9
#: How wide the columns of the summary and of the method are.
SUMMARY, METHOD = (44, 40, 60), (28, 110)
#: Names of the sheets: at most 31 letters in every language.
SHEETS = {
    "fieldwork": later("Fieldwork"),
    "rates": later("Rates"),
    "durations": later("Durations"),
    "flagged": later("Without flagged"),
    "coverage": later("Coverage"),
    "maps": later("Map figures"),
    "stops": later("Given up at"),
    "days": later("Days"),
    "versions": later("Versions"),
    "left_out": later("Not counted"),
    "who": later("Who answered"),
    "districts": later("Districts"),
    "moves": later("Moved"),
    "perception": later("Perception"),
    "changes": later("Since the wave before"),
    "roles": later("Residents, participants"),
    "differences": later("Groups"),
    "weights": later("Weights"),
    "named": later("Named"),
    "felt": later("Felt and lived through"),
    "by_place": later("Named by place"),
    "rated": later("Rated"),
    "vulnerable": later("Most vulnerable"),
    "assets": later("Assets"),
    "outcomes": later("Outcomes"),
    "workshop": later("Workshop"),
    "conditions": later("Condition of assets"),
    "worrying": later("Poor and critical"),
    "knock_on": later("Knock-on"),
    "missing_assets": later("Missing assets"),
    "addressed": later("Plans address"),
    "plans_by": later("Plans counted"),
    "plan_names": later("Plan names"),
    "plans": later("Plans"),
    "scenarios": later("Scenarios"),
    "worsening": later("Worsening"),
    "trends": later("Trends"),
    "discovery": later("Discovery areas"),
    "evidence": later("Evidence"),
    "evidence_items": later("Evidence in full"),
    "weighings": later("Other weights"),
    "quotes": later("Quotes"),
    "themes": later("Themes"),
    "theme_places": later("Themes by city"),
    "words": later("Words"),
}


def workbook(contents: Sequence[Content]) -> bytes:
    """The .xlsx file, the sheets of one language after those of the other."""
    target = BytesIO()
    first = contents[0]
    with Book(target, f"{first.title} – {first.period}") as book:
        for content in contents:
            words = content.words
            book.language = words.language
            summary(book, content)
            for chapter in content.chapters:
                for table in chapter.tables:
                    sheet(book, table, words(SHEETS.get(table.key, "")) or tab(table.title))
            method(book, content)
        sheet(book, codebook(first), first.words("Codebook"))
    return target.getvalue()


class Book:
    """A workbook being written, row by row, so that none is kept in memory.

    Every text is written as text: none can become a formula or a link.
    """

    def __init__(self, target: BytesIO, title: str) -> None:
        self.language = ""
        self.file = xlsxwriter.Workbook(target, {"constant_memory": True})
        self.file.set_properties({"title": title})
        self.style = {kind: self._style(num_format=number) for kind, number in NUMBERS.items()}
        self.signed = self._style(num_format=SIGNED)
        self.text = self._style(text_wrap=True, valign="top")
        self.bold = self._style(bold=True)
        self.strong = self._style(bold=True, text_wrap=True, valign="top")
        self.title = self._style(bold=True, font_size=16)
        self.number = self._style(bold=True, num_format=NUMBERS[COUNT], align="left")
        self.head = self._style(
            bold=True, bottom=1, text_wrap=True, valign="top", bg_color="#EEF3F7"
        )

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *fault: object) -> None:
        self.file.close()

    def _style(self, **properties: Any) -> Format:
        return self.file.add_format(properties)

    def page(self, name: str) -> Worksheet:
        """A new sheet; where two languages call one the same, the second says its language."""
        taken = {page.get_name().lower() for page in self.file.worksheets()}
        if name[:31].lower() in taken:
            name = f"{name[:26]} ({self.language})"
        page = self.file.add_worksheet(name[:31])
        page.set_paper(A4)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.set_footer("&L&A&R&P / &N")
        return page

    def written(self, column: Column) -> Format:
        """How the values of a column are written."""
        return self.signed if column.signed else self.style[column.kind]


def summary(book: Book, content: Content) -> None:
    """What the report is, its key figures and the findings of each chapter."""
    page = book.page(content.words("Summary"))
    for place, wide in enumerate(SUMMARY):
        page.set_column(place, place, wide, book.text)
    page.hide_gridlines(2)
    page.write_string(0, 0, content.title, book.title)
    for row, (name, value) in enumerate(content.facts, 1):
        page.write_string(row, 0, name)
        page.write_string(row, 1, value)
    row = paragraph(page, len(content.facts) + 1, content.statement, book.strong) + 1
    page.write_string(row, 0, content.words("At a glance"), book.bold)
    for figure in content.key_figures:
        row += 1
        told = (figure.label, figure.value, figure.detail)
        page.set_row(row, height(zip(told, SUMMARY, strict=True)))
        page.write_string(row, 0, figure.label)
        if figure.number is None:
            page.write_string(row, 1, figure.value, book.strong)
        else:
            page.write_number(row, 1, figure.number, book.number)
        page.write_string(row, 2, figure.detail)
    for chapter in content.chapters:
        page.write_string(row + 2, 0, chapter.title, book.bold)
        row += 3
        for line in (*chapter.findings, *chapter.notes):
            row = paragraph(page, row, line, book.text)


def paragraph(page: Worksheet, row: int, line: str, style: Format) -> int:
    """A line across the columns, high enough to be read whole; the next row."""
    page.set_row(row, height([(line, sum(SUMMARY))]))
    page.merge_range(row, 0, row, 2, "")
    page.write_string(row, 0, line, style)
    return row + 1


def method(book: Book, content: Content) -> None:
    """How the figures came about."""
    page = book.page(content.words("Method"))
    for place, (wide, style) in enumerate(zip(METHOD, (book.strong, book.text), strict=True)):
        page.set_column(place, place, wide, style)
    page.hide_gridlines(2)
    for row, (name, told) in enumerate((*content.facts, *content.method)):
        page.set_row(row, height(zip((name, told), METHOD, strict=True)))
        page.write_string(row, 0, name, book.strong)
        page.write_string(row, 1, told, book.text)


def sheet(book: Book, table: Table, name: str) -> None:
    """One table, and what it draws: a chart, or its figures once more as a coloured matrix."""
    page = listed(book, table, name)
    if not table.plotted or table.frame.empty:
        return
    if table.across:
        table = laid_out(table)
        page = listed(book, table, f"{name[:28]} ▦")
        for place, column in enumerate(table.columns[1:], 1):
            coloured = colours(column.kind, column.label in table.qualities)
            page.conditional_format(1, place, len(table.frame), place, coloured)
    # A spreadsheet refuses a chart of nothing, as there is where all is hidden.
    if table.plotted and not table.block[list(table.plotted)].dropna().empty:
        page.insert_chart(1, len(table.columns) + 1, chart(book.file, table, page.get_name()))


def listed(book: Book, table: Table, name: str) -> Worksheet:
    """The rows of a table: a frozen header, a filter, widths and number formats."""
    page = book.page(name)
    widths = [width(table, column) for column in table.columns]
    heads = [column.label for column in table.columns]
    page.set_row(0, height(zip(heads, widths, strict=True)))
    page.repeat_rows(0)
    for place, column in enumerate(table.columns):
        page.set_column(place, place, widths[place], book.written(column))
        page.write_string(0, place, column.label, book.head)
    for row, values in enumerate(table.frame.itertuples(index=False), 1):
        for place, (column, value) in enumerate(zip(table.columns, values, strict=True)):
            put(page, row, place, value, column, book.written(column))
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(1, len(table.frame)), len(table.columns) - 1)
    return page


def laid_out(table: Table) -> Table:
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
        *(Column(key, str(label), plotted.kind) for key, label in zip(keys, across, strict=True)),
    )
    drawn = tuple(keys[:2]) if table.drawn == POINTS and len(keys) > 1 else ()
    frame = laid.set_axis(keys, axis=1).reset_index()
    return replace(table, columns=columns, frame=frame, plotted=drawn, across="")


def tab(title: str) -> str:
    """A title as the name of a sheet, which may not have all signs."""
    return re.sub(r"[\[\]:*?/\\]", " ", title).strip("' ")[:31]


def put(page: Worksheet, row: int, place: int, value: Any, column: Column, style: Format) -> None:
    """One value in its own type; nothing where there is none."""
    if pd.isna(value) or value == "":
        return
    if column.kind == TEXT:
        page.write_string(row, place, str(value), style)
    elif isinstance(value, date):
        page.write_datetime(row, place, value, style)
    else:
        page.write_number(row, place, float(value), style)


def height(texts: Iterable[tuple[str, float]]) -> float:
    """What the longest of some texts needs, each wrapped in a column so many letters wide.

    Spreadsheets do not all work it out themselves.
    """
    return float(LINE * max(fit(text, int(wide) - 1, MOST).count("\n") + 1 for text, wide in texts))


def width(table: Table, column: Column) -> float:
    """Wide enough for nearly all that stands in the column."""
    if column.kind != TEXT or table.frame.empty:
        return max(NARROWEST, min(14, len(column.label) + 2))
    lengths = sorted(len(str(value)) for value in table.frame[column.key])
    nearly_longest = lengths[int(0.98 * (len(lengths) - 1))]
    return min(WIDEST, max(NARROWEST, nearly_longest + 2, min(len(column.label), 20)))
