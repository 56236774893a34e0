"""Tables from files: CSV and the first sheet of an Excel workbook, as numbered rows of texts."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from survey.forms.authoring.workbook import refuse_bomb
from survey.workshop.baseline import NumberedRow

#: What a spreadsheet puts between cells, depending on its country.
DELIMITERS = ",;\t|"
#: No list of ballots is longer; whatever else it is, it is not read into memory.
MAX_ROWS = 20_000
#: Other kinds of spreadsheets.
UNSUPPORTED_SUFFIXES = (".xls", ".xlsm", ".ods", ".numbers")


class SpreadsheetError(Exception):
    """A file that cannot be read as a table; the message says what to do."""


class Spreadsheet(NamedTuple):
    """``warning`` tells what was taken for granted, or nothing."""

    rows: list[NumberedRow]
    warning: str = ""


def read_spreadsheet(path: Path) -> Spreadsheet:
    """The rows of a file, numbered from 1 as a spreadsheet does. Raises SpreadsheetError."""
    try:
        content = path.read_bytes()
        suffix = path.suffix.lower()
        if suffix in UNSUPPORTED_SUFFIXES:
            raise SpreadsheetError(f"{path}: {suffix} is not read. Save it as .xlsx or .csv.")
        table = (
            Spreadsheet(parse_workbook(content, path)) if suffix == ".xlsx" else parse_csv(content)
        )
    except OSError as fault:
        raise SpreadsheetError(f"{path}: {fault.strerror}.") from None
    except csv.Error as fault:
        raise SpreadsheetError(f"{path}: no CSV ({fault}). Save it again as .csv.") from None
    if len(table.rows) > MAX_ROWS:
        raise SpreadsheetError(f"{path}: more than {MAX_ROWS} rows. Is it the right file?")
    return table


def parse_csv(content: bytes) -> Spreadsheet:
    """CSV in UTF-8, or else as Excel writes it on Windows."""
    warning = ""
    try:
        # Excel puts a byte order mark before UTF-8; with plain utf-8 it would become a part of the
        # first column's name.
        decoded = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        decoded = content.decode("cp1252", errors="replace")
        warning = "not UTF-8: read as Windows-1252. Look whether dashes and accents are right."
    delimiter = detect_delimiter(decoded)
    # Without newline="" line breaks within a quoted cell would be changed. One row more than
    # allowed is read, to see that there are too many.
    reader = csv.reader(StringIO(decoded, newline=""), delimiter=delimiter)
    return Spreadsheet(list(enumerate(islice(reader, MAX_ROWS + 1), start=1)), warning)


def detect_delimiter(decoded: str) -> str:
    """What stands most often between the cells of the header."""
    # Of the header alone: texts further down hold commas and semicolons of their own.
    header = decoded.partition("\n")[0]
    return max(DELIMITERS, key=header.count)


def parse_workbook(content: bytes, path: Path) -> list[NumberedRow]:
    """The first sheet of an .xlsx file; formulas as what they came to."""
    from openpyxl import load_workbook

    try:
        refuse_bomb(content)
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        rows = islice(book.worksheets[0].iter_rows(values_only=True), MAX_ROWS + 1)
        return [(number, [format_cell(cell) for cell in row]) for number, row in enumerate(rows, 1)]
    except Exception:  # Readers of workbooks stumble over broken ones in many ways.
        raise SpreadsheetError(f"{path}: no Excel workbook. Save it as .xlsx or .csv.") from None


def format_cell(cell: object) -> str:
    """A cell as a text: 3 and not 3.0."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell)
