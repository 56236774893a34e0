"""A text that is too long for one message: what a phone makes of it before it sends it."""

from __future__ import annotations

from sandbox.entities import utf16_length
from sandbox.methods.message_contents import MAX_TEXT

SEARCHED = 300
"""How far before the limit a good place is looked for, in characters; apps differ a little."""

BREAKS = ("\n\n", "\n", ". ", " ")
"""Where a text is cut, best first: between paragraphs, lines, sentences, words."""


def split_long_text(text: str) -> list[str]:
    """The messages that a phone makes of a text: of at most 4,096 UTF-16 units each."""
    parts, rest = [], text.strip()
    while utf16_length(rest) > MAX_TEXT:
        head = _take_units(rest, MAX_TEXT)
        cut = _find_break(head)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest]


def _take_units(text: str, units: int) -> str:
    """As much as fits; half of a surrogate pair does not."""
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore")


def _find_break(head: str) -> int:
    for mark in BREAKS:
        found = head.rfind(mark, max(1, len(head) - SEARCHED))
        if found > 0:
            return found + len(mark.rstrip(" "))
    return len(head)
