"""Functions of numbers."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

from survey.forms.expressions.casts import (
    DATED,
    as_number,
    as_string,
    nan,
    number_text,
    strings,
    whole,
)
from survey.forms.expressions.function_registry import (
    Function,
    Value,
    environment,
    function,
    helper,
    nonsense,
)


@function("number", 0, 1)
def number_(context: Any, value: Value | None = None) -> float:
    """XPath's ``number()``; of a date its days since 1970."""
    return as_number([context.context_node] if value is None else value)


@helper("number-text")
def number_as_text(_: Any, value: Value) -> str:
    """``number()`` where a text is wanted: of a date the whole days, as in ODK Web Forms."""
    number = as_number(value)
    is_date = DATED.match(as_string(value)) and math.isfinite(number)
    return number_text(float(math.floor(number)) if is_date else number)


@helper("days")
def days(_: Any, value: Value) -> Value:
    """An operand as a number; several nodes stay what they are, for comparing each."""
    return value if isinstance(value, list) and len(value) != 1 else as_number(value)


@helper("settled")
def settled(context: Any, value: Value) -> Value:
    """A side of a computed equation: without the noise of binary fractions, as in JavaRosa."""
    number = value if isinstance(value, bool) else days(context, value)
    return round(number, 12) if isinstance(number, float) and math.isfinite(number) else number


def numbers(values: tuple[Value, ...]) -> list[float]:
    """All arguments as numbers, node by node."""
    return [
        as_number(v)
        for value in values
        for v in (strings((value,)) if isinstance(value, list) else [value])
    ]


@function("sum", 1)
def sum_(_: Any, nodes: Value) -> float:
    """The sum over nodes; of none there is no number, as in ODK Web Forms."""
    if not isinstance(nodes, list):
        return nonsense("sum() was given no nodes", nan)
    return sum(numbers((nodes,))) if nodes else nan


@function("min", 1, None)
def minimum(_: Any, *values: Value) -> float:
    found = numbers(values)
    return min(found) if found and not any(n != n for n in found) else nan


@function("max", 1, None)
def maximum(_: Any, *values: Value) -> float:
    found = numbers(values)
    return max(found) if found and not any(n != n for n in found) else nan


@function("round", 1, 2)
def round_(_: Any, value: Value, places: Value = 0.0) -> float:
    """To whole numbers or decimal places; ``14,6`` is a number, too.

    Halves go up. Of negative ones JavaRosa says the same, ODK Web Forms that they go down: the
    exact value decides, and for exact halves evenness.
    """
    number = as_number(as_string(value).replace(",", ".") if isinstance(value, str) else value)
    digits = whole(places)
    if digits is None or abs(digits) > 15 or not math.isfinite(number):
        return number
    if number < 0:
        return round(number, digits)
    scale = 10.0 ** abs(digits)
    if digits < 0:
        return math.floor(number / scale + 0.5) * scale
    return math.floor(number * scale + 0.5) / scale


@function("int", 1)
def int_(_: Any, value: Value) -> float:
    number = whole(value)
    return nan if number is None else float(number)


@function("abs", 1)
def absolute(_: Any, value: Value) -> float:
    return abs(as_number(value))


@function("pow", 2)
def power(_: Any, base: Value, exponent: Value) -> float:
    try:
        result: float | complex = as_number(base) ** as_number(exponent)
    except (OverflowError, ZeroDivisionError):
        return math.inf
    return result if isinstance(result, float) else nan


def computed(formula: Callable[..., float]) -> Function:
    """A function of numbers: NaN where it has no value."""

    def compute(_: Any, *values: Value) -> float:
        try:
            return formula(*map(as_number, values))
        except ValueError:
            return nan
        except OverflowError:
            return math.inf

    return compute


def logarithm(value: float) -> float:
    """The natural logarithm, of 0 minus infinity."""
    return math.log(value) if value else -math.inf


for formula in (math.sin, math.cos, math.tan, math.asin, math.acos, math.atan, math.sqrt, math.exp):
    function(formula.__name__, 1)(computed(formula))
function("log", 1)(computed(logarithm))
function("log10", 1)(computed(lambda value: math.log10(value) if value else -math.inf))
function("exp10", 1)(computed(lambda value: 10.0**value))
function("atan2", 2)(computed(math.atan2))
function("pi", 0)(computed(lambda: math.pi))


def chance(context: Any) -> random.Random:
    """Chance that comes out the same for the same interview, moment and question."""
    known, node = environment.get(), context.context_node
    path = node.getroottree().getpath(node)
    return random.Random(f"{known.seed} {known.now} {path}")  # noqa: S311 - not for secrecy


@function("random", 0)
def random_(context: Any) -> float:
    return chance(context).random()
