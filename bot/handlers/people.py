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
from bot.screens.question import View
from bot.screens.screen import Screen
from survey.acts import Situation, Survey, Told
from survey.forms.questionnaire import Question
from survey.forms.values import matching, typed
from survey.interview import REVIEW, TOLD, Interview
from survey.people import code_in
from survey.store.interviews import Cause

#: What people type to say yes, in both languages.
YES = frozenset({"ya", "iya", "ya, saya setuju", "setuju", "saya setuju", "yes", "yes, i agree"})

# Commands


async def start(desk: Desk, update: Update, payload: str) -> None:
    """/start, perhaps with the payload of a link."""
    user, at = person(update), desk.clock.now()
    language = desk.words(update).language
    now = await desk.survey.arrive(user, language, payload, at, desk.cause(update))
    desk.show(update, now)


async def help_(desk: Desk, update: Update, _: str) -> None:
    """/bantuan"""
    now = await desk.survey.look(person(update), desk.clock.now())
    desk.draw(update, now, help_screen(desk.words(update, now), desk.about))


async def language(desk: Desk, update: Update, _: str) -> None:
    """/bahasa"""
    now = await known(desk, update)
    desk.draw(update, now, language_screen(desk.words(update, now), desk.about))


async def withdraw(desk: Desk, update: Update, _: str) -> None:
    """/hapus"""
    now = await desk.survey.look(person(update), desk.clock.now())
    t = desk.words(update, now)
    if now.contact is None:
        desk.draw(update, now, receipt_screen(None, {}, t))
        return
    holdings = await desk.survey.holdings(now.telegram_id)
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
    tap = taps.read(data)
    user, at, cause = person(update), desk.clock.now(), desk.cause(update)
    match tap:
        case taps.Withdraw():
            await withdrawn(desk, update, cause)
            return ""
        case taps.Page(number=number):
            now = await desk.survey.look(user, at)
            mine = now.row is not None and now.row.id == tap.interview
            desk.show(update, now, View(page=number) if mine else None)
            return ""
        case None | taps.Look():
            now = await desk.survey.look(user, at)
        case _:
            now = await acted(desk, user, tap, cause)
    desk.show(update, now)
    return toast(now, desk.words(update, now))


async def acted(desk: Desk, user: int, tap: taps.Tap, cause: Cause) -> Situation:
    """Carry out what a button means."""
    survey, at = desk.survey, desk.clock.now()
    match tap:
        case taps.Speak(language=wanted):
            if wanted in desk.about.languages:
                return await survey.speak(user, wanted, at, cause)
        case taps.Turn(wave=wave):
            return await survey.turn_to(user, wave, at, cause)
        case taps.Agree(wave=wave) | taps.Decline(wave=wave):
            now = await survey.look(user, at)
            if now.wave is not None and now.wave.id == wave:
                act = survey.agree if isinstance(tap, taps.Agree) else survey.decline
                return await act(user, at, cause)
        case taps.Choose() | taps.Tick() | taps.Done() | taps.Skip() | taps.Edit():
            return await at_question(desk, user, tap, cause)
        case taps.Back() | taps.Forward() | taps.Send():
            return await in_interview(desk, user, tap, cause)
    return await survey.look(user, at)


async def at_question(
    desk: Desk,
    user: int,
    tap: taps.Choose | taps.Tick | taps.Done | taps.Skip | taps.Edit,
    cause: Cause,
) -> Situation:
    """A button that names a question of an interview."""
    survey, at = desk.survey, desk.clock.now()
    now = await survey.look(user, at)
    if now.row is None or now.interview is None or now.row.id != tap.interview:
        return replace(now, told=Told.STALE)
    if isinstance(tap, taps.Edit) and tap.question == "review":
        return await survey.move(user, REVIEW, at, cause)
    key = taps.key_of(now.interview.questionnaire, tap.question)
    if key is None or key not in now.interview.form.nodes:
        return replace(now, told=Told.STALE)
    match tap:
        case taps.Edit():
            return await survey.move(user, key, at, cause)
        case taps.Skip():
            return await survey.skip(user, key, at, cause)
        case taps.Done():
            return await survey.answer(user, key, now.interview.form.value(key), at, cause)
    choices = now.interview.question(key).choices
    if tap.choice >= len(choices):
        return replace(now, told=Told.STALE)
    value = choices[tap.choice].value
    if isinstance(tap, taps.Tick):
        return await survey.tick(user, key, value, bool(tap.on), at, cause)
    return await survey.answer(user, key, value, at, cause)


