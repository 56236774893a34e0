"""Functions that choose between values and count truths."""

from __future__ import annotations

from typing import Any

from survey.forms.expressions.casts import as_boolean, as_number, as_string, get_string_value
from survey.forms.expressions.function_registry import Value, register_function


@register_function("if", 3)
def if_(_: Any, condition: Value, then: Value, otherwise: Value) -> Value:
    return then if as_boolean(condition) else otherwise


@register_function("coalesce", 2)
def coalesce(_: Any, first: Value, second: Value) -> str:
    return as_text_or_empty(first) or as_text_or_empty(second)


@register_function("once", 1)
def once(context: Any, value: Value) -> str:
    return get_string_value(context.context_node) or as_text_or_empty(value)


def as_text_or_empty(value: Value) -> str:
    """A value as text; what cannot be computed is as good as empty."""
    text = as_string(value)
    return "" if text == "NaN" else text


@register_function("boolean-from-string", 1)
def boolean_from_string(_: Any, value: Value) -> bool:
    return as_string(value) in ("true", "1")


@register_function("checklist", 2, None)
def checklist(_: Any, least: Value, most: Value, *values: Value) -> bool:
    total = sum(as_boolean(each) for value in values for each in split_argument(value))
    return is_within_bounds(total, as_number(least), as_number(most))


@register_function("weighted-checklist", 2, None)
def weighted_checklist(_: Any, least: Value, most: Value, *values: Value) -> bool:
    """Of several nodes each has its own weight; one weight without a node is never reached."""
    total = 0.0
    for value, weight in zip(values[::2], values[1::2], strict=False):
        truths, weights = split_argument(value), split_argument(weight)
        if len(truths) < len(weights):
            return False
        pairs = zip(truths, weights, strict=False)
        total += sum(as_number(weight) for truth, weight in pairs if as_boolean(truth))
    return is_within_bounds(total, as_number(least), as_number(most))


def split_argument(value: Value) -> list[Value]:
    """An argument of a checklist: of nodes, the text of each."""
    return [get_string_value(node) for node in value] if isinstance(value, list) else [value]


def is_within_bounds(total: float, least: float, most: float) -> bool:
    """Within bounds, of which -1 means none."""
    return (least == -1 or total >= least) and (most == -1 or total <= most)
