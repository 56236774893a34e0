"""Expressions of a form: XPath 1.0 with OpenRosa's functions, evaluated by libxml2.

An expression is read (``grammar``), written anew for libxml2 (``rewriting``) and compiled once.

Specification: https://getodk.github.io/xforms-spec/#xpath-functions
"""

from __future__ import annotations

from datetime import tzinfo
from typing import Any, cast

from lxml import etree

from survey.forms import functions as functions
from survey.forms.casts import as_boolean, as_number, as_string, number_text, text_of
from survey.forms.documents import Document
from survey.forms.grammar import Call, Node, parse, walk
from survey.forms.library import (
    NATIVE,
    Environment,
    NonsenseError,
    Value,
    arity,
    environment,
    library,
)
from survey.forms.rewriting import Writer

__all__ = [
    "NATIVE",
    "Environment",
    "Expression",
    "NonsenseError",
    "Value",
    "arity",
    "as_boolean",
    "as_number",
    "as_string",
    "environment",
    "evaluate",
    "library",
    "number_text",
    "text_of",
]

#: How expressions are written for a running form.
IN_FORM = Writer()
OURS = "suara:functions"
#: Functions that OpenRosa wants given a value, though XPath does not.
NEEDY = frozenset({"normalize-space", "number", "string-length"})


class Expression:
    """One compiled expression. ``source`` is as the author wrote it, ``tree`` how it was read."""

    __slots__ = ("_run", "source", "tree")

    def __init__(self, source: str) -> None:
        """Raise ExpressionError where ``source`` cannot be read."""
        self.source = source.strip()
        self.tree = parse(self.source)
        self._run: etree.XPath | None = None

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    def evaluate(self, context: etree._Element, known: Environment) -> Value:
        """The value at ``context``. Raises XPathEvalError if a function is given nonsense."""
        if self._run is None:
            self._run = compiled(self.tree)
        token = environment.set(known)
        try:
            # A variable for the document's root stands for what "/" means in a form.
            main: Any = known.main.getparent()
            return cast("Value", self._run(context, main=main, current=cast("Any", context)))
        finally:
            environment.reset(token)

    def number(self, context: etree._Element, known: Environment) -> float:
        """The value as a number, NaN where it is none."""
        token = environment.set(known)
        try:
            return as_number(self.evaluate(context, known))
        finally:
            environment.reset(token)

    def string(self, context: etree._Element, known: Environment) -> str:
        """The value as text, numbers as XPath writes them."""
        return as_string(self.evaluate(context, known))

    def boolean(self, context: etree._Element, known: Environment) -> bool:
        """The value as a truth value: empty texts, empty node sets, 0 and NaN are false."""
        return as_boolean(self.evaluate(context, known))


def compiled(
    tree: Node, writer: Writer = IN_FORM, namespaces: dict[str, str] | None = None
) -> etree.XPath:
    """The tree as libxml2 will run it."""
    return etree.XPath(
        writer.write(tree),
        namespaces={**(namespaces or {}), "f": OURS},
        extensions={(OURS, name): entry[0] for name, entry in library.items()},
        smart_strings=namespaces is not None,
    )


def evaluate(
    expression: str,
    xml: str,
    context: str = "/",
    kind: str | None = None,
    now: str | float | None = None,
    timezone: str | tzinfo | None = None,
    language: str | None = None,
) -> str | float | bool | list[str]:
    """One expression against an instance, or a whole XForm, given as text.

    ``context`` is the path of the node to stand at. ``kind`` is what the value is wanted as:
    string, number, boolean or nodeset (the paths of its nodes, ``/node()[1]/node()[2]/@id``).
    Without it the value comes as it is and NonsenseError is raised for arguments that make no
    sense; with it they give ``''``, NaN or false. ``now`` is ISO text or milliseconds since 1970,
    ``timezone`` a name such as ``Asia/Jakarta``; both default to 1970 and UTC. In an XForm,
    ``language`` is that of ``jr:itext()``.

    Raises ExpressionError where the expression cannot be read, ValueError for other arguments.
    """
    if kind not in (None, "string", "number", "boolean", "nodeset"):
        raise ValueError(f"{kind} is none of string, number, boolean and nodeset")
    document = Document(xml, context, language)
    known = document.environment(now, timezone, strict=kind is None)
    tree = parse(expression)
    if kind is None:
        refuse_without_value(tree)
    run = compiled(tree, Writer(document.lead, document.origin), document.namespaces)
    token = environment.set(known)
    try:
        main: Any = document.main
        value = run(document.context, main=main, current=cast("Any", document.context))
        return document.converted(cast("Value", value), kind)
    finally:
        environment.reset(token)


def refuse_without_value(tree: Node) -> None:
    """Raise NonsenseError for functions that OpenRosa does not let look at the context node."""
    for node in walk(tree):
        if isinstance(node, Call) and not node.arguments and node.name in NEEDY:
            raise NonsenseError(f"{node.name}() needs a value")
