"""Headings that XLSForm and Suara know, and those that were probably meant."""

from __future__ import annotations

from collections.abc import Iterator

from survey.forms.authoring.checks.form_outline import FormOutline, suggest_similar_word
from survey.forms.authoring.faults import Fault
from survey.forms.authoring.workbook import (
    COLUMN_PREFIXES,
    MEDIA_COLUMNS,
    TRANSLATED_COLUMNS,
    FormSheet,
    SheetColumn,
)

KNOWN_COLUMNS: dict[str, frozenset[str]] = {
    "survey": TRANSLATED_COLUMNS
    | MEDIA_COLUMNS
    | {
        "type",
        "name",
        "required",
        "relevant",
        "constraint",
        "calculation",
        "choice_filter",
        "appearance",
        "parameters",
        "repeat_count",
        "default",
        "read_only",
        "trigger",
        "autoplay",
        "rows",
        "disabled",
        "intent",
        "save_to",
    },
    "choices": MEDIA_COLUMNS | {"list_name", "name", "label"},
    "settings": frozenset(
        {
            "form_title",
            "form_id",
            "version",
            "default_language",
            "namespaces",
            "instance_name",
            "style",
            "public_key",
            "submission_url",
            "auto_send",
            "auto_delete",
            "allow_choice_duplicates",
            "clean_text_values",
            "omit_instanceid",
            "name",
            "prefix",
            "delimiter",
        }
    ),
}
REQUIRED_COLUMNS = {"survey": ("type", "name"), "choices": ("list_name", "name")}


def check_columns(outline: FormOutline) -> Iterator[Fault]:
    """Everything wrong with the headers."""
    for name, known in KNOWN_COLUMNS.items():
        sheet = outline.workbook.get_sheet(name)
        for column in sheet.columns:
            yield from check_heading(sheet, column, known)
        missing = (
            n for n in REQUIRED_COLUMNS.get(name, ()) if n not in {c.name for c in sheet.columns}
        )
        for needed in missing if sheet.columns else ():
            yield sheet.build_fault(f"There is no column {needed}.", "Add it.")
    yield from check_languages(outline)


def check_heading(sheet: FormSheet, column: SheetColumn, known: frozenset[str]) -> Iterator[Fault]:
    """A heading that is not known; in choices any may stand, for filters."""
    if column.name in known or column.name.partition("::")[0] in COLUMN_PREFIXES:
        return
    if close := suggest_similar_word(column.name, known):
        yield sheet.build_fault(f"The column {column.heading} is not known.", close, column.heading)
    elif sheet.name != "choices":
        message = f"The column {column.heading} is not known and is not read."
        yield sheet.build_fault(
            message, "Remove it if nobody needs it.", column.heading, warning=True
        )


def check_languages(outline: FormOutline) -> Iterator[Fault]:
    """Languages that differ in a letter or a space, and a default that there is not."""
    for sheet in (outline.workbook.get_sheet(name) for name in ("survey", "choices")):
        for column in sheet.columns:
            if column.name in TRANSLATED_COLUMNS and (
                other := outline.find_intended_language(column.language)
            ):
                message = f"“{column.language}” is hardly used elsewhere."
                remedy = f"Did you mean {column.name}::{other}?"
                yield sheet.build_fault(message, remedy, column.heading)
    default = next((r for r in outline.workbook.get_sheet("settings").rows), None)
    chosen = default.get("default_language") if default else ""
    known = [
        language
        for language in outline.language_counts
        if not outline.find_intended_language(language)
    ]
    if default and chosen and known and chosen not in known:
        remedy = f"Use one of: {', '.join(known)}."
        yield default.build_fault(f"No label is in “{chosen}”.", remedy, "default_language")
