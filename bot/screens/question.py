"""The card of one question."""

from __future__ import annotations

from bot.callbacks import codec
from bot.screens.breadcrumbs import top
from bot.screens.card import Card, View, navigation
from bot.screens.choice_buttons import choice_rows, in_full
from bot.screens.date_picker import MOMENTS, picker
from bot.screens.instructions import how_to, is_suggested, standing, warning
from bot.screens.media import guidance, media_rows
from bot.screens.number_picker import counter_rows, range_rows
from bot.screens.screen import Button, Rows, Screen, bold, italic, paragraphs
from bot.screens.table_question import table
from bot.translation import Texts
from survey.interview.interview import Interview
from survey.services.snapshot import Situation


def question_screen(now: Situation, made: Interview, view: View, t: Texts) -> Screen:
    """The card that the person stands at."""
    card = Card(now, made, view, t)
    if made.page_of(card.key) != card.key:
        return table(card)
    body = paragraphs(
        top(card),
        warning(card),
        bold(card.say(card.question.label)),
        italic(card.say(card.question.hint)),
        guidance(card),
        in_full(card),
        how_to(card),
        standing(card),
    )
    return Screen(body, (*media_rows(card), *controls(card), navigation(card)))


def controls(card: Card) -> Rows:
    """The buttons that answer."""
    kind = card.question.kind
    if card.made.tells(card.key):
        label = "OK" if kind == "acknowledge" else card.t("Next ›")
        return ((Button(label, codec.Done(card.id, card.ref(card.key))),),)
    if card.question.itemset:
        return choice_rows(card)
    if kind == "range":
        return range_rows(card)
    if kind == "integer" and "counter" in card.question.appearance:
        return counter_rows(card)
    return picker(card) if kind in MOMENTS else as_filled_in(card)


def as_filled_in(card: Card) -> Rows:
    """What confirms the form's own suggestion where people type."""
    if not is_suggested(card):
        return ()
    return ((Button(card.t("Yes, that is right ›"), codec.Done(card.id, card.ref(card.key))),),)
