"""XPath 1.0 as a tree: what an expression says, before anything is evaluated.

The grammar is that of https://www.w3.org/TR/xpath-10/ (sections 2 and 3). Reading it ourselves
lets us point at a fault, know which questions an expression depends on, and adapt it for libxml2
(see ``xpath``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from survey.forms.expressions.lexer import ExpressionError, Token, tokens


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or a quoted text, as written."""

    source: str


@dataclass(frozen=True, slots=True)
class Variable:
    """``$name``."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[Node, ...]
    column: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: ``axis`` as written (``''``, ``@``, ``parent::`` …), test, predicates."""

    axis: str
    test: str
    predicates: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """A location path. ``start`` is ``''`` (relative), ``/``, or an expression it goes on from.

    ``steps`` are joined by ``/``; ``//`` is written as the step ``descendant-or-self::node()``.
    """

    start: Node | str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """An expression narrowed by predicates."""

    base: Node
    predicates: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and the operator between them."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative:
    """Unary minus."""

    operand: Node


Node = Constant | Variable | Call | Path | Filter | Binary | Negative

EVERYWHERE = Step("descendant-or-self::", "node()")
PRECEDENCE = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"))
TIMES = ("*", "div", "mod")
ARITHMETIC = frozenset({"+", "-", *TIMES})
COMPARISON = frozenset({"<", "<=", ">", ">="})
NODE_TYPES = frozenset({"node", "text", "comment", "processing-instruction"})


class Parser:
    """Reads one expression by recursive descent."""

    #: Expressions nested deeper or with more operators are refused: the stack is finite.
    deepest = 60
    most_operators = 300

    def __init__(self, source: str) -> None:
        self.words = tokens(source)
        self.at = 0
        self.depth = 0
        self.operators = 0

    def parse(self) -> Node:
        """The whole expression. Raises ExpressionError."""
        node = self.binary(0)
        if self.word.kind != "end":
            raise self.unexpected()
        return node

    @property
    def word(self) -> Token:
        return self.words[self.at]

    def unexpected(self) -> ExpressionError:
        if self.word.kind == "end":
            return ExpressionError("something is missing at the end", self.word.column)
        return ExpressionError(f"“{self.word.text}” was not expected", self.word.column)

    def take(self) -> Token:
        word = self.word
        self.at = min(self.at + 1, len(self.words) - 1)
        return word

    def operator(self, *texts: str) -> str | None:
        """One of the operators, if it comes next."""
        at, found = self.word.column, self.accept(*texts)
        self.operators += found is not None
        if self.operators > self.most_operators:
            raise ExpressionError("the expression is too long", at)
        return found

    def accept(self, *texts: str) -> str | None:
        if self.word.kind in ("sign", "name") and self.word.text in texts:
            return self.take().text
        return None

    def expect(self, text: str) -> None:
        if self.accept(text) is None:
            raise ExpressionError(
                f"“{text}” is missing before “{self.word.text}”", self.word.column
            )

    def binary(self, level: int) -> Node:
        if level == len(PRECEDENCE):
            return self.product()
        left = self.binary(level + 1)
        while operator := self.operator(*PRECEDENCE[level]):
            left = Binary(operator, left, self.binary(level + 1))
        return left

    def product(self) -> Node:
        left = self.unary()
        while operator := self.operator(*TIMES):
            left = Binary(operator, left, self.unary())
        return left

    def unary(self) -> Node:
        if self.operator("-"):
            return Negative(self.unary())
        left = self.path()
        while self.operator("|"):
            left = Binary("|", left, self.path())
        return left

    def path(self) -> Node:
        self.depth += 1
        if self.depth > self.deepest:
            raise ExpressionError("brackets are nested too deeply", self.word.column)
        try:
            if self.word.text in ("/", "//") and self.word.kind == "sign":
                return self.absolute()
            if self.starts_expression():
                return self.filtered()
            return Path("", self.steps(()))
        finally:
            self.depth -= 1

    def absolute(self) -> Path:
        if self.take().text == "//":
            return Path("/", self.steps((EVERYWHERE,)))
        follows = self.word.kind in ("name", "axis") or self.word.text in (".", "..", "@")
        return Path("/", self.steps(()) if follows else ())

    def starts_expression(self) -> bool:
        if self.word.kind == "constant" or self.word.text in ("(", "$"):
            return True
        following = self.words[self.at + 1] if self.word.kind == "name" else None
        is_call = following is not None and following.kind == "sign" and following.text == "("
        return is_call and self.word.text not in NODE_TYPES

    def filtered(self) -> Node:
        node = self.primary()
        if predicates := self.predicates():
            node = Filter(node, predicates)
        if self.accept("//"):
            return Path(node, self.steps((EVERYWHERE,)))
        return Path(node, self.steps(())) if self.accept("/") else node

    def primary(self) -> Node:
        word = self.take()
        if word.kind == "constant":
            return Constant(word.text)
        if word.text == "$":
            if self.word.kind != "name":
                raise self.unexpected()
            return Variable(self.take().text)
        if word.text == "(":
            inner = self.binary(0)
            self.expect(")")
            return inner
        self.expect("(")
        return Call(word.text, self.arguments(), word.column)

    def arguments(self) -> tuple[Node, ...]:
        if self.accept(")"):
            return ()
        found = [self.binary(0)]
        while self.accept(","):
            found.append(self.binary(0))
        self.expect(")")
        return tuple(found)

    def steps(self, found: tuple[Step, ...]) -> tuple[Step, ...]:
        found = (*found, self.step())
        while separator := self.accept("/", "//"):
            found = (*found, EVERYWHERE) if separator == "//" else found
            found = (*found, self.step())
        return found

    def step(self) -> Step:
        if shorthand := self.accept(".", ".."):
            return Step("", shorthand, self.predicates())
        axis = self.take().text if self.word.kind == "axis" else self.accept("@") or ""
        if self.word.kind != "name":
            raise self.unexpected()
        test = self.take().text
        if self.accept("("):
            test += f"({self.take().text if self.word.kind == 'constant' else ''})"
            self.expect(")")
        return Step(axis, test, self.predicates())

    def predicates(self) -> tuple[Node, ...]:
        found: list[Node] = []
        while self.accept("["):
            found.append(self.binary(0))
            self.expect("]")
        return tuple(found)


def parse(source: str) -> Node:
    """The tree of an expression. Raises ExpressionError with the column of the fault."""
    return Parser(source).parse()


def children(node: Node) -> tuple[Node, ...]:
    """The expressions directly inside ``node``."""
    match node:
        case Call(arguments=arguments):
            return arguments
        case Path(start=start, steps=steps):
            inner = tuple(p for step in steps for p in step.predicates)
            return inner if isinstance(start, str) else (start, *inner)
        case Filter(base=base, predicates=predicates):
            return (base, *predicates)
        case Binary(left=left, right=right):
            return (left, right)
        case Negative(operand=operand):
            return (operand,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """``node`` and everything inside it."""
    yield node
    for child in children(node):
        yield from walk(child)
