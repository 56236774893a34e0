"""Which nodes an expression reads."""

from __future__ import annotations

from survey.forms.expressions.grammar import Call, Constant, Filter, Node, Path, Step, children


def references(node: Node, context: str) -> frozenset[str]:
    """Paths of the main instance that ``node`` reads when it is evaluated at ``context``.

    A path that goes through a wildcard or another axis than child and parent ends in ``/*`` there,
    for everything below, so that the answer errs on the side of too much.
    """
    return frozenset(p for p in paths_read(node, context, context) if not p.startswith("?"))


def paths_read(node: Node, here: str, current: str) -> frozenset[str]:
    """All paths that ``node`` reads at ``here``, ``current`` being what ``current()`` gives.

    Those of the list ``places`` begin with ``?places``, those of an unknown node with ``?``.
    """
    found: set[str] = set()
    collect(node, here, current, found)
    return frozenset(found)


def collect(node: Node, here: str, current: str, found: set[str]) -> None:
    """Add to ``found`` what ``node`` reads; ``here`` is the context, ``current`` of the whole."""
    if not isinstance(node, Path):
        inner_here = here
        if isinstance(node, Filter):
            inner_here = reached(node.base, here, current)
        for child in children(node):
            is_base = isinstance(node, Filter) and child is node.base
            collect(child, here if is_base else inner_here, current, found)
        return
    at = base_of(node, here, current)
    if not isinstance(node.start, str):
        collect(node.start, here, current, found)
    for step in node.steps:
        at = advance(at, step)
        for predicate in step.predicates:
            collect(predicate, at, current, found)
    found.add(at)


def base_of(node: Node, here: str, current: str) -> str:
    """Where a path starts."""
    match node:
        case Path(start="/"):
            return ""
        case Path(start=""):
            return here
        case Path(start=start) if not isinstance(start, str):
            return reached(start, here, current)
        case _:
            return "?"


def reached(node: Node, here: str, current: str) -> str:
    """The node that an expression leads to, from which a path may go on."""
    match node:
        case Path(steps=steps):
            at = base_of(node, here, current)
            for step in steps:
                at = advance(at, step)
            return at
        case Filter(base=base):
            return reached(base, here, current)
        case Call(name="current"):
            return current
        case Call(name="instance", arguments=(Constant(source=source),)):
            return f"?{source[1:-1]}"
        case _:
            return "?"


def advance(at: str, step: Step) -> str:
    """The path after one more step; ``/*`` at its end once it is no longer known."""
    if at == "?" or at.endswith("/*") or step.test == ".":
        return at
    if step.test == "..":
        return at.rpartition("/")[0]
    if step.axis in ("", "child::") and step.test not in ("*", "node()"):
        return f"{at}/{step.test}"
    return f"{at}/*"


def drawn_from(node: Node) -> str:
    """The list that nodes are taken from, ``places`` of ``instance('places')``; ``''`` if none."""
    match node:
        case Call(name="instance", arguments=(Constant(source=source),)):
            return source[1:-1]
        case Call(name="randomize", arguments=(inner, *_)) | Filter(base=inner):
            return drawn_from(inner)
        case Path(start=start) if not isinstance(start, str):
            return drawn_from(start)
        case _:
            return ""
