"""What can be run and hardly does what its author meant."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from pyxform.question_type_dictionary import QUESTION_TYPE_DICT
from pyxform.utils import default_is_dynamic

from survey.forms.answers.canonical_values import format_stored_value
from survey.forms.authoring.checks.form_outline import REFERENCE_PATTERN, FormOutline, SurveyEntry
from survey.forms.authoring.checks.reachability_checks import (
    OWN_ANSWER,
    evaluate_number,
    list_possible_codes,
    parse_condition,
)
from survey.forms.authoring.faults import Fault
from survey.forms.authoring.sheet_columns import TRANSLATED_COLUMNS
from survey.forms.authoring.workbook import SheetRow
from survey.forms.expressions.grammar import FunctionCall, walk_tree

#: How a spreadsheet's date or time of day arrives where a text was meant.
DATE_CELL_PATTERN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")


def check_cautions(outline: FormOutline) -> Iterator[Fault]:
    """Everything that an author should look at once more."""
    for entry in outline.questions:
        yield from check_calculation(entry)
        yield from check_default(outline, entry)
        yield from check_repeat_count(entry)
        yield from check_repeated_names(outline, entry)
    yield from check_shared_other(outline)
    for sheet in ("survey", "choices"):
        for row in outline.workbook.get_sheet(sheet).rows:
            yield from check_date_cells(row)


def check_calculation(entry: SurveyEntry) -> Iterator[Fault]:
    """A calculation that reads itself, and a constraint that nothing is held against."""
    tree = parse_condition(entry.row.get("calculation"))
    for node in walk_tree(tree) if tree is not None else ():
        if isinstance(node, FunctionCall) and node.name == "once" and node is not tree:
            message = "once() keeps the value of the whole, which then is counted in again."
            remedy = "Put the whole calculation into its brackets: once(…)."
            yield entry.row.build_fault(message, remedy, "calculation", warning=True)
        elif node == OWN_ANSWER:
            message = "The calculation reads its own value: it changes each time it is computed."
            remedy = "Name another question instead of the point."
            yield entry.row.build_fault(message, remedy, "calculation", warning=True)
    if entry.kind == "calculate" and entry.row.get("constraint"):
        message = "Nobody types a calculation, so its constraint is never looked at."
        remedy = "Put it on a question, or write a note that is relevant where it is broken."
        yield entry.row.build_fault(message, remedy, "constraint", warning=True)


def check_default(outline: FormOutline, entry: SurveyEntry) -> Iterator[Fault]:
    """A default that is no value of its question."""
    given = entry.row.get("default")
    # What a range takes follows from its parameters, not from its type alone.
    if not given or entry.kind == "range" or default_is_dynamic(given, entry.kind):
        return
    codes = list_possible_codes(outline, entry)
    if codes is not None:
        unknown = [c for c in given.split() if c not in codes] if given not in codes else []
        message = f"The default “{given}” is no choice, so it is not taken."
        remedy = outline.suggest_word(given, codes, f"It has: {', '.join(list(codes)[:12])}.")
    else:
        datatype = QUESTION_TYPE_DICT.get(entry.kind, {}).get("bind", {}).get("type", "string")
        unknown = [given] if format_stored_value(datatype, given) is None else []
        message = f"The default “{given}” is no {entry.kind}, so it is not taken."
        remedy = "Correct it, or leave it out."
    if unknown:
        yield entry.row.build_fault(message, remedy, "default", warning=True)


def check_repeat_count(entry: SurveyEntry) -> Iterator[Fault]:
    """A fixed number of instances that is no whole number."""
    tree = parse_condition(entry.row.get("repeat_count"))
    number = math.nan if tree is None else evaluate_number(tree)
    if not math.isnan(number) and (number < 0 or number != int(number)):
        message = f"There cannot be {number:g} of them: {max(0, int(number))} are asked."
        yield entry.row.build_fault(message, "Write a whole number.", "repeat_count", warning=True)


def check_repeated_names(outline: FormOutline, entry: SurveyEntry) -> Iterator[Fault]:
    """Texts outside of a repeat that name a question inside of it."""
    for column, text in entry.row.cells.items():
        if column.name not in TRANSLATED_COLUMNS:
            continue
        for name in dict.fromkeys(REFERENCE_PATTERN.findall(text)):
            repeat = find_other_repeat(outline, entry, name)
            if repeat:
                message = f"{name} is asked once for each {repeat}: only the first is shown here."
                remedy = (
                    f"Put this into the repeat, or write join(', ', ${{{name}}}) in a calculate."
                )
                yield entry.row.build_fault(message, remedy, column.heading, warning=True)


def find_other_repeat(outline: FormOutline, entry: SurveyEntry, name: str) -> str:
    """The repeat that a question is in and an entry is not; ``''`` if there is none."""
    path = outline.by_name[name].parent if name in outline.by_name else ""
    while path in outline.by_path and not f"{entry.path}/".startswith(f"{path}/"):
        if outline.by_path[path].kind == "begin_repeat":
            return outline.by_path[path].name
        path = path.rpartition("/")[0]
    return ""


def check_shared_other(outline: FormOutline) -> Iterator[Fault]:
    """Lists to which or_other adds a choice that another question offers, too."""
    added = {e.list_name: e for e in reversed(outline.questions) if e.has_other}
    for entry in outline.questions:
        first = added.get(entry.list_name)
        if first is None or not entry.is_select or entry.has_other:
            continue
        message = (
            f"or_other on row {first.row.number} adds “Other” to the list {entry.list_name}, "
            "so it is offered here, too, and nobody asks what else."
        )
        remedy = "Give one of the two a list of its own."
        yield entry.row.build_fault(message, remedy, "type", warning=True)


def check_date_cells(row: SheetRow) -> Iterator[Fault]:
    """Dates of the spreadsheet where a text or a code was meant."""
    for column, text in row.cells.items():
        if column.name in TRANSLATED_COLUMNS | {"name"} and DATE_CELL_PATTERN.fullmatch(text):
            message = f"The cell holds a date of the spreadsheet, which is read as “{text}”."
            remedy = "Format the cell as text and write it anew."
            yield row.build_fault(message, remedy, column.heading, warning=True)
