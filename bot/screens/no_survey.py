"""The screens of somebody for whom no survey is open, or whom we do not know."""

from __future__ import annotations

from bot.screens.instructions import explain_code_result
from bot.screens.screen import Screen, join_paragraphs
from bot.translation import Translator
from survey.services.snapshot import Snapshot


def draw_stranger_screen(t: Translator) -> Screen:
    """Somebody we do not know taps a card from before."""
    return Screen(t("Hello! Send /start to begin."))


def draw_no_survey_screen(snapshot: Snapshot, t: Translator) -> Screen:
    """There is nothing to answer just now."""
    return Screen(
        join_paragraphs(
            explain_code_result(snapshot, t),
            t("There is no open survey for you at the moment. Thank you for stopping by!"),
        )
    )


def draw_survey_closed_screen(t: Translator) -> Screen:
    """The wave ended while somebody was at it."""
    return Screen(
        t("This survey has closed. Your answers so far are saved. Thank you! /hapus deletes them.")
    )
