"""Lists of choices, in the sheet and in files."""

from __future__ import annotations

from collections.abc import Iterator

from survey.forms.checks.outline import Entry, Outline, stem, suggestion
from survey.forms.faults import Fault
from survey.forms.lists import ListError, ListFile
from survey.forms.sheets import Row

#: A choice is a button: longer labels are cut on a phone. Its code must fit into a button's data.
LONGEST_LABEL = 40
LONGEST_CODE = 64


def check(outline: Outline) -> Iterator[Fault]:
    """Everything wrong with the lists."""
    for name, rows in outline.choices.items():
        yield from in_sheet(outline, name, rows)
    for entry in outline.questions:
        if entry.from_file:
            yield from in_file(outline, entry)
        elif entry.is_select:
            yield from undefined(outline, entry)
        elif entry.kind in ("csv-external", "xml-external"):
            yield from unreadable(outline, entry, entry.name)
        elif "pulldata" in entry.row.get("calculation"):
            yield from pulled(outline, entry)


def undefined(outline: Outline, entry: Entry) -> Iterator[Fault]:
    """A select without a list."""
    if not entry.list:
        remedy = f"Write {entry.kind} and the name of a list."
        yield entry.row.fault("The select names no list.", remedy, "type")
    elif entry.list not in outline.choices and not entry.list.startswith("${"):
        remedy = suggestion(entry.list, set(outline.choices), "Add it to the sheet choices.")
        yield entry.row.fault(f"There is no list {entry.list}.", remedy, "type")


def in_sheet(outline: Outline, name: str, rows: list[Row]) -> Iterator[Fault]:
    """What is wrong with one list of the sheet choices."""
    if not name:
        for row in rows:
            yield row.fault("The choice belongs to no list.", "Fill in list_name.", "list_name")
        return
    if not is_used(outline, name):
        message = f"No question uses the list {name}."
        yield rows[0].fault(message, "Remove it, or use it.", "list_name", warning=True)
    settings = next(iter(outline.workbook.sheet("settings").rows), None)
    twice = settings is not None and settings.get("allow_choice_duplicates").lower() in (
        "yes",
        "true",
    )
    before: dict[str, int] = {}
    for row in rows:
        value = row.get("name")
        if value in before and value and not twice:
            message = f"The list {name} has the code {value} on row {before[value]} already."
            yield row.fault(message, "Give each choice a code of its own.", "name")
        before.setdefault(value, row.number)
        yield from code(row, value)
        for column, text in row.cells.items():
            if column.name == "label" and len(text) > LONGEST_LABEL:
                message = f"The label has {len(text)} characters; a phone cuts it."
                remedy = f"At most {LONGEST_LABEL}, better 28."
                yield row.fault(message, remedy, column.heading, warning=True)


def is_used(outline: Outline, name: str) -> bool:
    """Whether a question draws on a list, as its own or in an expression."""
    texts = (text for e in outline.questions for text in e.row.cells.values())
    return any(e.list == name for e in outline.questions) or any(
        f"instance('{name}')" in text.replace('"', "'") or f"tick_labelset={name}" in text
        for text in texts
    )


def code(row: Row, value: str) -> Iterator[Fault]:
    """A code that cannot be stored."""
    if not value:
        yield row.fault("The choice has no code.", "Fill in name.", "name")
    elif problem := unfit(value):
        yield row.fault(problem, "Use letters, digits and _.", "name")


def unfit(value: str) -> str:
    """Why a value cannot be a choice's code; ``''`` if it can."""
    if len(value.split()) > 1:
        return f"The code “{value}” has a space in it."
    if len(value.encode()) > LONGEST_CODE:
        return f"The code “{value[:20]}…” is longer than {LONGEST_CODE} bytes."
    return ""


def unreadable(outline: Outline, entry: Entry, name: str) -> Iterator[Fault]:
    """A list file that cannot be used."""
    found = outline.files.get(name)
    if isinstance(found, ListError):
        yield entry.row.fault(str(found), found.remedy, "type")


def pulled(outline: Outline, entry: Entry) -> Iterator[Fault]:
    """Files that a calculation takes facts from."""
    source = entry.row.get("calculation").replace('"', "'").replace(" ", "")
    for name, found in outline.files.items():
        if isinstance(found, ListError) and f"pulldata('{name}'" in source:
            yield entry.row.fault(str(found), found.remedy, "calculation")


def in_file(outline: Outline, entry: Entry) -> Iterator[Fault]:
    """What is wrong with the choices that a question takes from a file."""
    yield from unreadable(outline, entry, stem(entry.list))
    found = outline.files.get(stem(entry.list))
    if not isinstance(found, ListFile):
        return
    usual = ("id", "title") if entry.list.endswith(".geojson") else ("name", "label")
    value, label = entry.parameter("value", usual[0]), entry.parameter("label", usual[1])
    for column in (value, label):
        if column not in found.columns:
            remedy = f"It has: {', '.join(found.columns)}."
            yield entry.row.fault(f"{entry.list} has no column {column}.", remedy, "type")
            return
    before: set[str] = set()
    for number, row in enumerate(found.rows, start=2):
        text = row[value]
        problem = unfit(text) or ("" if text else "A row has no code.")
        if text in before:
            problem = f"The code {text} stands there already."
        if problem:
            yield Fault(problem, "Each row needs a code of its own.", entry.list, number, value)
        before.add(text)
        if len(row[label]) > LONGEST_LABEL:
            message = f"The label has {len(row[label])} characters; a phone cuts it."
            yield Fault(message, f"At most {LONGEST_LABEL}.", entry.list, number, label, True)
