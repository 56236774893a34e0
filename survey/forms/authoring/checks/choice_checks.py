"""Lists of choices, in the sheet and in files."""

from __future__ import annotations

from collections.abc import Iterator

from survey.forms.authoring.checks.form_outline import PULLED, Entry, Outline, stem
from survey.forms.authoring.faults import Fault
from survey.forms.authoring.list_files import ListError, ListFile
from survey.forms.authoring.workbook import Row

#: Characters. A choice is a button: longer labels are cut on a phone. Codes are kept in the store.
LONGEST_LABEL = 40
LONGEST_CODE = 255
NO_LIST = "The select names no list."


def check(outline: Outline) -> Iterator[Fault]:
    """Everything wrong with the lists."""
    used = "\n".join(drawn_on(outline)).replace('"', "'")
    for name, rows in outline.choices.items():
        yield from in_sheet(outline, name, rows)
        if name and not is_used(outline, name, used):
            message = f"No question uses the list {name}."
            yield rows[0].fault(message, "Remove it, or use it.", "list_name", warning=True)
    yield from scattered(outline)
    for entry in outline.questions:
        if entry.from_file:
            yield from in_file(outline, entry)
        elif entry.is_select or entry.kind == "begin_loop":
            yield from undefined(outline, entry)
        elif entry.kind in ("csv-external", "xml-external"):
            yield from unreadable(outline, entry, entry.name)
        yield from pulled(outline, entry)


def undefined(outline: Outline, entry: Entry) -> Iterator[Fault]:
    """A select without a list."""
    if not entry.list:
        remedy = f"Write {entry.kind} and the name of a list."
        message = "The loop names no list." if entry.kind == "begin_loop" else NO_LIST
        yield entry.row.fault(message, remedy, "type")
    elif entry.list not in outline.choices and not entry.list.startswith("${"):
        remedy = outline.suggestion(entry.list, outline.choices, "Add it to the sheet choices.")
        yield entry.row.fault(f"There is no list {entry.list}.", remedy, "type")


def in_sheet(outline: Outline, name: str, rows: list[Row]) -> Iterator[Fault]:
    """What is wrong with one list of the sheet choices."""
    if not name:
        for row in rows:
            yield row.fault("The choice belongs to no list.", "Fill in list_name.", "list_name")
        return
    settings = next(iter(outline.workbook.sheet("settings").rows), None)
    twice = settings is not None and settings.get("allow_choice_duplicates").lower() in (
        "yes",
        "true",
    )
    ticked = any(
        e.list == name and e.kind in ("select_multiple", "rank") for e in outline.questions
    )
    before: dict[str, int] = {}
    for row in rows:
        value = row.get("name")
        if value in before and value and not twice:
            message = f"The list {name} has the code {value} on row {before[value]} already."
            yield row.fault(message, "Give each choice a code of its own.", "name")
        before.setdefault(value, row.number)
        yield from code(row, value, ticked=ticked)
        for column, text in row.cells.items():
            if column.name == "label" and len(text) > LONGEST_LABEL:
                message = f"The label has {len(text)} characters; a phone cuts it."
                remedy = f"At most {LONGEST_LABEL}, better 28."
                yield row.fault(message, remedy, column.heading, warning=True)


def scattered(outline: Outline) -> Iterator[Fault]:
    """Lists that go on after another one has begun: perhaps two lists with one name."""
    seen: dict[str, Row] = {}
    last = ""
    for row in outline.workbook.sheet("choices").rows:
        name = row.get("list_name")
        if name and name in seen and name != last:
            message = f"A list {name} begins on row {seen[name].number} already."
            remedy = "They are read as one list: if they are two, give this one another name."
            yield row.fault(message, remedy, "list_name", warning=True)
        seen.setdefault(name, row)
        last = name


def drawn_on(outline: Outline) -> Iterator[str]:
    """Every text of the form in which a list may be named."""
    for entry in outline.questions:
        yield from (text for text in entry.row.cells.values() if "instance(" in text)
        yield f"tick_labelset={entry.parameter('tick_labelset', '')}"


def is_used(outline: Outline, name: str, used: str) -> bool:
    """Whether a question draws on a list, as its own or in an expression among ``used``."""
    return name in outline.lists or any(
        words in used for words in (f"instance('{name}')", f"tick_labelset={name}\n")
    )


def code(row: Row, value: str, *, ticked: bool) -> Iterator[Fault]:
    """A code that cannot be stored, or not with others where several are ``ticked``."""
    if not value:
        yield row.fault("The choice has no code.", "Fill in name.", "name")
    elif len(value) > LONGEST_CODE:
        message = f"The code “{value[:20]}…” is longer than {LONGEST_CODE} characters."
        yield row.fault(message, "Use a short word.", "name")
    elif spaced(value) and ticked:
        remedy = "Codes that are ticked together are stored with spaces between: write _ instead."
        yield row.fault(f"The code “{value}” has a space in it.", remedy, "name")
    elif spaced(value):
        message = f"The code “{value}” has a space in it."
        remedy = "It works here, but not where several may be ticked: better write _ instead."
        yield row.fault(message, remedy, "name", warning=True)


def spaced(value: str) -> bool:
    """Whether a code has white space within it."""
    return len(value.split()) > 1


def unreadable(outline: Outline, entry: Entry, name: str) -> Iterator[Fault]:
    """A list file that cannot be used."""
    found = outline.files.get(name)
    if isinstance(found, ListError):
        yield entry.row.fault(str(found), found.remedy, "type")


def pulled(outline: Outline, entry: Entry) -> Iterator[Fault]:
    """Files that an expression takes facts from."""
    for column, text in entry.row.cells.items():
        for name in dict.fromkeys(PULLED.findall(text)):
            found = outline.files.get(stem(f"{name}.csv"))
            if isinstance(found, ListError):
                yield entry.row.fault(str(found), found.remedy, column.heading)


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
    yield from rows_of(entry, found, value, label)


def rows_of(entry: Entry, found: ListFile, value: str, label: str) -> Iterator[Fault]:
    """What is wrong with the rows of a list file that ``entry`` offers."""
    before: set[str] = set()
    for number, row in enumerate(found.rows, start=2):
        text = row[value]
        problem = "" if text else "A row has no code."
        if len(text) > LONGEST_CODE:
            problem = f"The code “{text[:20]}…” is longer than {LONGEST_CODE} characters."
        if spaced(text) and entry.kind.startswith("select_multiple"):
            problem = f"The code “{text}” has a space in it."
        if text in before:
            problem = f"The code {text} stands there already."
        if problem:
            yield Fault(problem, "Each row needs a code of its own.", entry.list, number, value)
        before.add(text)
        if len(row[label]) > LONGEST_LABEL:
            message = f"The label has {len(row[label])} characters; a phone cuts it."
            yield Fault(message, f"At most {LONGEST_LABEL}.", entry.list, number, label, True)
