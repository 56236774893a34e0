"""Evaluating the expressions of a running form, none of which raises."""

from __future__ import annotations

from lxml import etree

from survey.forms.expressions.casts import NO_DATE, as_boolean, nan
from survey.forms.expressions.expression import Environment, Expression, Value
from survey.forms.expressions.function_registry import NONSENSE_ERRORS


class Evaluation:
    """Evaluates expressions with what is ``known`` now."""

    environment: Environment

    def evaluate(
        self, expression: Expression, element: etree._Element, known: Environment | None = None
    ) -> Value:
        """The value of an expression; ``''`` for one that makes no sense."""
        try:
            return expression.evaluate(element, known or self.environment)
        except NONSENSE_ERRORS:
            # What an author wrote must never stop somebody's interview: nonsense counts as no
            # answer.
            return ""

    def evaluate_string(
        self, expression: Expression, element: etree._Element, known: Environment | None = None
    ) -> str:
        """The value as it is kept: nothing for what is no number or no date."""
        try:
            text = expression.evaluate_string(element, known or self.environment)
        except NONSENSE_ERRORS:
            return ""
        return "" if text in ("NaN", NO_DATE) else text

    def evaluate_number(self, expression: Expression, element: etree._Element) -> float:
        """The value as a number, NaN for what is none."""
        try:
            return expression.evaluate_number(element, self.environment)
        except NONSENSE_ERRORS:
            return nan

    def evaluate_boolean(self, expression: Expression, element: etree._Element) -> bool:
        """Whether the value is true, as XPath 1.0 says: 0, NaN and nothing are not."""
        if expression.constant is not None:
            return expression.constant
        return as_boolean(self.evaluate(expression, element))

    def evaluate_nodes(
        self, expression: Expression, element: etree._Element
    ) -> list[etree._Element]:
        """A node set; anything else is none."""
        found = self.evaluate(expression, element)
        nodes = found if isinstance(found, list) else []
        return [node for node in nodes if isinstance(node, etree._Element)]
