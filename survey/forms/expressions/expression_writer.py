"""An expression written anew, so that libxml2 computes it as OpenRosa wants it.

libxml2 does not let its own functions be replaced, knows no dates, and resolves ``/data/x`` against
the document of the context node, which inside a list is the list.
"""

from __future__ import annotations

from dataclasses import dataclass

from survey.forms.expressions.function_registry import NATIVE
from survey.forms.expressions.grammar import (
    ARITHMETIC,
    COMPARISON,
    Binary,
    Call,
    Constant,
    Filter,
    Negative,
    Node,
    Path,
    Step,
    Variable,
)

#: What is a number whatever its operands, so that no date has to be looked for in it.
NUMERIC = frozenset({"ceiling", "count", "floor", "number", "string-length", "sum", "position"})
#: Functions that look at the context node if they are given no argument.
OF_CONTEXT = frozenset(
    {
        *("local-name", "name", "namespace-uri", "normalize-space"),
        *("number", "string", "string-length"),
    }
)
#: Functions whose arguments are wanted as texts.
TEXTUAL = frozenset({"string", "concat", "join"})
HERE = Path("", (Step("", "."),))


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes expressions. ``root`` stands before absolute paths, ``origin`` before relative ones.

    An origin is needed where libxml2 cannot be given the context node itself: the document, an
    attribute. ``inside`` a predicate the context is another one; outside it is the only node.
    """

    root: str = "$main"
    origin: str = ""
    inside: bool = False

    def write(self, node: Node) -> str:
        """The tree as text for libxml2."""
        match node:
            case Constant(source=source):
                return source
            case Variable(name=name):
                return f"${name}"
            case Call():
                return self.call(node)
            case Path():
                return self.path(node)
            case Filter(base=base, predicates=predicates):
                return f"({self.write(base)})" + self.predicates(predicates)
            case Binary(operator=operator):
                left, right = self.operands(node)
                return f"({left} {operator} {right})"
            case Negative(operand=operand):
                return f"-({self.number(operand)})"

    def call(self, node: Call) -> str:
        arguments = node.arguments
        if node.name == "current" and not arguments:
            return "$current" if not self.origin else self.write(HERE)
        if node.name in ("position", "last") and not arguments and not self.inside:
            return "1"
        if node.name in OF_CONTEXT and not arguments and self.origin:
            arguments = (HERE,)
        written = map(self.text if node.name in TEXTUAL else self.write, arguments)
        inner = ", ".join(written)
        return f"{function_name(node.name, len(arguments))}({inner})"

    def text(self, node: Node) -> str:
        """An expression whose value is wanted as text."""
        if isinstance(node, Call) and node.name == "number" and node.arguments:
            return f"f:number-text({self.write(node.arguments[0])})"
        return self.write(node)

    def path(self, node: Path) -> str:
        steps = "/".join(self.step(step) for step in node.steps)
        if node.start == "/":
            return f"{self.root}/{steps}" if steps else self.root or "/"
        if node.start == "":
            return self.origin + steps
        start = self.write(node.start) if not isinstance(node.start, str) else node.start
        return f"{start.rstrip('/')}/{steps}"

    def step(self, step: Step) -> str:
        return f"{step.axis}{step.test}{self.predicates(step.predicates)}"

    def predicates(self, predicates: tuple[Node, ...]) -> str:
        inside = self if self.inside else Writer(self.root, inside=True)
        return "".join(f"[{inside.write(predicate)}]" for predicate in predicates)

    def operands(self, node: Binary) -> tuple[str, str]:
        """Both sides; where they may be dates, as days, which XPath 1.0 can reckon with."""
        sides = (node.left, node.right)
        if node.operator in ("=", "!=") and any(map(is_computed, sides)):
            left, right = (f"f:settled({self.write(side)})" for side in sides)
            return left, right
        computes = node.operator in ARITHMETIC | COMPARISON and not all(map(is_number, sides))
        left, right = (self.number(side) if computes else self.write(side) for side in sides)
        return left, right

    def number(self, node: Node) -> str:
        """An operand that is reckoned with."""
        return self.write(node) if is_number(node) else f"f:days({self.write(node)})"


def is_computed(node: Node) -> bool:
    """Whether an expression is a calculation."""
    return isinstance(node, Binary) and node.operator in ARITHMETIC


def is_number(node: Node) -> bool:
    """Whether an expression can be seen to be a number."""
    match node:
        case Constant(source=source):
            return source[0] not in "\"'"
        case Call(name=name):
            return name in NUMERIC
        case _:
            return isinstance(node, Negative) or is_computed(node)


def function_name(name: str, arguments: int) -> str:
    """libxml2's own where it computes the same, else ours; ``position()`` alone is its own."""
    if name in NATIVE or (name == "position" and arguments == 0):
        return name
    return "f:" + name.replace(":", "-")
