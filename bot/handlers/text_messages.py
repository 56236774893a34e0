"""Residents and participants: what they type."""

from __future__ import annotations

from dataclasses import replace

from telegram import Update

from bot.handlers.context import Desk
from bot.handlers.participants import enter
from bot.handlers.participants import said as in_room
from bot.handlers.respondents import TICKED, asks, known, meant
from bot.screens.card import Card, View, label_of, page_with
from bot.screens.choice_buttons import is_wordy
from survey.boundaries import SMALLEST
from survey.forms.answers.date_parsing import day_in
from survey.forms.answers.stored_values import fits, matching, plain
from survey.forms.model.questionnaire import Question
from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.interview.steps import Reason
from survey.people import code_in
from survey.services.snapshot import Occasion, Situation, Told

#: What people type to say yes, in both languages.
YES = frozenset({"ya", "iya", "ya, saya setuju", "setuju", "saya setuju", "yes", "yes, i agree"})
#: What people type at a repeat's prompt for another instance, and for no more.
MORE = frozenset(
    {"ya", "iya", "ada", "ada lagi", "lagi", "masih", "masih ada", "tambah", "tambah lagi"}
    | {"yes", "add", "add another", "another", "more"}
)
ENOUGH = frozenset(
    {"tidak", "tidak ada", "tidak ada lagi", "cukup", "sudah", "selesai", "lanjut", "cukup lanjut"}
    | {"no", "none", "enough", "done", "next", "go on"}
)


async def said(desk: Desk, update: Update, text: str) -> None:
    """A text: a code, a yes, or an answer to the question on the card."""
    on, now = await known(desk, update)
    if code_in(text):
        joined = await enter(desk, on, now, text)
        no_code = joined.told in (Told.UNKNOWN_CODE, Told.GUESSED)
        if not no_code or not (asks(now) or now.in_room):
            desk.show(update, joined)
            return
        on, now = replace(on, seen=now), replace(now, told=joined.told if now.in_room else None)
    if now.in_room:
        await in_room(desk, update, on, now, text)
        return
    made = now.interview
    if now.row is None and now.wave is not None and text.strip().casefold() in YES:
        desk.show(update, await desk.survey.agree(on))
    elif made is not None and made.repeat(made.at) and now.row is not None and not made.rests:
        desk.show(update, await said_at_prompt(desk, on, now, text))
    elif made is None or not asks(now):
        desk.show(update, replace(now, told=Reason.KIND) if now.row is None else now)
    elif made.question(made.at).itemset is not None:
        await searched(desk, update, on, now, made, text)
    else:
        await written(desk, update, on, now, made, text)


async def written(
    desk: Desk, update: Update, on: Occasion, now: Situation, made: Interview, text: str
) -> None:
    """Typing an answer. Of a day and a time the day alone will do: the card then asks the time."""
    value = meant(on, made, made.at, text)
    question, at = made.question(made.at), on.at.astimezone(made.form.zone)
    day = day_in(text, at.date()) if question.kind == "datetime" else None
    if day and not fits(question, value):
        desk.show(update, now, View(page=int(f"{day:%Y%m%d}")))
    else:
        desk.show(update, await desk.survey.answer(on, made.at, value))


async def said_at_prompt(desk: Desk, on: Occasion, now: Situation, text: str) -> Situation:
    """Words for another instance, or for enough."""
    at = now.interview.at if now.interview else REVIEW
    words = plain(text)
    if words in MORE:
        return await desk.survey.add(on, at)
    if words in ENOUGH:
        return await desk.survey.enough(on, at)
    return replace(now, told=Reason.KIND)


async def searched(
    desk: Desk, update: Update, on: Occasion, now: Situation, made: Interview, text: str
) -> None:
    """Typing at a list: what fits alone is chosen, several are shown, none is said."""
    key, question = made.at, made.question(made.at)
    offered = [choice.value for choice in made.form.choices(key)]
    found = fitting(Card(now, made, View(), desk.words(update, now)), text)
    if not found and (smallest := place_named(made, question, text)):
        desk.show(update, await desk.survey.name_place(on, smallest))
    elif not found:
        desk.show(update, replace(now, told=Reason.CHOICE))
    elif len(found) > 1:
        numbers = tuple(number_of(made, key, offered[index]) for index in found)
        desk.show(update, now, View(found=numbers))
    elif question.kind in TICKED:
        chosen = offered[found[0]]
        ticked = chosen not in made.form.value(key).split()
        after = await desk.survey.tick(on, key, chosen, ticked)
        desk.show(update, after, View(page=page_with(made, key, chosen)))
    else:
        desk.show(update, await desk.survey.answer(on, key, offered[found[0]]))


def fitting(card: Card, text: str) -> list[int]:
    """Which of the choices on offer somebody means by typing ``text``.

    A number means what the card shows with it: a point of a table's scale, a label that is that
    number, the number before a label that was too long for its button.
    """
    choices = card.made.form.choices(card.key)
    labels = [label_of(card, card.key, choice) for choice in choices]
    if any(map(str.isalpha, text)):
        return matching(labels, text)
    if card.made.page_of(card.key) != card.key:
        labels = [choice.value for choice in choices]
    elif is_wordy(card):
        labels = [str(number) for number, _ in enumerate(choices, 1)]
    return [index for index, label in enumerate(labels) if label == text.strip()]


def place_named(made: Interview, question: Question, text: str) -> str | None:
    """The one smallest place that somebody means who names it where a larger one is asked."""
    if "place" not in question.own:
        return None
    lists = (q for q in made.questionnaire.questions if q.own.get("place") == SMALLEST)
    choices = [choice for each in lists for choice in each.choices]
    found = matching([c.label.plain(made.questionnaire.languages[0]) for c in choices], text)
    return choices[found[0]].value if len(found) == 1 else None


def number_of(made: Interview, key: str, value: str) -> int:
    """The place of a choice in the whole list."""
    return next(n for n, choice in enumerate(made.listed(key)) if choice.value == value)
