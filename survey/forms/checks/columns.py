"""Headings that XLSForm and Suara know, and those that were probably meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from survey.forms.checks.outline import Outline, suggestion
from survey.forms.faults import Fault
from survey.forms.sheets import PREFIXES, Column, Sheet

TRANSLATED = {"label", "hint", "guidance_hint", "constraint_message", "required_message"}
MEDIA = {"image", "big-image", "audio", "video"}
KNOWN = {
    "survey": TRANSLATED
    | MEDIA
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
    "choices": {"list_name", "name", "label"} | MEDIA,
    "settings": {
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
    },
}
NEEDED = {"survey": ("type", "name"), "choices": ("list_name", "name")}


def check(outline: Outline) -> Iterator[Fault]:
    """Everything wrong with the headers."""
    for name, known in KNOWN.items():
        sheet = outline.workbook.sheet(name)
        for column in sheet.columns:
            yield from misspelt(sheet, column, known)
        missing = (n for n in NEEDED.get(name, ()) if n not in {c.name for c in sheet.columns})
        for needed in missing if sheet.columns else ():
            yield sheet.fault(f"There is no column {needed}.", "Add it.")
    yield from languages(outline)


def misspelt(sheet: Sheet, column: Column, known: set[str]) -> Iterator[Fault]:
    """A heading that is not known; in choices any may stand, for filters."""
    if column.name in known or column.name.partition("::")[0] in PREFIXES:
        return
    if close := suggestion(column.name, known):
        yield sheet.fault(f"The column {column.heading} is not known.", close, column.heading)
    elif sheet.name != "choices":
        message = f"The column {column.heading} is not known and is not read."
        yield sheet.fault(message, "Remove it if nobody needs it.", column.heading, warning=True)


def languages(outline: Outline) -> Iterator[Fault]:
    """Languages that differ in a letter or a space, and a default that there is not."""
    sheets = [outline.workbook.sheet(name) for name in ("survey", "choices")]
    columns = [(s, c) for s in sheets for c in s.columns if c.name in TRANSLATED and c.language]
    often = Counter(column.language for _, column in columns)
    # A language that questions are asked in counts for more than one that only hints are in.
    often.update({language: 1000 for language in outline.languages if language})
    for sheet, column in columns:
        for other in often:
            if often[other] > often[column.language] and alike(other, column.language):
                remedy = f"Did you mean {column.name}::{other}?"
                message = f"“{column.language}” is hardly used elsewhere."
                yield sheet.fault(message, remedy, column.heading)
    default = next((r for r in outline.workbook.sheet("settings").rows), None)
    chosen = default.get("default_language") if default else ""
    if default and chosen and often and chosen not in often:
        remedy = f"Use one of: {', '.join(often)}."
        yield default.fault(f"No label is in “{chosen}”.", remedy, "default_language")


def alike(one: str, other: str) -> bool:
    """Whether two names of languages are probably meant to be the same."""
    return SequenceMatcher(None, one.lower(), other.lower()).ratio() > 0.85
