"""What a workbook publishes: its tables, found by the hidden sheet of keys, whatever its language.

Read as anybody could read it: cells of an Excel file. Nothing of what made it takes part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

KEYS_SHEET = "keys"


class UnreadableWorkbookError(ValueError):
    """A workbook that has no keys, and so cannot be read by a program."""


@dataclass(frozen=True)
class PublishedTable:
    """A sheet with the rows of a table; each row has values by the columns' keys."""

    key: str
    sheet: str
    language: str
    kinds: Mapping[str, str]
    rows: tuple[Mapping[str, Any], ...]

    @property
    def is_empty(self) -> bool:
        """Whether it has no rows."""
        return not self.rows


@dataclass(frozen=True)
class ReportFacts:
    """What a report is of: its kind, scope, moments, and the fewest people that are told of."""

    kind: str
    scope: str
    start: datetime
    end: datetime
    timezone: str
    minimum_cell: int


@dataclass(frozen=True)
class PublishedReport:
    """A report in one language: its tables, what its names mean, and all its cells.

    ``names`` has what something is called by its key, such as ``driver:kesehatan``.
    """

    file: str
    language: str
    facts: ReportFacts
    tables: tuple[PublishedTable, ...]
    names: Mapping[str, str]
    cells: tuple[Any, ...] = field(repr=False)

    def list_codes(self, what: str) -> dict[str, str]:
        """Name -> code, of names of one kind, such as ``driver``."""
        start = f"{what}:"
        return {
            name: key.removeprefix(start)
            for key, name in self.names.items()
            if key.startswith(start)
        }


def read_published_reports(path: Path) -> Iterator[PublishedReport]:
    """The report in each language that a workbook has.

    Raises UnreadableWorkbookError for a workbook without keys, or of something else.
    """
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        sheets: dict[str, list[tuple[Any, ...]]] = {
            sheet.title: [tuple(row) for row in sheet.iter_rows(values_only=True)]
            for sheet in book.worksheets
        }
    finally:
        book.close()
    if KEYS_SHEET not in sheets:
        raise UnreadableWorkbookError(
            f"{path.name} has no sheet “{KEYS_SHEET}”: make the report anew with this version."
        )
    head, *rows = sheets.pop(KEYS_SHEET)
    keys: list[dict[str, Any]] = [
        {str(name): cell or "" for name, cell in zip(head, row, strict=False)} for row in rows
    ]
    cells = tuple(cell for lines in sheets.values() for line in lines for cell in line)
    for language in dict.fromkeys(row["language"] for row in keys if row["what"] == "report"):
        mine = [row for row in keys if row["language"] == language]
        yield PublishedReport(
            path.name,
            str(language),
            read_facts({row["key"]: row["text"] for row in mine if row["what"] == "report"}),
            tuple(read_tables(mine, sheets)),
            {row["key"]: row["text"] for row in mine if row["what"] == "name"},
            cells,
        )


def read_facts(about: Mapping[str, str]) -> ReportFacts:
    return ReportFacts(
        about["kind"],
        about.get("scope", ""),
        datetime.fromisoformat(about["start"]),
        datetime.fromisoformat(about["end"]),
        about["timezone"],
        int(about["minimum_cell"]),
    )


def read_tables(
    keys: list[dict[str, Any]], sheets: Mapping[str, list[tuple[Any, ...]]]
) -> Iterator[PublishedTable]:
    """Each table with its rows; a cell is found by the place of its column."""
    for row in keys:
        if row["what"] != "table":
            continue
        columns = [k for k in keys if k["what"] == "column" and k["sheet"] == row["sheet"]]
        lines = sheets[row["sheet"]][1:]
        yield PublishedTable(
            row["key"],
            row["sheet"],
            row["language"],
            {column["key"]: column["text"] for column in columns},
            tuple(read_row(columns, line) for line in lines if any(c is not None for c in line)),
        )


def read_row(columns: list[dict[str, Any]], line: tuple[Any, ...]) -> dict[str, Any]:
    """The cells of a row by the columns' keys; a row may end before its last columns."""
    places = [int(column["place"] or 0) for column in columns]
    return {
        column["key"]: line[place] if place < len(line) else None
        for column, place in zip(columns, places, strict=True)
    }
