"""Functions of selects and of what belongs to the form: labels, translations."""

from __future__ import annotations

import posixpath
from typing import Any

from survey.forms.expressions.casts import as_string, as_whole_number
from survey.forms.expressions.function_registry import Value, current_environment, register_function


def split_words(value: Value) -> list[str]:
    """The ticked values of a select_multiple."""
    return as_string(value).split()


@register_function("selected", 2)
def selected(_: Any, value: Value, wanted: Value) -> bool:
    """Whether a value is ticked; no value is, where nothing is."""
    return as_string(wanted).strip() in (split_words(value) or [""])


@register_function("selected-at", 2)
def selected_at(_: Any, value: Value, index: Value) -> str:
    found, at = split_words(value), as_whole_number(index)
    return found[at] if at is not None and 0 <= at < len(found) else ""


@register_function("count-selected", 1)
def count_selected(_: Any, value: Value) -> float:
    return float(len(split_words(value)))


@register_function("jr:choice-name", 2)
def choice_name(context: Any, value: Value, path: Value) -> str:
    """The label of a choice of the question at a path, which may be relative."""
    at = resolve_path(as_string(path).strip(), context.context_node)
    return current_environment.get().choice_label(as_string(value), at)


def resolve_path(path: str, node: Any) -> str:
    """A path as seen from the root."""
    if path.startswith("/"):
        return path
    # Down from the root: above that a running form has one more element (``Instance``).
    above = [str(e.tag) for e in node.iterancestors()][-2::-1]
    return posixpath.normpath("/".join(["", *above, str(node.tag), path]))


@register_function("jr:itext", 1)
def itext(_: Any, key: Value) -> str | list[Any]:
    return current_environment.get().translate(as_string(key))
