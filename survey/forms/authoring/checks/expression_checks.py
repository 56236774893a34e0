"""Expressions: whether they can be read, and whether what they name is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

import regex as patterns
from pyxform.utils import default_is_dynamic

from survey.forms.authoring.checks.form_outline import (
    REFERENCE_PATTERN,
    FormOutline,
    SurveyEntry,
    check_references,
    strip_list_suffix,
)
from survey.forms.authoring.faults import Fault
from survey.forms.expressions import functions
from survey.forms.expressions.expression import NATIVE_FUNCTIONS, get_arity, registered_functions
from survey.forms.expressions.grammar import (
    Constant,
    FunctionCall,
    SyntaxNode,
    parse_expression,
    walk_tree,
)
from survey.forms.expressions.lexer import ExpressionError
from survey.forms.expressions.references import find_read_paths

EXPRESSION_COLUMNS = (
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
CURLY_QUOTES = str.maketrans("‘’“”", "''\"\"")
KNOWN_FUNCTIONS = frozenset(
    name.replace("jr-", "jr:") for name in (*NATIVE_FUNCTIONS, *registered_functions)
) | {"current"}
#: What people write from other languages -> what XPath calls it.
FOREIGN_OPERATORS = {
    "=>": ">=",
    "=<": "<=",
    "==": "=",
    "<>": "!=",
    "&&": "and",
    "||": "or",
    ";": ",",
}
#: Columns that pyxform adds to the choices of a form, and the one that says whose they are.
ADDED_COLUMNS = {"itextId", "list_name"}


def check_expressions(outline: FormOutline) -> Iterator[Fault]:
    """Everything wrong with the expressions of the sheet survey."""
    for entry in outline.questions:
        yield from check_references(outline, entry.row)
        for name in EXPRESSION_COLUMNS:
            source = entry.row.get(name)
            # pyxform decides which defaults are expressions; any other is the value itself.
            if name == "default" and not default_is_dynamic(source, entry.kind):
                continue
            if source and source.lower() not in YES_NO:
                yield from check_expression(outline, entry, name, source)
    for row in outline.workbook.get_sheet("choices").rows:
        yield from check_references(outline, row)
    for row in outline.workbook.get_sheet("settings").rows[:1]:
        yield from check_references(outline, row)
        if source := row.get("instance_name"):
            named = SurveyEntry(row, "calculate", "", f"{outline.root}/meta/instanceName")
            yield from check_expression(outline, named, "instance_name", source)


def check_expression(
    outline: FormOutline, entry: SurveyEntry, column: str, source: str
) -> Iterator[Fault]:
    """What is wrong with one expression."""
    # pyxform straightens curly quotes, too.
    straight = source.translate(CURLY_QUOTES)
    try:
        tree = parse_expression(replace_references(straight))
    except ExpressionError as fault:
        message = f"The expression cannot be read: {fault} (at character {fault.column})."
        yield entry.row.build_fault(message, suggest_remedy(source), column)
        return
    if straight != source:
        remedy = "Write them straight: ' and \"."
        yield entry.row.build_fault(
            "The expression has curly quotes.", remedy, column, warning=True
        )
    for node in walk_tree(tree):
        if isinstance(node, FunctionCall):
            yield from check_call(outline, entry, column, node)
    yield from check_paths(outline, entry, column, tree)


def replace_references(source: str) -> str:
    """An expression with a variable, as long as it, for every ``${name}``."""
    # Equally long, so that the column of a fault is the one that the author sees.
    return REFERENCE_PATTERN.sub(lambda m: f" ${m[1] or 'x'}".ljust(len(m[0])), source)


def suggest_remedy(source: str) -> str:
    """What probably helps with an expression that cannot be read."""
    for written, meant in FOREIGN_OPERATORS.items():
        if written in source:
            return f"Write {meant} instead of {written}."
    if "${" in REFERENCE_PATTERN.sub("", source):
        return "Name a question like this: ${name}."
    for left, right in ("()", "[]"):
        if source.count(left) != source.count(right):
            return describe_bracket_counts(source, left, right)
    if re.search(r"[‘’“”]", source) or source.count("'") % 2 or source.count('"') % 2:
        return "Put texts between two straight quotes: 'ya'."
    return "Compare it with the examples in docs/questionnaires.md."


def check_call(
    outline: FormOutline, entry: SurveyEntry, column: str, node: FunctionCall
) -> Iterator[Fault]:
    """An unknown function, or one with too few or too many arguments, or with an unknown list."""
    bounds = get_arity(node.name)
    given = len(node.arguments)
    if bounds is None:
        close = get_close_matches(node.name, KNOWN_FUNCTIONS, 1, 0.6)
        remedy = f"Did you mean {close[0]}()?" if close else "Check its spelling."
        yield entry.row.build_fault(f"There is no function {node.name}().", remedy, column)
    elif given < bounds[0] or (bounds[1] is not None and given > bounds[1]):
        message = f"{node.name}() is given {given} {'argument' if given == 1 else 'arguments'}."
        yield entry.row.build_fault(message, f"It takes {format_argument_count(*bounds)}.", column)
    else:
        texts = [a.source[1:-1] for a in node.arguments if isinstance(a, Constant)]
        if node.name == "pulldata" and len(texts) > 2:
            yield from check_list_columns(outline, entry, column, texts[0], texts[1:3])
        if node.name == "instance" and texts and "/" in texts[0]:
            yield from check_list_columns(outline, entry, column, texts[0], [])
        if node.name == "regex" and texts:
            yield from check_pattern(entry, column, texts[-1])


def format_argument_count(least: int, most: int | None) -> str:
    """A number of arguments in words."""
    if most is None:
        return f"at least {least}"
    return f"{least}" if least == most else f"{least} to {most}"


def check_pattern(entry: SurveyEntry, column: str, source: str) -> Iterator[Fault]:
    """A regular expression that is none."""
    try:
        patterns.compile(functions.translate_pattern(source), flags=patterns.V0)
    except patterns.error as fault:
        message = f"The pattern of regex() cannot be read: {explain_pattern_error(source, fault)}."
        remedy = "Put \\ before a sign that stands for itself."
        for left, right in ("[]", "()", "{}"):
            if source.count(left) != source.count(right):
                remedy = describe_bracket_counts(source, left, right)
        yield entry.row.build_fault(message, remedy, column)


def explain_pattern_error(source: str, fault: patterns.error) -> str:
    """What is wrong with a pattern as its author wrote it."""
    try:
        re.compile(source)
    except re.error as plain:
        return plain.msg
    return str(fault)


def describe_bracket_counts(source: str, left: str, right: str) -> str:
    """How many brackets are opened and closed."""
    return f"It has {source.count(left)} “{left}” and {source.count(right)} “{right}”."


def check_paths(
    outline: FormOutline, entry: SurveyEntry, column: str, tree: SyntaxNode
) -> Iterator[Fault]:
    """Paths to what does not exist, in the form or in a list."""
    here = find_filtered_path(outline, entry) if column == "choice_filter" else entry.path
    for path in sorted(find_read_paths(tree, here, entry.path)):
        known = path.removesuffix("/*")
        if path.startswith("?"):
            name, *steps = known[1:].split("/")
            if name:
                yield from check_list_columns(outline, entry, column, name, steps[2:3])
        elif known.endswith("/null"):
            message = "There is nothing called null: it counts as empty."
            yield entry.row.build_fault(message, "Write '' for it.", column, warning=True)
        elif known and known not in outline.paths and not known.startswith(f"{outline.root}/meta/"):
            yield build_unknown_path_fault(outline, entry, column, known)


def find_filtered_path(outline: FormOutline, entry: SurveyEntry) -> str:
    """Where a filter's bare words lead from: an item of the list, or an instance of the repeat."""
    asked = REFERENCE_PATTERN.fullmatch(entry.list_name)
    if asked is None:
        return f"?{strip_list_suffix(entry.list_name)}/root/item"
    return outline.by_name[asked[1]].parent if asked[1] in outline.by_name else entry.path


