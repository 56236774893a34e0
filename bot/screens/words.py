"""What a card says besides its question: what was not taken and why, how to answer."""

from __future__ import annotations

from bot.screens.card import Card, answer_label, is_long
from bot.screens.screen import safe, shortened
from bot.texts import Texts
from survey.acts import Situation, Told
from survey.interview import TOLD, Reason
from survey.people import Role


def warning(card: Card) -> str:
    """Why the last thing was not taken."""
    if card.now.told is Told.PLACED:
        return card.t("📍 {place}. Wrong? Tap ‹ Back.", place=safe(placed(card)))
    said = reason(card)
    return f"⚠️ {said}" if said else about_code(card.now, card.t)


def placed(card: Card) -> str:
    """The place that was understood, the smallest first."""
    keys = [key for key in card.made.asked() if "place" in card.made.question(key).own]
    return ", ".join(answer_label(card, key) for key in reversed(keys))


def reason(card: Card) -> str:
    """What to say about something that was not taken."""
    told, t = card.now.told, card.t
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
    if told is Told.EDITED:
        return t("Editing a message does not change your answer: tap ‹ Back for that.")
    if told is Told.OUTSIDE:
        return t("That point is not in the city. Please choose from the list.")
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
    return ""


def kind_expected(card: Card) -> str:
    """What kind of answer the question takes."""
    match card.question.kind:
        case "integer":
            return card.t("Please type a whole number, such as 12.")
        case "decimal" | "range":
            return card.t("Please type a number, such as 2.5.")
        case kind if card.question.itemset or kind in TOLD:
            return card.t("Please tap one of the buttons.")
        case _:
            return card.t("Please type your answer as a text.")


def how_to(card: Card) -> str:
    """How to answer, where the buttons do not say it."""
    kind = card.question.kind
    if kind == "integer":
        return card.t("⌨️ Type a number and send it.")
    if kind in ("decimal", "range"):
        return card.t("⌨️ Type a number and send it; decimals are fine.")
    if card.question.itemset:
        return searching(card)
    return "" if kind in TOLD else card.t("⌨️ Type your answer and send it.")


def searching(card: Card) -> str:
    """That a long list has pages and can be searched, or what a search left."""
    if card.view.found is not None:
        return card.t("🔎 These fit what you typed:")
    if is_long(card):
        offered = len(card.made.form.choices(card.key))
        return card.t("🔎 {n} choices: ▶ shows more, or type a part of the name.", n=offered)
    return ""


def standing(card: Card) -> str:
    """An answer given before, where no button shows it."""
    value = card.value(card.key)
    if not value or card.question.itemset or card.question.kind in TOLD:
        return ""
    return card.t("Your answer: {answer}", answer=safe(shortened(value, 1000)))
