"""What a card says besides its question: what was not taken and why, how to answer."""

from __future__ import annotations

from bot.screens.card import Card, has_long_list
from bot.screens.question_controls import (
    LONGEST_PRESENT_ANSWER,
    ask_for_tap,
    find_control,
    format_answer,
)
from bot.screens.screen import escape_html, truncate_text
from bot.translation import Translator
from survey.interview.steps import StepRefusalReason
from survey.people import Role
from survey.services.snapshot import FileTooLarge, Notice, Snapshot, WorkshopLeft


def format_card_warning(card: Card) -> str:
    """Why the last thing was not taken."""
    if card.snapshot.notice is Notice.PLACED:
        return card.t(
            "📍 {place}. Wrong? Tap ‹ Back.", place=escape_html(format_understood_place(card))
        )
    now, t = card.snapshot, card.t
    said = explain_lost_message(now, t) or explain_file_refusal(now, t)
    said = said or explain_answer_refusal(card)
    return f"⚠️ {said}" if said else explain_code_result(card.snapshot, card.t)


def format_understood_place(card: Card) -> str:
    """The place that was understood, the smallest first."""
    keys = [
        key
        for key in card.interview.list_question_keys()
        if "place" in card.interview.find_question(key).suara_attributes
    ]
    return ", ".join(format_answer(card, key) for key in reversed(keys))


def explain_answer_refusal(card: Card) -> str:
    """What to say about something that was not taken."""
    told, t = card.snapshot.notice, card.t
    if told is StepRefusalReason.FULL:
        return t("That is the most there can be.")
    if card.interview.find_repeat(card.key):
        unfit = told in (StepRefusalReason.KIND, StepRefusalReason.REQUIRED)
        return t("Please tap one of the buttons below.") if unfit else ""
    bind = card.question.bind
    if told is StepRefusalReason.CONSTRAINT:
        own = card.render_html(bind.constraint_message)
        return own or t("That value does not fit here. Please try another one.")
    if told is StepRefusalReason.REQUIRED:
        return card.render_html(bind.required_message) or t("Please answer this one first.")
    if told is StepRefusalReason.KIND:
        return explain_expected_kind(card)
    if told is StepRefusalReason.CHOICE:
        if has_long_list(card) or "place" in card.question.suara_attributes:
            return t("That is not on the list. Tap a button, or type a part of its name.")
        return t("Please tap one of the buttons below.")
    if told is Notice.OUTSIDE:
        return t("That point is not in the city. Please choose from the list.")
    return ""


def explain_lost_message(now: Snapshot, t: Translator) -> str:
    """Why a message was no answer at all."""
    if now.notice is Notice.UNSEEN:
        return t(
            "Your message came before this question was on your screen, so it is not taken as its "
            "answer. Please answer it now."
        )
    if now.notice is Notice.EDITED:
        return t("Editing a message does not change your answer: tap ‹ Back for that.")
    return ""


def explain_file_refusal(now: Snapshot, t: Translator) -> str:
    """Why a file was not taken, where it would have fitted."""
    if now.notice is Notice.ALBUM:
        return t("One is enough: we keep the first one.")
    if isinstance(now.notice, FileTooLarge):
        return t("That file is too large: {n} MB at most.", n=now.notice.largest_mb)
    return ""


def explain_code_result(now: Snapshot, t: Translator) -> str:
    """What to tell a person about the code that they showed."""
    match now.notice:
        case Notice.JOINED if now.respondent.role is Role.FACILITATOR:
            return t("✅ Welcome! You take part as a facilitator.")
        case Notice.JOINED:
            return t("✅ Welcome! You take part as a participant.")
        case Notice.UNKNOWN_CODE:
            return t("We do not know that code. Please check it; it looks like AIR-2017.")
        case Notice.CODE_USED_UP:
            return t(
                "All places of that code are taken. Please ask the secretariat for another one."
            )
        case Notice.CODE_OVER:
            return t("That code is no longer valid. Please ask the secretariat for another one.")
        case Notice.GUESSED:
            return t("Too many wrong codes. Please wait ten minutes, or ask the facilitator.")
        case WorkshopLeft(code=code):
            return t(
                "You have left the workshop; your votes stay. To come back, type {code}.",
                code=escape_html(code),
            )
    return ""


def explain_expected_kind(card: Card) -> str:
    """What kind of answer the question takes."""
    if card.interview.is_display_only(card.key):
        return ask_for_tap(card)
    return find_control(card.question).explain_refusal(card)


def explain_answering(card: Card) -> str:
    """How to answer, where the buttons do not say it."""
    if card.interview.is_display_only(card.key):
        return ""
    return find_control(card.question).explain_answering(card)


def format_present_answer(card: Card) -> str:
    """An answer given before, where no button shows it."""
    if not card.interview.is_display_only(card.key):
        return find_control(card.question).present_answer(card)
    if not card.get_answer(card.key) or card.question.kind.confirmation:
        return ""
    return escape_html(truncate_text(format_answer(card, card.key), LONGEST_PRESENT_ANSWER))
