"""The functions that expressions can call, and what these may know beyond their arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeVar

from lxml import etree

#: What an XPath 1.0 expression can be: a number, a text, a truth value or nodes.
Value = float | str | bool | list[Any]
Function = Callable[..., Any]
T = TypeVar("T")


class NonsenseError(ValueError):
    """Arguments for which a function has no value, where somebody wants to be told."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What functions may know beyond their arguments.

    ``main`` is the root of the instance, ``instances`` the other documents by name, ``seed`` that
    of the interview. ``translate`` gives the text behind an itext key, or the nodes that have it,
    ``choice_label`` the label of a choice (value, question's path). ``strict`` has functions raise
    NonsenseError instead of giving nothing.
    """

    main: etree._Element
    instances: Mapping[str, etree._Element] = field(default_factory=dict)
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    zone: tzinfo = UTC
    seed: int = 0
    translate: Callable[[str], str | list[Any]] = str
    choice_label: Callable[[str, str], str] = lambda value, _path: value
    strict: bool = False


#: libxml2 hands none of our values on to the functions it calls, so they look here; a context
#: variable is one for each thread and task.
current_environment: ContextVar[Environment] = ContextVar("environment")
#: Filled by ``functions``: name -> (implementation, least and most number of arguments).
registered_functions: dict[str, tuple[Function, int, int | None]] = {}
#: What an expression is rewritten with; authors cannot call these.
registered_helpers: dict[str, Function] = {}
#: What functions, and lxml between them, raise when they are given what makes no sense.
NONSENSE_ERRORS = (
    *(etree.XPathError, ArithmeticError, AssertionError, AttributeError),
    *(LookupError, TypeError, ValueError),
)
#: Functions that libxml2 has and computes as OpenRosa wants them, with the least and the most
#: arguments; all others are ours.
NATIVE_FUNCTIONS: Mapping[str, tuple[int, int | None]] = {
    **dict.fromkeys(("false", "last", "true"), (0, 0)),
    **dict.fromkeys(("boolean", "ceiling", "count", "floor", "lang", "not"), (1, 1)),
    **dict.fromkeys(("local-name", "name", "namespace-uri", "normalize-space"), (0, 1)),
    **dict.fromkeys(("string", "string-length"), (0, 1)),
    **dict.fromkeys(("starts-with", "substring-after", "substring-before"), (2, 2)),
    "substring": (2, 3),
    "translate": (3, 3),
}


def register_function(
    name: str, least: int, most: int | None = -1
) -> Callable[[Function], Function]:
    """Put a function into the library under ``name``; as many arguments as ``least``.

    ``most`` may say otherwise; None means any number.
    """

    def register(implementation: Function) -> Function:
        registered_functions[name.replace(":", "-")] = (
            implementation,
            least,
            least if most == -1 else most,
        )
        return implementation

    return register


def register_helper(name: str) -> Callable[[Function], Function]:
    """Put a function into ``registered_helpers``."""

    def register(implementation: Function) -> Function:
        registered_helpers[name] = implementation
        return implementation

    return register


def get_arity(name: str) -> tuple[int, int | None] | None:
    """The least and the most number of arguments of a function (None: any); None if unknown."""
    if name == "current":
        return (0, 0)
    if name == "position":
        return (0, 1)
    entry = registered_functions.get(name.replace(":", "-"))
    return entry[1:] if entry else NATIVE_FUNCTIONS.get(name)


def raise_if_strict(message: str, otherwise: T) -> T:
    """``otherwise``. Raises NonsenseError instead where somebody wants to be told of nonsense."""
    if current_environment.get().strict:
        raise NonsenseError(message)
    return otherwise
