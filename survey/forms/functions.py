"""OpenRosa's functions, as libxml2 calls them.

Each takes libxml2's context first and then its arguments: node sets as lists, numbers, texts, truth
values. Specification: https://getodk.github.io/xforms-spec/#xpath-functions
"""

from __future__ import annotations

import math
import random
import re
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from lxml import etree

from survey.forms.xpath import (
    Value,
    as_boolean,
    as_number,
    as_string,
    environment,
    library,
    nan,
    text_of,
)

Function = Callable[..., Any]
DATE = re.compile(r"\d{4}-\d\d-\d\d(T|$)")


def function(name: str, least: int, most: int | None = -1) -> Callable[[Function], Function]:
    """Put a function into the library under ``name``; ``most`` None means any number."""

    def register(implementation: Function) -> Function:
        library[name.replace(":", "-")] = (implementation, least, least if most == -1 else most)
        return implementation

    return register


def words(value: Value) -> list[str]:
    """The ticked values of a select_multiple."""
    return as_string(value).split()


def whole(value: Value) -> int | None:
    """An argument as a whole number, cut off; None where it is none."""
    number = as_number(value)
    return math.trunc(number) if math.isfinite(number) else None


def strings(values: tuple[Value, ...]) -> list[str]:
    """Every node of every node set and every other argument as text."""
    return [
        text
        for value in values
        for text in ([text_of(n) for n in value] if isinstance(value, list) else [as_string(value)])
    ]


# Choices


@function("selected", 2)
def selected(_: Any, value: Value, wanted: Value) -> bool:
    return as_string(wanted).strip() in words(value)


@function("selected-at", 2)
def selected_at(_: Any, value: Value, index: Value) -> str:
    found, at = words(value), whole(index)
    return found[at] if at is not None and 0 <= at < len(found) else ""


@function("count-selected", 1)
def count_selected(_: Any, value: Value) -> float:
    return float(len(words(value)))


@function("jr:choice-name", 2)
def choice_name(_: Any, value: Value, path: Value) -> str:
    return environment.get().choice_label(as_string(value), as_string(path).strip())


@function("jr:itext", 1)
def itext(_: Any, key: Value) -> str:
    return environment.get().translate(as_string(key))


# Nodes


@function("instance", 1)
def instance(_: Any, name: Value) -> list[etree._Element]:
    found = environment.get().instances.get(as_string(name))
    return [] if found is None else [found]


@function("position", 1)
def position(_: Any, nodes: list[etree._Element]) -> float:
    """The place of a repeat among its siblings of the same name, from 1."""
    if not nodes:
        return nan
    return 1.0 + sum(1 for _ in nodes[0].itersiblings(nodes[0].tag, preceding=True))


@function("count-non-empty", 1)
def count_non_empty(_: Any, nodes: list[etree._Element]) -> float:
    return float(sum(1 for node in nodes if text_of(node)))


@function("indexed-repeat", 3, 7)
def indexed_repeat(_: Any, target: list[etree._Element], *pairs: Any) -> list[etree._Element]:
    """``target`` in the n-th instance of each repeat given with its index."""
    chosen = target
    for repeats, index in zip(pairs[::2], pairs[1::2], strict=False):
        at = whole(index)
        wanted = {
            node
            for node in repeats
            if sum(1 for _ in node.itersiblings(node.tag, preceding=True)) + 1 == at
        }
        chosen = [node for node in chosen if wanted.intersection(node.iterancestors())]
    return chosen


@function("randomize", 1, 2)
def randomize(_: Any, nodes: list[etree._Element], seed: Value | None = None) -> list[Any]:
    """The nodes in another order: with a seed as ODK does, without one by the interview's own."""
    if seed is None:
        shuffled = list(nodes)
        key = f"{environment.get().seed} {' '.join(text_of(n) for n in nodes)}"
        random.Random(key).shuffle(shuffled)  # noqa: S311 - order, not secrecy
        return shuffled
    return fisher_yates(nodes, whole(seed) or 0)


def fisher_yates(nodes: list[Any], seed: int) -> list[Any]:
    """Fisher-Yates with the Park-Miller generator, as OpenRosa prescribes.

    Park & Miller 1988, https://doi.org/10.1145/63039.63042 (multiplier 48271 as revised in 1993).
    """
    shuffled, modulus = list(nodes), 2147483647
    state = seed % modulus
    state += modulus - 1 if state <= 0 else 0
    for last in range(len(shuffled) - 1, 0, -1):
        state = state * 48271 % modulus
        chosen = math.floor((state - 1) / (modulus - 1) * (last + 1))
        shuffled[last], shuffled[chosen] = shuffled[chosen], shuffled[last]
    return shuffled


@function("pulldata", 4)
def pulldata(_: Any, name: Value, column: Value, key: Value, wanted: Value) -> str:
    """One cell of a list: ``column`` of the first row whose ``key`` column is ``wanted``."""
    table = environment.get().instances.get(as_string(name))
    rows = [] if table is None else table.iterfind("root/item")
    for row in rows:
        if row.findtext(as_string(key)) == as_string(wanted):
            return row.findtext(as_string(column)) or ""
    return ""


# Choosing and counting


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
    return (least in (-1, 0) or total >= least) and (most == -1 or total <= most)


def numbers(values: tuple[Value, ...]) -> list[float]:
    """All arguments as numbers, node by node."""
    return [
        as_number(v)
        for value in values
        for v in (strings((value,)) if isinstance(value, list) else [value])
    ]


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
    """To whole numbers or decimal places, half away from zero as ODK does."""
    number, digits = as_number(value), whole(places)
    if digits is None or abs(digits) > 15 or not math.isfinite(number):
        return number
    scale = 10.0**digits
    return math.copysign(math.floor(abs(number) * scale + 0.5) / scale, number)


