"""Texts that one language lacks are taken from another, so that nobody reads a blank.

pyxform would put a dash there, which cannot be told from a dash that was meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from survey.forms.authoring.workbook import MEDIA_COLUMNS, TRANSLATED_COLUMNS, FormSheet, Workbook

TRANSLATED_SHEETS = ("survey", "choices")
COMPLETED_COLUMNS = TRANSLATED_COLUMNS | MEDIA_COLUMNS


def complete_translations(workbook: Workbook) -> dict[str, Any]:
    """What pyxform takes of the survey and the choices, every text in every language."""
    spoken = list_text_languages(workbook)
    found: dict[str, Any] = {}
    for name in TRANSLATED_SHEETS if len(spoken) > 1 else ():
        sheet = workbook.get_sheet(name)
        rows = [dict(row) for row in workbook.raw.get(name) or ()]
        added = [heading for row in rows for heading in complete_row(row, sheet, spoken)]
        if added:
            header = {**workbook.raw[f"{name}_header"][0], **dict.fromkeys(added)}
            found |= {name: rows, f"{name}_header": [header]}
    return found


def list_text_languages(workbook: Workbook) -> tuple[str, ...]:
    """The languages of all texts, the default one first; ``''`` for headings without one."""
    settings = next(iter(workbook.get_sheet("settings").rows), None)
    default = settings.get("default_language") if settings else ""
    columns = [column for name in TRANSLATED_SHEETS for column in workbook.get_sheet(name).columns]
    found = dict.fromkeys(column.language for column in columns if column.name in COMPLETED_COLUMNS)
    if default in found:
        # A heading without a language is in the default one, and in no other besides.
        found.pop("", None)
    return tuple(sorted(found, key=lambda language: language != default))


def complete_row(row: dict[str, Any], sheet: FormSheet, spoken: Iterable[str]) -> list[str]:
    """Put into one row what is missing, and say under which headings."""
    there: dict[str, dict[str, Any]] = {}
    for column in sheet.columns:
        if column.name in COMPLETED_COLUMNS and row.get(column.heading):
            there.setdefault(column.name, {})[column.language] = row[column.heading]
    missing = {
        build_text_heading(sheet, name, language): next(iter(texts.values()))
        for name, texts in there.items()
        for language in spoken
        if language not in texts
    }
    row |= missing
    return list(missing)


def build_text_heading(sheet: FormSheet, name: str, language: str) -> str:
    """The heading of a text in a language, as the sheet writes it or would."""
    alike = (c.heading for c in sheet.columns if (c.name, c.language) == (name, language))
    double = any("::" in column.heading for column in sheet.columns)
    written = f"{name}{'::' if double else ':'}{language}" if language else name
    return next(alike, written)
