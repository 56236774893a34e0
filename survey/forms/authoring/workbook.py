"""The sheets of an XLSForm as their author sees them: rows, columns and where each stands."""

from __future__ import annotations

import csv
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from difflib import get_close_matches
from io import BytesIO
from pathlib import Path
from typing import Any

from pyxform.xls2json_backends import get_xlsform

from survey.forms.authoring.faults import Fault, QuestionnaireError, build_file_error
from survey.forms.authoring.sheet_columns import SheetColumn, parse_heading
from survey.forms.authoring.sheet_texts import (
    canonicalize_sheets,
    find_sheet_faults,
    tidy_name,
    tidy_sheet_names,
)
from survey.forms.authoring.text_tables import (
    SHEET_NAMES,
    convert_for_pyxform,
    find_lost_rows,
    find_table_faults,
    read_sheet_tables,
)

WORKBOOK_SUFFIXES = (".md", ".xlsx", ".xlsm", ".xls", ".csv")
#: What a workbook begins with: an archive, or the older format.
FIRST_BYTES = {b"PK\x03\x04": ".xlsx", b"\xd0\xcf\x11\xe0": ".xls"}
#: Larger files are no questionnaires: bytes of the file, bytes of an unpacked workbook, rows.
LARGEST_FILE = 5_000_000
LARGEST_UNPACKED = 50_000_000
MOST_ROWS = 20_000
#: Characters in a cell, as in Excel, and columns of a sheet.
LONGEST_CELL = 32_767
MOST_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a sheet; ``cells`` are those that hold something."""

    sheet: str
    number: int
    line: int
    cells: Mapping[SheetColumn, str]

    def get(self, name: str) -> str:
        """The cell of the column ``name``, whatever its language; ``''`` if it is empty."""
        return next((text for column, text in self.cells.items() if column.name == name), "")

    def get_texts(self, name: str) -> dict[str, str]:
        """Language -> the cell of the column ``name`` in it."""
        return {c.language: text for c, text in self.cells.items() if c.name == name}

    def build_fault(
        self, message: str, remedy: str, column: str = "", *, warning: bool = False
    ) -> Fault:
        """A fault in this row; ``column`` is XLSForm's name of a column, or a heading."""
        heading = next((c.heading for c in self.cells if c.name == column), column)
        return Fault(message, remedy, self.sheet, self.number, heading, warning, self.line)


@dataclass(frozen=True, slots=True)
class FormSheet:
    """One sheet; its rows are those that hold something."""

    name: str
    columns: tuple[SheetColumn, ...] = ()
    rows: tuple[SheetRow, ...] = ()
    line: int = 0

    def build_fault(
        self, message: str, remedy: str, column: str = "", *, warning: bool = False
    ) -> Fault:
        """A fault in the header."""
        return Fault(message, remedy, self.name, 1, column, warning, self.line)


@dataclass(frozen=True, slots=True)
class Workbook:
    """All sheets. ``raw`` is what pyxform takes; ``faults`` were found while reading."""

    sheets: Mapping[str, FormSheet]
    raw: Mapping[str, Any] = field(repr=False)
    faults: tuple[Fault, ...] = ()

    def get_sheet(self, name: str) -> FormSheet:
        """A sheet by its name; an empty one if the workbook has none."""
        return self.sheets.get(name) or FormSheet(name)


def read_workbook(path: Path) -> Workbook:
    """The workbook in a file. Raises QuestionnaireError for one that is not looked into."""
    suffix = path.suffix.lower()
    if suffix not in WORKBOOK_SUFFIXES:
        raise build_file_error(
            f"{path.name} is no XLSForm.", f"Use one of {', '.join(WORKBOOK_SUFFIXES)}."
        )
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise build_file_error(
                f"{path.name} is larger than 5 MB.", "Take out what is not needed."
            )
        workbook = parse_workbook(path.read_bytes(), suffix)
    except OSError as fault:
        raise build_file_error(
            f"{path.name}: {fault.strerror or fault}.", "Check the path."
        ) from None
    # XLSForm: a form without form_id or form_title is called as its file is.
    return replace(workbook, raw={**workbook.raw, "fallback_form_name": path.stem})


def parse_workbook(source: str | bytes, suffix: str) -> Workbook:
    """The workbook in a text or in the bytes of a file. Raises QuestionnaireError."""
    content = source.encode() if isinstance(source, str) else source
    if len(content) > LARGEST_FILE:
        raise build_file_error(
            "The questionnaire is larger than 5 MB.", "Take out what is not needed."
        )
    # Many a workbook is called .xls and is none: the first bytes say what it is.
    kind = next((known for bytes_, known in FIRST_BYTES.items() if content.startswith(bytes_)), "")
    if not kind and suffix in (".md", ".csv"):
        return parse_text_workbook(content, suffix)
    if kind != ".xls":
        refuse_bomb(content)
        content = tidy_sheet_names(content)
    try:
        raw = asdict(get_xlsform(content, kind or suffix))
    except Exception as fault:  # readers of workbooks stumble over broken ones in many ways
        raise explain_reading_error(fault) from None
    found = {key: value for key, value in raw.items() if value is not None}
    return build_workbook(found, {}, tuple(find_sheet_faults(found)))


