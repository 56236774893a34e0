"""Lists of choices, in the sheet and in files."""

from __future__ import annotations

from collections.abc import Iterator

from survey.forms.authoring.checks.form_outline import (
    PULLDATA_PATTERN,
    FormOutline,
    SurveyEntry,
    strip_list_suffix,
    suggest_similar_word,
)
from survey.forms.authoring.faults import Fault
from survey.forms.authoring.list_files import ListError, ListFile
from survey.forms.authoring.workbook import SheetRow

#: Characters. A choice is a button: longer labels are cut on a phone. Codes are kept in the store.
LONGEST_LABEL = 40
LONGEST_CODE = 255
TICKED_REMEDY = "Codes that are ticked together are stored with spaces between: write _ instead."
NO_LIST_MESSAGE = "The select names no list."


def check_choices(outline: FormOutline) -> Iterator[Fault]:
    """Everything wrong with the lists."""
    # One text for all lists: going through all rows for each of thousands takes too long.
    used = "\n".join(collect_list_mentions(outline)).replace('"', "'")
    for name, rows in outline.choices.items():
        yield from check_sheet_list(outline, name, rows)
        if name and not is_list_used(outline, name, used):
            message = f"No question uses the list {name}."
            yield rows[0].build_fault(message, "Remove it, or use it.", "list_name", warning=True)
    yield from find_scattered_lists(outline)
    for entry in outline.questions:
        if entry.is_from_file:
            yield from check_file_choices(outline, entry)
        elif entry.is_select or entry.kind == "begin_loop":
            yield from check_list_exists(outline, entry)
        elif entry.kind in ("csv-external", "xml-external"):
            yield from check_list_file(outline, entry, entry.name)
        yield from check_pulled_files(outline, entry)


def check_list_exists(outline: FormOutline, entry: SurveyEntry) -> Iterator[Fault]:
    """A select without a list."""
    if not entry.list_name:
        remedy = f"Write {entry.kind} and the name of a list."
        message = "The loop names no list." if entry.kind == "begin_loop" else NO_LIST_MESSAGE
        yield entry.row.build_fault(message, remedy, "type")
    elif entry.list_name not in outline.choices and not entry.list_name.startswith("${"):
        remedy = outline.suggest_word(
            entry.list_name, outline.choices, "Add it to the sheet choices."
        )
        yield entry.row.build_fault(f"There is no list {entry.list_name}.", remedy, "type")


def check_sheet_list(outline: FormOutline, name: str, rows: list[SheetRow]) -> Iterator[Fault]:
    """What is wrong with one list of the sheet choices."""
    if not name:
        for row in rows:
            message = "The choice belongs to no list, so it is not offered."
            yield row.build_fault(message, "Fill in list_name.", "list_name", warning=True)
        return
    settings = next(iter(outline.workbook.get_sheet("settings").rows), None)
    twice = settings is not None and settings.get("allow_choice_duplicates").lower() in (
        "yes",
        "true",
    )
    ticked = name in outline.ticked_lists
    before: dict[str, int] = {}
    for row in rows:
        value = row.get("name")
        if value in before and value and not twice:
            message = f"The list {name} has the code {value} on row {before[value]} already."
            yield row.build_fault(message, "Give each choice a code of its own.", "name")
        before.setdefault(value, row.number)
        yield from check_code(row, value, ticked=ticked)
        for column, text in row.cells.items():
            if column.name == "label" and len(text) > LONGEST_LABEL:
                message = f"The label has {len(text)} characters; a phone cuts it."
                remedy = f"At most {LONGEST_LABEL}, better 28."
                yield row.build_fault(message, remedy, column.heading, warning=True)


def find_scattered_lists(outline: FormOutline) -> Iterator[Fault]:
    """Lists that go on after another one has begun: perhaps two lists with one name."""
    seen: dict[str, SheetRow] = {}
    last = ""
    for row in outline.workbook.get_sheet("choices").rows:
        name = row.get("list_name")
        if name and name in seen and name != last:
            message = f"A list {name} begins on row {seen[name].number} already."
            remedy = "They are read as one list: if they are two, give this one another name."
            yield row.build_fault(message, remedy, "list_name", warning=True)
        seen.setdefault(name, row)
        last = name


def collect_list_mentions(outline: FormOutline) -> Iterator[str]:
    """Every text of the form in which a list may be named."""
    for entry in outline.questions:
        yield from (text for text in entry.row.cells.values() if "instance(" in text)
        yield f"tick_labelset={entry.get_parameter('tick_labelset', '')}"


