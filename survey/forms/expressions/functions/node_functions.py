"""Functions of nodes: documents, repeats, order."""

from __future__ import annotations

import hashlib
import math
import random
from typing import Any

from lxml import etree

from survey.forms.expressions.casts import as_number, as_string, nan, strings, text_of, whole
from survey.forms.expressions.function_registry import Value, environment, function, nonsense


@function("instance", 1)
def instance(_: Any, name: Value) -> list[etree._Element]:
    found = environment.get().instances.get(as_string(name))
    return [] if found is None else [found]


@function("id", 1)
def id_(context: Any, value: Value) -> list[etree._Element]:
    """The elements whose ``id`` is one of the words."""
    wanted = set(" ".join(strings((value,))).split())
    elements = context.context_node.getroottree().iter(etree.Element)
    return [element for element in elements if element.get("id") in wanted]


@function("position", 1)
def position(_: Any, nodes: list[etree._Element]) -> float:
    """The place of a repeat among its siblings of the same name, from 1."""
    return place(nodes[0]) if nodes else nan


def place(node: etree._Element) -> float:
    """Which of its siblings of the same name a node is, from 1."""
    return 1.0 + sum(1 for _ in node.itersiblings(node.tag, preceding=True))


@function("count-non-empty", 1)
def count_non_empty(_: Any, nodes: Value) -> float:
    if not isinstance(nodes, list):
        return nonsense("count-non-empty() was given no nodes", nan)
    return float(sum(1 for node in nodes if text_of(node) or node.find("*") is not None))


@function("indexed-repeat", 3, None)
def indexed_repeat(_: Any, target: list[etree._Element], *pairs: Any) -> list[etree._Element]:
    """``target`` in the n-th instance of each repeat given with its index."""
    chosen = target
    for repeats, index in zip(pairs[::2], pairs[1::2], strict=False):
        at = whole(index)
        wanted = {node for node in repeats if place(node) == at}
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
    return fisher_yates(nodes, seed_of(seed))


def seed_of(value: Value) -> int:
    """A seed: of a text that is no number the beginning of its SHA-256, as in JavaRosa."""
    number, text = as_number(value), as_string(value)
    if math.isfinite(number):
        return math.trunc(number)
    digest = hashlib.sha256(text.encode()).digest() if text else bytes(8)
    return int.from_bytes(digest[:8], "big", signed=True)


def fisher_yates(nodes: list[Any], seed: int) -> list[Any]:
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


@function("pulldata", 4)
def pulldata(_: Any, name: Value, column: Value, key: Value, wanted: Value) -> str:
    """One cell of a list: ``column`` of the first row whose ``key`` column is ``wanted``."""
    table = environment.get().instances.get(as_string(name))
    found, by, value = as_string(column), as_string(key), as_string(wanted)
    for row in () if table is None else table.iterfind("root/item"):
        cells = {cell.tag: cell.text or "" for cell in row}
        if cells.get(by) == value:
            return cells.get(found, "")
    return ""
