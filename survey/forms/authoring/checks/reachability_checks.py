"""Questions that nobody can come to, and constraints that no answer satisfies."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator
from dataclasses import dataclass, field

from survey.forms.answers.question_kinds import QUESTION_KINDS
from survey.forms.authoring.checks.expression_checks import CURLY_QUOTES, replace_references
from survey.forms.authoring.checks.form_outline import FormOutline, SurveyEntry, strip_list_suffix
from survey.forms.authoring.checks.text_checks import GROUP_KINDS, SILENT_KINDS
from survey.forms.authoring.faults import Fault
from survey.forms.authoring.list_files import ListFile
from survey.forms.expressions.grammar import (
    BinaryOperation,
    Constant,
    FunctionCall,
    LocationPath,
    Negation,
    PathStep,
    SyntaxNode,
    VariableReference,
    parse_expression,
    walk_tree,
)
from survey.forms.expressions.lexer import ExpressionError

#: Types of numbers, ``int`` being another name of ``integer``.
NUMBER_KINDS = frozenset(kind.name for kind in QUESTION_KINDS.values() if kind.is_number) | {"int"}
#: An operator -> the one that says the same with its sides exchanged, and what it computes.
MIRRORED_OPERATORS = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
COMPARISON_FUNCTIONS = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}
#: What is written for the answer itself in a constraint.
OWN_ANSWER = LocationPath("", (PathStep("", "."),))


@dataclass(frozen=True, slots=True)
class Impossibility:
    """Why a condition is never true, and how its author mends it.

    Forms with a question that is never asked can be run; one that waits for itself cannot.
    """

    reason: str
    remedy: str = "Correct the condition."
    warning: bool = True


@dataclass(slots=True)
class ReachLimits:
    """What the parts of a condition that are joined by “and” demand of one answer."""

    equals: set[str] = field(default_factory=set)
    low: float = -math.inf
    high: float = math.inf
    open: bool = False


def check_reachability(outline: FormOutline) -> Iterator[Fault]:
    """Everything that cannot be reached or satisfied."""
    gone: set[str] = set()
    for entry in outline.questions:
        if entry.parent in gone:
            gone.add(entry.path)
            continue
        if why := explain_unreachable(outline, entry, gone):
            gone.add(entry.path)
            message = f"{describe_consequence(entry)}: {why.reason}."
            yield entry.row.build_fault(message, why.remedy, "relevant", warning=why.warning)
        tree = parse_condition(entry.row.get("constraint"))
        if tree is not None and (why := explain_never_true(tree, outline, gone)):
            message = f"No answer is good enough: {why.reason}."
            yield entry.row.build_fault(message, why.remedy, "constraint", warning=True)


def describe_consequence(entry: SurveyEntry) -> str:
    """What does not happen to a row."""
    if entry.kind in GROUP_KINDS:
        return "Nothing in this group is ever asked"
    return "It is never computed" if entry.kind in SILENT_KINDS else "This question is never asked"


def parse_condition(source: str) -> SyntaxNode | None:
    """The tree of a condition; None where there is none, or one that is faulty."""
    # pyxform makes false() of these words.
    if source.lower() in ("no", "false"):
        source = "false()"
    try:
        return (
            parse_expression(replace_references(source.translate(CURLY_QUOTES))) if source else None
        )
    except ExpressionError:
        return None


def explain_unreachable(
    outline: FormOutline, entry: SurveyEntry, gone: set[str]
) -> Impossibility | None:
    """Why a row is never relevant; None if it may be."""
    tree = parse_condition(entry.row.get("relevant"))
    if tree is None:
        return None
    for node in walk_tree(tree):
        path = find_reference_path(outline, node)
        if path and f"{path}/".startswith(f"{entry.path}/"):
            remedy = "Let it depend on an earlier question."
            name = path.rpartition("/")[2]
            awaited = "its own answer" if path == entry.path else f"{name}, which is inside of it"
            return Impossibility(f"it waits for {awaited}", remedy, warning=False)
    return explain_never_true(tree, outline, gone)


def find_reference_path(outline: FormOutline, node: SyntaxNode) -> str:
    """The path of the question that a reference names; ``''`` for what is none."""
    name = node.name if isinstance(node, VariableReference) else ""
    return outline.by_name[name].path if name in outline.by_name else ""


def explain_never_true(
    node: SyntaxNode, outline: FormOutline, gone: set[str]
) -> Impossibility | None:
    """Why a condition is never true; None if it may be."""
    if evaluate_constant(node) is False:
        return Impossibility(
            "the condition is false whatever is answered", "Take it out, or correct it."
        )
    match node:
        case BinaryOperation("or", left, right):
            found = explain_never_true(left, outline, gone)
            return found if explain_never_true(right, outline, gone) else None
        case BinaryOperation("and", left, right):
            return (
                explain_never_true(left, outline, gone)
                or explain_never_true(right, outline, gone)
                or explain_contradiction(node)
            )
        case BinaryOperation("=", one, Constant() as value) | BinaryOperation(
            "=", Constant() as value, one
        ):
            return explain_impossible_value(outline, one, unquote_constant(value), gone)
        case FunctionCall("selected", (one, Constant() as value)):
            return explain_impossible_value(outline, one, unquote_constant(value), gone)
    return None


def evaluate_constant(node: SyntaxNode) -> bool | None:
    """Whether a condition is true whatever is answered; None if that depends."""
    match node:
        case Constant(source=source):
            return bool(unquote_constant(node)) if source[0] in "'\"" else float(source) != 0
        case FunctionCall("true", ()) | FunctionCall("false", ()):
            return node.name == "true"
        case FunctionCall("not", (inner,)):
            found = evaluate_constant(inner)
            return None if found is None else not found
        case BinaryOperation(sign, Constant() as one, Constant() as other) if (
            sign in COMPARISON_FUNCTIONS
        ):
            pair = (
                parse_condition_number(unquote_constant(one)),
                parse_condition_number(unquote_constant(other)),
            )
            if any(map(math.isnan, pair)):
                return {
                    "=": unquote_constant(one) == unquote_constant(other),
                    "!=": unquote_constant(one) != unquote_constant(other),
                }.get(sign)
            return bool(COMPARISON_FUNCTIONS[sign](*pair))
    return None


def explain_impossible_value(
    outline: FormOutline, node: SyntaxNode, value: str, gone: set[str]
) -> Impossibility | None:
    """Why a question never has a value; None if it may."""
    asked = outline.by_path.get(find_reference_path(outline, node))
    # A loop of pyxform fills in ``%(name)s``, so here the value is not known yet.
    if asked is None or not value or "%(" in value:
        return None
    if asked.path in gone:
        return Impossibility(f"{asked.name} is never asked itself", f"See row {asked.row.number}.")
    if asked.row.get("calculation") or asked.row.get("default"):
        return None
    if asked.kind in NUMBER_KINDS and math.isnan(parse_condition_number(value)):
        return Impossibility(
            f"{asked.name} is a number, never “{value}”", "Compare it with a number."
        )
    codes = list_possible_codes(outline, asked)
    if codes is None:
        return None
    if value != value.strip() and value not in codes and value.strip() in codes:
        reason = f"“{value}” has a blank too many, so it is no choice of {asked.name}"
        return Impossibility(reason, f"Write '{value.strip()}'.")
    if all(is_known_code(word, codes) for word in value.split()):
        return None
    remedy = outline.suggest_word(value, codes, f"It has: {', '.join(list(codes)[:12])}.")
    return Impossibility(f"“{value}” is no choice of {asked.name}", remedy)


def is_known_code(word: str, codes: dict[str, None]) -> bool:
    """Whether a word is one of the codes, as text or as number."""
    return word in codes or any(
        parse_condition_number(word) == parse_condition_number(code) for code in codes
    )


def list_possible_codes(outline: FormOutline, entry: SurveyEntry) -> dict[str, None] | None:
    """The codes that a select may have; None where they are not known."""
    if not entry.is_select or "search(" in entry.row.get("appearance"):
        return None
    if entry.is_from_file:
        found = outline.files_by_list.get(strip_list_suffix(entry.list_name))
        column = entry.get_parameter(
            "value", "id" if entry.list_name.endswith(".geojson") else "name"
        )
        if not isinstance(found, ListFile) or column not in found.columns:
            return None
        return dict.fromkeys(row[column] for row in found.rows)
    if entry.list_name not in outline.choices:
        return None
    codes = [row.get("name") for row in outline.choices[entry.list_name]]
    return dict.fromkeys([*codes, "other"] if entry.has_other else codes)


def explain_contradiction(node: SyntaxNode) -> Impossibility | None:
    """Why the parts of a condition exclude each other; None if they do not."""
    demanded: dict[str, ReachLimits] = {}
    for part in split_conjunction(node):
        match part:
            case BinaryOperation(sign, one, Constant() as value) if sign in MIRRORED_OPERATORS:
                record_demand(demanded, one, sign, unquote_constant(value))
            case BinaryOperation(sign, Constant() as value, one) if sign in MIRRORED_OPERATORS:
                record_demand(demanded, one, MIRRORED_OPERATORS[sign], unquote_constant(value))
    for name, limits in demanded.items():
        if len(limits.equals) > 1:
            both = " and ".join(f"“{value}”" for value in sorted(limits.equals))
            return Impossibility(f"{name} cannot be {both} at once", "Write or instead of and.")
        if limits.low > limits.high or (limits.low == limits.high and limits.open):
            low, high = f"{limits.low:g}", f"{limits.high:g}"
            reason = f"{name} cannot be above {low} and below {high} at once"
            return Impossibility(reason, "Exchange the numbers, or write or instead of and.")
    return None


def split_conjunction(node: SyntaxNode) -> Iterator[SyntaxNode]:
    """The parts that “and” joins."""
    if isinstance(node, BinaryOperation) and node.operator == "and":
        yield from split_conjunction(node.left)
        yield from split_conjunction(node.right)
    else:
        yield node


def record_demand(
    demanded: dict[str, ReachLimits], node: SyntaxNode, sign: str, value: str
) -> None:
    """Note what one comparison demands of an answer."""
    name = (
        node.name
        if isinstance(node, VariableReference)
        else "an answer"
        if node == OWN_ANSWER
        else ""
    )
    if not name:
        return
    limits, bound = demanded.setdefault(name, ReachLimits()), parse_condition_number(value)
    if sign == "=":
        limits.equals.add(value if math.isnan(bound) else f"{bound:g}")
    if sign in (">", ">=") and bound >= limits.low:
        limits.low, limits.open = bound, limits.open or sign == ">"
    if sign in ("<", "<=") and bound <= limits.high:
        limits.high, limits.open = bound, limits.open or sign == "<"


def unquote_constant(node: Constant) -> str:
    """A constant without its quotes."""
    return node.source[1:-1] if node.source[0] in "'\"" else node.source


def evaluate_number(node: SyntaxNode) -> float:
    """A number that stands there as it is; NaN for whatever else."""
    match node:
        case Constant():
            return parse_condition_number(unquote_constant(node))
        case Negation(inner):
            return -evaluate_number(inner)
    return math.nan


def parse_condition_number(text: str) -> float:
    """A text as a number; NaN where it is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan
