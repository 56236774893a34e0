"""What drawing a card needs, and what every card has: how far one has got, where one can go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.callbacks.interview_callbacks import (
    GoBack,
    GoForward,
    ShowPage,
    ShowRemovalPage,
    SkipQuestion,
)
from bot.callbacks.question_keys import encode_question_key
from bot.screens.markup import (
    FilledText,
    render_fixed_words,
    render_plain_text,
    render_telegram_html,
)
from bot.screens.screen import Button, draw_progress_bar
from bot.screens.view_state import ViewState
from bot.translation import Translator
from survey.catalogue import get_babel_locale
from survey.forms.model.questionnaire import Choice, ChoiceList, Question, Text
from survey.interview.interview import Interview
from survey.services.snapshot import Snapshot

#: Lists longer than this are shown in pages and can be searched by typing; 0 to 10 are not.
MAX_UNPAGED_CHOICES = 11
ITEMS_PER_PAGE = 8


@dataclass(frozen=True, slots=True)
class ListedChoice:
    """A choice on the card: its number among those listed now, its index in the whole list."""

    number: int
    index: int
    choice: Choice
    label: str


@dataclass(frozen=True, slots=True)
class ChoicePage:
    """The choices on the card: a page of the list, or of what a search left."""

    shown: tuple[ListedChoice, ...]
    page: int = 0
    pages: int = 1


@dataclass(frozen=True)
class Card:
    """Everything that drawing a question needs, gathered once."""

    snapshot: Snapshot
    interview: Interview
    view: ViewState
    t: Translator

    @cached_property
    def key(self) -> str:
        return self.interview.position

    @cached_property
    def question(self) -> Question:
        return self.interview.find_question(self.key)

    @property
    def interview_id(self) -> int:
        return self.snapshot.interview_row.id if self.snapshot.interview_row else 0

    @cached_property
    def language(self) -> str:
        return self.interview.questionnaire.match_language(self.t.language)

    @cached_property
    def locale(self) -> str:
        """How dates and numbers are written."""
        return get_babel_locale(self.t.language)

    @cached_property
    def choice_page(self) -> ChoicePage:
        """The choices that are shown now: those on offer, or those that a search left."""
        whole, offered = self.interview.get_whole_list(self.key), self.offered.choices
        if self.view.matches is not None:
            found = frozenset(self.view.matches)
            offered = tuple(c for c in offered if whole.positions[c.value] in found)
        page, pages = 0, 1
        if len(offered) > MAX_UNPAGED_CHOICES:
            pages = -(-len(offered) // ITEMS_PER_PAGE)
            page = min(self.view.page or 0, pages - 1)
            offered = offered[page * ITEMS_PER_PAGE : (page + 1) * ITEMS_PER_PAGE]
        shown = (
            # Of a code that stands twice the first place counts, as for whoever looks for it.
            ListedChoice(
                number, whole.positions[c.value], c, format_choice_label(self, self.key, c)
            )
            for number, c in enumerate(offered, page * ITEMS_PER_PAGE + 1)
        )
        return ChoicePage(tuple(shown), page, pages)

    @property
    def offered(self) -> ChoiceList:
        """What the select offers."""
        return self.interview.form.get_choice_list(self.key)

    def render_html(self, text: Text, key: str | None = None) -> str:
        """A text of the questionnaire in the person's language, its author's markup as HTML."""
        fixed = self._find_fixed_words(text)
        if fixed is not None:
            return render_fixed_words(fixed).html
        return render_telegram_html(self._parts(text, key))

    def render_plain(self, text: Text, key: str | None = None) -> str:
        """A text of the questionnaire for a button, without markup."""
        fixed = self._find_fixed_words(text)
        if fixed is not None:
            return render_fixed_words(fixed).plain
        return render_plain_text(self._parts(text, key))

    def _find_fixed_words(self, text: Text) -> str | None:
        """The words of a text in which nothing is filled in; None for any other."""
        parts = text.get_parts(self.language)
        if not parts:
            return ""
        if len(parts) > 1 or not isinstance(parts[0], str):
            return None
        return translate_or_other(parts[0], self.t)

    def _parts(self, text: Text, key: str | None) -> Iterator[str]:
        """The author's words, and what is filled in between them."""
        at = self.key if key is None else key
        for part in text.get_parts(self.language):
            if isinstance(part, str):
                yield translate_or_other(part, self.t)
            else:
                alone = Text({self.language: (part,)})
                yield FilledText(self.interview.form.render_text(alone, at, self.language))

    def encode_key(self, key: str) -> str:
        """How callback data names a question."""
        return encode_question_key(self.interview.questionnaire, key)

    def get_answer(self, key: str) -> str:
        return self.interview.form.get_value(key)


def translate_or_other(words: str, t: Translator) -> str:
    """The author's words, but the two that ``or_other`` puts in, in the person's language."""
    if words == "Other":
        return t("Other")
    return t("What else? Please type it.") if words == "Specify other." else words


def has_long_list(card: Card) -> bool:
    """Whether the choices do not fit on one card."""
    return len(card.offered.choices) > MAX_UNPAGED_CHOICES


def find_choice_page(made: Interview, key: str, value: str) -> int:
    """The page of a long list on which a choice stands."""
    offered = made.form.get_choice_list(key)
    if len(offered.choices) <= MAX_UNPAGED_CHOICES:
        return 0
    return offered.positions.get(value, 0) // ITEMS_PER_PAGE


def build_paging_rows(
    card: Card,
    page: int,
    pages: int,
    tap: type[ShowPage | ShowRemovalPage] = ShowPage,
) -> tuple[tuple[Button, ...], ...]:
    """Earlier and later pages of a list, going round at its ends."""
    if pages < 2:
        return ()
    before, after = (page - 1) % pages, (page + 1) % pages
    here = Button(f"{page + 1}/{pages}", tap(card.interview_id, page))
    return (
        (
            Button("◀", tap(card.interview_id, before)),
            here,
            Button("▶", tap(card.interview_id, after)),
        ),
    )


def format_interview_progress(card: Card) -> str:
    """``7 of 25`` with a bar."""
    here, total = (
        card.interview.find_page_number(card.key),
        len(card.interview.question_order.pages),
    )
    counted = card.t("{here} of {total}", here=here + 1, total=total)
    return f"{counted}  {draw_progress_bar(here, total)}"


def build_navigation_row(card: Card) -> tuple[Button, ...]:
    """Back, skip, on: as far as each makes sense here."""
    row = []
    if card.interview.find_page_number(card.key) > 0:
        row.append(Button(card.t("‹ Back"), GoBack(card.interview_id)))
    gone = not any(map(card.interview.is_pending, card.interview.list_card_keys(card.key)))
    if card.interview.is_display_only(card.key):
        return tuple(row)
    if not card.interview.form.is_required(card.key) and (not gone or card.get_answer(card.key)):
        label = card.t("🗑 Remove") if gone else card.t("Skip")
        row.append(Button(label, SkipQuestion(card.interview_id, card.encode_key(card.key))))
    if gone:
        onward = card.t("To the review ›") if card.interview.has_visited_all else card.t("Next ›")
        row.append(Button(onward, GoForward(card.interview_id)))
    return tuple(row)


def list_chosen_labels(card: Card, key: str) -> list[str]:
    """What was chosen, numbered if it is a ranking."""
    question = card.interview.find_question(key)
    chosen = question.kind.split_choices(card.get_answer(key))
    said = [name_chosen_value(card, key, value) for value in chosen]
    if question.kind.is_ranked:
        return [f"{place}. {label}" for place, label in enumerate(said, 1)]
    return said


def name_chosen_value(card: Card, key: str, value: str) -> str:
    """The label of the choice that a value means; the value itself if there is none."""
    itemset = card.interview.find_question(key).itemset
    found = itemset.choices_by_value.get(value, ()) if itemset else ()
    if len(found) != 1:
        # A code that stands twice in a list means the choice that is on offer.
        offered = card.interview.form.list_choices(key)
        found = (*found, *(choice for choice in offered if choice.value == value))
    return format_choice_label(card, key, found[-1]) if found else value


def format_choice_label(card: Card, key: str, choice: Choice) -> str:
    """A choice's label in one line; its value where it has none."""
    itemset = card.interview.find_question(key).itemset
    if itemset is None or not itemset.all_choices:
        # What somebody answered in a repeat is no author's markup.
        said = card.interview.form.render_text(choice.label, key, card.language)
    else:
        said = card.render_plain(choice.label, key)
    return " ".join(said.split()) or choice.value