def is_list_used(outline: FormOutline, name: str, used: str) -> bool:
    """Whether a question draws on a list, as its own or in an expression among ``used``."""
    return name in outline.used_lists or any(
        words in used for words in (f"instance('{name}')", f"tick_labelset={name}\n")
    )


def check_code(row: SheetRow, value: str, *, ticked: bool) -> Iterator[Fault]:
    """A code that cannot be stored, or not with others where several are ``ticked``."""
    if not value:
        yield row.build_fault("The choice has no code.", "Fill in name.", "name")
    elif len(value) > LONGEST_CODE:
        message = f"The code “{value[:20]}…” is longer than {LONGEST_CODE} characters."
        yield row.build_fault(message, "Use a short word.", "name")
    elif has_inner_space(value) and ticked:
        yield row.build_fault(f"The code “{value}” has a space in it.", TICKED_REMEDY, "name")
    elif has_inner_space(value):
        message = f"The code “{value}” has a space in it."
        remedy = "It works here, but not where several may be ticked: better write _ instead."
        yield row.build_fault(message, remedy, "name", warning=True)


def has_inner_space(value: str) -> bool:
    """Whether a code has white space within it."""
    return len(value.split()) > 1


def check_list_file(outline: FormOutline, entry: SurveyEntry, name: str) -> Iterator[Fault]:
    """A list file that cannot be used."""
    found = outline.files_by_list.get(name)
    if isinstance(found, ListError):
        yield entry.row.build_fault(str(found), found.remedy, "type")
        return
    if found and not found.rows:
        remedy = "Write its choices below the header."
        message = f"The list {name} has no rows: there is nothing to choose."
        yield entry.row.build_fault(message, remedy, "type", warning=True)
    if found and not found.is_unicode:
        message = f"The list {name} is not UTF-8; it is read as Windows-1252."
        remedy = "Look whether its letters are right, or save it as CSV with the encoding UTF-8."
        yield entry.row.build_fault(message, remedy, "type", warning=True)


def check_pulled_files(outline: FormOutline, entry: SurveyEntry) -> Iterator[Fault]:
    """Files that an expression takes facts from."""
    for column, text in entry.row.cells.items():
        for name in dict.fromkeys(PULLDATA_PATTERN.findall(text)):
            found = outline.files_by_list.get(strip_list_suffix(f"{name}.csv"))
            if isinstance(found, ListError):
                yield entry.row.build_fault(str(found), found.remedy, column.heading)


def check_file_choices(outline: FormOutline, entry: SurveyEntry) -> Iterator[Fault]:
    """What is wrong with the choices that a question takes from a file."""
    yield from check_list_file(outline, entry, strip_list_suffix(entry.list_name))
    found = outline.files_by_list.get(strip_list_suffix(entry.list_name))
    if not isinstance(found, ListFile):
        return
    usual = ("id", "title") if entry.list_name.endswith(".geojson") else ("name", "label")
    value, label = entry.get_parameter("value", usual[0]), entry.get_parameter("label", usual[1])
    for column in (value, label):
        if column not in found.columns:
            remedy = suggest_similar_word(column, frozenset(found.columns), describe_columns(found))
            yield entry.row.build_fault(
                f"{entry.list_name} has no column {column}.", remedy, "type"
            )
            return
    yield from check_file_rows(entry, found, value, label)


def describe_columns(found: ListFile) -> str:
    """Which columns a list has."""
    return f"It has: {', '.join(found.columns)}." if found.columns else "It has no columns."


def check_file_rows(entry: SurveyEntry, found: ListFile, value: str, label: str) -> Iterator[Fault]:
    """What is wrong with the rows of a list file that ``entry`` offers."""
    before: set[str] = set()
    for number, row in enumerate(found.rows, start=2):
        text, problem, warning = row[value], "", False
        remedy = "Each row needs a code of its own."
        if not text:
            problem, warning = "A row has no code, so it is not offered.", True
        elif len(text) > LONGEST_CODE:
            problem = f"The code “{text[:20]}…” is longer than {LONGEST_CODE} characters."
        elif has_inner_space(text) and entry.kind.startswith("select_multiple"):
            problem, remedy = f"The code “{text}” has a space in it.", TICKED_REMEDY
        elif text in before:
            problem, warning = f"The code {text} stands there already.", True
            remedy = "Answers with it cannot be told apart: give each row a code of its own."
        if problem:
            yield Fault(problem, remedy, entry.list_name, number, value, warning)
        before.add(text)
        if len(row[label]) > LONGEST_LABEL:
            message = f"The label has {len(row[label])} characters; a phone cuts it."
            yield Fault(message, f"At most {LONGEST_LABEL}.", entry.list_name, number, label, True)
