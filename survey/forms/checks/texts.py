"""Texts: whether they are there in every language, and short enough for a message."""

from __future__ import annotations

from collections.abc import Iterator

from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from survey.forms.checks.outline import Entry, Outline
from survey.forms.faults import Fault
from survey.forms.sheets import Row

#: Telegram's messages hold 4,096 characters; buttons' explanations and progress need the rest.
LONGEST = 3500
COLUMNS = ("label", "hint", "constraint_message", "required_message")
#: Rows that nobody sees, or that need no words.
SILENT = frozenset(kind for kind, made in QUESTION_TYPE_DICT.items() if "control" not in made) | {
    "begin_group",
    "begin_repeat",
    "start-geopoint",
    "background-audio",
    "background-geopoint",
}


def check(outline: Outline) -> Iterator[Fault]:
    """Missing and overlong texts."""
    for entry in outline.questions:
        if entry.kind not in SILENT and not entry.row.texts("label"):
            yield entry.row.fault("The question has no label.", "Write what is asked.", "label")
        yield from untranslated(outline, entry.row)
        yield from overlong(entry)
    for row in outline.workbook.sheet("choices").rows:
        if not row.texts("label"):
            yield row.fault("The choice has no label.", "Write what people read.", "label")
        yield from untranslated(outline, row)


def untranslated(outline: Outline, row: Row) -> Iterator[Fault]:
    """Texts that stand in one language and not in another."""
    for name in COLUMNS:
        there = row.texts(name)
        for language in outline.languages if there else ():
            if language not in there:
                column = f"{name}::{language}" if language else name
                message = f"The {name.replace('_', ' ')} is not translated."
                remedy = "People who read this language see another one."
                yield row.fault(message, remedy, column, warning=True)


def overlong(entry: Entry) -> Iterator[Fault]:
    """A question that does not fit into one message."""
    hints = entry.row.texts("hint")
    for language, label in entry.row.texts("label").items():
        length = len(label) + len(hints.get(language, ""))
        if length > LONGEST:
            message = f"Label and hint have {length} characters; a message holds {LONGEST}."
            heading = next(
                c.heading for c in entry.row.cells if (c.name, c.language) == ("label", language)
            )
            yield entry.row.fault(message, "Shorten them.", heading)
