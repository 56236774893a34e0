"""What drawing a card needs, and what every card has: how far one has got, where one can go."""

from __future__ import annotations

from dataclasses import dataclass

from bot import taps
from bot.screens.screen import Button, bar, safe
from bot.texts import Texts
from survey.acts import Situation
from survey.forms.questionnaire import Question, Text
from survey.interview import TOLD, Interview

#: Lists longer than this are shown in pages and can be searched by typing.
WHOLE = 10
A_PAGE = 8


@dataclass(frozen=True, slots=True)
class View:
    """How to look at a card; nothing of it is kept. ``found`` are choices that a search left."""

    page: int | None = None
    found: tuple[int, ...] | None = None


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

    def say(self, text: Text, key: str | None = None) -> str:
        """A text of the questionnaire in the person's language, safe for HTML."""
        return safe(self.made.form.text(text, self.key if key is None else key, self.language))

    def plain(self, text: Text, key: str | None = None) -> str:
        """A text of the questionnaire for a button."""
        return self.made.form.text(text, self.key if key is None else key, self.language)

    def ref(self, key: str) -> str:
        """How callback data names a question."""
        return taps.reference(self.made.questionnaire, key)

    def value(self, key: str) -> str:
        return self.made.form.value(key)


def is_long(card: Card) -> bool:
    """Whether the choices do not fit on one card."""
    return len(card.made.form.choices(card.key)) > WHOLE


def page_with(made: Interview, key: str, value: str) -> int:
    """The page of a long list on which a choice stands."""
    offered = [choice.value for choice in made.form.choices(key)]
    return offered.index(value) // A_PAGE if value in offered and len(offered) > WHOLE else 0


def paging(card: Card, page: int, pages: int) -> tuple[tuple[Button, ...], ...]:
    """Earlier and later pages of a list, going round at its ends."""
    if pages < 2:
        return ()
    before, after = (page - 1) % pages, (page + 1) % pages
    here = Button(f"{page + 1}/{pages}", taps.Page(card.id, page))
    return (
        (
            Button("◀", taps.Page(card.id, before)),
            here,
            Button("▶", taps.Page(card.id, after)),
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
        row.append(Button(card.t("‹ Back"), taps.Back(card.id)))
    gone = not any(map(card.made.pends, card.made.rows(card.key)))
    if card.question.kind in TOLD:
        return tuple(row)
    if not card.made.form.required(card.key) and (not gone or card.value(card.key)):
        label = card.t("🗑 Remove") if gone else card.t("Skip")
        row.append(Button(label, taps.Skip(card.id, card.ref(card.key))))
    if gone:
        onward = card.t("To the review ›") if card.made.through else card.t("Next ›")
        row.append(Button(onward, taps.Forward(card.id)))
    return tuple(row)


def answer_label(card: Card, key: str) -> str:
    """An answer as its person would say it; a dash where there is none."""
    question, value = card.made.question(key), card.value(key)
    if question.itemset is None or not value:
        return value or "–"
    labels = (card.made.form.label_of(question, one, key, card.language) for one in value.split())
    return ", ".join(labels)
