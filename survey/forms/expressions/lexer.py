"""The words of an XPath expression (https://www.w3.org/TR/xpath-10/#exprlex)."""

from __future__ import annotations

import re
from dataclasses import dataclass


class ExpressionError(ValueError):
    """An expression that cannot be read; ``column`` counts from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


#: XPath's names may have hyphens and dots in them: ``a-b`` is one name, ``a - b`` a difference.
TOKEN_PATTERN = re.compile(
    r"""\s*(?:
      (?P<constant>"[^"]*"|'[^']*'|\d+(?:\.\d*)?|\.\d+)
    | (?P<axis>[a-z][a-z-]*::)
    | (?P<name>[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?|\*)
    | (?P<sign>//|::|!=|<=|>=|\.\.|[()\[\].@,|+=<>/$-])
    )""",
    re.VERBOSE,
)
#: Names of operators, where they run into what follows: ``1 div2``.
GLUED_OPERATOR_PATTERN = re.compile(r"(?:and|or|div|mod)(?=[\d.-])")
#: Signs that end an operand.
CLOSING = frozenset({")", "]", ".", ".."})


@dataclass(frozen=True, slots=True)
class XPathToken:
    """A word of an expression; ``column`` counts from 1."""

    kind: str
    text: str
    column: int


END = "the end"
#: Longer expressions, in characters, are not looked into.
LONGEST_EXPRESSION = 30_000


def tokenize_expression(source: str) -> list[XPathToken]:
    """The words of ``source``. Raises ExpressionError at the first that is none."""
    if len(source) > LONGEST_EXPRESSION:
        raise ExpressionError("the expression is too long", LONGEST_EXPRESSION)
    found: list[XPathToken] = []
    position, operand = 0, False
    length = len(source.rstrip())
    while position < length:
        match = TOKEN_PATTERN.match(source, position)
        if match is None:
            at = position + len(source[position:]) - len(source[position:].lstrip())
            raise ExpressionError(f"“{source[at]}” cannot stand here", at + 1)
        kind = match.lastgroup or ""
        start = match.start(kind)
        if kind == "name" and operand:
            # After an operand a name is an operator; ODK takes it without a space, too.
            match = GLUED_OPERATOR_PATTERN.match(source, start) or match
        word = source[start : match.end()]
        found.append(XPathToken(kind, word, start + 1))
        operand = word in CLOSING or kind == "constant" or (kind == "name" and not operand)
        position = match.end()
    found.append(XPathToken("end", END, length + 1))
    return found
