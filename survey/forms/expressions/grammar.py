"""XPath 1.0 as a tree: what an expression says, before anything is evaluated.

The grammar is that of https://www.w3.org/TR/xpath-10/ (sections 2 and 3). Reading it ourselves
lets us point at a fault, know which questions an expression depends on, and adapt it for libxml2
(see ``expression_writer``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from survey.forms.expressions.lexer import ExpressionError, XPathToken, tokenize_expression


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or a quoted text, as written."""

    source: str


@dataclass(frozen=True, slots=True)
class VariableReference:
    """``$name``."""

    name: str


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A function with its arguments."""

    name: str
    arguments: tuple[SyntaxNode, ...]
    column: int


@dataclass(frozen=True, slots=True)
class PathStep:
    """One step of a path: ``axis`` as written (``''``, ``@``, ``parent::`` …), test, predicates."""

    axis: str
    test: str
    predicates: tuple[SyntaxNode, ...] = ()


@dataclass(frozen=True, slots=True)
class LocationPath:
    """A location path. ``start`` is ``''`` (relative), ``/``, or an expression it goes on from.

    ``steps`` are joined by ``/``; ``//`` is written as the step ``descendant-or-self::node()``.
    """

    start: SyntaxNode | str
    steps: tuple[PathStep, ...]


@dataclass(frozen=True, slots=True)
class FilteredExpression:
    """An expression narrowed by predicates."""

    base: SyntaxNode
    predicates: tuple[SyntaxNode, ...]


@dataclass(frozen=True, slots=True)
class BinaryOperation:
    """Two operands and the operator between them."""

    operator: str
    left: SyntaxNode
    right: SyntaxNode


@dataclass(frozen=True, slots=True)
class Negation:
    """Unary minus."""

    operand: SyntaxNode


SyntaxNode = (
    Constant
    | VariableReference
    | FunctionCall
    | LocationPath
    | FilteredExpression
    | BinaryOperation
    | Negation
)

DESCENDANT_STEP = PathStep("descendant-or-self::", "node()")
PRECEDENCE = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"))
MULTIPLICATIVE = ("*", "div", "mod")
ARITHMETIC = frozenset({"+", "-", *MULTIPLICATIVE})
COMPARISON = frozenset({"<", "<=", ">", ">="})
NODE_TYPES = frozenset({"node", "text", "comment", "processing-instruction"})


class ExpressionParser:
    """Reads one expression by recursive descent."""

    #: Expressions nested deeper or with more operators are refused: the stack is finite.
    max_depth = 60
    max_operators = 300

    def __init__(self, source: str) -> None:
        self.words = tokenize_expression(source)
        self.at = 0
        self.depth = 0
        self.operators = 0

    def parse(self) -> SyntaxNode:
        """The whole expression. Raises ExpressionError."""
        node = self.parse_binary(0)
        if self.next_token.kind != "end":
            raise self.build_error()
        return node

    @property
    def next_token(self) -> XPathToken:
        """The word that comes next; at the end a word of the kind ``end``."""
        return self.words[self.at]

    def build_error(self) -> ExpressionError:
        """The error that the next word stands where it cannot."""
        if self.next_token.kind == "end":
            return ExpressionError("something is missing at the end", self.next_token.column)
        return ExpressionError(f"“{self.next_token.text}” was not expected", self.next_token.column)

    def take_token(self) -> XPathToken:
        """Take the next word; the last one stays."""
        word = self.next_token
        self.at = min(self.at + 1, len(self.words) - 1)
        return word

    def accept_operator(self, *texts: str) -> str | None:
        """One of the operators, if it comes next. Raises ExpressionError after too many of them."""
        # A chain of operators is a tree that is as deep as the chain is long, and whoever walks it
        # later does so by recursion.
        at, found = self.next_token.column, self.accept(*texts)
        self.operators += found is not None
        if self.operators > self.max_operators:
            raise ExpressionError("the expression is too long", at)
        return found

    def accept(self, *texts: str) -> str | None:
        """One of the signs or names, if it comes next."""
        if self.next_token.kind in ("sign", "name") and self.next_token.text in texts:
            return self.take_token().text
        return None

    def expect(self, text: str) -> None:
        """Take a sign. Raises ExpressionError if another word comes next."""
        if self.accept(text) is None:
            raise ExpressionError(
                f"“{text}” is missing before “{self.next_token.text}”", self.next_token.column
            )

    def parse_binary(self, level: int) -> SyntaxNode:
        """``or``, ``and``, comparisons and sums, by their place in ``PRECEDENCE``."""
        if level == len(PRECEDENCE):
            return self.parse_product()
        left = self.parse_binary(level + 1)
        while operator := self.accept_operator(*PRECEDENCE[level]):
            left = BinaryOperation(operator, left, self.parse_binary(level + 1))
        return left

    def parse_product(self) -> SyntaxNode:
        """XPath's MultiplicativeExpr."""
        left = self.parse_unary()
        while operator := self.accept_operator(*MULTIPLICATIVE):
            left = BinaryOperation(operator, left, self.parse_unary())
        return left

    def parse_unary(self) -> SyntaxNode:
        """XPath's UnaryExpr and, binding tighter, UnionExpr."""
        if self.accept_operator("-"):
            return Negation(self.parse_unary())
        left = self.parse_path()
        while self.accept_operator("|"):
            left = BinaryOperation("|", left, self.parse_path())
        return left

    def parse_path(self) -> SyntaxNode:
        """XPath's PathExpr. Raises ExpressionError where brackets are nested too deeply."""
        self.depth += 1
        if self.depth > self.max_depth:
            raise ExpressionError("brackets are nested too deeply", self.next_token.column)
        try:
            if self.next_token.text in ("/", "//") and self.next_token.kind == "sign":
                return self.parse_absolute_path()
            if self.starts_expression():
                return self.parse_filtered()
            return LocationPath("", self.parse_steps(()))
        finally:
            self.depth -= 1

    def parse_absolute_path(self) -> LocationPath:
        """A path that begins with ``/`` or ``//``."""
        if self.take_token().text == "//":
            return LocationPath("/", self.parse_steps((DESCENDANT_STEP,)))
        # “/” alone is a whole path: steps follow only where one can begin.
        follows = self.next_token.kind in ("name", "axis") or self.next_token.text in (
            ".",
            "..",
            "@",
        )
        return LocationPath("/", self.parse_steps(()) if follows else ())

    def starts_expression(self) -> bool:
        """Whether a PathExpr begins with an expression rather than with a step."""
        if self.next_token.kind == "constant" or self.next_token.text in ("(", "$"):
            return True
        following = self.words[self.at + 1] if self.next_token.kind == "name" else None
        is_call = following is not None and following.kind == "sign" and following.text == "("
        return is_call and self.next_token.text not in NODE_TYPES

    def parse_filtered(self) -> SyntaxNode:
        """XPath's FilterExpr, and the steps that follow it."""
        node = self.parse_primary()
        if predicates := self.parse_predicates():
            node = FilteredExpression(node, predicates)
        if self.accept("//"):
            return LocationPath(node, self.parse_steps((DESCENDANT_STEP,)))
        return LocationPath(node, self.parse_steps(())) if self.accept("/") else node

    def parse_primary(self) -> SyntaxNode:
        """XPath's PrimaryExpr. Raises ExpressionError if there is none."""
        word = self.take_token()
        if word.kind == "constant":
            return Constant(word.text)
        if word.text == "$":
            if self.next_token.kind != "name":
                raise self.build_error()
            return VariableReference(self.take_token().text)
        if word.text == "(":
            inner = self.parse_binary(0)
            self.expect(")")
            return inner
        self.expect("(")
        return FunctionCall(word.text, self.parse_arguments(), word.column)

    def parse_arguments(self) -> tuple[SyntaxNode, ...]:
        """The arguments of a call, whose opening bracket was taken."""
        if self.accept(")"):
            return ()
        found = [self.parse_binary(0)]
        while self.accept(","):
            found.append(self.parse_binary(0))
        self.expect(")")
        return tuple(found)

    def parse_steps(self, found: tuple[PathStep, ...]) -> tuple[PathStep, ...]:
        """XPath's RelativeLocationPath after the steps in ``found``."""
        found = (*found, self.parse_step())
        while separator := self.accept("/", "//"):
            found = (*found, DESCENDANT_STEP) if separator == "//" else found
            found = (*found, self.parse_step())
        return found

    def parse_step(self) -> PathStep:
        """XPath's Step. Raises ExpressionError if there is none."""
        if shorthand := self.accept(".", ".."):
            return PathStep("", shorthand, self.parse_predicates())
        axis = self.take_token().text if self.next_token.kind == "axis" else self.accept("@") or ""
        if self.next_token.kind != "name":
            raise self.build_error()
        test = self.take_token().text
        if self.accept("("):
            test += f"({self.take_token().text if self.next_token.kind == 'constant' else ''})"
            self.expect(")")
        return PathStep(axis, test, self.parse_predicates())

    def parse_predicates(self) -> tuple[SyntaxNode, ...]:
        """The conditions in square brackets that follow."""
        found: list[SyntaxNode] = []
        while self.accept("["):
            found.append(self.parse_binary(0))
            self.expect("]")
        return tuple(found)


def parse_expression(source: str) -> SyntaxNode:
    """The tree of an expression. Raises ExpressionError with the column of the fault."""
    return ExpressionParser(source).parse()


def list_children(node: SyntaxNode) -> tuple[SyntaxNode, ...]:
    """The expressions directly inside ``node``."""
    match node:
        case FunctionCall(arguments=arguments):
            return arguments
        case LocationPath(start=start, steps=steps):
            inner = tuple(p for step in steps for p in step.predicates)
            return inner if isinstance(start, str) else (start, *inner)
        case FilteredExpression(base=base, predicates=predicates):
            return (base, *predicates)
        case BinaryOperation(left=left, right=right):
            return (left, right)
        case Negation(operand=operand):
            return (operand,)
        case _:
            return ()


def walk_tree(node: SyntaxNode) -> Iterator[SyntaxNode]:
    """``node`` and everything inside it."""
    yield node
    for child in list_children(node):
        yield from walk_tree(child)
