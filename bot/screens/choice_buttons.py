"""Choices as buttons: all of them, a page of them, or what a search left."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.callbacks.interview_callbacks import ClearChoices, ConfirmAnswer, SelectChoice, TickChoice
from bot.screens.card import Card, ListedChoice, build_paging_rows, has_long_list
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
    chosen = card.question.kind.split_choices(card.get_answer(card.key))
    buttons = [
        build_choice_button(card, one, chosen, numbered=wordy) for one in card.choice_page.shown
    ]
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
    return build_paging_rows(card, card.choice_page.page, card.choice_page.pages)


def build_confirm_rows(card: Card) -> ButtonRows:
    """What ends choosing among several: at once, or for a ranking when all have their place."""
    ref, ticked = card.encode_key(card.key), card.get_answer(card.key).split()
    if card.question.kind.choices is ChoiceMode.SEVERAL:
        return ((Button(format_done_label(card), ConfirmAnswer(card.interview_id, ref)),),)
    if not card.question.kind.is_ranked or not ticked:
        return ()
    again = Button(card.t("↺ Start over"), ClearChoices(card.interview_id, ref))
    whole = set(ticked) == card.offered.positions.keys()
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


def build_choice_button(
    card: Card, one: ListedChoice, chosen: Sequence[str], *, numbered: bool
) -> Button:
    """A choice: ticked or not, chosen or not, at which place of a ranking."""
    kind, ref = card.question.kind, card.encode_key(card.key)
    label = f"{one.number}) {one.label}" if numbered else one.label
    ticked = one.choice.value in chosen
    if not kind.takes_several:
        label = f"● {label}" if ticked else label
        return Button(
            truncate_text(label, BUTTON_LENGTH),
            SelectChoice(card.interview_id, ref, one.index),
        )
    if not kind.is_ranked:
        label = f"{'☑' if ticked else '☐'} {label}"
    elif ticked:
        label = f"{chosen.index(one.choice.value) + 1}. {label}"
    tick = TickChoice(card.interview_id, ref, one.index, int(not ticked))
    return Button(truncate_text(label, BUTTON_LENGTH), tick)


def has_long_labels(card: Card) -> bool:
    """Whether a choice is too long for its button, so that the card has to say all in full."""
    longest = BUTTON_LENGTH - MARK_LENGTH
    return any(len(one.label) > longest for one in card.choice_page.shown)


def format_full_labels(card: Card) -> str:
    """The choices that the buttons only begin, numbered as those are."""
    if card.interview.is_display_only(card.key) or not has_long_labels(card):
        return ""
    return "\n".join(
        f"{one.number}) {escape_html(truncate_text(one.label, FULL_LABEL_LENGTH))}"
        for one in card.choice_page.shown
    )


def explain_search(card: Card) -> str:
    """That a long list has pages and can be searched, or what a search left."""
    if card.view.matches is not None:
        return card.t("🔎 These fit what you typed:")
    if has_long_list(card):
        offered = len(card.offered.choices)
        return card.t("🔎 {n} choices: ▶ shows more, or type a part of the name.", n=offered)
    if card.question.kind.is_ranked and not card.get_answer(card.key):
        return card.t("Tap them in order, the first one first. Tap one again to take it out.")
    return ""
