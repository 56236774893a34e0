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

from bot.screens.screen import escape_html

#: Stands for something filled in, a number between two of them saying for what.
SLOT = "\ufffc"
SLOT_PATTERN = re.compile(f"{SLOT}(\\d+){SLOT}")
#: How a slot comes back from inside an address.
ENCODED_SLOT = "%EF%BF%BC"
HEADING_PATTERN = re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*$", re.MULTILINE)
TAG_PATTERN = re.compile(r"<(/?)([a-z]+[1-6]?)\b[^>]*>", re.IGNORECASE)
#: Signs without which there is no markup at all.
MARKUP_SIGNS = frozenset("*_#[<&\\")
#: Nothing but what stands within a line: Telegram draws no lists, so a label that begins with “1.”
#: or “-” stays as it was typed.
MARKDOWN_PARSER = MarkdownIt("zero", {"html": True}).enable(
    ["emphasis", "link", "escape", "html_inline", "entity"]
)
#: Tags of HTML -> Telegram's; an empty one is left out.
TELEGRAM_TAGS = {
    **dict.fromkeys(("b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"), "b"),
    **dict.fromkeys(("i", "em"), "i"),
    **dict.fromkeys(("u", "ins"), "u"),
    **dict.fromkeys(("s", "del", "strike"), "s"),
    # Telegram knows <span> as a spoiler only, and refuses a whole message for any tag that it does
    # not know (core.telegram.org/bots/api, "HTML style").
    **dict.fromkeys(("span", "p", "div", "font", "center", "small", "big", "br"), ""),
}
#: Tags after which a new line begins: as they end, or as they stand.
LINE_BREAK_TAGS = frozenset({"/p", "/div", "br", "/h1", "/h2", "/h3", "/h4", "/h5", "/h6"})


class FilledText(str):
    """Words that are no author's: filled in from answers or computed."""

    __slots__ = ()


def render_telegram_html(parts: Iterable[str]) -> str:
    """Parts of a text as Telegram's HTML, always balanced."""
    template, filled = build_template(parts)
    html = render_markup(template).html
    return SLOT_PATTERN.sub(lambda slot: escape_html(filled[int(slot[1])]), html).strip()


def render_plain_text(parts: Iterable[str]) -> str:
    """Parts of a text without any markup, for a button."""
    template, filled = build_template(parts)
    words = render_markup(template).plain
    return SLOT_PATTERN.sub(lambda slot: filled[int(slot[1])], words).strip()


def build_template(parts: Iterable[str]) -> tuple[str, list[str]]:
    """The author's words with numbered slots, and what belongs into them."""
    template, filled = "", list[str]()
    for part in parts:
        if isinstance(part, FilledText):
            template += f"{SLOT}{len(filled)}{SLOT}"
            filled.append(str(part))
        else:
            # An author's own character of that kind would be read as the beginning of a slot.
            template += part.replace(SLOT, "")
    return template, filled


@dataclass(frozen=True, slots=True)
class RenderedMarkup:
    """A template as HTML and as bare words."""

    html: str
    plain: str


@lru_cache(maxsize=4096)
def render_markup(template: str) -> RenderedMarkup:
    """An author's template, read as markup."""
    if not MARKUP_SIGNS & set(template):
        return RenderedMarkup(escape_html(template), template)
    writing = MarkupWriter()
    # Headings are blocks, which a parser of single lines does not see.
    text = HEADING_PATTERN.sub(r"<b>\1</b>", template)
    for token in MARKDOWN_PARSER.parseInline(text)[0].children or []:
        writing.add_token(token)
    while writing.within:
        writing.close_tag(writing.within[-1])
    return RenderedMarkup("".join(writing.html), "".join(writing.words))


class MarkupWriter:
    """Puts tokens together; a tag that ends, ends what was opened inside it."""

    def __init__(self) -> None:
        self.html: list[str] = []
        self.words: list[str] = []
        self.within: list[str] = []
        self.address = ""

    def add_token(self, token: Token) -> None:
        """One token of markdown-it."""
        match token.type:
            case "strong_open" | "em_open":
                self.open_tag("b" if token.tag == "strong" else "i")
            case "strong_close" | "em_close":
                self.close_tag("b" if token.tag == "strong" else "i")
            case "link_open":
                self.address = str(token.attrs.get("href", "")).replace(ENCODED_SLOT, SLOT)
            case "link_close":
                self.add_text(f" ({self.address})" if is_web_address(self.address) else "")
            case "html_inline":
                self.add_tag(token.content)
            case _:
                self.add_text(token.content)

    def add_tag(self, written: str) -> None:
        """A tag of HTML: Telegram's, nothing, a new line, or the characters that it is made of."""
        found = TAG_PATTERN.fullmatch(written)
        name = found[2].lower() if found else ""
        if found is None or name not in TELEGRAM_TAGS:
            self.add_text(written)
            return
        if TELEGRAM_TAGS[name] and found[1]:
            self.close_tag(TELEGRAM_TAGS[name])
        elif TELEGRAM_TAGS[name]:
            self.open_tag(TELEGRAM_TAGS[name])
        if found[1] + name in LINE_BREAK_TAGS:
            self.add_text("\n")

    def open_tag(self, tag: str) -> None:
        if tag not in self.within:
            self.html.append(f"<{tag}>")
        self.within.append(tag)

    def close_tag(self, tag: str) -> None:
        ended = ""
        while tag in self.within and ended != tag:
            ended = self.within.pop()
            if ended not in self.within:
                self.html.append(f"</{ended}>")

    def add_text(self, words: str) -> None:
        self.html.append(escape_html(words))
        self.words.append(words)


def is_web_address(address: str) -> bool:
    """Whether an address leads to a web page."""
    return address.startswith(("https://", "http://"))
