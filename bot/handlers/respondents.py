"""Residents and participants: commands, taps, what they share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from telegram import Location, Update

from bot.callbacks import codec
from bot.handlers import participants
from bot.handlers.context import Desk
from bot.screens.card import View, page_with
from bot.screens.participation import (
    code_screen,
    help_screen,
    language_screen,
    receipt_screen,
    toast,
    withdraw_screen,
)
from survey.forms.answers.map_points import stored_point
from survey.forms.answers.typed_answers import typed
from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.interview.steps import Reason
from survey.people import ATTENDING, INVITED
from survey.services.snapshot import Occasion, Situation, Told

#: Kinds that take several choices, one tap each.
TICKED = frozenset({"select_multiple", "rank"})
#: Taps that name a question.
AtQuestion = (
    codec.Choose | codec.Tick | codec.Put | codec.Clear | codec.Done | codec.Skip | codec.Edit
)

# Commands


async def start(desk: Desk, update: Update, payload: str) -> None:
    """/start, perhaps with the payload of a link."""
    on, now = await desk.occasion(update)
    language = desk.words(update, now).language
    if payload.startswith((INVITED, ATTENDING)):
        now = await desk.survey.arrive(on, language, "")
        desk.show(update, await participants.enter(desk, replace(on, seen=None), now, payload))
        return
    after = await desk.survey.arrive(on, language, payload)
    if after.in_room and after.wave and payload.startswith(after.wave.id):
        after = replace(
            after, room=await desk.rooms.turn(participants.tap_of(on, after), aside=True)
        )
    desk.show(update, after)


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
    files, votes = await desk.survey.files(on.person), await desk.survey.votes(on.person)
    desk.draw(update, now, withdraw_screen(holdings, files, votes, now.titles, t))


async def workshop(desk: Desk, update: Update, _: str) -> None:
    """/lokakarya"""
    on, now = await known(desk, update)
    if now.room is None:
        desk.draw(update, now, code_screen(desk.words(update, now)))
    else:
        desk.show(update, await participants.shown(desk, on, now))


COMMANDS: dict[str, Callable[[Desk, Update, str], Awaitable[None]]] = {
    "start": start,
    "mulai": start,
    "bantuan": help_,
    "help": help_,
    "bahasa": language,
    "language": language,
    "hapus": withdraw,
    "delete": withdraw,
    "lokakarya": workshop,
    "workshop": workshop,
}

# Taps


async def tapped(desk: Desk, update: Update, data: str) -> str:
    """A button. Returns the short word to show at once, often none."""
    on, now = await desk.occasion(update)
    tap = codec.read(data)
    if isinstance(tap, codec.Withdraw):
        receipt = await desk.survey.withdraw(on)
        await desk.depot.tidy()
        t = desk.words(update, now)
        desk.draw(update, now, receipt_screen(receipt, now.titles, t))
        return ""
    if isinstance(tap, codec.Page | codec.Pick):
        mine = now.row is not None and now.row.id == tap.interview
        removing = isinstance(tap, codec.Pick)
        desk.show(update, now, View(page=tap.number, removing=removing) if mine else None)
        return ""
    after = await acted(desk, on, now, tap) if tap else now
    desk.show(update, after, View(page_of(after, tap)) if isinstance(tap, codec.Tick) else None)
    return toast(after, desk.words(update, after))


def page_of(now: Situation, tap: codec.Tick) -> int | None:
    """The page of a long list that somebody ticks on, so that it stays before their eyes."""
    made = now.interview
    if made is None or made.at == REVIEW or made.repeat(made.at):
        return None
    choices = made.listed(made.at)
    return page_with(made, made.at, choices[tap.choice].value) if tap.choice < len(choices) else 0


async def acted(desk: Desk, on: Occasion, now: Situation, tap: codec.Tap) -> Situation:
    """Carry out what a button means; what does not fit where the person is changes nothing."""
    survey = desk.survey
    match tap:
        case codec.Speak(language=wanted) if wanted in desk.about.languages:
            return await survey.speak(on, wanted)
        case codec.Turn(wave=wave):
            return await survey.turn_to(on, wave)
        case codec.Agree(wave=wave) if now.wave is not None and now.wave.id == wave:
            return await survey.agree(on)
        case codec.Decline(wave=wave) if now.wave is not None and now.wave.id == wave:
            return await survey.decline(on)
        case codec.Tell(wave=wave, on=yes) if now.wave is not None and now.wave.id == wave:
            return await survey.wish(on, bool(yes))
    if now.row is not None and now.row.id == getattr(tap, "interview", None):
        return await in_interview(desk, on, now, tap)
    return replace(now, told=Reason.STALE)


async def in_interview(desk: Desk, on: Occasion, now: Situation, tap: codec.Tap) -> Situation:
    """A button of the interview that the person is at."""
    survey = desk.survey
    match tap:
        case codec.Back():
            return await survey.back(on)
        case codec.Forward():
            return await survey.forward(on)
        case codec.Send():
            return await survey.send(on)
        case codec.Edit(question="review"):
            return await survey.move(on, REVIEW)
        case codec.Add() | codec.Enough() | codec.Remove():
            return await at_prompt(desk, on, now, tap)
    return await at_question(desk, on, now, tap) if isinstance(tap, AtQuestion) else now


async def at_prompt(
    desk: Desk, on: Occasion, now: Situation, tap: codec.Add | codec.Enough | codec.Remove
) -> Situation:
    """A button of a repeat's prompt."""
    made, survey = now.interview, desk.survey
    key = codec.key_of(made.questionnaire, tap.question) if made else None
    if key is None:
        return replace(now, told=Reason.STALE)
    match tap:
        case codec.Add():
            return await survey.add(on, key)
        case codec.Enough():
            return await survey.enough(on, key)
        case codec.Remove(seen=seen):
            return await survey.remove(on, key, seen)


