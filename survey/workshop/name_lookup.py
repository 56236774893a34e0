"""Things by what people call them, however they write it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Generic, TypeVar

T = TypeVar("T")


def normalize_item_name(text: str) -> str:
    """A text as names are compared: whatever its case, spaces, dashes and quotation marks."""
    text = re.sub("[‐‑‒–—]", "-", text).replace("’", "'").casefold()
    return " ".join(text.split())


class NameLookup(Generic[T]):
    """Things, each with all its names."""

    def __init__(self, named: Iterable[tuple[T, Iterable[str]]]) -> None:
        self._called: dict[str, list[T]] = {}
        self._written: dict[str, str] = {}
        for thing, names in named:
            for name in names:
                called = self._called.setdefault(normalize_item_name(name), [])
                self._written.setdefault(normalize_item_name(name), name)
                if thing not in called:
                    called.append(thing)

    def find(self, text: str) -> list[T]:
        """What is called so: nothing, one, or several."""
        return self._called.get(normalize_item_name(text), [])

    def suggest_name(self, text: str, otherwise: str) -> str:
        """“Did you mean …?”, if something is called nearly so or begins so."""
        begun = [name for name in self._called if name.startswith(normalize_item_name(text))]
        close = begun or get_close_matches(normalize_item_name(text), self._called, 1, 0.7)
        return f"Did you mean “{self._written[close[0]]}”?" if close else otherwise

    def list_examples(self) -> str:
        """The first few names, to show what they look like."""
        names = list(self._written.values())
        return ", ".join(names[:4]) + (" …" if len(names) > 4 else "")
