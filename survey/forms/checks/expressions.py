"""Expressions: whether they can be read, and whether what they name is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import chain

from survey.forms import functions
from survey.forms.checks.outline import (
    REFERENCE,
    ROOT,
    Entry,
    Outline,
    stem,
    suggestion,
    unknown_names,
)
from survey.forms.faults import Fault
from survey.forms.grammar import Call, Constant, ExpressionError, Node, parse, walk
from survey.forms.references import paths_read
from survey.forms.xpath import NATIVE, arity, library

COLUMNS = (
    "relevant",
    "constraint",
    "required",
    "read_only",
    "calculation",
    "choice_filter",
    "repeat_count",
)
YES_NO = {"yes", "no", "true", "false", "true()", "false()"}
CURLY = str.maketrans("‘’“”", "''\"\"")
FUNCTIONS = frozenset(name.replace("jr-", "jr:") for name in (*NATIVE, *library)) | {"current"}
#: What people write from other languages -> what XPath calls it.
FOREIGN = {"=>": ">=", "=<": "<=", "==": "=", "<>": "!=", "&&": "and", "||": "or", ";": ","}
#: Columns that pyxform adds to the choices of a form.
ADDED = {"name", "label", "itextId"}


def check(outline: Outline) -> Iterator[Fault]:
    """Everything wrong with the expressions of the sheet survey."""
    for entry in outline.questions:
        yield from unknown_names(outline, entry.row)
        for name in COLUMNS:
            source = entry.row.get(name)
            if source and source.lower() not in YES_NO:
                yield from expression(outline, entry, name, source)
    for row in outline.workbook.sheet("choices").rows:
        yield from unknown_names(outline, row)


def expression(outline: Outline, entry: Entry, column: str, source: str) -> Iterator[Fault]:
    """What is wrong with one expression."""
    # pyxform straightens curly quotes, too; a reference is as long as the variable put for it.
    straight = source.translate(CURLY)
    plain = REFERENCE.sub(lambda m: f" ${m[1] or 'x'}".ljust(len(m[0])), straight)
    try:
        tree = parse(plain)
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


def remedy_for(source: str) -> str:
    """What probably helps with an expression that cannot be read."""
    for written, meant in FOREIGN.items():
        if written in source:
            return f"Write {meant} instead of {written}."
    if "${" in REFERENCE.sub("", source):
        return "Name a question like this: ${name}."
    for left, right in ("()", "[]"):
        if source.count(left) != source.count(right):
            return f"It has {source.count(left)} “{left}” and {source.count(right)} “{right}”."
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
        message = f"{node.name}() has {given} arguments."
        yield entry.row.fault(message, f"It takes {wanted(*bounds)}.", column)
    else:
        texts = [a.source[1:-1] for a in node.arguments if isinstance(a, Constant)]
        if node.name == "pulldata" and len(texts) > 2:
            yield from missing(outline, entry, column, texts[0], texts[1:3])
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
        message = f"The pattern of regex() cannot be read: {fault}."
        yield entry.row.fault(message, "Put \\ before a sign that stands for itself.", column)


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
        elif known and known not in outline.paths and not known.startswith(f"{ROOT}/meta/"):
            remedy = suggestion(known, outline.paths, "Name questions like this: ${name}.")
            if "/" not in entry.row.get(column):
                remedy = "Write yes or no, put quotes around a text, and ${ } around a name."
            yield entry.row.fault(f"There is no {known} in this form.", remedy, column)


def missing(
    outline: Outline, entry: Entry, column: str, name: str, columns: list[str]
) -> Iterator[Fault]:
    """A list that there is not, or columns that it has not."""
    there = outline.columns(name)
    if there is None:
        # What is wrong with a file is said once, where the lists are looked at.
        if name not in outline.files:
            lists = frozenset(chain(outline.choices, outline.files))
            remedy = suggestion(name, lists, "Name a list of choices or a CSV file.")
            yield entry.row.fault(f"There is no list {name}.", remedy, column)
        return
    for wanted_column in columns:
        if wanted_column not in there and wanted_column != "*":
            remedy = suggestion(wanted_column, there, f"It has: {', '.join(sorted(there))}.")
            message = f"The list {name} has no column {wanted_column}."
            yield entry.row.fault(message, remedy, column)
