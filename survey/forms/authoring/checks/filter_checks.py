"""Filters of choices that some answer leaves nothing of."""

from __future__ import annotations

from collections.abc import Iterator

from survey.forms.authoring.checks.form_outline import (
    REFERENCE_PATTERN,
    FormOutline,
    SurveyEntry,
    strip_list_suffix,
)
from survey.forms.authoring.checks.reachability_checks import (
    is_known_code,
    list_possible_codes,
    parse_condition,
    split_conjunction,
)
from survey.forms.authoring.faults import Fault
from survey.forms.authoring.list_files import ListFile
from survey.forms.expressions.grammar import (
    BinaryOperation,
    LocationPath,
    PathStep,
    SyntaxNode,
    VariableReference,
)

#: So many answers are named in one warning.
MOST_NAMED = 5


def check_filters(outline: FormOutline) -> Iterator[Fault]:
    """Selects that are not asked after some answer, since their filter leaves nothing."""
    for entry in outline.questions:
        offers = entry.is_select or entry.kind == "select_one_external"
        tree = parse_condition(entry.row.get("choice_filter")) if offers else None
        for part in split_conjunction(tree) if tree is not None else ():
            column, name = find_compared_column(part)
            asked = outline.by_name.get(name)
            if asked and not mentions_question(outline, entry, name):
                yield from check_filtered_column(outline, entry, column, asked)


def find_compared_column(node: SyntaxNode) -> tuple[str, str]:
    """The column and the question that a part of a filter demands to be equal; else nothing."""
    match node:
        case BinaryOperation("=", LocationPath("", (PathStep("", column, ()),)), right) | (
            BinaryOperation("=", right, LocationPath("", (PathStep("", column, ()),)))
        ) if isinstance(right, VariableReference):
            return column, right.name
    return "", ""


def mentions_question(outline: FormOutline, entry: SurveyEntry, name: str) -> bool:
    """Whether it depends on a question's answer already when a row or its groups are shown."""
    path = entry.path
    while path:
        row = outline.by_path[path].row if path in outline.by_path else None
        if row and name in REFERENCE_PATTERN.findall(row.get("relevant")):
            return True
        path = path.rpartition("/")[0]
    return False


def check_filtered_column(
    outline: FormOutline, entry: SurveyEntry, column: str, asked: SurveyEntry
) -> Iterator[Fault]:
    """Answers to one question after which no row of a list has their code in a column."""
    there, codes = read_list_column(outline, entry, column), list_possible_codes(outline, asked)
    if there is None or codes is None or asked.kind.startswith(("select_multiple", "rank")):
        return
    left = [code for code in codes if code and not is_known_code(code, there)]
    if left:
        named = ", ".join(f"“{code}”" for code in left[:MOST_NAMED])
        more = f" and {len(left) - MOST_NAMED} more" if len(left) > MOST_NAMED else ""
        message = f"If {asked.name} is {named}{more}, there is nothing to choose: it is not asked."
        remedy = f"Add choices with that {column}, or say in relevant that this is meant."
        yield entry.row.build_fault(message, remedy, "choice_filter", warning=True)


def read_list_column(
    outline: FormOutline, entry: SurveyEntry, column: str
) -> dict[str, None] | None:
    """What stands in a column of the list that a select offers; None if that is not known."""
    if entry.is_from_file:
        found = outline.files_by_list.get(strip_list_suffix(entry.list_name))
        if not isinstance(found, ListFile) or column not in found.columns:
            return None
        return dict.fromkeys(row[column] for row in found.rows)
    if column not in (outline.find_list_columns(entry.list_name) or ()):
        return None
    rows = outline.choices.get(entry.list_name, ())
    if entry.kind == "select_one_external":
        external = outline.workbook.get_sheet("external_choices").rows
        rows = [row for row in external if row.get("list_name") == entry.list_name]
    return dict.fromkeys(row.get(column) for row in rows)
