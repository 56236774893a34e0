"""Choices as buttons: all of them, a page of them, or what a search left."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.callbacks.interview_callbacks import ClearChoices, ConfirmAnswer, SelectChoice, TickChoice
from bot.screens.card import (
    ITEMS_PER_PAGE,
    MAX_UNPAGED_CHOICES,
    Card,
    build_paging_rows,
    format_choice_label,
    has_long_list,
)
from bot.screens.screen import (
    BUTTON_LENGTH,
    Button,
    ButtonRows,
    arrange_in_column,
    arrange_in_pairs,
    arrange_in_rows,
    escape_html,
    truncate_text,
)
from survey.forms.answers.kind_definition import ChoiceMode
from survey.forms.model.questionnaire import Choice

#: Appearances that put short choices side by side.
SIDE_BY_SIDE = re.compile(r"columns(-pack|-\d+)?|horizontal(-compact)?|(quick)?compact(-\d+)?")
#: Labels up to this are points of a scale, which stand in one row.
POINT_LENGTH = 4
#: What a mark before a label takes; how much of a label the card itself says.
MARK_LENGTH = 2
FULL_LABEL_LENGTH = 250


def build_choice_rows(card: Card) -> ButtonRows:
    """The choices of a select, a page of them if there are many."""
    wordy = has_long_labels(card)
    buttons = [build_choice_button(card, one, numbered=wordy) for one in list_visible_choices(card)]
    return arrange_choices(card, buttons) + build_list_paging(card) + build_confirm_rows(card)


def arrange_choices(card: Card, buttons: list[Button]) -> ButtonRows:
    """Buttons in rows as the author wants it and as far as their labels fit."""
    appearance = card.question.appearance
    if "likert" in appearance or card.question.kind.is_ranked:
        points = all(len(button.label) <= POINT_LENGTH for button in buttons)
        return arrange_in_rows(buttons) if points else arrange_in_column(buttons)
    return (
        arrange_in_rows(buttons)
        if any(map(SIDE_BY_SIDE.fullmatch, appearance))
        else arrange_in_pairs(buttons)
    )


def build_list_paging(card: Card) -> ButtonRows:
    """To other pages of a long list."""
    offered = list_matching_choices(card)
    if len(offered) <= MAX_UNPAGED_CHOICES:
        return ()
    return build_paging_rows(
        card, find_list_page(card, offered), -(-len(offered) // ITEMS_PER_PAGE)
    )


def build_confirm_rows(card: Card) -> ButtonRows:
    """What ends choosing among several: at once, or for a ranking when all have their place."""
    ref, ticked = card.encode_key(card.key), card.get_answer(card.key).split()
    if card.question.kind.choices is ChoiceMode.SEVERAL:
        return ((Button(format_done_label(card), ConfirmAnswer(card.interview_id, ref)),),)
    if not card.question.kind.is_ranked or not ticked:
        return ()
    again = Button(card.t("↺ Start over"), ClearChoices(card.interview_id, ref))
    whole = set(ticked) == {choice.value for choice in card.interview.form.list_choices(card.key)}
    done = Button(card.t("Done ›"), ConfirmAnswer(card.interview_id, ref))
    return ((again, done),) if whole else ((again,),)


def format_done_label(card: Card) -> str:
    """That choosing is done, with how many of how many where there is a limit."""
    limit, ticked = (
        card.question.suara_attributes.get("limit"),
        len(card.get_answer(card.key).split()),
    )
    done = card.t("Done choosing ›")
    return f"{done} ({ticked}/{limit})" if limit else done


@dataclass(frozen=True, slots=True)
class ListedChoice:
    """A choice on offer: its number among those listed now, and its index in the whole list."""

    number: int
    index: int
    choice: Choice


def list_matching_choices(card: Card) -> list[ListedChoice]:
    """Choices on offer; those that a search left if there was one."""
    # Of a code that stands twice the first place counts, as for whoever looks for it.
    numbered = list(enumerate(card.interview.list_choices(card.key)))
    index = {choice.value: n for n, choice in reversed(numbered)}
    offered, found = card.interview.form.list_choices(card.key), card.view.matches
    fitting = [c for c in offered if found is None or index[c.value] in found]
    return [ListedChoice(number, index[c.value], c) for number, c in enumerate(fitting, 1)]


def find_list_page(card: Card, offered: list[ListedChoice]) -> int:
    """The page of a long list to show."""
    return min(card.view.page or 0, -(-len(offered) // ITEMS_PER_PAGE) - 1)


def list_visible_choices(card: Card) -> list[ListedChoice]:
    """The choices on the card now."""
    offered = list_matching_choices(card)
    if len(offered) <= MAX_UNPAGED_CHOICES:
        return offered
    first = find_list_page(card, offered) * ITEMS_PER_PAGE
    return offered[first : first + ITEMS_PER_PAGE]


def build_choice_button(card: Card, one: ListedChoice, *, numbered: bool) -> Button:
    """A choice: ticked or not, chosen or not, at which place of a ranking."""
    label, kind, ref = (
        format_choice_label(card, card.key, one.choice),
        card.question.kind,
        card.encode_key(card.key),
    )
    label = f"{one.number}) {label}" if numbered else label
    ticks = kind.split_choices(card.get_answer(card.key))
    ticked = one.choice.value in ticks
    if not kind.takes_several:
        label = f"● {label}" if ticked else label
        return Button(
            truncate_text(label, BUTTON_LENGTH),
            SelectChoice(card.interview_id, ref, one.index),
        )
    if not kind.is_ranked:
        label = f"{'☑' if ticked else '☐'} {label}"
    elif ticked:
        label = f"{ticks.index(one.choice.value) + 1}. {label}"
    tick = TickChoice(card.interview_id, ref, one.index, int(not ticked))
    return Button(truncate_text(label, BUTTON_LENGTH), tick)


def has_long_labels(card: Card) -> bool:
    """Whether a choice is too long for its button, so that the card has to say all in full."""
    return any(
        len(format_choice_label(card, card.key, one.choice)) > BUTTON_LENGTH - MARK_LENGTH
        for one in list_visible_choices(card)
    )


def format_full_labels(card: Card) -> str:
    """The choices that the buttons only begin, numbered as those are."""
    if card.interview.is_display_only(card.key) or not has_long_labels(card):
        return ""
    said = (
        (one.number, format_choice_label(card, card.key, one.choice))
        for one in list_visible_choices(card)
    )
    return "\n".join(
        f"{number}) {escape_html(truncate_text(label, FULL_LABEL_LENGTH))}"
        for number, label in said
    )


def explain_search(card: Card) -> str:
    """That a long list has pages and can be searched, or what a search left."""
    if card.view.matches is not None:
        return card.t("🔎 These fit what you typed:")
    if has_long_list(card):
        offered = len(card.interview.form.list_choices(card.key))
        return card.t("🔎 {n} choices: ▶ shows more, or type a part of the name.", n=offered)
    if card.question.kind.is_ranked and not card.get_answer(card.key):
        return card.t("Tap them in order, the first one first. Tap one again to take it out.")
    return ""
