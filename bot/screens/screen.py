"""A screen: Telegram HTML and rows of buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from bot.callbacks.callback import Callback

#: A label longer than this does not fit on a small phone's button.
BUTTON_LENGTH = 40
#: Labels up to this can share a row with another one.
SHORT_LABEL_LENGTH = 16
#: From so many buttons on they may stand two by two.
MIN_TO_PAIR = 6
#: ``3.`` ``3)`` ``Q3.`` or ``3.1`` before a label: its author numbered the questions.
NUMBER_PREFIX = re.compile(r"\s*[A-Za-z]?(?:\d+[.)]\s+|\d+(?:\.\d+)+[.)]?\s+(?![a-z\d]))")


@dataclass(frozen=True, slots=True)
class Button:
    """A button: a tap, or an address to open."""

    label: str
    callback: Callback | None = None
    url: str | None = None


ButtonRows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person sees."""

    text: str
    rows: ButtonRows = ()


def escape_html(text: str) -> str:
    """Somebody's words, harmless within HTML."""
    # Quotation marks matter within attributes only, where nobody's words stand.
    return escape(text, quote=False)


def truncate_text(text: str, limit: int) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def strip_number(label: str) -> str:
    """A label without its author's number, where a number of ours stands before it."""
    return label[found.end() :] if (found := NUMBER_PREFIX.match(label)) else label


def format_bold(html: str) -> str:
    """HTML in bold; nothing stays nothing, and what has bold words of its own keeps those."""
    return f"<b>{html}</b>" if html and "<b>" not in html else html


def format_italic(html: str) -> str:
    """HTML in italics; nothing stays nothing, and what has italics of its own keeps those."""
    return f"<i>{html}</i>" if html and "<i>" not in html else html


def join_paragraphs(*blocks: str) -> str:
    """Blocks with an empty line between; empty ones left out."""
    return "\n\n".join(block for block in blocks if block)


def arrange_in_rows(buttons: list[Button], most: int = 8) -> ButtonRows:
    """Buttons side by side, as many in each row as their labels let."""
    if not buttons:
        return ()
    longest = max(len(button.label) for button in buttons)
    fit = min(most, max(1, BUTTON_LENGTH // (longest + 2)))
    rows = -(-len(buttons) // fit)
    each = -(-len(buttons) // rows)
    return tuple(tuple(buttons[n : n + each]) for n in range(0, len(buttons), each))


def arrange_in_column(buttons: list[Button]) -> ButtonRows:
    """Each button in a row of its own."""
    return tuple((button,) for button in buttons)


def arrange_in_pairs(buttons: list[Button]) -> ButtonRows:
    """Buttons in rows: a long list of short ones two by two, others each alone.

    A scale stays in one column, where its order can be seen.
    """
    short = len(buttons) >= MIN_TO_PAIR and all(
        len(button.label) <= SHORT_LABEL_LENGTH for button in buttons
    )
    side_by_side = 2 if short else 1
    return tuple(tuple(buttons[n : n + side_by_side]) for n in range(0, len(buttons), side_by_side))


def draw_progress_bar(done: int, total: int, width: int = 10) -> str:
    """How far one has got, as a line of marks."""
    filled = round(width * done / total) if total else width
    return "▰" * filled + "▱" * (width - filled)