async def in_interview(
    desk: Desk, user: int, tap: taps.Back | taps.Forward | taps.Send, cause: Cause
) -> Situation:
    """A button that concerns an interview as a whole."""
    at = desk.clock.now()
    now = await desk.survey.look(user, at)
    if now.row is None or now.row.id != tap.interview:
        return replace(now, told=Told.STALE)
    acts: dict[type, Callable[[Survey], Awaitable[Situation]]] = {
        taps.Back: lambda survey: survey.back(user, at, cause),
        taps.Forward: lambda survey: survey.forward(user, at, cause),
        taps.Send: lambda survey: survey.send(user, at, cause),
    }
    return await acts[type(tap)](desk.survey)


async def withdrawn(desk: Desk, update: Update, cause: Cause) -> None:
    """Everything is deleted; what it was is said once more."""
    at = desk.clock.now()
    before = await desk.survey.look(person(update), at)
    receipt = await desk.survey.withdraw(person(update), at, cause)
    t = desk.words(update, before)
    desk.draw(update, before, receipt_screen(receipt, before.titles, t))


# What people type and share


async def said(desk: Desk, update: Update, text: str) -> None:
    """A text: a code, a yes, or an answer to the question on the card."""
    now = await known(desk, update)
    at, cause = desk.clock.now(), desk.cause(update)
    if code_in(text):
        joined = await desk.survey.join(now.telegram_id, text, at, cause)
        if joined.told is not Told.UNKNOWN_CODE or now.row is None:
            desk.show(update, joined)
            return
    if now.row is None and now.wave is not None and text.strip().casefold() in YES:
        desk.show(update, await desk.survey.agree(now.telegram_id, at, cause))
        return
    made = now.interview
    if now.row is None or made is None or made.rests or made.at == REVIEW:
        desk.show(update, now)
        return
    question = made.question(made.at)
    if question.kind in TOLD:
        desk.show(update, now)
    elif question.itemset is not None:
        await searched(desk, update, now, made, text)
    else:
        value = typed(question, text)
        desk.show(update, await desk.survey.answer(now.telegram_id, made.at, value, at, cause))


async def searched(desk: Desk, update: Update, now: Situation, made: Interview, text: str) -> None:
    """Typing at a list: what fits alone is chosen, several are shown, none is said."""
    key, at, cause = made.at, desk.clock.now(), desk.cause(update)
    question = made.question(key)
    offered = [choice.value for choice in made.form.choices(key)]
    language = made.questionnaire.language(desk.words(update, now).language)
    labels = [made.form.label_of(question, value, key, language) for value in offered]
    value = text.strip().casefold()
    found = [offered.index(value)] if value in offered else matching(labels, text)
    if not found:
        desk.show(update, replace(now, told=Told.CHOICE))
    elif len(found) > 1:
        numbers = tuple(number_of(question, offered[index]) for index in found)
        desk.show(update, now, View(found=numbers, typed=True))
    elif question.kind == "select_multiple":
        chosen = offered[found[0]]
        on = chosen not in made.form.value(key).split()
        desk.show(update, await desk.survey.tick(now.telegram_id, key, chosen, on, at, cause))
    else:
        chosen = offered[found[0]]
        desk.show(update, await desk.survey.answer(now.telegram_id, key, chosen, at, cause))


def number_of(question: Question, value: str) -> int:
    """The place of a choice in the whole list."""
    return next(n for n, choice in enumerate(question.choices) if choice.value == value)


async def located(desk: Desk, update: Update, latitude: float, longitude: float) -> None:
    """A shared location."""
    now = await known(desk, update)
    at, cause = desk.clock.now(), desk.cause(update)
    desk.show(update, await desk.survey.locate(now.telegram_id, latitude, longitude, at, cause))


async def other(desk: Desk, update: Update) -> None:
    """A sticker, a photo, an edited message: show kindly where we are."""
    now = await known(desk, update)
    asks = now.row is not None and now.interview is not None and now.interview.at != REVIEW
    desk.show(update, replace(now, told=Told.KIND) if asks else now)


async def known(desk: Desk, update: Update) -> Situation:
    """How things stand for whoever wrote; somebody new is welcomed first."""
    user, at = person(update), desk.clock.now()
    now = await desk.survey.look(user, at)
    if now.contact is not None:
        return now
    language = desk.words(update).language
    return await desk.survey.arrive(user, language, "", at, desk.cause(update))


def person(update: Update) -> int:
    """The Telegram id of whoever sent an update. Raises ValueError if nobody did."""
    if update.effective_user is None:
        raise ValueError("an update from nobody")
    return update.effective_user.id


__all__ = ["COMMANDS", "Screen", "located", "other", "said", "tapped"]
