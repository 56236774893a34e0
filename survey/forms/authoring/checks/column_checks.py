"""Headings that XLSForm and Suara know, and those that were probably meant."""

from __future__ import annotations

from collections.abc import Iterator

from survey.forms.authoring.checks.form_outline import FormOutline, suggest_similar_word
from survey.forms.authoring.faults import Fault
from survey.forms.authoring.sheet_columns import (
    COLUMN_PREFIXES,
    KNOWN_COLUMNS,
    TRANSLATED_COLUMNS,
    SheetColumn,
)
from survey.forms.authoring.workbook import FormSheet

CHECKED_SHEETS = ("survey", "choices", "settings")
REQUIRED_COLUMNS = {"survey": ("type", "name"), "choices": ("list_name", "name")}


def check_columns(outline: FormOutline) -> Iterator[Fault]:
    """Everything wrong with the headers."""
    for name in CHECKED_SHEETS:
        sheet, known = outline.workbook.get_sheet(name), KNOWN_COLUMNS[name]
        for column in sheet.columns:
            yield from check_heading(sheet, column, known)
        missing = (
            n for n in REQUIRED_COLUMNS.get(name, ()) if n not in {c.name for c in sheet.columns}
        )
        for needed in missing if sheet.columns else ():
            yield sheet.build_fault(f"There is no column {needed}.", "Add it.")
    yield from check_languages(outline)


def check_heading(sheet: FormSheet, column: SheetColumn, known: frozenset[str]) -> Iterator[Fault]:
    """A heading that is not known and so not read; in choices any may stand, for filters."""
    if column.name in known or column.name.partition("::")[0] in COLUMN_PREFIXES:
        return
    message = f"The column {column.heading} is not known and is not read."
    close = suggest_similar_word(column.name, known)
    if sheet.name == "choices":
        message = f"The column {column.heading} is read by filters alone."
    if close or sheet.name != "choices":
        remedy = close or "Remove it if nobody needs it."
        yield sheet.build_fault(message, remedy, column.heading, warning=True)


def check_languages(outline: FormOutline) -> Iterator[Fault]:
    """Languages that differ in a letter or a space, and a default that there is not."""
    for sheet in (outline.workbook.get_sheet(name) for name in ("survey", "choices")):
        for column in sheet.columns:
            if column.name in TRANSLATED_COLUMNS and (
                other := outline.find_intended_language(column.language)
            ):
                message = f"“{column.language}” is hardly used elsewhere."
                remedy = f"Did you mean {column.name}::{other}?"
                yield sheet.build_fault(message, remedy, column.heading, warning=True)
    default = next((r for r in outline.workbook.get_sheet("settings").rows), None)
    chosen = default.get("default_language") if default else ""
    known = [
        language
        for language in outline.language_counts
        if not outline.find_intended_language(language)
    ]
    if default and chosen and known and chosen not in known:
        remedy = f"Use one of: {', '.join(known)}."
        message = f"No label is in “{chosen}”."
        yield default.build_fault(message, remedy, "default_language", warning=True)
