"""Evaluating the expressions of a running form, none of which raises."""

from __future__ import annotations

from lxml import etree

from survey.forms.expressions.casts import NO_DATE, as_boolean, nan
from survey.forms.expressions.expression import Environment, Expression, Value
from survey.forms.expressions.function_registry import NONSENSE


class Evaluation:
    """Evaluates expressions with what is ``known`` now."""

    known: Environment

    def value(
        self, expression: Expression, element: etree._Element, known: Environment | None = None
    ) -> Value:
        """The value of an expression; ``''`` for one that makes no sense."""
        try:
            return expression.evaluate(element, known or self.known)
        except NONSENSE:
            return ""

    def string(
        self, expression: Expression, element: etree._Element, known: Environment | None = None
    ) -> str:
        """The value as it is kept: nothing for what is no number or no date."""
        try:
            text = expression.string(element, known or self.known)
        except NONSENSE:
            return ""
        return "" if text in ("NaN", NO_DATE) else text

    def number(self, expression: Expression, element: etree._Element) -> float:
        try:
            return expression.number(element, self.known)
        except NONSENSE:
            return nan

    def boolean(self, expression: Expression, element: etree._Element) -> bool:
        return as_boolean(self.value(expression, element))

    def nodes(self, expression: Expression, element: etree._Element) -> list[etree._Element]:
        """A node set; anything else is none."""
        found = self.value(expression, element)
        nodes = found if isinstance(found, list) else []
        return [node for node in nodes if isinstance(node, etree._Element)]
