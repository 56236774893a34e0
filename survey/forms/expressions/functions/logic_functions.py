"""Functions that choose between values and count truths."""

from __future__ import annotations

from typing import Any

from survey.forms.expressions.casts import as_boolean, as_number, as_string, text_of
from survey.forms.expressions.function_registry import Value, function


@function("if", 3)
def if_(_: Any, condition: Value, then: Value, otherwise: Value) -> Value:
    return then if as_boolean(condition) else otherwise


@function("coalesce", 2)
def coalesce(_: Any, first: Value, second: Value) -> str:
    return filled(first) or filled(second)


@function("once", 1)
def once(context: Any, value: Value) -> str:
    return text_of(context.context_node) or filled(value)


def filled(value: Value) -> str:
    """A value as text; what cannot be computed is as good as empty."""
    text = as_string(value)
    return "" if text == "NaN" else text


@function("boolean-from-string", 1)
def boolean_from_string(_: Any, value: Value) -> bool:
    return as_string(value) in ("true", "1")


@function("checklist", 2, None)
def checklist(_: Any, least: Value, most: Value, *values: Value) -> bool:
    total = sum(as_boolean(each) for value in values for each in apart(value))
    return between(total, as_number(least), as_number(most))


@function("weighted-checklist", 2, None)
def weighted_checklist(_: Any, least: Value, most: Value, *values: Value) -> bool:
    """Of several nodes each has its own weight; one weight without a node is never reached."""
    total = 0.0
    for value, weight in zip(values[::2], values[1::2], strict=False):
        truths, weights = apart(value), apart(weight)
        if len(truths) < len(weights):
            return False
        pairs = zip(truths, weights, strict=False)
        total += sum(as_number(weight) for truth, weight in pairs if as_boolean(truth))
    return between(total, as_number(least), as_number(most))


def apart(value: Value) -> list[Value]:
    """An argument of a checklist: of nodes, the text of each."""
    return [text_of(node) for node in value] if isinstance(value, list) else [value]


def between(total: float, least: float, most: float) -> bool:
    """Within bounds, of which -1 means none."""
    return (least == -1 or total >= least) and (most == -1 or total <= most)
