"""The card of one question."""

from __future__ import annotations

from bot.screens.breadcrumbs import format_card_header
from bot.screens.card import Card, build_navigation_row
from bot.screens.choice_buttons import format_full_labels
from bot.screens.instructions import (
    explain_answering,
    format_card_warning,
    format_present_answer,
)
from bot.screens.media import build_media_rows, format_guidance
from bot.screens.question_controls import build_onward_rows, find_control
from bot.screens.screen import (
    ButtonRows,
    Screen,
    format_bold,
    format_italic,
    join_paragraphs,
)
from bot.screens.table_question import draw_table_screen
from bot.screens.view_state import ViewState
from bot.translation import Translator
from survey.interview.interview import Interview
from survey.services.snapshot import Snapshot


def draw_question_screen(now: Snapshot, made: Interview, view: ViewState, t: Translator) -> Screen:
    """The card that the person stands at."""
    card = Card(now, made, view, t)
    if made.find_page(card.key) != card.key:
        return draw_table_screen(card)
    body = join_paragraphs(
        format_card_header(card),
        format_card_warning(card),
        format_bold(card.render_html(card.question.label)),
        format_italic(card.render_html(card.question.hint)),
        format_guidance(card),
        format_full_labels(card),
        explain_answering(card),
        format_present_answer(card),
    )
    return Screen(
        body, (*build_media_rows(card), *build_answer_rows(card), build_navigation_row(card))
    )


def build_answer_rows(card: Card) -> ButtonRows:
    """The buttons that answer."""
    if card.interview.is_display_only(card.key):
        return build_onward_rows(card)
    return find_control(card.question).build_rows(card)
