"""Questions that nobody can come to, and constraints that no answer satisfies."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator
from dataclasses import dataclass, field

from survey.forms.authoring.checks.expression_checks import CURLY, variables_for
from survey.forms.authoring.checks.form_outline import Entry, Outline, stem
from survey.forms.authoring.checks.text_checks import GROUPS, SILENT
from survey.forms.authoring.faults import Fault
from survey.forms.authoring.list_files import ListFile
from survey.forms.expressions.grammar import (
    Binary,
    Call,
    Constant,
    Node,
    Path,
    Step,
    Variable,
    parse,
    walk,
)
from survey.forms.expressions.lexer import ExpressionError

NUMBERS = frozenset({"integer", "int", "decimal", "range"})
#: An operator -> the one that says the same with its sides exchanged, and what it computes.
TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
COMPARED = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}
#: What is written for the answer itself in a constraint.
ITSELF = Path("", (Step("", "."),))


@dataclass(frozen=True, slots=True)
class Why:
    """Why a condition is never true, and how its author mends it.

    Forms with a question that is never asked can be run; one that waits for itself cannot.
    """

    reason: str
    remedy: str = "Correct the condition."
    warning: bool = True


@dataclass(slots=True)
class Limits:
    """What the parts of a condition that are joined by “and” demand of one answer."""

    equals: set[str] = field(default_factory=set)
    low: float = -math.inf
    high: float = math.inf
    open: bool = False


def check(outline: Outline) -> Iterator[Fault]:
    """Everything that cannot be reached or satisfied."""
    gone: set[str] = set()
    for entry in outline.questions:
        if entry.parent in gone:
            gone.add(entry.path)
            continue
        if why := unreachable(outline, entry, gone):
            gone.add(entry.path)
            message = f"{called(entry)}: {why.reason}."
            yield entry.row.fault(message, why.remedy, "relevant", warning=why.warning)
        tree = read(entry.row.get("constraint"))
        if tree is not None and (why := never(tree, outline, gone)):
            message = f"No answer is good enough: {why.reason}."
            yield entry.row.fault(message, why.remedy, "constraint")


def called(entry: Entry) -> str:
    """What does not happen to a row."""
    if entry.kind in GROUPS:
        return "Nothing in this group is ever asked"
    return "It is never computed" if entry.kind in SILENT else "This question is never asked"


def read(source: str) -> Node | None:
    """The tree of a condition; None where there is none, or one that is faulty."""
    if source.lower() in ("no", "false"):
        source = "false()"
    try:
        return parse(variables_for(source.translate(CURLY))) if source else None
    except ExpressionError:
        return None


def unreachable(outline: Outline, entry: Entry, gone: set[str]) -> Why | None:
    """Why a row is never relevant; None if it may be."""
    tree = read(entry.row.get("relevant"))
    if tree is None:
        return None
    for node in walk(tree):
        path = path_of(outline, node)
        if f"{path}/".startswith(f"{entry.path}/"):
            remedy = "Let it depend on an earlier question."
            name = path.rpartition("/")[2]
            awaited = "its own answer" if path == entry.path else f"{name}, which is inside of it"
            return Why(f"it waits for {awaited}", remedy, warning=False)
    return never(tree, outline, gone)


def path_of(outline: Outline, node: Node) -> str:
    """The path of the question that a reference names; ``''`` for what is none."""
    name = node.name if isinstance(node, Variable) else ""
    return outline.named[name].path if name in outline.named else ""


def never(node: Node, outline: Outline, gone: set[str]) -> Why | None:
    """Why a condition is never true; None if it may be."""
    if constant(node) is False:
        return Why("the condition is false whatever is answered", "Take it out, or correct it.")
    match node:
        case Binary("or", left, right):
            found = never(left, outline, gone)
            return found if never(right, outline, gone) else None
        case Binary("and", left, right):
            return never(left, outline, gone) or never(right, outline, gone) or contradiction(node)
        case Binary("=", one, Constant() as value) | Binary("=", Constant() as value, one):
            return impossible(outline, one, text(value), gone)
        case Call("selected", (one, Constant() as value)):
            return impossible(outline, one, text(value), gone)
    return None


def constant(node: Node) -> bool | None:
    """Whether a condition is true whatever is answered; None if that depends."""
    match node:
        case Constant(source=source):
            return bool(text(node)) if source[0] in "'\"" else float(source) != 0
        case Call("true", ()) | Call("false", ()):
            return node.name == "true"
        case Call("not", (inner,)):
            found = constant(inner)
            return None if found is None else not found
        case Binary(sign, Constant() as one, Constant() as other) if sign in COMPARED:
            pair = (number(text(one)), number(text(other)))
            if any(map(math.isnan, pair)):
                return {"=": text(one) == text(other), "!=": text(one) != text(other)}.get(sign)
            return bool(COMPARED[sign](*pair))
    return None


def impossible(outline: Outline, node: Node, value: str, gone: set[str]) -> Why | None:
    """Why a question never has a value; None if it may."""
    asked = outline.by_path.get(path_of(outline, node))
    if asked is None or not value or "%(" in value:
        return None
    if asked.path in gone:
        return Why(f"{asked.name} is never asked itself", f"See row {asked.row.number}.")
    if asked.row.get("calculation") or asked.row.get("default"):
        return None
    if asked.kind in NUMBERS and math.isnan(number(value)):
        return Why(f"{asked.name} is a number, never “{value}”", "Compare it with a number.")
    codes = codes_of(outline, asked)
    if codes is None or all(known(word, codes) for word in value.split()):
        return None
    remedy = outline.suggestion(value, codes, f"It has: {', '.join(list(codes)[:12])}.")
    return Why(f"“{value}” is no choice of {asked.name}", remedy)


def known(word: str, codes: dict[str, None]) -> bool:
    """Whether a word is one of the codes, as text or as number."""
    return word in codes or any(number(word) == number(code) for code in codes)


def codes_of(outline: Outline, entry: Entry) -> dict[str, None] | None:
    """The codes that a select may have; None where they are not known."""
    if not entry.is_select or "search(" in entry.row.get("appearance"):
        return None
    if entry.from_file:
        found = outline.files.get(stem(entry.list))
        column = entry.parameter("value", "id" if entry.list.endswith(".geojson") else "name")
        if not isinstance(found, ListFile) or column not in found.columns:
            return None
        return dict.fromkeys(row[column] for row in found.rows)
    if entry.list not in outline.choices:
        return None
    codes = [row.get("name") for row in outline.choices[entry.list]]
    return dict.fromkeys([*codes, "other"] if entry.or_other else codes)


def contradiction(node: Node) -> Why | None:
    """Why the parts of a condition exclude each other; None if they do not."""
    demanded: dict[str, Limits] = {}
    for part in joined(node):
        match part:
            case Binary(sign, one, Constant() as value) if sign in TURNED:
                demand(demanded, one, sign, text(value))
            case Binary(sign, Constant() as value, one) if sign in TURNED:
                demand(demanded, one, TURNED[sign], text(value))
    for name, limits in demanded.items():
        if len(limits.equals) > 1:
            both = " and ".join(f"“{value}”" for value in sorted(limits.equals))
            return Why(f"{name} cannot be {both} at once", "Write or instead of and.")
        if limits.low > limits.high or (limits.low == limits.high and limits.open):
            low, high = f"{limits.low:g}", f"{limits.high:g}"
            reason = f"{name} cannot be above {low} and below {high} at once"
            return Why(reason, "Exchange the numbers, or write or instead of and.")
    return None


def joined(node: Node) -> Iterator[Node]:
    """The parts that “and” joins."""
    if isinstance(node, Binary) and node.operator == "and":
        yield from joined(node.left)
        yield from joined(node.right)
    else:
        yield node


def demand(demanded: dict[str, Limits], node: Node, sign: str, value: str) -> None:
    """Note what one comparison demands of an answer."""
    name = node.name if isinstance(node, Variable) else "an answer" if node == ITSELF else ""
    if not name:
        return
    limits, bound = demanded.setdefault(name, Limits()), number(value)
    if sign == "=":
        limits.equals.add(value if math.isnan(bound) else f"{bound:g}")
    if sign in (">", ">=") and bound >= limits.low:
        limits.low, limits.open = bound, limits.open or sign == ">"
    if sign in ("<", "<=") and bound <= limits.high:
        limits.high, limits.open = bound, limits.open or sign == "<"


def text(node: Constant) -> str:
    """A constant without its quotes."""
    return node.source[1:-1].strip() if node.source[0] in "'\"" else node.source


def number(text: str) -> float:
    """A text as a number; NaN where it is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan
