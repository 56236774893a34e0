"""A screen: Telegram HTML and rows of buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from bot.callbacks import codec

#: A label longer than this does not fit on a small phone's button.
BUTTON = 40
#: Labels up to this can share a row with another one.
HALF = 16
#: From so many buttons on they may stand two by two.
MANY = 6
#: ``3.`` ``3)`` ``Q3.`` or ``3.1`` before a label: its author numbered the questions.
NUMBERED = re.compile(r"\s*[A-Za-z]?(?:\d+[.)]\s+|\d+(?:\.\d+)+[.)]?\s+(?![a-z\d]))")


@dataclass(frozen=True, slots=True)
class Button:
    """A button: a tap, or an address to open."""

    label: str
    tap: codec.Tap | None = None
    url: str | None = None


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person sees."""

    text: str
    rows: Rows = ()


def safe(text: str) -> str:
    """Somebody's words, harmless within HTML."""
    return escape(text, quote=False)


def shortened(text: str, limit: int) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def unnumbered(label: str) -> str:
    """A label without its author's number, where a number of ours stands before it."""
    return label[found.end() :] if (found := NUMBERED.match(label)) else label


def bold(html: str) -> str:
    """HTML in bold; nothing stays nothing, and what has bold words of its own keeps those."""
    return f"<b>{html}</b>" if html and "<b>" not in html else html


def italic(html: str) -> str:
    """HTML in italics; nothing stays nothing, and what has italics of its own keeps those."""
    return f"<i>{html}</i>" if html and "<i>" not in html else html


def paragraphs(*blocks: str) -> str:
    """Blocks with an empty line between; empty ones left out."""
    return "\n\n".join(block for block in blocks if block)


def rowed(buttons: list[Button], most: int = 8) -> Rows:
    """Buttons side by side, as many in each row as their labels let."""
    if not buttons:
        return ()
    longest = max(len(button.label) for button in buttons)
    fit = min(most, max(1, BUTTON // (longest + 2)))
    rows = -(-len(buttons) // fit)
    each = -(-len(buttons) // rows)
    return tuple(tuple(buttons[n : n + each]) for n in range(0, len(buttons), each))


def column(buttons: list[Button]) -> Rows:
    """Each button in a row of its own."""
    return tuple((button,) for button in buttons)


def paired(buttons: list[Button]) -> Rows:
    """Buttons in rows: a long list of short ones two by two, others each alone.

    A scale stays in one column, where its order can be seen.
    """
    short = len(buttons) >= MANY and all(len(button.label) <= HALF for button in buttons)
    side_by_side = 2 if short else 1
    return tuple(tuple(buttons[n : n + side_by_side]) for n in range(0, len(buttons), side_by_side))


def bar(done: int, total: int, width: int = 10) -> str:
    """How far one has got, as a line of marks."""
    filled = round(width * done / total) if total else width
    return "▰" * filled + "▱" * (width - filled)
