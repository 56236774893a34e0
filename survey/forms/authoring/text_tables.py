"""Sheets that stand one below another in a text, Markdown or CSV: as pyxform takes them.

The first cell of a table's first row names the sheet. Read here and not by pyxform, which loses
the lines, stumbles over ruling lines with spaces or colons and over rows longer than their header.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from survey.forms.authoring.faults import Fault

#: Sheets that XLSForm knows.
SHEET_NAMES = ("survey", "choices", "settings", "external_choices", "entities", "osm")
#: What parts the cells of a CSV file, the usual one first.
DELIMITERS = (",", ";", "\t")
RULING_PATTERN = re.compile(r"\|[\s|:-]*-[\s|:-]*")
BAR_PATTERN = re.compile(r"(?<!\\)\|")


@dataclass(slots=True)
class SheetTable:
    """One sheet: its rows as (line of the file, cells), the header first."""

    name: str
    line: int
    rows: list[tuple[int, list[str]]] = field(default_factory=list)

    @property
    def header(self) -> list[str]:
        return self.rows[0][1] if self.rows else []

    def build_records(self) -> list[dict[str, str]]:
        """The rows below the header by its headings, empty cells left out."""
        return [
            {h: cell for h, cell in zip(self.header, cells, strict=False) if h and cell}
            for _, cells in self.rows[1:]
        ]


def read_sheet_tables(text: str, suffix: str) -> list[SheetTable]:
    """The tables of a text, in its order."""
    found: list[SheetTable] = []
    for line, cells in read_markdown_rows(text) if suffix == ".md" else read_csv_rows(text):
        if cells[0]:
            found.append(SheetTable(cells[0].lower(), line))
        if found and any(cells[1:]):
            found[-1].rows.append((line, cells[1:]))
    return found


def read_markdown_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row of a Markdown text's tables."""
    for number, line in enumerate(text.splitlines(), start=1):
        row = line.strip()
        if not row.startswith("|") or RULING_PATTERN.fullmatch(row):
            continue
        cells = [cell.replace(r"\|", "|").strip() for cell in BAR_PATTERN.split(row[1:])]
        if len(cells) > 1 and (not cells[-1] or cells[-1].startswith("#")):
            cells.pop()
        yield number, cells


def find_lost_rows(text: str) -> Iterator[Fault]:
    """Lines of a Markdown text that go on with a table but do not begin as its rows do."""
    within = False
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if within and len(BAR_PATTERN.findall(line)) > 1 and not line.startswith("|"):
            remedy = "A row begins with a vertical bar and an empty cell: | |"
            yield Fault("This line is not read.", remedy, line=number, warning=True)
        else:
            within = line.startswith("|")


def read_csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row of a CSV text. Raises csv.Error."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=find_form_delimiter(text))
    for cells in reader:
        if cells:
            yield reader.line_num, [cell.strip() for cell in cells]


def find_form_delimiter(text: str) -> str:
    """What parts the cells: rows of a sheet begin with an empty cell, so most lines with it."""
    lines = [line[:1] for line in text.splitlines()]
    # Of equally many the first: a comma, as CSV has it.
    return max(DELIMITERS, key=lines.count)


def find_list_delimiter(text: str) -> str:
    """What parts the cells of a list, by its header: where Excel writes a decimal comma, ``;``."""
    header = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").partition("\n")[0].partition("\r")[0])
    # As ODK's engine does: a semicolon in the header parts it, whatever else is there.
    if ";" in header:
        return ";"
    return "\t" if "\t" in header and "," not in header else ","


def convert_for_pyxform(found: Iterable[SheetTable]) -> dict[str, Any]:
    """The tables as pyxform takes them; of several with one name the last."""
    raw: dict[str, Any] = {"sheet_names": [table.name for table in found]}
    for table in found:
        if table.name in SHEET_NAMES:
            # pyxform wants a header as a list of one dictionary, its keys the headings in their
            # order.
            raw[f"{table.name}_header"] = [dict.fromkeys(h for h in table.header if h)]
            raw[table.name] = table.build_records()
    return raw


def find_table_faults(found: Iterable[SheetTable]) -> Iterator[Fault]:
    """What is wrong with the shape of the tables."""
    before: dict[str, int] = {}
    for table in found:
        if table.name not in SHEET_NAMES:
            yield Fault(
                f"“{table.name}” is no sheet, so this table is not read.",
                f"The sheets are {', '.join(SHEET_NAMES[:3])}. "
                "Rows of a sheet begin with an empty cell.",
                warning=True,
                line=table.line,
            )
        elif table.name in before:
            yield Fault(
                f"A sheet of this name begins on line {before[table.name]} already, "
                "which is not read.",
                "Put all its rows into one table.",
                sheet=table.name,
                row=1,
                line=table.line,
                warning=True,
            )
        before.setdefault(table.name, table.line)
        yield from find_shape_faults(table)


def find_shape_faults(table: SheetTable) -> Iterator[Fault]:
    """Rows longer than their header, and headings that stand twice."""
    width = len(table.header)
    for number, (line, cells) in enumerate(table.rows, start=1):
        if any(cells[width:]):
            yield Fault(
                f"The row has {len(cells)} cells, the header {width}.",
                r"Write \| for a vertical bar inside a cell, or take out the cells too many.",
                sheet=table.name,
                row=number,
                line=line,
            )
    for heading in sorted(h for h, often in Counter(table.header).items() if h and often > 1):
        yield Fault(
            "Two columns have this heading.",
            "Rename or remove one.",
            sheet=table.name,
            row=1,
            column=heading,
            line=table.rows[0][0],
        )
