"""What authors write in labels (ODK's Markdown and HTML) as Telegram's HTML, or as bare words.

Only the author's own words are read as markup. What is filled in between them, be it what a
respondent typed, stands in a numbered slot meanwhile and comes back harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.screens.screen import safe

#: Stands for something filled in, a number between two of them saying for what.
SLOT = "\ufffc"
SLOTS = re.compile(f"{SLOT}(\\d+){SLOT}")
#: How a slot comes back from inside an address.
ENCODED = "%EF%BF%BC"
HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*$", re.MULTILINE)
TAG = re.compile(r"<(/?)([a-z]+[1-6]?)\b[^>]*>", re.IGNORECASE)
#: Signs without which there is no markup at all.
MARKS = frozenset("*_#[<&\\")
READER = MarkdownIt("zero", {"html": True}).enable(
    ["emphasis", "link", "escape", "html_inline", "entity"]
)
#: Tags of HTML -> Telegram's; an empty one is left out.
TAGS = {
    **dict.fromkeys(("b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"), "b"),
    **dict.fromkeys(("i", "em"), "i"),
    **dict.fromkeys(("u", "ins"), "u"),
    **dict.fromkeys(("s", "del", "strike"), "s"),
    **dict.fromkeys(("span", "p", "div", "font", "center", "small", "big", "br"), ""),
}
#: Tags after which a new line begins: as they end, or as they stand.
BREAKS = frozenset({"/p", "/div", "br", "/h1", "/h2", "/h3", "/h4", "/h5", "/h6"})


class Filled(str):
    """Words that are no author's: filled in from answers or computed."""

    __slots__ = ()


def as_html(parts: Iterable[str]) -> str:
    """Parts of a text as Telegram's HTML, always balanced."""
    template, filled = templated(parts)
    html = rendered(template).html
    return SLOTS.sub(lambda slot: safe(filled[int(slot[1])]), html).strip()


def as_words(parts: Iterable[str]) -> str:
    """Parts of a text without any markup, for a button."""
    template, filled = templated(parts)
    words = rendered(template).words
    return SLOTS.sub(lambda slot: filled[int(slot[1])], words).strip()


def templated(parts: Iterable[str]) -> tuple[str, list[str]]:
    """The author's words with numbered slots, and what belongs into them."""
    template, filled = "", list[str]()
    for part in parts:
        if isinstance(part, Filled):
            template += f"{SLOT}{len(filled)}{SLOT}"
            filled.append(str(part))
        else:
            template += part.replace(SLOT, "")
    return template, filled


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template as HTML and as bare words."""

    html: str
    words: str


@lru_cache(maxsize=4096)
def rendered(template: str) -> Rendered:
    """An author's template, read as markup."""
    if not MARKS & set(template):
        return Rendered(safe(template), template)
    writing = Writing()
    text = HEADING.sub(r"<b>\1</b>", template)
    for token in READER.parseInline(text)[0].children or []:
        writing.take(token)
    while writing.within:
        writing.close(writing.within[-1])
    return Rendered("".join(writing.html), "".join(writing.words))


class Writing:
    """Puts tokens together; a tag that ends, ends what was opened inside it."""

    def __init__(self) -> None:
        self.html: list[str] = []
        self.words: list[str] = []
        self.within: list[str] = []
        self.address = ""

    def take(self, token: Token) -> None:
        """One token of markdown-it."""
        match token.type:
            case "strong_open" | "em_open":
                self.open("b" if token.tag == "strong" else "i")
            case "strong_close" | "em_close":
                self.close("b" if token.tag == "strong" else "i")
            case "link_open":
                self.address = str(token.attrs.get("href", "")).replace(ENCODED, SLOT)
            case "link_close":
                self.say(f" ({self.address})" if is_web(self.address) else "")
            case "html_inline":
                self.tag(token.content)
            case _:
                self.say(token.content)

    def tag(self, written: str) -> None:
        """A tag of HTML: Telegram's, nothing, a new line, or the characters that it is made of."""
        found = TAG.fullmatch(written)
        name = found[2].lower() if found else ""
        if found is None or name not in TAGS:
            self.say(written)
            return
        if TAGS[name] and found[1]:
            self.close(TAGS[name])
        elif TAGS[name]:
            self.open(TAGS[name])
        if found[1] + name in BREAKS:
            self.say("\n")

    def open(self, tag: str) -> None:
        if tag not in self.within:
            self.html.append(f"<{tag}>")
        self.within.append(tag)

    def close(self, tag: str) -> None:
        ended = ""
        while tag in self.within and ended != tag:
            ended = self.within.pop()
            if ended not in self.within:
                self.html.append(f"</{ended}>")

    def say(self, words: str) -> None:
        self.html.append(safe(words))
        self.words.append(words)


def is_web(address: str) -> bool:
    """Whether an address leads to a web page."""
    return address.startswith(("https://", "http://"))
