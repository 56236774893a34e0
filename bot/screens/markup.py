"""What authors write in labels (ODK's Markdown and HTML) as Telegram's HTML, or as bare words.

Only the author's own words are read as markup. What is filled in between them, be it what a
respondent typed, stands in a numbered slot meanwhile and comes back harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.screens.screen import escape_html
from survey.label_markup import MARKUP_SIGNS, LabelWriter, write_label

#: Stands for something filled in, a number between two of them saying for what.
SLOT = "\ufffc"
SLOT_PATTERN = re.compile(f"{SLOT}(\\d+){SLOT}")
#: How a slot comes back from inside an address.
ENCODED_SLOT = "%EF%BF%BC"


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
    writing = write_label(template, MarkupWriter())
    while writing.within:
        writing.close_tag(writing.within[-1])
    return RenderedMarkup("".join(writing.html), "".join(writing.words))


@lru_cache(maxsize=4096)
def render_fixed_words(words: str) -> RenderedMarkup:
    """A text into which nothing is filled, as HTML and as bare words."""
    found = render_markup(words.replace(SLOT, ""))
    return RenderedMarkup(found.html.strip(), found.plain.strip())


class MarkupWriter(LabelWriter):
    """Puts Telegram's HTML together beside the words; a tag that ends, ends what it holds.

    Tags that do nothing are left out: Telegram knows ``<span>`` as a spoiler only, and refuses a
    whole message for any tag that it does not know (core.telegram.org/bots/api, "HTML style").
    """

    def __init__(self) -> None:
        super().__init__()
        self.html: list[str] = []
        self.within: list[str] = []

    def read_address(self, address: str) -> str:
        """The address, with what was filled into it in its slots again."""
        return address.replace(ENCODED_SLOT, SLOT)

    def open_tag(self, tag: str) -> None:
        """Begin it, once."""
        if tag not in self.within:
            self.html.append(f"<{tag}>")
        self.within.append(tag)

    def close_tag(self, tag: str) -> None:
        """End it, and before it what was opened inside it."""
        ended = ""
        while tag in self.within and ended != tag:
            ended = self.within.pop()
            if ended not in self.within:
                self.html.append(f"</{ended}>")

    def add_text(self, words: str) -> None:
        """Words, harmless in HTML."""
        super().add_text(words)
        self.html.append(escape_html(words))