@function("int", 1)
def int_(_: Any, value: Value) -> float:
    number = whole(value)
    return nan if number is None else float(number)


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
        except (ValueError, OverflowError):
            return nan

    return compute


for formula in (math.sin, math.cos, math.tan, math.asin, math.acos, math.atan, math.sqrt, math.exp):
    function(formula.__name__, 1)(computed(formula))
function("log", 1)(computed(lambda value: math.log(value)))
function("log10", 1)(computed(math.log10))
function("exp10", 1)(computed(lambda value: 10.0**value))
function("atan2", 2)(computed(math.atan2))
function("pi", 0)(computed(lambda: math.pi))


@function("number", 0, 1)
def number_(context: Any, value: Value | None = None) -> float:
    """XPath's ``number()``; of a date its days since 1970."""
    return as_number(days(context, [context.context_node] if value is None else value))


@function("abs", 1)
def absolute(_: Any, value: Value) -> float:
    return abs(as_number(value))


@function("random", 0)
def random_(context: Any) -> float:
    known = environment.get()
    path = context.context_node.getroottree().getpath(context.context_node)
    return random.Random(f"{known.seed} {known.now} {path}").random()  # noqa: S311


@function("uuid", 0, 1)
def uuid_(context: Any, length: Value | None = None) -> str:
    known = environment.get()
    path = context.context_node.getroottree().getpath(context.context_node)
    generator = random.Random(f"{known.seed} {known.now} {path}")  # noqa: S311
    if length is None:
        return str(uuid.UUID(int=generator.getrandbits(128), version=4))
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(generator.choices(alphabet, k=min(max(whole(length) or 0, 0), 100)))


# Texts


@function("concat", 0, None)
def concat(_: Any, *values: Value) -> str:
    return "".join(strings(values))


@function("join", 1, None)
def join(_: Any, separator: Value, *values: Value) -> str:
    return as_string(separator).join(strings(values))


@function("regex", 2)
def regex(_: Any, value: Value, pattern: Value) -> bool:
    """Whether the whole text matches, as in JavaRosa; a pattern that is none matches nothing."""
    try:
        return re.fullmatch(in_python(as_string(pattern)), as_string(value)) is not None
    except re.error:
        return False


def in_python(pattern: str) -> str:
    """A pattern as Java takes it: a hyphen after a class such as ``\\w`` stands for itself."""
    return re.sub(r"(\\[wds])-(?!\])", r"\1\\-", pattern)


@function("substr", 2, 3)
def substr(_: Any, value: Value, start: Value, end: Value | None = None) -> str:
    last = None if end is None else whole(end)
    return as_string(value)[whole(start) : last]


@function("contains", 2)
def contains(_: Any, value: Value, part: Value) -> bool:
    return as_string(part) in as_string(value)


@function("ends-with", 2)
def ends_with(_: Any, value: Value, part: Value) -> bool:
    return as_string(value).endswith(as_string(part))


# Time


@function("today", 0)
def today(_: Any) -> str:
    known = environment.get()
    return known.now.astimezone(known.zone).date().isoformat()


@function("now", 0)
def now(_: Any) -> str:
    known = environment.get()
    return known.now.astimezone(known.zone).isoformat(timespec="milliseconds")


@function("date", 1)
def date_(_: Any, value: Value) -> str:
    found = moment(value)
    return found.date().isoformat() if found else ""


@function("decimal-date-time", 1)
def decimal_date_time(_: Any, value: Value) -> float:
    found = moment(value)
    zone = environment.get().zone
    if found is None:
        return nan
    return (found.astimezone(zone) - datetime(1970, 1, 1, tzinfo=zone)) / timedelta(1)


@function("days", 1)
def days(_: Any, value: Value) -> Value:
    """A date or a time as days since 1970, all else as it is (put in by ``xpath.operands``)."""
    text = "" if isinstance(value, float | bool) else as_string(value)
    return decimal_date_time(_, text) if DATE.match(text) and moment(text) else value


@function("format-date", 2)
def format_date(_: Any, value: Value, pattern: Value) -> str:
    """``%Y %m %d %b %e %a %n %y``, and with a time ``%H %h %M %S %3``."""
    found = moment(value)
    if found is None:
        return ""
    plain = {"n": str(found.month), "e": str(found.day), "h": str(found.hour)}
    plain["3"] = f"{found.microsecond // 1000:03}"
    known = "YymdbaHMS"

    def part(match: re.Match[str]) -> str:
        letter = match[1]
        return plain.get(letter) or (found.strftime(f"%{letter}") if letter in known else match[0])

    return re.sub(r"%(.)", part, as_string(pattern))


function("format-date-time", 2)(format_date)


def moment(value: Value) -> datetime | None:
    """A date or a time, given as text or as days since 1970; None for anything else."""
    zone = environment.get().zone
    number, text = as_number(value), as_string(value)
    try:
        if math.isfinite(number):
            return datetime(1970, 1, 1, tzinfo=zone) + timedelta(days=number)
        found = datetime.fromisoformat(text) if "T" in text else date_only(text)
        return found.astimezone(zone) if found.tzinfo else found.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        return None


def date_only(text: str) -> datetime:
    """Midnight of an ISO date."""
    day = date.fromisoformat(text)
    return datetime(day.year, day.month, day.day, tzinfo=environment.get().zone)
