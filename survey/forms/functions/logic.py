"""Functions that choose between values and count truths."""

from __future__ import annotations

from typing import Any

from survey.forms.casts import as_boolean, as_number, as_string, text_of
from survey.forms.library import Value, function


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
    return between(sum(truths(values)), as_number(least), as_number(most))


@function("weighted-checklist", 2, None)
def weighted_checklist(_: Any, least: Value, most: Value, *values: Value) -> bool:
    weights = [as_number(weight) for weight in values[1::2]]
    total = sum(w for truth, w in zip(truths(values[::2]), weights, strict=False) if truth)
    return between(total, as_number(least), as_number(most))


def truths(values: tuple[Value, ...]) -> list[bool]:
    """Arguments of a checklist as truth values."""
    return [as_boolean(value) for value in values]


def between(total: float, least: float, most: float) -> bool:
    """Within bounds, of which -1 means none."""
    return (least == -1 or total >= least) and (most == -1 or total <= most)
