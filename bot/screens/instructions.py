"""What a card says besides its question: what was not taken and why, how to answer."""

from __future__ import annotations

from decimal import Decimal

from bot.screens.card import Card, format_answer, has_long_list, list_chosen_labels
from bot.screens.date_picker import DATE_TIME_KINDS, explain_date_picker, format_date_example
from bot.screens.formatting import localize_number
from bot.screens.number_picker import format_bounds, has_button_for_each
from bot.screens.screen import escape_html, truncate_text
from bot.screens.uploads import confirm_upload, explain_expected_file, explain_upload
from bot.translation import Translator
from survey.forms.model.questionnaire import UPLOADS
from survey.interview.steps import StepRefusalReason
from survey.people import Role
from survey.services.snapshot import FileTooLarge, Notice, Snapshot, WorkshopLeft


def format_card_warning(card: Card) -> str:
    """Why the last thing was not taken."""
    if card.snapshot.notice is Notice.PLACED:
        return card.t(
            "📍 {place}. Wrong? Tap ‹ Back.", place=escape_html(format_understood_place(card))
        )
    said = explain_file_refusal(card.snapshot, card.t) or explain_answer_refusal(card)
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
        return t("There is no room for another one.")
    if told is Notice.EDITED:
        return t("Editing a message does not change your answer: tap ‹ Back for that.")
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
            return t("That code was used up. Please ask the secretariat for another one.")
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
    match card.question.kind:
        case _ if card.question.itemset or card.interview.is_display_only(card.key):
            return card.t("Please tap one of the buttons.")
        case kind if kind in UPLOADS:
            return explain_expected_file(kind, card.t)
        case "geopoint":
            return card.t("Please share a location (📎 → Location), or type a point: -6.2, 106.8")
        case "integer":
            return card.t("Please type a whole number, such as 12.")
        case "decimal":
            half = localize_number(Decimal("2.5"), card.locale)
            return card.t("Please type a number, such as {example}.", example=half)
        case "range":
            return card.t(
                "That is not among these numbers: {numbers}.", numbers=format_bounds(card)
            )
        case kind if kind in DATE_TIME_KINDS:
            return card.t(
                "We could not read that. Please tap it, or type it like this: {example}",
                example=format_date_example(card),
            )
        case _ if "numbers" in card.question.appearance:
            return card.t("Please type digits only.")
        case _:
            return card.t("Please type your answer as a text.")


def explain_answering(card: Card) -> str:
    """How to answer, where the buttons do not say it."""
    kind = card.question.kind
    if card.interview.is_display_only(card.key):
        return ""
    if kind in UPLOADS:
        return explain_upload(kind, card.t)
    if kind == "geopoint":
        return card.t("📍 Share a location: 📎 → Location. This exact point is kept.")
    if kind in DATE_TIME_KINDS:
        return explain_date_picker(card)
    if kind == "range":
        numbers = format_bounds(card)
        each = has_button_for_each(card)
        return "" if each else card.t("⌨️ Tap, or type a number: {numbers}.", numbers=numbers)
    if kind == "integer":
        counts = "counter" in card.question.appearance
        simply = card.t("⌨️ Type a number and send it.")
        return card.t("⌨️ Tap, or type a number and send it.") if counts else simply
    if kind == "decimal":
        return card.t("⌨️ Type a number and send it; decimals are fine.")
    return explain_search(card) if card.question.itemset else explain_typing(card)


def explain_typing(card: Card) -> str:
    """How to answer with a text."""
    appearance = card.question.appearance
    if card.question.kind == "barcode":
        return card.t("⌨️ Type the number below the bars and send it.")
    if "numbers" in appearance:
        return card.t("⌨️ Type the digits and send them.")
    if "url" in appearance:
        return card.t("⌨️ Type the address and send it, such as https://jakarta.go.id")
    if "multiline" in appearance:
        return card.t("⌨️ Type your answer and send it; several lines are fine.")
    return card.t("⌨️ Type your answer and send it.")


def explain_search(card: Card) -> str:
    """That a long list has pages and can be searched, or what a search left."""
    if card.view.matches is not None:
        return card.t("🔎 These fit what you typed:")
    if has_long_list(card):
        offered = len(card.interview.form.list_choices(card.key))
        return card.t("🔎 {n} choices: ▶ shows more, or type a part of the name.", n=offered)
    if card.question.kind == "rank" and not card.get_answer(card.key):
        return card.t("Tap them in order, the first one first. Tap one again to take it out.")
    return ""


def format_present_answer(card: Card) -> str:
    """An answer given before, where no button shows it."""
    value = card.get_answer(card.key)
    if card.interview.is_display_only(card.key):
        said = (
            format_answer(card, card.key) if value and card.question.kind != "acknowledge" else ""
        )
        return escape_html(truncate_text(said, 1000))
    if card.question.kind == "rank":
        return escape_html("\n".join(list_chosen_labels(card, card.key)))
    if not value or card.question.itemset:
        return ""
    if card.question.kind in UPLOADS:
        return confirm_upload(card.question.kind, card.snapshot.file_sizes.get(value, 0), card.t)
    said = escape_html(truncate_text(format_answer(card, card.key), 1000))
    if is_suggested(card):
        return card.t("Filled in already: {answer}", answer=said)
    return card.t("Your answer: {answer}", answer=said)


def is_suggested(card: Card) -> bool:
    """Whether the form filled the answer in by itself, and the person has not said a word."""
    return bool(card.get_answer(card.key)) and card.key not in card.interview.visited
