"""The brief as an Excel workbook: the same figures as tidy tables, and the codebook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pandas as pd
import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.workbook import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from reports.brief import Brief
from reports.chapters.chapter import COUNT, DAY, SCORE, SHARE, TEXT, Column, Table
from reports.charts.style import HEAT, STRENGTH
from reports.frames import Wave
from reports.words import later

NUMBERS = {COUNT: "#,##0", SHARE: "0%", SCORE: "0.0", DAY: "yyyy-mm-dd", TEXT: "@"}
WIDEST, NARROWEST = 60, 9
#: Names of the sheets: at most 31 letters in every language.
SHEETS = {
    "fieldwork": later("Fieldwork"),
    "stops": later("Given up at"),
    "days": later("Days"),
    "versions": later("Versions"),
    "left_out": later("Not counted"),
    "who": later("Who answered"),
    "districts": later("Districts"),
    "perception": later("Perception"),
    "named": later("Named"),
    "rated": later("Rated"),
    "assets": later("Assets"),
    "workshop": later("Workshop"),
}


def workbook(brief: Brief) -> bytes:
    """The .xlsx file. Every text is written as text: none can become a formula or a link."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"title": f"{brief.title} – {brief.period}"})
        summary(book, brief)
        for chapter in brief.chapters:
            for table in chapter.tables:
                sheet(book, table, brief.words(SHEETS[table.key]))
        sheet(book, codebook(brief), brief.words("Codebook"))
    return target.getvalue()


def summary(book: Workbook, brief: Brief) -> None:
    """What the report is, its key figures and the findings of each chapter."""
    page = book.add_worksheet(brief.words("Summary"))
    bold, title = book.add_format({"bold": True}), book.add_format({"bold": True, "font_size": 16})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    count = book.add_format({"num_format": NUMBERS[COUNT], "align": "left", "bold": True})
    for place, wide in enumerate((44, 40, 60)):
        page.set_column(place, place, wide, text)
    page.hide_gridlines(2)
    page.write_string(0, 0, brief.title, title)
    for row, (name, value) in enumerate(brief.facts, 1):
        page.write_string(row, 0, name)
        page.write_string(row, 1, value)
    row = paragraph(page, len(brief.facts) + 1, brief.statement, bold) + 1
    page.write_string(row, 0, brief.words("At a glance"), bold)
    for figure in brief.key_figures:
        row += 1
        page.write_string(row, 0, figure.label)
        page.write_string(row, 2, figure.detail)
        if figure.number is None:
            page.write_string(row, 1, figure.value, bold)
        else:
            page.write_number(row, 1, figure.number, count)
    for chapter in brief.chapters:
        page.write_string(row + 2, 0, chapter.title, bold)
        row += 3
        for line in (*chapter.findings, *chapter.notes):
            row = paragraph(page, row, line, text)


def paragraph(page: Worksheet, row: int, line: str, style: Format) -> int:
    """A line across the columns, high enough to be read whole; the next row."""
    page.merge_range(row, 0, row, 2, "")
    page.write_string(row, 0, line, style)
    page.set_row(row, 15 * (1 + len(line) // 130))
    return row + 1


def sheet(book: Workbook, table: Table, name: str) -> None:
    """One table: a frozen header, a filter, widths and number formats."""
    page = book.add_worksheet(name[:31])
    head = book.add_format(
        {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#EEF3F7"}
    )
    formats = {kind: book.add_format({"num_format": number}) for kind, number in NUMBERS.items()}
    for place, column in enumerate(table.columns):
        page.write_string(0, place, column.label, head)
        page.set_column(place, place, width(table, column), formats[column.kind])
        values = table.frame[column.key]
        for row, value in enumerate(values, 1):
            put(page, row, place, value, column, formats[column.kind])
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(1, len(table.frame)), len(table.columns) - 1)
    colour_medians(page, table)
    if table.plotted and len(table.frame):
        page.insert_chart(1, len(table.columns) + 1, chart(book, table, page.get_name()))


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


def width(table: Table, column: Column) -> float:
    """Wide enough for nearly all that stands in the column."""
    if column.kind != TEXT or table.frame.empty:
        return max(NARROWEST, min(14, len(column.label) + 2))
    lengths = sorted(len(str(value)) for value in table.frame[column.key])
    nearly_longest = lengths[int(0.98 * (len(lengths) - 1))]
    return min(WIDEST, max(NARROWEST, nearly_longest + 2, min(len(column.label), 20)))


def colour_medians(page: Worksheet, table: Table) -> None:
    """The heat map's colours on the column of medians."""
    for place, column in enumerate(table.columns):
        if column.key == "median" and len(table.frame):
            scale = {
                "type": "3_color_scale",
                "min_color": HEAT[0],
                "mid_color": HEAT[2],
                "max_color": HEAT[4],
                "min_type": "num",
                "mid_type": "num",
                "max_type": "num",
                "min_value": 1,
                "mid_value": 3,
                "max_value": 5,
            }
            page.conditional_format(1, place, len(table.frame), place, scale)


def chart(book: Workbook, table: Table, name: str) -> Any:
    """Bars of the table's first block: the rows that share the first row's leading text."""
    keys = [column.key for column in table.columns]
    first = table.frame[keys[0]]
    rows = int((first == first.iloc[0]).sum())
    drawn = book.add_chart(
        {"type": "bar", "subtype": "percent_stacked"} if len(table.plotted) > 1 else {"type": "bar"}
    )
    against = keys.index(table.against)
    for index, key in enumerate(table.plotted):
        place = keys.index(key)
        colour = STRENGTH[index] if len(table.plotted) > 1 else STRENGTH[-1]
        drawn.add_series(
            {
                "name": [name, 0, place],
                "categories": [name, 1, against, rows, against],
                "values": [name, 1, place, rows, place],
                "fill": {"color": colour},
                "gap": 40,
            }
        )
    drawn.set_title({"name": f"{table.title}: {first.iloc[0]}", "name_font": {"size": 11}})
    drawn.set_y_axis({"reverse": True})
    drawn.set_x_axis({"num_format": "0%", "major_gridlines": {"visible": True}})
    drawn.set_legend({"position": "bottom"} if len(table.plotted) > 1 else {"none": True})
    drawn.set_size({"width": 760, "height": 90 + 28 * rows})
    return drawn


def codebook(brief: Brief) -> Table:
    """Every question of every wave with its wording and its choices; a row a choice."""
    words = brief.words
    columns = (
        Column("wave", words("Wave")),
        Column("questionnaire", words("Questionnaire")),
        Column("version", words("Version")),
        Column("path", words("Question (path)")),
        Column("kind", words("Kind")),
        Column("wording", words("Wording")),
        Column("code", words("Code")),
        Column("label", words("Label")),
    )
    rows = [
        {"wave": wave.id, **row} for wave in brief.waves for row in questions(wave, words.language)
    ]
    frame = pd.DataFrame(rows, columns=[c.key for c in columns])
    return Table("codebook", words("Codebook"), columns, frame)


def questions(wave: Wave, language: str) -> Iterator[dict[str, str]]:
    questionnaire = wave.questionnaire
    spoken = questionnaire.language(language)
    for question in questionnaire.questions:
        base = {
            "questionnaire": questionnaire.id,
            "version": wave.version,
            "path": question.path.split("/", 2)[-1],
            "kind": question.kind,
            "wording": question.label.plain(spoken),
        }
        if not question.choices:
            yield base | {"code": "", "label": ""}
        for choice in question.choices:
            yield base | {"code": choice.value, "label": choice.label.plain(spoken)}
