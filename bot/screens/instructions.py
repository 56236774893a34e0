"""What a card says besides its question: what was not taken and why, how to answer."""

from __future__ import annotations

from decimal import Decimal

from bot.screens.card import Card, answer_label, chosen_labels, is_long
from bot.screens.date_picker import MOMENTS, example, so_far
from bot.screens.formatting import number_words
from bot.screens.number_picker import bounds, has_each
from bot.screens.screen import safe, shortened
from bot.screens.uploads import file_expected, how_to_send, received
from bot.translation import Texts
from survey.forms.model.questionnaire import UPLOADS
from survey.interview.steps import Reason
from survey.people import Role
from survey.services.snapshot import Situation, Told


def warning(card: Card) -> str:
    """Why the last thing was not taken."""
    if card.now.told is Told.PLACED:
        return card.t("📍 {place}. Wrong? Tap ‹ Back.", place=safe(placed(card)))
    said = about_file(card.now, card.t) or reason(card)
    return f"⚠️ {said}" if said else about_code(card.now, card.t)


def placed(card: Card) -> str:
    """The place that was understood, the smallest first."""
    keys = [key for key in card.made.questions() if "place" in card.made.question(key).own]
    return ", ".join(answer_label(card, key) for key in reversed(keys))


def reason(card: Card) -> str:
    """What to say about something that was not taken."""
    told, t = card.now.told, card.t
    if told is Reason.FULL:
        return t("There is no room for another one.")
    if told is Told.EDITED:
        return t("Editing a message does not change your answer: tap ‹ Back for that.")
    if card.made.repeat(card.key):
        unfit = told in (Reason.KIND, Reason.REQUIRED)
        return t("Please tap one of the buttons below.") if unfit else ""
    bind = card.question.bind
    if told is Reason.CONSTRAINT:
        own = card.say(bind.constraint_message)
        return own or t("That value does not fit here. Please try another one.")
    if told is Reason.REQUIRED:
        return card.say(bind.required_message) or t("Please answer this one first.")
    if told is Reason.KIND:
        return kind_expected(card)
    if told is Reason.CHOICE:
        if is_long(card) or "place" in card.question.own:
            return t("That is not on the list. Tap a button, or type a part of its name.")
        return t("Please tap one of the buttons below.")
    if told is Told.OUTSIDE:
        return t("That point is not in the city. Please choose from the list.")
    return ""


def about_file(now: Situation, t: Texts) -> str:
    """Why a file was not taken, where it would have fitted."""
    if now.told is Told.ALBUM:
        return t("One is enough: we keep the first one.")
    if now.told is Told.TOO_LARGE:
        return t("That file is too large: {n} MB at most.", n=now.about)
    return ""


def about_code(now: Situation, t: Texts) -> str:
    """What to tell a person about the code that they showed."""
    match now.told:
        case Told.JOINED if now.who.role is Role.FACILITATOR:
            return t("✅ Welcome! You take part as a facilitator.")
        case Told.JOINED:
            return t("✅ Welcome! You take part as a participant.")
        case Told.UNKNOWN_CODE:
            return t("We do not know that code. Please check it; it looks like AIR-2017.")
        case Told.CODE_USED_UP:
            return t("That code was used up. Please ask the secretariat for another one.")
        case Told.GUESSED:
            return t("Too many wrong codes. Please wait ten minutes, or ask the facilitator.")
        case Told.LEFT:
            return t(
                "You have left the workshop; your votes stay. To come back, type {code}.",
                code=safe(now.about),
            )
    return ""


def kind_expected(card: Card) -> str:
    """What kind of answer the question takes."""
    match card.question.kind:
        case _ if card.question.itemset or card.made.tells(card.key):
            return card.t("Please tap one of the buttons.")
        case kind if kind in UPLOADS:
            return file_expected(kind, card.t)
        case "geopoint":
            return card.t("Please share a location (📎 → Location), or type a point: -6.2, 106.8")
        case "integer":
            return card.t("Please type a whole number, such as 12.")
        case "decimal":
            half = number_words(Decimal("2.5"), card.locale)
            return card.t("Please type a number, such as {example}.", example=half)
        case "range":
            return card.t("That is not among these numbers: {numbers}.", numbers=bounds(card))
        case kind if kind in MOMENTS:
            return card.t(
                "We could not read that. Please tap it, or type it like this: {example}",
                example=example(card),
            )
        case _ if "numbers" in card.question.appearance:
            return card.t("Please type digits only.")
        case _:
            return card.t("Please type your answer as a text.")


def how_to(card: Card) -> str:
    """How to answer, where the buttons do not say it."""
    kind = card.question.kind
    if card.made.tells(card.key):
        return ""
    if kind in UPLOADS:
        return how_to_send(kind, card.t)
    if kind == "geopoint":
        return card.t("📍 Share a location: 📎 → Location. This exact point is kept.")
    if kind in MOMENTS:
        return so_far(card)
    if kind == "range":
        numbers = bounds(card)
        each = has_each(card)
        return "" if each else card.t("⌨️ Tap, or type a number: {numbers}.", numbers=numbers)
    if kind == "integer":
        counts = "counter" in card.question.appearance
        simply = card.t("⌨️ Type a number and send it.")
        return card.t("⌨️ Tap, or type a number and send it.") if counts else simply
    if kind == "decimal":
        return card.t("⌨️ Type a number and send it; decimals are fine.")
    return searching(card) if card.question.itemset else how_to_type(card)


def how_to_type(card: Card) -> str:
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


def searching(card: Card) -> str:
    """That a long list has pages and can be searched, or what a search left."""
    if card.view.found is not None:
        return card.t("🔎 These fit what you typed:")
    if is_long(card):
        offered = len(card.made.form.choices(card.key))
        return card.t("🔎 {n} choices: ▶ shows more, or type a part of the name.", n=offered)
    if card.question.kind == "rank" and not card.value(card.key):
        return card.t("Tap them in order, the first one first. Tap one again to take it out.")
    return ""


def standing(card: Card) -> str:
    """An answer given before, where no button shows it."""
    value = card.value(card.key)
    if card.made.tells(card.key):
        said = answer_label(card, card.key) if value and card.question.kind != "acknowledge" else ""
        return safe(shortened(said, 1000))
    if card.question.kind == "rank":
        return safe("\n".join(chosen_labels(card, card.key)))
    if not value or card.question.itemset:
        return ""
    if card.question.kind in UPLOADS:
        return received(card.question.kind, card.now.files.get(value, 0), card.t)
    said = safe(shortened(answer_label(card, card.key), 1000))
    if is_suggested(card):
        return card.t("Filled in already: {answer}", answer=said)
    return card.t("Your answer: {answer}", answer=said)


def is_suggested(card: Card) -> bool:
    """Whether the form filled the answer in by itself, and the person has not said a word."""
    return bool(card.value(card.key)) and card.key not in card.made.gone
