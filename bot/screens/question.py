"""The card of one question."""

from __future__ import annotations

from bot.callbacks.interview_callbacks import ConfirmAnswer
from bot.screens.breadcrumbs import format_card_header
from bot.screens.card import Card, ViewState, build_navigation_row
from bot.screens.choice_buttons import build_choice_rows, format_full_labels
from bot.screens.date_picker import DATE_TIME_KINDS, build_date_picker
from bot.screens.instructions import (
    explain_answering,
    format_card_warning,
    format_present_answer,
    is_suggested,
)
from bot.screens.media import build_media_rows, format_guidance
from bot.screens.number_picker import build_counter_rows, build_range_rows
from bot.screens.screen import (
    Button,
    ButtonRows,
    Screen,
    format_bold,
    format_italic,
    join_paragraphs,
)
from bot.screens.table_question import draw_table_screen
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
    kind = card.question.kind
    if card.interview.is_display_only(card.key):
        label = "OK" if kind == "acknowledge" else card.t("Next ›")
        return ((Button(label, ConfirmAnswer(card.interview_id, card.encode_key(card.key))),),)
    if card.question.itemset:
        return build_choice_rows(card)
    if kind == "range":
        return build_range_rows(card)
    if kind == "integer" and "counter" in card.question.appearance:
        return build_counter_rows(card)
    return build_date_picker(card) if kind in DATE_TIME_KINDS else build_suggestion_rows(card)


def build_suggestion_rows(card: Card) -> ButtonRows:
    """What confirms the form's own suggestion where people type."""
    if not is_suggested(card):
        return ()
    return (
        (
            Button(
                card.t("Yes, that is right ›"),
                ConfirmAnswer(card.interview_id, card.encode_key(card.key)),
            ),
        ),
    )
