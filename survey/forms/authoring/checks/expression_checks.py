"""Expressions: whether they can be read, and whether what they name is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from pyxform.utils import default_is_dynamic

from survey.forms.authoring.checks.form_outline import (
    REFERENCE,
    ROOT,
    Entry,
    Outline,
    stem,
    unknown_names,
)
from survey.forms.authoring.faults import Fault
from survey.forms.expressions import functions
from survey.forms.expressions.expression import NATIVE, arity, library
from survey.forms.expressions.grammar import Call, Constant, Node, parse, walk
from survey.forms.expressions.lexer import ExpressionError
from survey.forms.expressions.references import paths_read

COLUMNS = (
    "relevant",
    "constraint",
    "required",
    "read_only",
    "calculation",
    "choice_filter",
    "repeat_count",
    "default",
)
YES_NO = {"yes", "no", "true", "false", "true()", "false()"}
CURLY = str.maketrans("‘’“”", "''\"\"")
FUNCTIONS = frozenset(name.replace("jr-", "jr:") for name in (*NATIVE, *library)) | {"current"}
#: What people write from other languages -> what XPath calls it.
FOREIGN = {"=>": ">=", "=<": "<=", "==": "=", "<>": "!=", "&&": "and", "||": "or", ";": ","}
#: Columns that pyxform adds to the choices of a form, and the one that says whose they are.
ADDED = {"itextId", "list_name"}


def check(outline: Outline) -> Iterator[Fault]:
    """Everything wrong with the expressions of the sheet survey."""
    for entry in outline.questions:
        yield from unknown_names(outline, entry.row)
        for name in COLUMNS:
            source = entry.row.get(name)
            if name == "default" and not default_is_dynamic(source, entry.kind):
                continue
            if source and source.lower() not in YES_NO:
                yield from expression(outline, entry, name, source)
    for row in outline.workbook.sheet("choices").rows:
        yield from unknown_names(outline, row)
    for row in outline.workbook.sheet("settings").rows[:1]:
        yield from unknown_names(outline, row)
        if source := row.get("instance_name"):
            named = Entry(row, "calculate", "", f"{ROOT}/meta/instanceName")
            yield from expression(outline, named, "instance_name", source)


def expression(outline: Outline, entry: Entry, column: str, source: str) -> Iterator[Fault]:
    """What is wrong with one expression."""
    # pyxform straightens curly quotes, too.
    straight = source.translate(CURLY)
    try:
        tree = parse(variables_for(straight))
    except ExpressionError as fault:
        message = f"The expression cannot be read: {fault} (at character {fault.column})."
        yield entry.row.fault(message, remedy_for(source), column)
        return
    if straight != source:
        remedy = "Write them straight: ' and \"."
        yield entry.row.fault("The expression has curly quotes.", remedy, column, warning=True)
    for node in walk(tree):
        if isinstance(node, Call):
            yield from call(outline, entry, column, node)
    yield from paths(outline, entry, column, tree)


def variables_for(source: str) -> str:
    """An expression with a variable, as long as it, for every ``${name}``."""
    return REFERENCE.sub(lambda m: f" ${m[1] or 'x'}".ljust(len(m[0])), source)


def remedy_for(source: str) -> str:
    """What probably helps with an expression that cannot be read."""
    for written, meant in FOREIGN.items():
        if written in source:
            return f"Write {meant} instead of {written}."
    if "${" in REFERENCE.sub("", source):
        return "Name a question like this: ${name}."
    for left, right in ("()", "[]"):
        if source.count(left) != source.count(right):
            return counted(source, left, right)
    if re.search(r"[‘’“”]", source) or source.count("'") % 2 or source.count('"') % 2:
        return "Put texts between two straight quotes: 'ya'."
    return "Compare it with the examples in docs/questionnaires.md."


def call(outline: Outline, entry: Entry, column: str, node: Call) -> Iterator[Fault]:
    """An unknown function, or one with too few or too many arguments, or with an unknown list."""
    bounds = arity(node.name)
    given = len(node.arguments)
    if bounds is None:
        close = get_close_matches(node.name, FUNCTIONS, 1, 0.6)
        remedy = f"Did you mean {close[0]}()?" if close else "Check its spelling."
        yield entry.row.fault(f"There is no function {node.name}().", remedy, column)
    elif given < bounds[0] or (bounds[1] is not None and given > bounds[1]):
        message = f"{node.name}() is given {given} {'argument' if given == 1 else 'arguments'}."
        yield entry.row.fault(message, f"It takes {wanted(*bounds)}.", column)
    else:
        texts = [a.source[1:-1] for a in node.arguments if isinstance(a, Constant)]
        if node.name == "pulldata" and len(texts) > 2:
            yield from missing(outline, entry, column, texts[0], texts[1:3])
        if node.name == "instance" and texts and "/" in texts[0]:
            yield from missing(outline, entry, column, texts[0], [])
        if node.name == "regex" and texts:
            yield from pattern(entry, column, texts[-1])


def wanted(least: int, most: int | None) -> str:
    """A number of arguments in words."""
    if most is None:
        return f"at least {least}"
    return f"{least}" if least == most else f"{least} to {most}"


def pattern(entry: Entry, column: str, source: str) -> Iterator[Fault]:
    """A regular expression that is none."""
    try:
        re.compile(functions.in_python(source))
    except re.error as fault:
        message = f"The pattern of regex() cannot be read: {reason(source, fault)}."
        remedy = "Put \\ before a sign that stands for itself."
        for left, right in ("[]", "()", "{}"):
            if source.count(left) != source.count(right):
                remedy = counted(source, left, right)
        yield entry.row.fault(message, remedy, column)


def reason(source: str, fault: re.error) -> str:
    """What is wrong with a pattern as its author wrote it."""
    try:
        re.compile(source)
    except re.error as plain:
        return plain.msg
    return fault.msg


def counted(source: str, left: str, right: str) -> str:
    """How many brackets are opened and closed."""
    return f"It has {source.count(left)} “{left}” and {source.count(right)} “{right}”."


def paths(outline: Outline, entry: Entry, column: str, tree: Node) -> Iterator[Fault]:
    """Paths to what does not exist, in the form or in a list."""
    filters = column == "choice_filter"
    here = f"?{stem(entry.list)}/root/item" if filters else entry.path
    for path in sorted(paths_read(tree, here, entry.path)):
        known = path.removesuffix("/*")
        if path.startswith("?"):
            name, *steps = known[1:].split("/")
            if name:
                yield from missing(outline, entry, column, name, steps[2:3])
        elif known.endswith("/null"):
            message = "There is nothing called null: it counts as empty."
            yield entry.row.fault(message, "Write '' for it.", column, warning=True)
        elif known and known not in outline.paths and not known.startswith(f"{ROOT}/meta/"):
            yield unknown_path(outline, entry, column, known)


def unknown_path(outline: Outline, entry: Entry, column: str, path: str) -> Fault:
    """A path that leads nowhere, or a word that is no path and has no quotes."""
    word = path.rpartition("/")[2]
    if "/" not in entry.row.get(column) and "." not in path:
        remedy = f"Write '{word}' for the text, ${{{word}}} for the answer to a question."
        return entry.row.fault(f"“{word}” stands there without quotes or braces.", remedy, column)
    remedy = outline.suggestion(path, outline.paths, "Name questions like this: ${name}.")
    return entry.row.fault(f"There is no {path} in this form.", remedy, column)


def missing(
    outline: Outline, entry: Entry, column: str, name: str, columns: list[str]
) -> Iterator[Fault]:
    """A list that there is not, or columns that it has not."""
    there = outline.columns(name)
    if there is None:
        # What is wrong with a file is said once, where the lists are looked at.
        if name not in outline.files:
            lists = [*outline.choices, *outline.files]
            remedy = outline.suggestion(name, lists, "Name a list of choices or a CSV file.")
            yield entry.row.fault(f"There is no list {name}.", remedy, column)
        return
    for wanted_column in columns:
        if wanted_column not in there and wanted_column != "*":
            has = f"It has: {', '.join(sorted(there - ADDED))}. A text stands in quotes."
            remedy = outline.suggestion(wanted_column, there, has)
            message = f"The list {name} has no column {wanted_column}."
            yield entry.row.fault(message, remedy, column)
