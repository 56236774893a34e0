"""The short word that Telegram shows over the chat when a tap changed nothing."""

from __future__ import annotations

from html import unescape

from bot.screens.card import Card
from bot.screens.instructions import explain_answer_refusal
from bot.screens.view_state import ViewState
from bot.translation import Translator
from survey.interview.question_order import REVIEW
from survey.interview.steps import StepRefusalReason
from survey.services.snapshot import Notice, Snapshot


def format_toast(snapshot: Snapshot, t: Translator) -> str:
    """A short word for a tap that changed nothing; Telegram shows 200 characters."""
    if snapshot.notice is StepRefusalReason.STALE:
        return t("The card has changed. Please look at the newest one.")
    if snapshot.notice is StepRefusalReason.INCOMPLETE:
        return t("One question is still open.")
    if snapshot.notice is Notice.CLOSED:
        return t("This survey has closed.")
    if (
        snapshot.interview is None
        or snapshot.interview.position == REVIEW
        or snapshot.interview_row is None
    ):
        return ""
    return format_plain_refusal(Card(snapshot, snapshot.interview, ViewState(), t))


def format_plain_refusal(card: Card) -> str:
    """The reason without markup."""
    return unescape(explain_answer_refusal(card))[:200]
