"""Texts that one language lacks are taken from another, so that nobody reads a blank.

pyxform would put a dash there, which cannot be told from a dash that was meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from survey.forms.authoring.sheet_columns import MEDIA_COLUMNS, TRANSLATED_COLUMNS
from survey.forms.authoring.workbook import FormSheet, Workbook

TRANSLATED_SHEETS = ("survey", "choices")
COMPLETED_COLUMNS = TRANSLATED_COLUMNS | MEDIA_COLUMNS


def complete_translations(workbook: Workbook) -> dict[str, Any]:
    """What pyxform takes of the survey and the choices, every text in every language.

    Texts whose heading names no language stand under the default one, if there is any.
    """
    spoken, default = list_text_languages(workbook), choose_default_language(workbook)
    found: dict[str, Any] = {}
    for name in TRANSLATED_SHEETS if any(spoken) else ():
        sheet = workbook.get_sheet(name)
        rows = [dict(row) for row in workbook.raw.get(name) or ()]
        for row in rows:
            name_languages(row, sheet, default)
        added = [heading for row in rows for heading in (*complete_row(row, sheet, spoken), *row)]
        header = (workbook.raw.get(f"{name}_header") or [{}])[0]
        if rows:
            found |= {name: rows, f"{name}_header": [{**header, **dict.fromkeys(added)}]}
    return found


def name_languages(row: dict[str, Any], sheet: FormSheet, default: str) -> None:
    """Put the texts of a row that are in no language into the default one, where it lacks them."""
    plain = [c for c in sheet.columns if c.name in COMPLETED_COLUMNS and not c.language]
    for column in plain if default else ():
        if row.get(column.heading):
            text = row.pop(column.heading)
            row.setdefault(build_text_heading(sheet, column.name, default), text)


def list_text_languages(workbook: Workbook) -> tuple[str, ...]:
    """The languages of all texts, the default one first; ``''`` for headings without one.

    A language is one in which questions or choices have labels: nobody can choose another.
    """
    default = choose_default_language(workbook)
    columns = [column for name in TRANSLATED_SHEETS for column in workbook.get_sheet(name).columns]
    found = dict.fromkeys(column.language for column in columns if column.name in COMPLETED_COLUMNS)
    if default:
        # A heading without a language is in the default one, and in no other besides.
        found.pop("", None)
    return tuple(sorted(found, key=lambda language: language != default))


def choose_default_language(workbook: Workbook) -> str:
    """The language that texts are in whose heading names none; ``''`` where no label has one.

    What the settings say, if labels are in it or in one that begins like it; else that of the first
    labels with a language, unless there are labels without one.
    """
    settings = next(iter(workbook.get_sheet("settings").rows), None)
    wanted = settings.get("default_language") if settings else ""
    spoken = list_label_languages(workbook)
    if not wanted or wanted in spoken:
        return wanted or next((one for one in spoken if "" not in spoken), "")
    alike = (one for one in spoken if one.casefold().startswith(wanted.casefold()) and one)
    named = (one for one in spoken if one)
    return next(alike, "") or ("" if "" in spoken else next(named, ""))


def list_label_languages(workbook: Workbook) -> list[str]:
    """The languages of the labels of questions, or of choices if no question has any."""
    for name in TRANSLATED_SHEETS:
        columns = workbook.get_sheet(name).columns
        if found := list(dict.fromkeys(c.language for c in columns if c.name == "label")):
            return found
    return []


def complete_row(row: dict[str, Any], sheet: FormSheet, spoken: Iterable[str]) -> list[str]:
    """Put into one row what is missing, and say under which headings."""
    there: dict[str, dict[str, Any]] = {}
    for name in COMPLETED_COLUMNS:
        for language in spoken:
            if text := row.get(build_text_heading(sheet, name, language)):
                there.setdefault(name, {})[language] = text
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
