"""Residents and participants: what they type."""

from __future__ import annotations

from dataclasses import replace

from telegram import Update

from bot.handlers.context import HandlerContext
from bot.handlers.participants import enter_code
from bot.handlers.participants import handle_workshop_text as in_room
from bot.handlers.respondents import (
    accepts_text,
    interpret_text,
    welcome_and_read_request,
)
from bot.screens.card import Card, find_choice_page, format_choice_label
from bot.screens.choice_buttons import has_long_labels
from bot.screens.view_state import ViewState
from survey.boundaries import SMALLEST_LEVEL
from survey.forms.answers.date_parsing import parse_day
from survey.forms.answers.stored_values import fits_question, match_labels, normalize_label
from survey.forms.model.questionnaire import Question
from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.interview.steps import StepRefusalReason
from survey.people import parse_code
from survey.services.snapshot import Notice, Request, Snapshot

#: What people type to say yes, in both languages.
CONSENT_WORDS = frozenset(
    {"ya", "iya", "ya, saya setuju", "setuju", "saya setuju", "yes", "yes, i agree"}
)
#: What people type at a repeat's prompt for another instance, and for no more.
MORE_WORDS = frozenset(
    {"ya", "iya", "ada", "ada lagi", "lagi", "masih", "masih ada", "tambah", "tambah lagi"}
    | {"yes", "add", "add another", "another", "more"}
)
ENOUGH_WORDS = frozenset(
    {"tidak", "tidak ada", "tidak ada lagi", "cukup", "sudah", "selesai", "lanjut", "cukup lanjut"}
    | {"no", "none", "enough", "done", "next", "go on"}
)


async def handle_text(desk: HandlerContext, update: Update, text: str) -> None:
    """A text: a code, a yes, or an answer to the question on the card."""
    on, now = await welcome_and_read_request(desk, update)
    if parse_code(text):
        joined = await enter_code(desk, on, now, text)
        no_code = joined.notice in (Notice.UNKNOWN_CODE, Notice.GUESSED)
        if not no_code or not (accepts_text(now) or now.is_in_room):
            desk.show_current(update, joined)
            return
        on, now = (
            replace(on, last_seen=now),
            replace(now, notice=joined.notice if now.is_in_room else None),
        )
    if now.is_in_room:
        await in_room(desk, update, on, now, text)
        return
    made = now.interview
    if (
        now.interview_row is None
        and now.wave is not None
        and text.strip().casefold() in CONSENT_WORDS
    ):
        desk.show_current(update, await desk.interviews.agree(on))
    elif (
        made is not None
        and made.find_repeat(made.position)
        and now.interview_row is not None
        and not made.is_unchanged
    ):
        desk.show_current(update, await answer_prompt(desk, on, now, text))
    elif made is None or not accepts_text(now):
        desk.show_current(
            update,
            replace(now, notice=StepRefusalReason.KIND) if now.interview_row is None else now,
        )
    elif made.find_question(made.position).itemset is not None:
        await choose_from_list(desk, update, on, now, made, text)
    else:
        await answer_with_text(desk, update, on, now, made, text)


async def answer_with_text(
    desk: HandlerContext, update: Update, on: Request, now: Snapshot, made: Interview, text: str
) -> None:
    """Typing an answer. Of a day and a time the day alone will do: the card then asks the time."""
    value = interpret_text(on, made, made.position, text)
    question, at = made.find_question(made.position), on.at.astimezone(made.form.zone)
    kind = question.kind
    day = parse_day(text, at.date()) if kind.asks_day and kind.asks_clock else None
    if day and not fits_question(question, value):
        desk.show_current(update, now, ViewState(page=int(f"{day:%Y%m%d}")))
    else:
        desk.show_current(update, await desk.interviews.answer(on, made.position, value))


async def answer_prompt(desk: HandlerContext, on: Request, now: Snapshot, text: str) -> Snapshot:
    """Words for another instance, or for enough."""
    at = now.interview.position if now.interview else REVIEW
    words = normalize_label(text)
    if words in MORE_WORDS:
        return await desk.interviews.add_instance(on, at)
    if words in ENOUGH_WORDS:
        return await desk.interviews.finish_repeat(on, at)
    return replace(now, notice=StepRefusalReason.KIND)


async def choose_from_list(
    desk: HandlerContext, update: Update, on: Request, now: Snapshot, made: Interview, text: str
) -> None:
    """Typing at a list: what fits alone is chosen, several are shown, none is said."""
    key, question = made.position, made.find_question(made.position)
    offered = [choice.value for choice in made.form.list_choices(key)]
    found = find_fitting_choices(Card(now, made, ViewState(), desk.choose_texts(update, now)), text)
    if not found and (smallest := find_named_place(made, question, text)):
        desk.show_current(update, await desk.interviews.answer_by_place(on, smallest))
    elif not found:
        desk.show_current(update, replace(now, notice=StepRefusalReason.CHOICE))
    elif len(found) > 1:
        numbers = tuple(find_choice_number(made, key, offered[index]) for index in found)
        desk.show_current(update, now, ViewState(matches=numbers))
    elif question.kind.takes_several:
        chosen = offered[found[0]]
        ticked = chosen not in made.form.get_value(key).split()
        after = await desk.interviews.tick_choice(on, key, chosen, ticked)
        desk.show_current(update, after, ViewState(page=find_choice_page(made, key, chosen)))
    else:
        desk.show_current(update, await desk.interviews.answer(on, key, offered[found[0]]))


def find_fitting_choices(card: Card, text: str) -> list[int]:
    """Which of the choices on offer somebody means by typing ``text``.

    A number means what the card shows with it: a point of a table's scale, a label that is that
    number, the number before a label that was too long for its button.
    """
    choices = card.interview.form.list_choices(card.key)
    labels = [format_choice_label(card, card.key, choice) for choice in choices]
    if any(map(str.isalpha, text)):
        return match_labels(labels, text)
    if card.interview.find_page(card.key) != card.key:
        labels = [choice.value for choice in choices]
    elif has_long_labels(card):
        labels = [str(number) for number, _ in enumerate(choices, 1)]
    return [index for index, label in enumerate(labels) if label == text.strip()]


def find_named_place(made: Interview, question: Question, text: str) -> str | None:
    """The one smallest place that somebody means who names it where a larger one is asked."""
    if "place" not in question.suara_attributes:
        return None
    lists = (
        q for q in made.questionnaire.questions if q.suara_attributes.get("place") == SMALLEST_LEVEL
    )
    choices = [choice for each in lists for choice in each.choices]
    found = match_labels(
        [c.label.get_plain_text(made.questionnaire.languages[0]) for c in choices], text
    )
    return choices[found[0]].value if len(found) == 1 else None


def find_choice_number(made: Interview, key: str, value: str) -> int:
    """The place of a choice in the whole list."""
    return next(n for n, choice in enumerate(made.list_choices(key)) if choice.value == value)
