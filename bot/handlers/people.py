"""Residents and participants: commands, taps, what they type and share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from telegram import Update

from bot import taps
from bot.handlers.desk import Desk
from bot.screens.around import (
    help_screen,
    language_screen,
    receipt_screen,
    toast,
    withdraw_screen,
)
from bot.screens.card import View, page_with
from survey.acts import Occasion, Situation, Told
from survey.forms.questionnaire import Question
from survey.forms.values import matching, typed
from survey.interview import REVIEW, TOLD, Interview, Reason
from survey.people import code_in
from survey.places import SMALLEST

#: What people type to say yes, in both languages.
YES = frozenset({"ya", "iya", "ya, saya setuju", "setuju", "saya setuju", "yes", "yes, i agree"})

# Commands


async def start(desk: Desk, update: Update, payload: str) -> None:
    """/start, perhaps with the payload of a link."""
    on, now = await desk.occasion(update)
    language = desk.words(update, now).language
    desk.show(update, await desk.survey.arrive(on, language, payload))


async def help_(desk: Desk, update: Update, _: str) -> None:
    """/bantuan"""
    _on, now = await desk.occasion(update)
    desk.draw(update, now, help_screen(desk.words(update, now), desk.about))


async def language(desk: Desk, update: Update, _: str) -> None:
    """/bahasa"""
    _on, now = await known(desk, update)
    desk.draw(update, now, language_screen(desk.words(update, now), desk.about))


async def withdraw(desk: Desk, update: Update, _: str) -> None:
    """/hapus"""
    on, now = await desk.occasion(update)
    t = desk.words(update, now)
    if now.contact is None:
        desk.draw(update, now, receipt_screen(None, {}, t))
        return
    holdings = await desk.survey.holdings(on.person)
    desk.draw(update, now, withdraw_screen(holdings, now.titles, t))


COMMANDS: dict[str, Callable[[Desk, Update, str], Awaitable[None]]] = {
    "start": start,
    "mulai": start,
    "bantuan": help_,
    "help": help_,
    "bahasa": language,
    "language": language,
    "hapus": withdraw,
    "delete": withdraw,
}

# Taps


async def tapped(desk: Desk, update: Update, data: str) -> str:
    """A button. Returns the short word to show at once, often none."""
    on, now = await desk.occasion(update)
    tap = taps.read(data)
    if isinstance(tap, taps.Withdraw):
        receipt = await desk.survey.withdraw(on)
        t = desk.words(update, now)
        desk.draw(update, now, receipt_screen(receipt, now.titles, t))
        return ""
    if isinstance(tap, taps.Page):
        mine = now.row is not None and now.row.id == tap.interview
        desk.show(update, now, View(page=tap.number) if mine else None)
        return ""
    after = await acted(desk, on, now, tap) if tap else now
    desk.show(update, after, View(page_of(after, tap)) if isinstance(tap, taps.Tick) else None)
    return toast(after, desk.words(update, after))


def page_of(now: Situation, tap: taps.Tick) -> int | None:
    """The page of a long list that somebody ticks on, so that it stays before their eyes."""
    made = now.interview
    if made is None or made.at == REVIEW:
        return None
    choices = made.question(made.at).choices
    return page_with(made, made.at, choices[tap.choice].value) if tap.choice < len(choices) else 0


async def acted(desk: Desk, on: Occasion, now: Situation, tap: taps.Tap) -> Situation:
    """Carry out what a button means; what does not fit where the person is changes nothing."""
    survey = desk.survey
    match tap:
        case taps.Speak(language=wanted) if wanted in desk.about.languages:
            return await survey.speak(on, wanted)
        case taps.Turn(wave=wave):
            return await survey.turn_to(on, wave)
        case taps.Agree(wave=wave) if now.wave is not None and now.wave.id == wave:
            return await survey.agree(on)
        case taps.Decline(wave=wave) if now.wave is not None and now.wave.id == wave:
            return await survey.decline(on)
    if now.row is not None and now.row.id == getattr(tap, "interview", None):
        return await in_interview(desk, on, now, tap)
    return replace(now, told=Reason.STALE)


async def in_interview(desk: Desk, on: Occasion, now: Situation, tap: taps.Tap) -> Situation:
    """A button of the interview that the person is at."""
    survey = desk.survey
    match tap:
        case taps.Back():
            return await survey.back(on)
        case taps.Forward():
            return await survey.forward(on)
        case taps.Send():
            return await survey.send(on)
        case taps.Edit(question="review"):
            return await survey.move(on, REVIEW)
        case taps.Choose() | taps.Tick() | taps.Done() | taps.Skip() | taps.Edit():
            return await at_question(desk, on, now, tap)
    return now


async def at_question(
    desk: Desk,
    on: Occasion,
    now: Situation,
    tap: taps.Choose | taps.Tick | taps.Done | taps.Skip | taps.Edit,
) -> Situation:
    """A button that names a question of the interview that the person is at."""
    made = now.interview
    key = taps.key_of(made.questionnaire, tap.question) if made else None
    if made is None or key is None or key not in made.form.nodes:
        return replace(now, told=Reason.STALE)
    survey = desk.survey
    match tap:
        case taps.Edit():
            return await survey.move(on, key)
        case taps.Skip():
            return await survey.skip(on, key)
        case taps.Done():
            return await survey.answer(on, key, made.form.value(key))
    question = made.question(key)
    choices, ticked = question.choices, isinstance(tap, taps.Tick)
    if tap.choice >= len(choices) or ticked is not (question.kind == "select_multiple"):
        return replace(now, told=Reason.STALE)
    value = choices[tap.choice].value
    if isinstance(tap, taps.Tick):
        return await survey.tick(on, key, value, bool(tap.on))
    return await survey.answer(on, key, value)


# What people type and share


async def said(desk: Desk, update: Update, text: str) -> None:
    """A text: a code, a yes, or an answer to the question on the card."""
    on, now = await known(desk, update)
    if code_in(text):
        joined = await desk.survey.join(on, text)
        if joined.told is not Told.UNKNOWN_CODE or not asks(now):
            desk.show(update, joined)
            return
    made = now.interview
    if now.row is None and now.wave is not None and text.strip().casefold() in YES:
        desk.show(update, await desk.survey.agree(on))
    elif made is None or not asks(now):
        desk.show(update, replace(now, told=Reason.KIND) if now.row is None else now)
    elif made.question(made.at).itemset is not None:
        await searched(desk, update, on, now, made, text)
    else:
        value = typed(made.question(made.at), text)
        desk.show(update, await desk.survey.answer(on, made.at, value))


def asks(now: Situation) -> bool:
    """Whether what somebody types can be an answer."""
    made = now.interview
    if made is None or now.row is None or made.rests or made.at == REVIEW:
        return False
    return made.question(made.at).kind not in TOLD


async def searched(
    desk: Desk, update: Update, on: Occasion, now: Situation, made: Interview, text: str
) -> None:
    """Typing at a list: what fits alone is chosen, several are shown, none is said."""
    key, question = made.at, made.question(made.at)
    offered = [choice.value for choice in made.form.choices(key)]
    language = made.questionnaire.language(desk.words(update, now).language)
    labels = [made.form.label_of(question, value, key, language) for value in offered]
    value, in_table = text.strip().casefold(), made.page_of(key) != key
    if not any(map(str.isalpha, value)):
        # Only a table shows the values of its choices; elsewhere a number could mean anything.
        found = [offered.index(value)] if in_table and value in offered else []
    else:
        found = matching(labels, text)
    if not found and (smallest := place_named(made, question, text)):
        desk.show(update, await desk.survey.name_place(on, smallest))
    elif not found:
        desk.show(update, replace(now, told=Reason.CHOICE))
    elif len(found) > 1:
        numbers = tuple(number_of(question, offered[index]) for index in found)
        desk.show(update, now, View(found=numbers))
    elif question.kind == "select_multiple":
        chosen = offered[found[0]]
        ticked = chosen not in made.form.value(key).split()
        after = await desk.survey.tick(on, key, chosen, ticked)
        desk.show(update, after, View(page=page_with(made, key, chosen)))
    else:
        desk.show(update, await desk.survey.answer(on, key, offered[found[0]]))


def place_named(made: Interview, question: Question, text: str) -> str | None:
    """The one smallest place that somebody means who names it where a larger one is asked."""
    if "place" not in question.own:
        return None
    lists = (q for q in made.questionnaire.questions if q.own.get("place") == SMALLEST)
    choices = [choice for each in lists for choice in each.choices]
    found = matching([c.label.plain(made.questionnaire.languages[0]) for c in choices], text)
    return choices[found[0]].value if len(found) == 1 else None


def number_of(question: Question, value: str) -> int:
    """The place of a choice in the whole list."""
    return next(n for n, choice in enumerate(question.choices) if choice.value == value)


async def located(desk: Desk, update: Update, latitude: float, longitude: float) -> None:
    """A shared location."""
    on, _now = await known(desk, update)
    desk.show(update, await desk.survey.locate(on, latitude, longitude))


async def other(desk: Desk, update: Update) -> None:
    """A sticker, a photo, an edited message: say kindly what helps, where the person is."""
    _on, now = await known(desk, update)
    told = Told.EDITED if update.edited_message else Reason.KIND
    asks = now.row is not None and now.interview is not None and now.interview.at != REVIEW
    desk.show(update, replace(now, told=told) if asks else now)


async def known(desk: Desk, update: Update) -> tuple[Occasion, Situation]:
    """The occasion and how things stand; somebody new is welcomed first."""
    on, now = await desk.occasion(update)
    if now.contact is None:
        now = await desk.survey.arrive(on, desk.words(update).language, "")
        on = replace(on, seen=now)
    return on, now
