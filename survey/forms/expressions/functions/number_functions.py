"""Functions of numbers."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

from survey.forms.expressions.casts import (
    DATE_START_PATTERN,
    as_number,
    as_string,
    as_strings,
    as_whole_number,
    format_xpath_number,
    nan,
)
from survey.forms.expressions.function_registry import (
    Function,
    Value,
    current_environment,
    raise_if_strict,
    register_function,
    register_helper,
)


@register_function("number", 0, 1)
def number_(context: Any, value: Value | None = None) -> float:
    """XPath's ``number()``; of a date its days since 1970."""
    return as_number([context.context_node] if value is None else value)


@register_helper("number-text")
def number_as_text(_: Any, value: Value) -> str:
    """``number()`` where a text is wanted: of a date the whole days, as in ODK Web Forms."""
    number = as_number(value)
    is_date = DATE_START_PATTERN.match(as_string(value)) and math.isfinite(number)
    return format_xpath_number(float(math.floor(number)) if is_date else number)


@register_helper("days")
def as_days(_: Any, value: Value) -> Value:
    """An operand as a number; several nodes stay what they are, for comparing each."""
    return value if isinstance(value, list) and len(value) != 1 else as_number(value)


@register_helper("settled")
def round_off_noise(context: Any, value: Value) -> Value:
    """A side of a computed equation: without the noise of binary fractions, as in JavaRosa."""
    number = value if isinstance(value, bool) else as_days(context, value)
    return round(number, 12) if isinstance(number, float) and math.isfinite(number) else number


def as_numbers(values: tuple[Value, ...]) -> list[float]:
    """All arguments as numbers, node by node."""
    return [
        as_number(v)
        for value in values
        for v in (as_strings((value,)) if isinstance(value, list) else [value])
    ]


@register_function("sum", 1)
def sum_(_: Any, nodes: Value) -> float:
    """The sum over nodes; of none there is no number, as in ODK Web Forms."""
    if not isinstance(nodes, list):
        return raise_if_strict("sum() was given no nodes", nan)
    return sum(as_numbers((nodes,))) if nodes else nan


@register_function("min", 1, None)
def minimum(_: Any, *values: Value) -> float:
    found = as_numbers(values)
    # Where one of several is NaN, Python's min() and max() answer by their order.
    return min(found) if found and not any(n != n for n in found) else nan


@register_function("max", 1, None)
def maximum(_: Any, *values: Value) -> float:
    found = as_numbers(values)
    return max(found) if found and not any(n != n for n in found) else nan


@register_function("round", 1, 2)
def round_(_: Any, value: Value, places: Value = 0.0) -> float:
    """To whole numbers or decimal places; ``14,6`` is a number, too.

    Halves go up. Of negative ones JavaRosa says the same, ODK Web Forms that they go down: the
    exact value decides, and for exact halves evenness.
    """
    number = as_number(as_string(value).replace(",", ".") if isinstance(value, str) else value)
    digits = as_whole_number(places)
    # A double has fifteen decimal digits that can be relied on: there is nothing behind them to
    # round.
    if digits is None or abs(digits) > 15 or not math.isfinite(number):
        return number
    if number < 0:
        return round(number, digits)
    scale = 10.0 ** abs(digits)
    if digits < 0:
        return math.floor(number / scale + 0.5) * scale
    return math.floor(number * scale + 0.5) / scale


@register_function("int", 1)
def int_(_: Any, value: Value) -> float:
    number = as_whole_number(value)
    return nan if number is None else float(number)


@register_function("abs", 1)
def absolute(_: Any, value: Value) -> float:
    return abs(as_number(value))


@register_function("pow", 2)
def power(_: Any, base: Value, exponent: Value) -> float:
    try:
        result: float | complex = as_number(base) ** as_number(exponent)
    except (OverflowError, ZeroDivisionError):
        return math.inf
    # In Python a negative number to the power of a fraction is complex.
    return result if isinstance(result, float) else nan


def return_nan_on_error(formula: Callable[..., float]) -> Function:
    """A function of numbers: NaN where it has no value."""

    def compute(_: Any, *values: Value) -> float:
        try:
            return formula(*map(as_number, values))
        except ValueError:
            return nan
        except OverflowError:
            return math.inf

    return compute


def compute_logarithm(value: float) -> float:
    """The natural logarithm, of 0 minus infinity."""
    # math.log() raises for 0.
    return math.log(value) if value else -math.inf


for formula in (math.sin, math.cos, math.tan, math.asin, math.acos, math.atan, math.sqrt, math.exp):
    register_function(formula.__name__, 1)(return_nan_on_error(formula))
register_function("log", 1)(return_nan_on_error(compute_logarithm))
register_function("log10", 1)(
    return_nan_on_error(lambda value: math.log10(value) if value else -math.inf)
)
register_function("exp10", 1)(return_nan_on_error(lambda value: 10.0**value))
register_function("atan2", 2)(return_nan_on_error(math.atan2))
register_function("pi", 0)(return_nan_on_error(lambda: math.pi))


def build_random(context: Any) -> random.Random:
    """Chance that comes out the same for the same interview, moment and question."""
    known, node = current_environment.get(), context.context_node
    # With the path in it two questions of one step do not draw the same number.
    path = node.getroottree().getpath(node)
    return random.Random(f"{known.seed} {known.now} {path}")  # noqa: S311 - not for secrecy


@register_function("random", 0)
def random_(context: Any) -> float:
    return build_random(context).random()
