"""Expressions of a form: XPath 1.0 with OpenRosa's functions, evaluated by libxml2.

An expression is read (``grammar``), written anew for libxml2 (``rewriting``) and compiled once.

Specification: https://getodk.github.io/xforms-spec/#xpath-functions
"""

from __future__ import annotations

from datetime import tzinfo
from typing import Any, cast

from lxml import etree

from survey.forms.expressions import functions as functions
from survey.forms.expressions.casts import as_boolean, as_number, as_string, number_text, text_of
from survey.forms.expressions.expression_writer import Writer
from survey.forms.expressions.function_registry import (
    NATIVE,
    NONSENSE,
    Environment,
    NonsenseError,
    Value,
    arity,
    environment,
    helpers,
    library,
)
from survey.forms.expressions.grammar import Call, Node, parse, walk
from survey.forms.expressions.xml_document import Document

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

    __slots__ = ("_as_text", "_run", "source", "tree")

    def __init__(self, source: str) -> None:
        """Raise ExpressionError where ``source`` cannot be read."""
        self.source = source.strip()
        self.tree = parse(self.source)
        self._run: etree.XPath | None = None
        self._as_text: etree.XPath | None = None

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    def evaluate(self, context: etree._Element, known: Environment) -> Value:
        """The value at ``context``. Raises XPathEvalError if a function is given nonsense."""
        if self._run is None:
            self._run = compiled(IN_FORM.write(self.tree))
        return run(self._run, context, known, known.main.getparent())

    def number(self, context: etree._Element, known: Environment) -> float:
        """The value as a number, NaN where it is none."""
        token = environment.set(known)
        try:
            return as_number(self.evaluate(context, known))
        finally:
            environment.reset(token)

    def string(self, context: etree._Element, known: Environment) -> str:
        """The value as text, numbers as XPath writes them."""
        if self._as_text is None:
            self._as_text = compiled(IN_FORM.text(self.tree))
        return as_string(run(self._as_text, context, known, known.main.getparent()))

    def boolean(self, context: etree._Element, known: Environment) -> bool:
        """The value as a truth value: empty texts, empty node sets, 0 and NaN are false."""
        return as_boolean(self.evaluate(context, known))


def compiled(written: str, namespaces: dict[str, str] | None = None) -> etree.XPath:
    """An expression as libxml2 will run it, after a ``Writer`` wrote it."""
    ours = {name: entry[0] for name, entry in library.items()} | helpers
    return etree.XPath(
        written,
        namespaces={**(namespaces or {}), "f": OURS},
        extensions={(OURS, name): implementation for name, implementation in ours.items()},
        smart_strings=namespaces is not None,
    )


def run(
    expression: etree.XPath,
    context: etree._Element,
    known: Environment,
    main: etree._Element | None,
) -> Value:
    """The value at ``context``; ``main`` is what stands for the root of absolute paths."""
    token = environment.set(known)
    try:
        here: Any = context
        root: Any = main
        return cast("Value", expression(context, main=root, current=here))
    finally:
        environment.reset(token)


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

    Raises ExpressionError where the expression cannot be read, NonsenseError where it has no value
    or none of that kind, and ValueError for other arguments; all three are ValueErrors.
    """
    if kind not in (None, "string", "number", "boolean", "nodeset"):
        raise ValueError(f"{kind} is none of string, number, boolean and nodeset")
    document = Document(xml, context, language)
    known = document.environment(now, timezone, strict=kind is None)
    tree = parse(expression)
    if kind is None:
        refuse_without_value(tree)
    writer = Writer(document.lead, document.origin)
    written = writer.text(tree) if kind == "string" else writer.write(tree)

    token = environment.set(known)
    try:
        value = value_of(written, document, known)
        found = document.converted(value, kind)
        if isinstance(found, list) and value_of(f"count({written})", document, known) > len(found):
            # lxml leaves out the one node that it has no object for: the document.
            found = ["/", *found]
        return found
    finally:
        environment.reset(token)


def value_of(written: str, document: Document, known: Environment) -> Any:
    """The value at a document's node. Raises NonsenseError if there is none."""
    try:
        expression = compiled(written, document.namespaces)
        return run(expression, document.context, known, document.main)
    except NonsenseError:
        raise
    except NONSENSE as fault:
        raise NonsenseError(str(fault)) from None


def refuse_without_value(tree: Node) -> None:
    """Raise NonsenseError for functions that OpenRosa does not let look at the context node."""
    for node in walk(tree):
        if isinstance(node, Call) and not node.arguments and node.name in NEEDY:
            raise NonsenseError(f"{node.name}() needs a value")
