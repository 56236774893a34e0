"""Texts: whether they are there in every language, and short enough for a message."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from survey.forms.authoring.checks.form_outline import Entry, Outline
from survey.forms.authoring.faults import Fault
from survey.forms.authoring.media_files import medium
from survey.forms.authoring.workbook import MEDIA, Row

#: Telegram's messages hold 4,096 characters; buttons' explanations and progress need the rest.
LONGEST = 3500
#: What a line of a table holds on a small phone.
LONGEST_LINE = 24
COLUMNS = (
    *("label", "hint", "guidance_hint", "constraint_message", "required_message"),
    *("image", "big-image", "audio", "video"),
)
GROUPS = frozenset({"begin_group", "begin_repeat", "begin_loop"})
#: Rows that nobody sees, or that need no words.
SILENT = (
    frozenset(kind for kind, made in QUESTION_TYPE_DICT.items() if "control" not in made)
    | GROUPS
    | {"start-geopoint", "background-audio", "background-geopoint"}
)
#: How pyxform and ODK call a file beside the form; the bare name is the usual way.
ADDRESS = re.compile(r"(jr://)?(images|audio|video|file)/")


def check(outline: Outline) -> Iterator[Fault]:
    """Missing and overlong texts."""
    for entry in outline.questions:
        if entry.kind not in SILENT:
            yield from wordless(entry)
        yield from untranslated(outline, entry.row)
        yield from overlong(outline, entry)
        yield from absent(outline, entry.row)
    looped = {e.list for e in outline.questions if e.kind == "begin_loop"}
    for row in outline.workbook.sheet("choices").rows:
        if not row.texts("label"):
            yield unlabelled(row, looped=row.get("list_name") in looped)
        yield from untranslated(outline, row)
        yield from absent(outline, row)


def wordless(entry: Entry) -> Iterator[Fault]:
    """A question without a label: a fault if it shows nothing at all."""
    row = entry.row
    if row.texts("label"):
        return
    if row.texts("hint") or any(row.texts(name) for name in MEDIA):
        remedy = "People see its hint or its picture alone: better write what is asked."
        yield row.fault("The question has no label.", remedy, "label", warning=True)
    else:
        yield row.fault("The question has no label.", "Write what is asked.", "label")


def unlabelled(row: Row, *, looped: bool) -> Fault:
    """A choice without a label: its code is shown, where no loop puts it into its questions."""
    message = "The choice has no label."
    if looped:
        return row.fault(message, "Write one: a loop puts it into its questions.", "label")
    remedy = f"People read its code instead: {row.get('name')}."
    return row.fault(message, remedy, "label", warning=True)


def untranslated(outline: Outline, row: Row) -> Iterator[Fault]:
    """Texts and media that stand in one language and not in another."""
    for name in COLUMNS:
        there = row.texts(name)
        if not there or (name in MEDIA and "" in there):
            continue
        for language in outline.languages:
            if language not in there:
                column = f"{name}::{language}" if language else name
                message = f"The {name.replace('_', ' ')} is not translated."
                remedy = f"People who read this language see: {excerpt(next(iter(there.values())))}"
                yield row.fault(message, remedy, column, warning=True)


def excerpt(text: str, most: int = 40) -> str:
    """The beginning of a text, between quotes."""
    words = " ".join(text.split())
    return f"“{words if len(words) <= most else words[: most - 1] + '…'}”"


def overlong(outline: Outline, entry: Entry) -> Iterator[Fault]:
    """A question that does not fit into one message, with the heading of its group."""
    row, group = entry.row, outline.by_path.get(entry.parent)
    for column, label in row.cells.items():
        if column.name != "label":
            continue
        around = group.row.texts("label").get(column.language, "") if group else ""
        length = len(label) + len(row.texts("hint").get(column.language, "")) + len(around)
        if length > LONGEST:
            with_heading = "Label, hint and the group's label" if around else "Label and hint"
            message = f"{with_heading} have {length} characters; a message holds {LONGEST}."
            yield row.fault(message, "Shorten them.", column.heading)
        elif group and in_table(group, entry) and len(label) > LONGEST_LINE:
            message = f"A line of a table has at most {LONGEST_LINE} characters, this {len(label)}."
            remedy = "Small phones break it in two: shorten it."
            yield row.fault(message, remedy, column.heading, warning=True)


def in_table(group: Entry, entry: Entry) -> bool:
    """Whether a question is a line of a table."""
    return "table-list" in group.row.get("appearance").split() and entry.kind == "select_one"


def absent(outline: Outline, row: Row) -> Iterator[Fault]:
    """Pictures and sounds that are not there."""
    form = outline.folder / f"{outline.workbook.raw.get('fallback_form_name', 'form')}.xlsx"
    for column, text in row.cells.items():
        if column.name not in MEDIA or "${" in text or text == "-":
            continue
        name = ADDRESS.sub("", text.strip())
        if medium(form, name) is None:
            message = f"There is no file {name} beside the form, nor in its folder media."
            remedy = "Put it there: until then the words are shown alone."
            yield row.fault(message, remedy, column.heading, warning=True)
