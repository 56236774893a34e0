"""Functions of nodes: documents, repeats, order."""

from __future__ import annotations

import hashlib
import math
import random
from typing import Any

from lxml import etree

from survey.forms.expressions.casts import (
    as_number,
    as_string,
    as_strings,
    as_whole_number,
    get_string_value,
    nan,
)
from survey.forms.expressions.function_registry import (
    Value,
    current_environment,
    raise_if_strict,
    register_function,
)


@register_function("instance", 1)
def instance(_: Any, name: Value) -> list[etree._Element]:
    found = current_environment.get().instances.get(as_string(name))
    return [] if found is None else [found]


@register_function("id", 1)
def id_(context: Any, value: Value) -> list[etree._Element]:
    """The elements whose ``id`` is one of the words."""
    wanted = set(" ".join(as_strings((value,))).split())
    elements = context.context_node.getroottree().iter(etree.Element)
    return [element for element in elements if element.get("id") in wanted]


@register_function("position", 1)
def position(_: Any, nodes: list[etree._Element]) -> float:
    """The place of a repeat among its siblings of the same name, from 1."""
    return count_position(nodes[0]) if nodes else nan


def count_position(node: etree._Element) -> float:
    """Which of its siblings of the same name a node is, from 1."""
    return 1.0 + sum(1 for _ in node.itersiblings(node.tag, preceding=True))


@register_function("count-non-empty", 1)
def count_non_empty(_: Any, nodes: Value) -> float:
    if not isinstance(nodes, list):
        return raise_if_strict("count-non-empty() was given no nodes", nan)
    return float(sum(1 for node in nodes if get_string_value(node) or node.find("*") is not None))


@register_function("indexed-repeat", 3, None)
def indexed_repeat(_: Any, target: list[etree._Element], *pairs: Any) -> list[etree._Element]:
    """``target`` in the n-th instance of each repeat given with its index."""
    chosen = target
    for repeats, index in zip(pairs[::2], pairs[1::2], strict=False):
        at = as_whole_number(index)
        wanted = {node for node in repeats if count_position(node) == at}
        chosen = [node for node in chosen if wanted.intersection(node.iterancestors())]
    return chosen


@register_function("randomize", 1, 2)
def randomize(_: Any, nodes: list[etree._Element], seed: Value | None = None) -> list[Any]:
    """The nodes in another order: with a seed as ODK does, without one by the interview's own."""
    if seed is None:
        shuffled = list(nodes)
        # With the values in it two lists are shuffled differently, also if they are equally long.
        key = f"{current_environment.get().seed} {' '.join(get_string_value(n) for n in nodes)}"
        random.Random(key).shuffle(shuffled)  # noqa: S311 - order, not secrecy
        return shuffled
    return shuffle_nodes(nodes, derive_seed(seed))


def derive_seed(value: Value) -> int:
    """A seed: of a text that is no number the beginning of its SHA-256, as in JavaRosa."""
    number, text = as_number(value), as_string(value)
    if math.isfinite(number):
        return math.trunc(number)
    digest = hashlib.sha256(text.encode()).digest() if text else bytes(8)
    # Java's long has a sign, and the sign has its part in the order (``shuffle_nodes``).
    return int.from_bytes(digest[:8], "big", signed=True)


def shuffle_nodes(nodes: list[Any], seed: int) -> list[Any]:
    """Fisher-Yates with the Park-Miller generator, as OpenRosa prescribes.

    Park & Miller 1988, https://doi.org/10.1145/63039.63042 (multiplier 48271 as revised in 1993).
    """
    shuffled, modulus = list(nodes), 2147483647
    # The remainder has the sign of the seed, as in Java and JavaScript.
    state = int(math.copysign(abs(seed) % modulus, seed))
    state += modulus - 1 if state <= 0 else 0
    for last in range(len(shuffled) - 1, 0, -1):
        state = state * 48271 % modulus
        chosen = math.floor((state - 1) / (modulus - 1) * (last + 1))
        shuffled[last], shuffled[chosen] = shuffled[chosen], shuffled[last]
    return shuffled


@register_function("pulldata", 4)
def pulldata(_: Any, name: Value, column: Value, key: Value, wanted: Value) -> str:
    """One cell of a list: ``column`` of the first row whose ``key`` column is ``wanted``."""
    table = current_environment.get().instances.get(as_string(name))
    found, by, value = as_string(column), as_string(key), as_string(wanted)
    for row in () if table is None else table.iterfind("root/item"):
        cells = {cell.tag: cell.text or "" for cell in row}
        if cells.get(by) == value:
            return cells.get(found, "")
    return ""
