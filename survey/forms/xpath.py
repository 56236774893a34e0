"""Expressions of a form: XPath 1.0 with OpenRosa's functions, evaluated by libxml2.

libxml2 does not let its own functions be replaced and resolves ``/data/x`` against the document of
the context node. So an expression is read (``grammar``), written anew with our function names and
with ``$main`` in front of absolute paths, and compiled once.

Specification: https://getodk.github.io/xforms-spec/#xpath-functions
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, cast

from lxml import etree

from survey.forms.grammar import (
    Binary,
    Call,
    Constant,
    Filter,
    Negative,
    Node,
    Path,
    Step,
    Variable,
    parse,
)

#: What an XPath 1.0 expression can be: a number, a text, a truth value or nodes.
Value = float | str | bool | list[Any]

OURS = "suara:functions"
#: Functions that libxml2 has and computes as OpenRosa wants them, with the least and the most
#: arguments; all others are ours.
NATIVE: Mapping[str, tuple[int, int | None]] = {
    **dict.fromkeys(("false", "last", "true"), (0, 0)),
    **dict.fromkeys(("boolean", "ceiling", "count", "floor", "id", "lang", "not", "sum"), (1, 1)),
    **dict.fromkeys(("local-name", "name", "namespace-uri", "normalize-space"), (0, 1)),
    **dict.fromkeys(("string", "string-length"), (0, 1)),
    **dict.fromkeys(("starts-with", "substring-after", "substring-before"), (2, 2)),
    "substring": (2, 3),
    "translate": (3, 3),
}
#: What is a number whatever its operands, so that no date has to be looked for in it.
NUMERIC = frozenset({"ceiling", "count", "floor", "number", "string-length", "sum", "position"})
ARITHMETIC = frozenset({"+", "-", "*", "div", "mod"})
COMPARISON = frozenset({"<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True)
class Environment:
    """What functions may know beyond their arguments.

    ``now`` is the time of the step that is being carried out, so that a replay gives the same
    result; ``seed`` orders what is shuffled. ``translate`` gives the text for an itext key and
    ``choice_label`` the label of a choice (value, question's path).
    """

    main: etree._Element
    instances: Mapping[str, etree._Element] = field(default_factory=dict)
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    zone: tzinfo = UTC
    seed: int = 0
    translate: Callable[[str], str] = str
    choice_label: Callable[[str, str], str] = lambda value, _path: value


environment: ContextVar[Environment] = ContextVar("environment")
#: Filled by ``functions``: name -> (implementation, least and most number of arguments).
library: dict[str, tuple[Callable[..., Any], int, int | None]] = {}


class Expression:
    """One compiled expression. ``source`` is as the author wrote it, ``tree`` how it was read."""

    __slots__ = ("_run", "source", "tree")

    def __init__(self, source: str) -> None:
        """Raise ExpressionError where ``source`` cannot be read."""
        self.source = source.strip()
        self.tree = parse(self.source)
        self._run: etree.XPath | None = None

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    def evaluate(self, context: etree._Element, known: Environment) -> Value:
        """The value at ``context``. Raises XPathEvalError if a function is given nonsense."""
        if self._run is None:
            self._run = compiled(self.tree)
        token = environment.set(known)
        try:
            # A variable for the document's root stands for what "/" means in a form.
            main: Any = known.main.getparent()
            return cast("Value", self._run(context, main=main, current=cast("Any", context)))
        finally:
            environment.reset(token)

    def string(self, context: etree._Element, known: Environment) -> str:
        """The value as text, numbers as XPath writes them."""
        return as_string(self.evaluate(context, known))

    def boolean(self, context: etree._Element, known: Environment) -> bool:
        """The value as a truth value: empty texts, empty node sets, 0 and NaN are false."""
        return as_boolean(self.evaluate(context, known))


def compiled(tree: Node) -> etree.XPath:
    """The tree as libxml2 will run it."""
    return etree.XPath(
        written(tree),
        namespaces={"f": OURS},
        extensions={(OURS, name): entry[0] for name, entry in library.items()},
        smart_strings=False,
    )


def written(node: Node) -> str:
    """The tree as text for libxml2."""
    match node:
        case Constant(source=source):
            return source
        case Variable(name=name):
            return f"${name}"
        case Call(name="current", arguments=()):
            return "$current"
        case Call(name=name, arguments=arguments):
            inner = ", ".join(map(written, arguments))
            return f"{function_name(name, len(arguments))}({inner})"
        case Path(start=start, steps=steps):
            lead = (
                {"/": "$main/", "": ""}[start] if isinstance(start, str) else written(start) + "/"
            )
            return (lead + "/".join(map(written_step, steps))) if steps else "$main"
        case Filter(base=base, predicates=predicates):
            return f"({written(base)})" + "".join(f"[{written(p)}]" for p in predicates)
        case Binary(operator=operator):
            lead, trail = operands(node)
            return f"({lead} {operator} {trail})"
        case Negative(operand=operand):
            return f"-({written(operand)})"


def operands(node: Binary) -> tuple[str, str]:
    """Both sides as text; where they may be dates, as days, which XPath 1.0 can reckon with."""
    sides = (node.left, node.right)
    computes = node.operator in ARITHMETIC
    compares = node.operator in COMPARISON and not any(map(is_number, sides))
    left, right = (
        f"f:days({written(side)})"
        if (computes or compares) and not is_number(side)
        else written(side)
        for side in sides
    )
    return left, right


def is_number(node: Node) -> bool:
    """Whether an expression can be seen to be a number."""
    match node:
        case Constant(source=source):
            return source[0] not in "\"'"
        case Call(name=name):
            return name in NUMERIC
        case Binary(operator=operator):
            return operator in ARITHMETIC
        case _:
            return isinstance(node, Negative)


def written_step(step: Step) -> str:
    """One step of a path as text."""
    return f"{step.axis}{step.test}" + "".join(f"[{written(p)}]" for p in step.predicates)


def arity(name: str) -> tuple[int, int | None] | None:
    """The least and the most number of arguments of a function (None: any); None if unknown."""
    if name == "current":
        return (0, 0)
    if name == "position":
        return (0, 1)
    entry = library.get(name.replace(":", "-"))
    return entry[1:] if entry else NATIVE.get(name)


def function_name(name: str, arguments: int) -> str:
    """libxml2's own where it computes the same, else ours; ``position()`` alone is its own."""
    if name in NATIVE or (name == "position" and arguments == 0):
        return name
    return "f:" + name.replace(":", "-")


def as_string(value: Value) -> str:
    """XPath's ``string()``."""
    if isinstance(value, list):
        return text_of(value[0]) if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, float) else str(value)


def as_boolean(value: Value) -> bool:
    """XPath's ``boolean()``."""
    if isinstance(value, float):
        return value == value and value != 0
    return bool(value)


def as_number(value: Value) -> float:
    """XPath's ``number()``; NaN where there is none."""
    if isinstance(value, float | bool):
        return float(value)
    text = as_string(value).strip()
    try:
        return float(text) if not text.lower().lstrip("+-").startswith(("inf", "nan")) else nan
    except ValueError:
        return nan


nan = float("nan")


def number_text(value: float) -> str:
    """A number as XPath writes it: no exponent, no ``.0``."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value):
        return str(int(value))
    short = repr(value)
    return format(value, ".17f").rstrip("0") if "e" in short else short


def text_of(node: Any) -> str:
    """A node's string value."""
    return "".join(map(str, node.itertext())) if isinstance(node, etree._Element) else str(node)
