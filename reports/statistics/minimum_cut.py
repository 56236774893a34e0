"""The fewest people whose answers sums of known groups can single out. Pure.

Everybody is in one group of each of two partitions: the batch that they came with, and the row that
they were counted in. Who knows the sum of each group can add and subtract. Groups are the nodes of
a graph and everybody is an edge between two of them; a sum of sums that leaves out most people is a
cut of that graph, so the smallest cut is the fewest people who can be singled out.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)
#: Node -> its neighbours, with how many people are between.
Neighbours = dict[Node, dict[Node, int]]


def find_smallest_cut(edges: Mapping[tuple[Node, Node], int], enough: int) -> int:
    """The smallest cut within any connected part of a graph, or ``enough`` if none is smaller.

    ``edges`` are pairs of nodes with the people between them. After Stoer & Wagner 1997, *J ACM*
    44:585; what ``enough`` people or more connect need not be told apart, and is merged first.
    """
    graph = merge_close_nodes(build_neighbours(edges), enough)
    return min((cut for part in list_parts(graph) for cut in list_phase_cuts(part)), default=enough)


def build_neighbours(edges: Mapping[tuple[Node, Node], int]) -> Neighbours[Node]:
    """The graph of its edges; those of nobody are none."""
    graph: Neighbours[Node] = {}
    for (one, other), people in edges.items():
        if people > 0:
            for here, there in ((one, other), (other, one)):
                inside = graph.setdefault(here, {})
                inside[there] = inside.get(there, 0) + people
    return graph


def merge_close_nodes(graph: Neighbours[Node], enough: int) -> Neighbours[Node]:
    """The graph with every two nodes merged between which there are enough people."""
    while pair := next(list_close_pairs(graph, enough), None):
        merge_nodes(graph, *pair)
    return graph


def list_close_pairs(graph: Neighbours[Node], enough: int) -> Iterator[tuple[Node, Node]]:
    """Neighbours with at least so many people between them."""
    for one, inside in graph.items():
        yield from ((one, other) for other, people in inside.items() if people >= enough)


def merge_nodes(graph: Neighbours[Node], kept: Node, gone: Node) -> None:
    """Make two nodes one."""
    for other, people in graph.pop(gone).items():
        del graph[other][gone]
        if other != kept:
            graph[kept][other] = graph[kept].get(other, 0) + people
            graph[other][kept] = graph[kept][other]


def list_parts(graph: Neighbours[Node]) -> Iterator[Neighbours[Node]]:
    """The connected parts of a graph."""
    left = set(graph)
    while left:
        found, waiting = set(), [next(iter(left))]
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting.extend(graph[node])
        left -= found
        yield {node: dict(graph[node]) for node in graph if node in found}


def list_phase_cuts(graph: Neighbours[Node]) -> Iterator[int]:
    """The cut of each phase: between the last node in the order of closeness and all others."""
    while len(graph) > 1:
        before, last = order_by_closeness(graph)[-2:]
        yield sum(graph[last].values())
        merge_nodes(graph, before, last)


def order_by_closeness(graph: Neighbours[Node]) -> list[Node]:
    """The nodes, each the one with most people between it and those before."""
    first = next(iter(graph))
    order, closeness = {first: None}, dict(graph[first])
    while closeness:
        node = max(closeness, key=lambda each: closeness[each])
        order[node] = None
        del closeness[node]
        for other, people in graph[node].items():
            if other not in order:
                closeness[other] = closeness.get(other, 0) + people
    return list(order)


def count_pairs(pairs: Iterable[tuple[Node, Node]]) -> dict[tuple[Node, Node], int]:
    """How often each pair of nodes occurs."""
    counts: dict[tuple[Node, Node], int] = {}
    for pair in pairs:
        counts[pair] = counts.get(pair, 0) + 1
    return counts