def explain_reading_error(fault: Exception) -> QuestionnaireError:
    """What keeps a workbook from being read, without the words of the library that reads it."""
    reason, _, heading = str(fault).partition("Duplicate column header: ")
    if not reason and heading:
        return build_file_error(f"Two columns have the heading {heading}.", "Rename one of them.")
    kind = type(fault).__name__
    return build_file_error(f"The workbook cannot be read ({kind}).", "Save it again as .xlsx.")


def refuse_bomb(content: bytes) -> None:
    """Raise QuestionnaireError for what is no workbook, or an enormous one once unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                reason = "The workbook unpacks to more than 50 MB."
                raise build_file_error(reason, "Copy its sheets into a new one.")
            sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
            # Counted in the unread parts, since a reader of workbooks would go through all rows
            # first.
            rows = sum(archive.read(name).count(b"<row") for name in sheets)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError):
        # The latter two: parts with a password, or packed in a way that is not known.
        raise build_file_error(
            "This is not an Excel workbook.", "Save it again as .xlsx."
        ) from None
    if rows > 2 * MOST_ROWS:
        raise build_file_error(
            "The workbook has more than 40,000 rows.", "Put lists into CSV files."
        )


def parse_text_workbook(content: bytes, suffix: str) -> Workbook:
    """The workbook in a Markdown or CSV text. Raises QuestionnaireError."""
    try:
        text = content.decode("utf-8-sig")
        found = read_sheet_tables(text, suffix)
    except UnicodeDecodeError:
        raise build_file_error(
            "The text is not UTF-8.", "Save it with the encoding UTF-8."
        ) from None
    except csv.Error as fault:
        raise build_file_error(f"This is not CSV: {fault}.", "Save it again as CSV.") from None
    lines = {table.name: [line for line, _ in table.rows] for table in found}
    lost = find_lost_rows(text) if suffix == ".md" else ()
    return build_workbook(convert_for_pyxform(found), lines, (*find_table_faults(found), *lost))


def build_workbook(
    raw: Mapping[str, Any], lines: Mapping[str, list[int]], found: tuple[Fault, ...]
) -> Workbook:
    """The workbook made of what pyxform takes. Raises QuestionnaireError if it is too long."""
    raw = canonicalize_sheets(raw)
    if sum(len(raw.get(name) or ()) for name in SHEET_NAMES) > MOST_ROWS:
        raise build_file_error(
            "The questionnaire has more than 20,000 rows.", "Put lists into CSV files."
        )
    refuse_wide(raw)
    if not raw.get("survey_header"):
        raise build_file_error(
            "This is no questionnaire: it has no sheet called survey.", explain_missing_survey(raw)
        )
    made = {
        name: build_form_sheet(name, raw, lines.get(name, []))
        for name in SHEET_NAMES
        if raw.get(f"{name}_header")
    }
    return Workbook(made, raw, found)


def refuse_wide(raw: Mapping[str, Any]) -> None:
    """Raise QuestionnaireError for sheets with too many columns or a cell that is too long."""
    for name in SHEET_NAMES:
        if len((raw.get(f"{name}_header") or [()])[0]) > MOST_COLUMNS:
            raise build_file_error(
                f"The sheet {name} has more than {MOST_COLUMNS} columns.", "Remove some."
            )
        for number, row in enumerate(raw.get(name) or (), start=2):
            if any(len(str(cell)) > LONGEST_CELL for cell in row.values()):
                message = f"A cell has more than {LONGEST_CELL:,} characters."
                raise QuestionnaireError([Fault(message, "Shorten it.", name, number)])


def explain_missing_survey(raw: Mapping[str, Any]) -> str:
    """Where the questions are expected, and what was probably meant to be them."""
    names = [name for name in raw.get("sheet_names") or () if name]
    if blank := next((name for name in names if tidy_name(name).lower() == "survey"), None):
        return f"The name of the sheet “{blank}” has blanks in it: call it survey."
    close = get_close_matches("survey", [name.lower() for name in names], 1, 0.6)
    if close:
        return f"Did you mean survey where it says {close[0]}?"
    return "A table that begins with | survey | type | name | label … holds the questions."


def build_form_sheet(name: str, raw: Mapping[str, Any], lines: list[int]) -> FormSheet:
    """One sheet; ``lines`` are those of its header and rows, if they stand in a text."""
    headings = [heading for heading in raw[f"{name}_header"][0] if heading]
    # As in pyxform: one “::” in a sheet makes single colons a part of the names.
    double = any("::" in heading for heading in headings)
    columns = {h: parse_heading(name, h, double=double) for h in headings}
    line_of = dict(enumerate(lines, start=1))
    rows = tuple(
        SheetRow(name, number, line_of.get(number, 0), cells)
        for number, found in enumerate(raw[name], start=2)
        if (cells := {columns[h]: str(text) for h, text in found.items() if h in columns})
    )
    return FormSheet(name, tuple(columns.values()), rows, line_of.get(1, 0))
