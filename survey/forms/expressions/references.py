"""Which nodes an expression reads."""

from __future__ import annotations

from survey.forms.expressions.grammar import (
    Constant,
    FilteredExpression,
    FunctionCall,
    LocationPath,
    PathStep,
    SyntaxNode,
    list_children,
)


def find_references(node: SyntaxNode, context: str) -> frozenset[str]:
    """Paths of the main instance that ``node`` reads when it is evaluated at ``context``.

    A path that goes through a wildcard or another axis than child and parent ends in ``/*`` there,
    for everything below, so that the answer errs on the side of too much.
    """
    return frozenset(p for p in find_read_paths(node, context, context) if not p.startswith("?"))


def find_read_paths(node: SyntaxNode, here: str, current: str) -> frozenset[str]:
    """All paths that ``node`` reads at ``here``, ``current`` being what ``current()`` gives.

    Those of the list ``places`` begin with ``?places``, those of an unknown node with ``?``.
    """
    found: set[str] = set()
    collect_read_paths(node, here, current, found)
    return frozenset(found)


def collect_read_paths(node: SyntaxNode, here: str, current: str, found: set[str]) -> None:
    """Add to ``found`` what ``node`` reads; ``here`` is the context, ``current`` of the whole."""
    if not isinstance(node, LocationPath):
        inner_here = here
        if isinstance(node, FilteredExpression):
            inner_here = find_target_path(node.base, here, current)
        for child in list_children(node):
            is_base = isinstance(node, FilteredExpression) and child is node.base
            collect_read_paths(child, here if is_base else inner_here, current, found)
        return
    at = find_path_start(node, here, current)
    if not isinstance(node.start, str):
        collect_read_paths(node.start, here, current, found)
    for step in node.steps:
        at = advance_path(at, step)
        for predicate in step.predicates:
            collect_read_paths(predicate, at, current, found)
    found.add(at)


def find_path_start(node: SyntaxNode, here: str, current: str) -> str:
    """Where a path starts."""
    match node:
        case LocationPath(start="/"):
            return ""
        case LocationPath(start=""):
            return here
        case LocationPath(start=start) if not isinstance(start, str):
            return find_target_path(start, here, current)
        case _:
            return "?"


def find_target_path(node: SyntaxNode, here: str, current: str) -> str:
    """The node that an expression leads to, from which a path may go on."""
    match node:
        case LocationPath(steps=steps):
            at = find_path_start(node, here, current)
            for step in steps:
                at = advance_path(at, step)
            return at
        case FilteredExpression(base=base):
            return find_target_path(base, here, current)
        case FunctionCall(name="current"):
            return current
        case FunctionCall(name="instance", arguments=(Constant(source=source),)):
            return f"?{source[1:-1]}"
        case _:
            return "?"


def advance_path(at: str, step: PathStep) -> str:
    """The path after one more step; ``/*`` at its end once it is no longer known."""
    if at == "?" or at.endswith("/*") or step.test == ".":
        return at
    if step.test == "..":
        return at.rpartition("/")[0]
    if step.axis in ("", "child::") and step.test not in ("*", "node()"):
        return f"{at}/{step.test}"
    return f"{at}/*"


def find_source_list(node: SyntaxNode) -> str:
    """The list that nodes are taken from, ``places`` of ``instance('places')``; ``''`` if none."""
    match node:
        case FunctionCall(name="instance", arguments=(Constant(source=source),)):
            return source[1:-1]
        case FunctionCall(name="randomize", arguments=(inner, *_)) | FilteredExpression(base=inner):
            return find_source_list(inner)
        case LocationPath(start=start) if not isinstance(start, str):
            return find_source_list(start)
        case _:
            return ""