async def at_question(
    desk: Desk,
    on: Occasion,
    now: Situation,
    tap: AtQuestion,
) -> Situation:
    """A button that names a question of the interview that the person is at."""
    made = now.interview
    key = codec.key_of(made.questionnaire, tap.question) if made else None
    if made is None or key is None:
        return replace(now, told=Reason.STALE)
    survey = desk.survey
    if isinstance(tap, codec.Edit):
        return await survey.move(on, key)
    if key not in made.questions():
        return replace(now, told=Reason.STALE)
    match tap:
        case codec.Skip():
            return await survey.skip(on, key)
        case codec.Done():
            return await survey.answer(on, key, made.form.value(key))
        case codec.Clear():
            return await survey.clear(on, key)
        case codec.Put(words=words):
            return await survey.answer(on, key, meant(on, made, key, words))
    question = made.question(key)
    choices, ticked = made.listed(key), isinstance(tap, codec.Tick)
    if tap.choice >= len(choices) or ticked is not (question.kind in TICKED):
        return replace(now, told=Reason.STALE)
    value = choices[tap.choice].value
    if isinstance(tap, codec.Tick):
        return await survey.tick(on, key, value, bool(tap.on))
    return await survey.answer(on, key, value)


# What people share, and what their words mean


def meant(on: Occasion, made: Interview, key: str, text: str) -> str:
    """What somebody typed, or what a button stands for, as it is stored."""
    return typed(made.question(key), text, on.at.astimezone(made.form.zone))


def asks(now: Situation) -> bool:
    """Whether what somebody types can be an answer."""
    made = now.interview
    if made is None or now.row is None or made.rests or made.at == REVIEW or now.in_room:
        return False
    return not made.repeat(made.at) and not made.tells(made.at)


async def located(desk: Desk, update: Update, place: Location) -> None:
    """A shared location: the point itself where one is asked, else the place where it lies."""
    on, now = await known(desk, update)
    made, survey = now.interview, desk.survey
    if now.in_room:
        await other(desk, update)
    elif made is not None and asks(now) and made.question(made.at).kind == "geopoint":
        point = stored_point(place.latitude, place.longitude, place.horizontal_accuracy)
        desk.show(update, await survey.answer(on, made.at, point))
    else:
        desk.show(update, await survey.locate(on, place.latitude, place.longitude))


async def other(desk: Desk, update: Update) -> None:
    """A sticker, a photo, an edited message: say kindly what helps, where the person is."""
    _on, now = await known(desk, update)
    told = Told.EDITED if update.edited_message else Reason.KIND
    asks = now.row is not None and now.interview is not None and now.interview.at != REVIEW
    asks = asks or now.in_room
    desk.show(update, replace(now, told=told) if asks else now)


async def known(desk: Desk, update: Update) -> tuple[Occasion, Situation]:
    """The occasion and how things stand; somebody new is welcomed first."""
    on, now = await desk.occasion(update)
    if now.contact is None:
        now = await desk.survey.arrive(on, desk.words(update).language, "")
        on = replace(on, seen=now)
    return on, now
