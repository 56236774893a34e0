"""Expressions of a form: XPath 1.0 with OpenRosa's functions, evaluated by libxml2.

An expression is read (``grammar``), written anew for libxml2 (``expression_writer``) and compiled
once.

Specification: https://getodk.github.io/xforms-spec/#xpath-functions
"""

from __future__ import annotations

from datetime import tzinfo
from typing import Any, cast

from lxml import etree

# Importing them puts the functions into the registry.
from survey.forms.expressions import functions as functions
from survey.forms.expressions.casts import (
    as_boolean,
    as_number,
    as_string,
    format_xpath_number,
    get_string_value,
)
from survey.forms.expressions.expression_writer import ExpressionWriter
from survey.forms.expressions.function_registry import (
    NATIVE_FUNCTIONS,
    NONSENSE_ERRORS,
    Environment,
    NonsenseError,
    Value,
    current_environment,
    get_arity,
    registered_functions,
    registered_helpers,
)
from survey.forms.expressions.grammar import FunctionCall, SyntaxNode, parse_expression, walk_tree
from survey.forms.expressions.xml_document import XmlDocument

__all__ = [
    "NATIVE_FUNCTIONS",
    "Environment",
    "Expression",
    "NonsenseError",
    "Value",
    "as_boolean",
    "as_number",
    "as_string",
    "current_environment",
    "evaluate_in_document",
    "format_xpath_number",
    "get_arity",
    "get_string_value",
    "registered_functions",
]

#: What authors write where a condition always holds, or never.
CONSTANTS = {"true()": True, "false()": False}
#: How expressions are written for a running form.
FORM_WRITER = ExpressionWriter()
FUNCTION_NAMESPACE = "suara:functions"
#: Functions that OpenRosa wants given a value, though XPath does not.
VALUE_REQUIRED = frozenset({"normalize-space", "number", "string-length"})


class Expression:
    """One compiled expression. ``source`` is as the author wrote it, ``tree`` how it was read."""

    __slots__ = ("_as_text", "_run", "source", "tree")

    def __init__(self, source: str, tree: SyntaxNode | None = None) -> None:
        """``tree`` is a part of another expression. Raise ExpressionError for an unreadable one."""
        self.source = source.strip()
        self.tree = tree or parse_expression(self.source)
        self._run: etree.XPath | None = None
        self._as_text: etree.XPath | None = None

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    def evaluate(self, context: etree._Element, known: Environment) -> Value:
        """The value at ``context``. Raises XPathEvalError if a function is given nonsense."""
        if self._run is None:
            self._run = compile_xpath(FORM_WRITER.write(self.tree))
        return run_xpath(self._run, context, known, known.main.getparent())

    def evaluate_number(self, context: etree._Element, known: Environment) -> float:
        """The value as a number, NaN where it is none."""
        # A date becomes a number after the evaluation has ended, and needs the time zone even then.
        token = current_environment.set(known)
        try:
            return as_number(self.evaluate(context, known))
        finally:
            current_environment.reset(token)

    def evaluate_string(self, context: etree._Element, known: Environment) -> str:
        """The value as text, numbers as XPath writes them."""
        if self._as_text is None:
            self._as_text = compile_xpath(FORM_WRITER.write_text(self.tree))
        return as_string(run_xpath(self._as_text, context, known, known.main.getparent()))

    @property
    def constant(self) -> bool | None:
        """The truth value that an author wrote: ``true()`` or ``false()``; None for any other."""
        return CONSTANTS.get(self.source)


def compile_xpath(written: str, namespaces: dict[str, str] | None = None) -> etree.XPath:
    """An expression as libxml2 will run it, after an ``ExpressionWriter`` wrote it."""
    ours = {name: entry[0] for name, entry in registered_functions.items()} | registered_helpers
    return etree.XPath(
        written,
        namespaces={**(namespaces or {}), "f": FUNCTION_NAMESPACE},
        extensions={
            (FUNCTION_NAMESPACE, name): implementation for name, implementation in ours.items()
        },
        # Smart strings remember their element, which paths of nodes need (``build_node_path``); in
        # a running form each would keep a whole tree in memory.
        smart_strings=namespaces is not None,
    )


def run_xpath(
    expression: etree.XPath,
    context: etree._Element,
    known: Environment,
    main: etree._Element | None,
) -> Value:
    """The value at ``context``; ``main`` is what stands for the root of absolute paths."""
    token = current_environment.set(known)
    try:
        here: Any = context
        root: Any = main
        return cast("Value", expression(context, main=root, current=here))
    finally:
        current_environment.reset(token)


def evaluate_in_document(
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
    document = XmlDocument(xml, context, language)
    known = document.build_environment(now, timezone, strict=kind is None)
    tree = parse_expression(expression)
    if kind is None:
        refuse_without_value(tree)
    writer = ExpressionWriter(document.root_variable, document.origin)
    written = writer.write_text(tree) if kind == "string" else writer.write(tree)

    token = current_environment.set(known)
    try:
        value = evaluate_at_node(written, document, known)
        found = document.convert_value(value, kind)
        if isinstance(found, list) and evaluate_at_node(f"count({written})", document, known) > len(
            found
        ):
            # lxml leaves out the one node that it has no object for: the document.
            found = ["/", *found]
        return found
    finally:
        current_environment.reset(token)


def evaluate_at_node(written: str, document: XmlDocument, known: Environment) -> Any:
    """The value at a document's node. Raises NonsenseError if there is none."""
    try:
        expression = compile_xpath(written, document.namespaces)
        return run_xpath(expression, document.context, known, document.main)
    except NonsenseError:
        raise
    except NONSENSE_ERRORS as fault:
        raise NonsenseError(str(fault)) from None


def refuse_without_value(tree: SyntaxNode) -> None:
    """Raise NonsenseError for functions that OpenRosa does not let look at the context node."""
    for node in walk_tree(tree):
        if isinstance(node, FunctionCall) and not node.arguments and node.name in VALUE_REQUIRED:
            raise NonsenseError(f"{node.name}() needs a value")
