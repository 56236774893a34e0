"""What authors write in labels (Markdown and HTML), read as markup: the bare words of it. Pure.

Whoever draws a label with its bold and italics derives from ``LabelWriter``; files and tables take
the words that people read.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeVar

from markdown_it import MarkdownIt
from markdown_it.token import Token

from survey.forms.model.questionnaire import Text

HEADING_PATTERN = re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*$", re.MULTILINE)
TAG_PATTERN = re.compile(r"<(/?)([a-z]+[1-6]?)\b[^>]*>", re.IGNORECASE)
#: Signs without which there is no markup at all.
MARKUP_SIGNS = frozenset("*_#[<&\\")
#: Nothing but what stands within a line: a label that begins with “1.” or “-” stays as it was
#: typed.
MARKDOWN_PARSER = MarkdownIt("zero", {"html": True}).enable(
    ["emphasis", "link", "escape", "html_inline", "entity"]
)
#: Tags of HTML -> what they do: bold, italic, underlined, struck out; an empty one does nothing.
LABEL_TAGS = {
    **dict.fromkeys(("b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"), "b"),
    **dict.fromkeys(("i", "em"), "i"),
    **dict.fromkeys(("u", "ins"), "u"),
    **dict.fromkeys(("s", "del", "strike"), "s"),
    **dict.fromkeys(("span", "p", "div", "font", "center", "small", "big", "br"), ""),
}
#: Tags after which a new line begins: as they end, or as they stand.
LINE_BREAK_TAGS = frozenset({"/p", "/div", "br", "/h1", "/h2", "/h3", "/h4", "/h5", "/h6"})
#: Stands for what depends on the answers.
ELLIPSIS = "…"
Writer = TypeVar("Writer", bound="LabelWriter")


class LabelWriter:
    """Takes the tokens of a label and puts its words together."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.address = ""

    def add_token(self, token: Token) -> None:
        """One token of markdown-it."""
        match token.type:
            case "strong_open" | "em_open":
                self.open_tag("b" if token.tag == "strong" else "i")
            case "strong_close" | "em_close":
                self.close_tag("b" if token.tag == "strong" else "i")
            case "link_open":
                self.address = self.read_address(str(token.attrs.get("href", "")))
            case "link_close":
                self.add_text(f" ({self.address})" if is_web_address(self.address) else "")
            case "html_inline":
                self.add_tag(token.content)
            case _:
                self.add_text(token.content)

    def add_tag(self, written: str) -> None:
        """A tag of HTML: one of ``LABEL_TAGS``, a new line, or the characters it is made of."""
        found = TAG_PATTERN.fullmatch(written)
        name = found[2].lower() if found else ""
        if found is None or name not in LABEL_TAGS:
            self.add_text(written)
            return
        if LABEL_TAGS[name] and found[1]:
            self.close_tag(LABEL_TAGS[name])
        elif LABEL_TAGS[name]:
            self.open_tag(LABEL_TAGS[name])
        if found[1] + name in LINE_BREAK_TAGS:
            self.add_text("\n")

    def read_address(self, address: str) -> str:
        """The address of a link as it is to be shown."""
        return address

    def open_tag(self, tag: str) -> None:
        """From here on it is bold, italic …: nothing to do for bare words."""

    def close_tag(self, tag: str) -> None:
        """Up to here it was."""

    def add_text(self, words: str) -> None:
        """Words as they are read."""
        self.words.append(words)


def write_label(template: str, writer: Writer) -> Writer:
    """Give the writer all tokens of a label, and give it back."""
    # Headings are blocks, which a parser of single lines does not see.
    text = HEADING_PATTERN.sub(r"<b>\1</b>", template)
    for token in MARKDOWN_PARSER.parseInline(text)[0].children or []:
        writer.add_token(token)
    return writer


def is_web_address(address: str) -> bool:
    """Whether an address leads to a web page."""
    return address.startswith(("https://", "http://"))


@lru_cache(maxsize=1 << 14)
def strip_markup(written: str) -> str:
    """The words of a label as people read them, in one line, without markup."""
    if MARKUP_SIGNS & set(written):
        written = "".join(write_label(written, LabelWriter()).words)
    return " ".join(written.split())


def read_label_words(text: Text, language: str) -> str:
    """The words of a text in a language without markup; an ellipsis for what answers decide."""
    parts = text.get_parts(language)
    return strip_markup("".join(part if isinstance(part, str) else ELLIPSIS for part in parts))
