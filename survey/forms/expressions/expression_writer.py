"""An expression written anew, so that libxml2 computes it as OpenRosa wants it.

libxml2 does not let its own functions be replaced, knows no dates, and resolves ``/data/x`` against
the document of the context node, which inside a list is the list.
"""

from __future__ import annotations

from dataclasses import dataclass

from survey.forms.expressions.function_registry import NATIVE_FUNCTIONS
from survey.forms.expressions.grammar import (
    ARITHMETIC,
    COMPARISON,
    BinaryOperation,
    Constant,
    FilteredExpression,
    FunctionCall,
    LocationPath,
    Negation,
    PathStep,
    SyntaxNode,
    VariableReference,
)

#: What is a number whatever its operands, so that no date has to be looked for in it.
NUMERIC_FUNCTIONS = frozenset(
    {"ceiling", "count", "floor", "number", "string-length", "sum", "position"}
)
#: Functions that look at the context node if they are given no argument.
CONTEXT_FUNCTIONS = frozenset(
    {
        *("local-name", "name", "namespace-uri", "normalize-space"),
        *("number", "string", "string-length"),
    }
)
#: Functions whose arguments are wanted as texts.
TEXT_FUNCTIONS = frozenset({"string", "concat", "join"})
CONTEXT_NODE = LocationPath("", (PathStep("", "."),))


@dataclass(frozen=True, slots=True)
class ExpressionWriter:
    """Writes expressions. ``root`` stands before absolute paths, ``origin`` before relative ones.

    An origin is needed where libxml2 cannot be given the context node itself: the document, an
    attribute. ``inside`` a predicate the context is another one; outside it is the only node.
    """

    root: str = "$main"
    origin: str = ""
    inside: bool = False

    def write(self, node: SyntaxNode) -> str:
        """The tree as text for libxml2."""
        match node:
            case Constant(source=source):
                return source
            case VariableReference(name=name):
                return f"${name}"
            case FunctionCall():
                return self.write_call(node)
            case LocationPath():
                return self.write_path(node)
            case FilteredExpression(base=base, predicates=predicates):
                return f"({self.write(base)})" + self.write_predicates(predicates)
            case BinaryOperation(operator=operator):
                left, right = self.write_operands(node)
                # The brackets keep the precedence that was read, whatever is written around an
                # operand.
                return f"({left} {operator} {right})"
            case Negation(operand=operand):
                return f"-({self.write_number(operand)})"

    def write_call(self, node: FunctionCall) -> str:
        """A call, what it leaves out of its arguments written out."""
        arguments = node.arguments
        # XPath 1.0 itself has no current(), which comes from XSLT: it is given as a variable.
        if node.name == "current" and not arguments:
            return "$current" if not self.origin else self.write(CONTEXT_NODE)
        # Outside predicates a form evaluates at a single node, of which there is one.
        if node.name in ("position", "last") and not arguments and not self.inside:
            return "1"
        if node.name in CONTEXT_FUNCTIONS and not arguments and self.origin:
            arguments = (CONTEXT_NODE,)
        written = map(self.write_text if node.name in TEXT_FUNCTIONS else self.write, arguments)
        inner = ", ".join(written)
        return f"{choose_function_name(node.name, len(arguments))}({inner})"

    def write_text(self, node: SyntaxNode) -> str:
        """An expression whose value is wanted as text."""
        if isinstance(node, FunctionCall) and node.name == "number" and node.arguments:
            return f"f:number-text({self.write(node.arguments[0])})"
        return self.write(node)

    def write_path(self, node: LocationPath) -> str:
        """A path from the node that the form evaluates at."""
        steps = "/".join(self.write_step(step) for step in node.steps)
        if node.start == "/":
            return f"{self.root}/{steps}" if steps else self.root or "/"
        if node.start == "":
            return self.origin + steps
        start = self.write(node.start) if not isinstance(node.start, str) else node.start
        return f"{start.rstrip('/')}/{steps}"

    def write_step(self, step: PathStep) -> str:
        """One step of a path."""
        return f"{step.axis}{step.test}{self.write_predicates(step.predicates)}"

    def write_predicates(self, predicates: tuple[SyntaxNode, ...]) -> str:
        """Conditions in square brackets; inside them ``position()`` is XPath's own."""
        inside = self if self.inside else ExpressionWriter(self.root, inside=True)
        return "".join(f"[{inside.write(predicate)}]" for predicate in predicates)

    def write_operands(self, node: BinaryOperation) -> tuple[str, str]:
        """Both sides; where they may be dates, as days, which XPath 1.0 can reckon with."""
        sides = (node.left, node.right)
        # In binary fractions 6.1 - 7.8 is not quite -1.7; JavaRosa leaves out that noise.
        if node.operator in ("=", "!=") and any(map(is_arithmetic, sides)):
            left, right = (f"f:settled({self.write(side)})" for side in sides)
            return left, right
        # XPath 1.0 makes numbers of texts that it reckons with or compares by size, and of a date
        # that would be NaN.
        computes = node.operator in ARITHMETIC | COMPARISON and not all(
            map(is_number_expression, sides)
        )
        left, right = (self.write_number(side) if computes else self.write(side) for side in sides)
        return left, right

    def write_number(self, node: SyntaxNode) -> str:
        """An operand that is reckoned with."""
        return self.write(node) if is_number_expression(node) else f"f:days({self.write(node)})"


def is_arithmetic(node: SyntaxNode) -> bool:
    """Whether an expression is a calculation."""
    return isinstance(node, BinaryOperation) and node.operator in ARITHMETIC


def is_number_expression(node: SyntaxNode) -> bool:
    """Whether an expression can be seen to be a number."""
    match node:
        case Constant(source=source):
            return source[0] not in "\"'"
        case FunctionCall(name=name):
            return name in NUMERIC_FUNCTIONS
        case _:
            return isinstance(node, Negation) or is_arithmetic(node)


def choose_function_name(name: str, arguments: int) -> str:
    """libxml2's own where it computes the same, else ours; ``position()`` alone is its own."""
    if name in NATIVE_FUNCTIONS or (name == "position" and arguments == 0):
        return name
    # A colon in the name would be taken for another prefix.
    return "f:" + name.replace(":", "-")
