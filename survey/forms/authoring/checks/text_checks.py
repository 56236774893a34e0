"""Texts: whether they are there in every language, and short enough for a message."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from survey.forms.authoring.checks.form_outline import FormOutline, SurveyEntry
from survey.forms.authoring.faults import Fault
from survey.forms.authoring.media_files import find_media_file
from survey.forms.authoring.sheet_columns import MEDIA_COLUMNS
from survey.forms.authoring.workbook import SheetRow

#: Telegram's messages hold 4,096 characters; buttons' explanations and progress need the rest.
LONGEST_MESSAGE = 3500
#: What a line of a table holds on a small phone.
LONGEST_TABLE_LINE = 24
TEXT_COLUMNS = (
    *("label", "hint", "guidance_hint", "constraint_message", "required_message"),
    *("image", "big-image", "audio", "video"),
)
GROUP_KINDS = frozenset({"begin_group", "begin_repeat", "begin_loop"})
#: Rows that nobody sees, or that need no words.
SILENT_KINDS = (
    frozenset(kind for kind, made in QUESTION_TYPE_DICT.items() if "control" not in made)
    | GROUP_KINDS
    | {"start-geopoint", "background-audio", "background-geopoint"}
)
#: How pyxform and ODK call a file beside the form; the bare name is the usual way.
MEDIA_ADDRESS_PATTERN = re.compile(r"(jr://)?(images|audio|video|file)/")


def check_texts(outline: FormOutline) -> Iterator[Fault]:
    """Missing and overlong texts."""
    for entry in outline.questions:
        if entry.kind not in SILENT_KINDS:
            yield from check_label(entry)
        yield from check_translations(outline, entry.row)
        yield from check_length(outline, entry)
        yield from check_media_files(outline, entry.row)
    looped = {e.list_name for e in outline.questions if e.kind == "begin_loop"}
    for row in outline.workbook.get_sheet("choices").rows:
        if not row.get_texts("label"):
            yield build_unlabelled_fault(row, looped=row.get("list_name") in looped)
        yield from check_translations(outline, row)
        yield from check_media_files(outline, row)


def check_label(entry: SurveyEntry) -> Iterator[Fault]:
    """A question without a label: a fault if it shows nothing at all."""
    row = entry.row
    if row.get_texts("label"):
        return
    if row.get_texts("hint") or any(row.get_texts(name) for name in MEDIA_COLUMNS):
        remedy = "People see its hint or its picture alone: better write what is asked."
        yield row.build_fault("The question has no label.", remedy, "label", warning=True)
    else:
        yield row.build_fault("The question has no label.", "Write what is asked.", "label")


def build_unlabelled_fault(row: SheetRow, *, looped: bool) -> Fault:
    """A choice without a label: its code is shown, where no loop puts it into its questions."""
    message = "The choice has no label."
    if looped:
        return row.build_fault(message, "Write one: a loop puts it into its questions.", "label")
    remedy = f"People read its code instead: {row.get('name')}."
    return row.build_fault(message, remedy, "label", warning=True)


def check_translations(outline: FormOutline, row: SheetRow) -> Iterator[Fault]:
    """Texts and media that stand in one language and not in another."""
    for name in TEXT_COLUMNS:
        there = outline.list_texts(row, name)
        if not there or (name in MEDIA_COLUMNS and "" in row.get_texts(name)):
            continue
        for language in outline.languages:
            if language not in there:
                column = f"{name}::{language}" if language else name
                message = f"The {name.replace('_', ' ')} is not translated."
                seen = quote_excerpt(next(iter(there.values())))
                remedy = f"People who read this language see: {seen}"
                yield row.build_fault(message, remedy, column, warning=True)


def quote_excerpt(text: str, most: int = 40) -> str:
    """The beginning of a text, between quotes."""
    words = " ".join(text.split())
    return f"“{words if len(words) <= most else words[: most - 1] + '…'}”"


def check_length(outline: FormOutline, entry: SurveyEntry) -> Iterator[Fault]:
    """A question that does not fit into one message, with the heading of its group."""
    row, group = entry.row, outline.by_path.get(entry.parent)
    for column, label in row.cells.items():
        if column.name != "label":
            continue
        around = group.row.get_texts("label").get(column.language, "") if group else ""
        length = len(label) + len(row.get_texts("hint").get(column.language, "")) + len(around)
        if length > LONGEST_MESSAGE:
            with_heading = "Label, hint and the group's label" if around else "Label and hint"
            message = f"{with_heading} have {length} characters; a message holds {LONGEST_MESSAGE}."
            yield row.build_fault(message, "Shorten them.", column.heading)
        elif group and is_in_table(group, entry) and len(label) > LONGEST_TABLE_LINE:
            message = (
                f"A line of a table has at most {LONGEST_TABLE_LINE} characters, this {len(label)}."
            )
            remedy = "Small phones break it in two: shorten it."
            yield row.build_fault(message, remedy, column.heading, warning=True)


def is_in_table(group: SurveyEntry, entry: SurveyEntry) -> bool:
    """Whether a question is a line of a table."""
    return "table-list" in group.row.get("appearance").split() and entry.kind == "select_one"


def check_media_files(outline: FormOutline, row: SheetRow) -> Iterator[Fault]:
    """Pictures and sounds that are not there."""
    form = outline.folder / f"{outline.workbook.raw.get('fallback_form_name', 'form')}.xlsx"
    for column, text in row.cells.items():
        if column.name not in MEDIA_COLUMNS or "${" in text or text == "-":
            continue
        name = MEDIA_ADDRESS_PATTERN.sub("", text.strip())
        if find_media_file(form, name) is None:
            message = f"There is no file {name} beside the form, nor in its folder media."
            remedy = "Put it there: until then the words are shown alone."
            yield row.build_fault(message, remedy, column.heading, warning=True)
