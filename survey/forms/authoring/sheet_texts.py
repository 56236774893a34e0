"""What cannot be seen in a spreadsheet, made one: composed letters, blanks, invisible marks.

Two codes that look alike are alike here, whichever keyboard or program wrote them. In texts that
people read, marks stay that some scripts need; in names, types, codes and expressions none do.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from pyxform.validators.pyxform.sheet_misspellings import find_sheet_misspellings

from survey.forms.answers.canonical_text import INVISIBLE_PATTERN
from survey.forms.authoring.faults import Fault
from survey.forms.authoring.sheet_columns import MEDIA_COLUMNS, TRANSLATED_COLUMNS, parse_heading
from survey.forms.authoring.text_tables import SHEET_NAMES

#: Where a workbook's sheets are named, and how.
SHEETS_PART = "xl/workbook.xml"
SHEET_NAME_PATTERN = re.compile(r'(<(?:\w+:)?sheet\b[^>]*?\bname=")([^"]*)"')
#: A reference to a question, and one with blanks inside its braces, which pyxform does not take.
REFERENCE_PATTERN = re.compile(r"\$\{[^{}]*\}")
BRACES_PATTERN = re.compile(r"\$\{\s*+([^{}\s]*+)\s*+\}")


def tidy_name(text: str) -> str:
    """A text without what nobody sees: invisible marks, blanks around it and doubled ones."""
    seen = INVISIBLE_PATTERN.sub("", unicodedata.normalize("NFC", text))
    return " ".join(seen.split())


def tidy_sheet_names(content: bytes) -> bytes:
    """A workbook (.xlsx) whose sheets are called as they seem to be; itself if they are."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        if SHEETS_PART not in archive.namelist():
            return content
        named = archive.read(SHEETS_PART).decode("utf-8", "replace")
        tidied = SHEET_NAME_PATTERN.sub(replace_sheet_name, named)
        if tidied == named:
            return content
        made = BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copied:
            for entry in archive.infolist():
                is_named = entry.filename == SHEETS_PART
                copied.writestr(entry, tidied.encode() if is_named else archive.read(entry))
    return made.getvalue()


def replace_sheet_name(found: re.Match[str]) -> str:
    """The name of a sheet in a workbook's list, tidied if it is one of XLSForm's."""
    name = tidy_name(found[2])
    return f'{found[1]}{name}"' if name.lower() in SHEET_NAMES else found[0]


def find_sheet_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Sheets that are not read but nearly have the name of one that is missing."""
    names = [name for name in raw.get("sheet_names") or () if name]
    for wanted in ("choices", "settings", "external_choices", "entities"):
        if raw.get(f"{wanted}_header") or find_sheet_misspellings(wanted, names) is None:
            continue
        close = [name for name in names if find_sheet_misspellings(wanted, [name])]
        message = f"The sheet “{close[0]}” is not read."
        remedy = f"Call it {wanted} if it is meant to be that."
        yield Fault(message, remedy, close[0], warning=True)


def canonicalize_sheets(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What pyxform takes, headings and cells in one form."""
    found = dict(raw)
    for name in SHEET_NAMES:
        header, rows = raw.get(f"{name}_header"), raw.get(name)
        if header:
            found[f"{name}_header"] = [{tidy_name(h): text for h, text in header[0].items()}]
        if rows:
            found[name] = [canonicalize_row(name, row) for row in rows]
    return found


def canonicalize_row(sheet: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its cells in one form; cells in which nothing can be seen are none."""
    cells = {tidy_name(h): canonicalize_cell(sheet, h, cell) for h, cell in row.items()}
    return {heading: cell for heading, cell in cells.items() if cell not in (None, "")}


def canonicalize_cell(sheet: str, heading: str, cell: object) -> object:
    """A cell in one form."""
    if not isinstance(cell, str):
        return cell
    if not cell.isascii():
        cell = clean_foreign_cell(sheet, heading, unicodedata.normalize("NFC", cell))
    return BRACES_PATTERN.sub(r"${\1}", cell)


def clean_foreign_cell(sheet: str, heading: str, cell: str) -> str:
    """A cell without marks that nobody sees, as far as its texts do not need them."""
    known = parse_heading(sheet, tidy_name(heading), double="::" in heading).name
    if known in TRANSLATED_COLUMNS | MEDIA_COLUMNS:
        return REFERENCE_PATTERN.sub(lambda found: INVISIBLE_PATTERN.sub("", found[0]), cell)
    return INVISIBLE_PATTERN.sub("", cell).replace("\N{NO-BREAK SPACE}", " ").strip()
