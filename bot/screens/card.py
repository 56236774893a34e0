"""What drawing a card needs, and what every card has: how far one has got, where one can go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.callbacks import codec
from bot.screens.formatting import LOCALES, in_words
from bot.screens.markup import Filled, as_html, as_words
from bot.screens.screen import Button, bar
from bot.screens.uploads import counted
from bot.screens.workshop.workshop_page import Sight
from bot.translation import Texts
from survey.forms.model.questionnaire import UPLOADS, Choice, Question, Text
from survey.interview.interview import Interview
from survey.services.snapshot import Situation

#: Lists longer than this are shown in pages and can be searched by typing; 0 to 10 are not.
WHOLE = 11
A_PAGE = 8


@dataclass(frozen=True, slots=True)
class View:
    """How to look at a card; nothing of it is kept.

    ``found`` are choices that a search left; ``removing`` shows instances of which one shall go;
    ``files`` are the media that can be shown; ``sight`` is the page of a workshop's room.
    """

    page: int | None = None
    found: tuple[int, ...] | None = None
    removing: bool = False
    files: frozenset[str] = frozenset()
    sight: Sight = field(default_factory=Sight)


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that drawing a question needs, gathered once."""

    now: Situation
    made: Interview
    view: View
    t: Texts

    @property
    def key(self) -> str:
        return self.made.at

    @property
    def question(self) -> Question:
        return self.made.question(self.key)

    @property
    def id(self) -> int:
        return self.now.row.id if self.now.row else 0

    @property
    def language(self) -> str:
        return self.made.questionnaire.language(self.t.language)

    @property
    def locale(self) -> str:
        """How dates and numbers are written."""
        return LOCALES.get(self.t.language, "en_GB")

    def say(self, text: Text, key: str | None = None) -> str:
        """A text of the questionnaire in the person's language, its author's markup as HTML."""
        return as_html(self._parts(text, key))

    def plain(self, text: Text, key: str | None = None) -> str:
        """A text of the questionnaire for a button, without markup."""
        return as_words(self._parts(text, key))

    def _parts(self, text: Text, key: str | None) -> Iterator[str]:
        """The author's words, and what is filled in between them."""
        at = self.key if key is None else key
        for part in text.of(self.language):
            if isinstance(part, str):
                yield pyxforms_own(part, self.t)
            else:
                alone = Text({self.language: (part,)})
                yield Filled(self.made.form.text(alone, at, self.language))

    def ref(self, key: str) -> str:
        """How callback data names a question."""
        return codec.reference(self.made.questionnaire, key)

    def value(self, key: str) -> str:
        return self.made.form.value(key)


def pyxforms_own(words: str, t: Texts) -> str:
    """The author's words, but the two that ``or_other`` puts in, in the person's language."""
    own = {"Other": t("Other"), "Specify other.": t("What else? Please type it.")}
    return own.get(words, words)


def is_long(card: Card) -> bool:
    """Whether the choices do not fit on one card."""
    return len(card.made.form.choices(card.key)) > WHOLE


def page_with(made: Interview, key: str, value: str) -> int:
    """The page of a long list on which a choice stands."""
    offered = [choice.value for choice in made.form.choices(key)]
    return offered.index(value) // A_PAGE if value in offered and len(offered) > WHOLE else 0


def paging(
    card: Card, page: int, pages: int, tap: type[codec.Page | codec.Pick] = codec.Page
) -> tuple[tuple[Button, ...], ...]:
    """Earlier and later pages of a list, going round at its ends."""
    if pages < 2:
        return ()
    before, after = (page - 1) % pages, (page + 1) % pages
    here = Button(f"{page + 1}/{pages}", tap(card.id, page))
    return (
        (
            Button("◀", tap(card.id, before)),
            here,
            Button("▶", tap(card.id, after)),
        ),
    )


def progress(card: Card) -> str:
    """``7 of 25`` with a bar."""
    pages = card.made.pages()
    here = pages.index(card.made.page_of(card.key)) + 1
    counted = card.t("{here} of {total}", here=here, total=len(pages))
    return f"{counted}  {bar(here - 1, len(pages))}"


def navigation(card: Card) -> tuple[Button, ...]:
    """Back, skip, on: as far as each makes sense here."""
    pages = card.made.pages()
    row = []
    if pages.index(card.made.page_of(card.key)) > 0:
        row.append(Button(card.t("‹ Back"), codec.Back(card.id)))
    gone = not any(map(card.made.pends, card.made.rows(card.key)))
    if card.made.tells(card.key):
        return tuple(row)
    if not card.made.form.required(card.key) and (not gone or card.value(card.key)):
        label = card.t("🗑 Remove") if gone else card.t("Skip")
        row.append(Button(label, codec.Skip(card.id, card.ref(card.key))))
    if gone:
        onward = card.t("To the review ›") if card.made.through else card.t("Next ›")
        row.append(Button(onward, codec.Forward(card.id)))
    return tuple(row)


def answer_label(card: Card, key: str) -> str:
    """An answer as its person would say it; a dash where there is none."""
    question, value = card.made.question(key), card.value(key)
    if value and question.kind in UPLOADS:
        return counted(question.kind, card.t)
    if question.itemset is None or not value:
        return in_words(question, value, card.locale) if value else "–"
    return ", ".join(chosen_labels(card, key))


def chosen_labels(card: Card, key: str) -> list[str]:
    """What was chosen, numbered if it is a ranking."""
    question = card.made.question(key)
    labels = {choice.value: label_of(card, key, choice) for choice in card.made.listed(key)}
    said = [labels.get(one, one) for one in chosen(question, card.value(key))]
    if question.kind == "rank":
        return [f"{place}. {label}" for place, label in enumerate(said, 1)]
    return said


def label_of(card: Card, key: str, choice: Choice) -> str:
    """A choice's label in one line; its value where it has none."""
    if not card.made.question(key).choices:
        # What somebody answered in a repeat is no author's markup.
        said = card.made.form.text(choice.label, key, card.language)
    else:
        said = card.plain(choice.label, key)
    return " ".join(said.split()) or choice.value


def chosen(question: Question, value: str) -> list[str]:
    """The choices in a value: several stand with spaces between them."""
    if question.kind == "select_one":
        return [value] if value else []
    return value.split()