def build_unknown_path_fault(
    outline: FormOutline, entry: SurveyEntry, column: str, path: str
) -> Fault:
    """A path that leads nowhere, or a word that is no path and has no quotes."""
    word = path.rpartition("/")[2]
    if "/" not in entry.row.get(column) and "." not in path:
        remedy = f"Write '{word}' for the text, ${{{word}}} for the answer to a question."
        message = f"“{word}” stands there without quotes or braces: it counts as empty."
        return entry.row.build_fault(message, remedy, column, warning=True)
    remedy = outline.suggest_word(path, outline.paths, "Name questions like this: ${name}.")
    message = f"There is no {path} in this form: it counts as empty."
    return entry.row.build_fault(message, remedy, column, warning=True)


def check_list_columns(
    outline: FormOutline, entry: SurveyEntry, column: str, name: str, columns: list[str]
) -> Iterator[Fault]:
    """A list that there is not, or columns that it has not."""
    there = outline.find_list_columns(name)
    if there is None:
        # What is wrong with a file is said once, where the lists are looked at.
        if name not in outline.files_by_list:
            lists = [*outline.choices, *outline.files_by_list]
            remedy = outline.suggest_word(name, lists, "Name a list of choices or a CSV file.")
            yield entry.row.build_fault(f"There is no list {name}.", remedy, column)
        return
    for wanted_column in columns:
        if wanted_column not in there and wanted_column != "*":
            has = f"It has: {', '.join(sorted(there - ADDED_COLUMNS))}. A text stands in quotes."
            remedy = outline.suggest_word(wanted_column, there, has)
            message = f"The list {name} has no column {wanted_column}: it counts as empty."
            yield entry.row.build_fault(message, remedy, column, warning=True)
