"""The card of one question."""

from __future__ import annotations

from bot import taps
from bot.screens.card import Card, View, navigation, progress
from bot.screens.lists import choice_rows
from bot.screens.screen import Button, Screen, bold, italic, paragraphs
from bot.screens.table import table
from bot.screens.words import how_to, standing, warning
from bot.texts import Texts
from survey.acts import Situation
from survey.interview import TOLD, Interview


def question_screen(now: Situation, made: Interview, view: View, t: Texts) -> Screen:
    """The card that the person stands at."""
    card = Card(now, made, view, t)
    if made.page_of(card.key) != card.key:
        return table(card)
    body = paragraphs(
        progress(card),
        warning(card),
        bold(card.say(card.question.label)),
        italic(card.say(card.question.hint)),
        how_to(card),
        standing(card),
    )
    return Screen(body, (*controls(card), navigation(card)))


def controls(card: Card) -> tuple[tuple[Button, ...], ...]:
    """The buttons that answer."""
    kind = card.question.kind
    if kind in TOLD:
        label = "OK" if kind == "acknowledge" else card.t("Next ›")
        return ((Button(label, taps.Done(card.id, card.ref(card.key))),),)
    return choice_rows(card) if card.question.itemset else ()
