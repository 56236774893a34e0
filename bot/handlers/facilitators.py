"""Facilitators: the panel's taps, notes, the briefing for everybody."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import structlog
from telegram import Update

from bot.callbacks import workshop_callbacks as taps
from bot.handlers.context import Desk
from bot.screens.screen import safe
from bot.screens.workshop.ballot_text import Here
from bot.screens.workshop.facilitator_pages import noted
from bot.screens.workshop.refusal_text import refusal, since
from bot.screens.workshop.session_steps import Act, meant, told
from bot.screens.workshop.workshop_page import Sight
from bot.translation import Texts, texts
from survey.services.snapshot import Occasion, Situation
from survey.services.workshop_service import Decide
from survey.workshop.moves import Move, Reason, Refused, Tap
from survey.workshop.plan import Room
from survey.workshop.session import Session

log = structlog.get_logger()
PAGES = frozenset({"", "list", "ballot", "note", "more", "lock", "screen", "leave"})


async def tapped(
    desk: Desk,
    update: Update,
    on: Occasion,
    now: Situation,
    room: Room,
    tap: taps.See | taps.Do,
) -> str:
    """A button of the panel. Returns the short word to show at once."""
    if isinstance(tap, taps.Do):
        return await did(desk, update, on, now, room, tap)
    sight = Sight(tap.page if tap.page in PAGES else "", tap.number, tap.seconds)
    if tap.page == "send":
        sight = replace(sight, said=await send_briefing(desk, room, desk.words(update, now)))
    if tap.page == "note":  # What others do meanwhile does not turn it to another ballot.
        here = Here(room, sight, desk.words(update, now), desk.about, on.at)
        sight = replace(sight, about=noted(here))
    desk.sights[on.person] = sight
    desk.show(update, now)
    return sight.said


async def send_briefing(desk: Desk, room: Room, t: Texts) -> str:
    """Everybody's card turns to the briefing's first page, unless they can vote just now."""
    people = await desk.rooms.phones(room.plan.id)
    leading = set(await desk.rooms.phones(room.plan.id, leading=True))
    for person in people:
        if person not in leading:
            desk.sights[person] = Sight("brief")
    desk.pushing.want(people)
    return t("📖 The briefing goes to {n} people.", n=len(people) - len(leading))


# Steps


async def did(
    desk: Desk, update: Update, on: Occasion, now: Situation, room: Room, tap: taps.Do
) -> str:
    """A step. Whoever was slower than another facilitator is told what that one did."""
    ballots = meant(room, tap.act, tap.extent, tap.ballot)
    decide = deciding(tap.act, ballots, tap.seconds)
    if decide is None:
        desk.show(update, now)
        return desk.words(update, now)("This card has moved on.")
    made = Tap(now.who.id, on.at, on.cause.source, on.cause.key, tap.seen)
    after = await moved(desk, room, made, decide)
    here = desk.here(on.person, after, desk.words(update, now))
    if after.refused and after.refused.reason is Reason.WAIT and after.refused.until:
        until = after.refused.until
        desk.pushing.later(reveal_at(desk, on.person, room, made, decide, until))
    if tap.seconds and after.refused is None and tap.act in (Act.OPEN, Act.AGAIN, Act.REOPEN):
        desk.pushing.later(desk.pushing.panels_after(room.plan.id, tap.seconds))
    said = outcome(here, after, tap.seen)
    warns = bool(after.refused)
    desk.sights[on.person] = Sight(seconds=tap.seconds, said=safe(said) if warns else "")
    desk.show(update, replace(now, room=after))
    return said


def deciding(act: str, ballots: tuple[int, ...], seconds: int) -> Decide | None:
    """What a step asks the session; None for what is no step."""
    match act:
        case Act.OPEN:
            return lambda session, tap: session.open(ballots, seconds, tap)
        case Act.AGAIN:
            return lambda session, tap: session.again(ballots, seconds, tap)
        case Act.REOPEN:
            return lambda session, tap: session.reopen(ballots, seconds, tap)
        case Act.CLOSE:
            return lambda session, tap: session.close(ballots, tap)
        case Act.REVEAL:
            return lambda session, tap: session.reveal(ballots, tap)
        case Act.SKIP:
            return lambda session, tap: session.skip(ballots, tap)
        case Act.UNDO:
            return Session.undo
        case Act.LOCK:
            return Session.lock
    return None


async def moved(desk: Desk, room: Room, tap: Tap, decide: Decide) -> Room:
    """The room after a step; refused for whoever ceased to be its facilitator."""
    try:
        return await desk.rooms.move(tap, room.plan.id, decide)
    except PermissionError:
        log.warning("a step of somebody who is no facilitator")
        return replace(room, refused=Refused(Reason.STALE))


def outcome(here: Here, after: Room, seen: int) -> str:
    """What a step came to, in a short word."""
    if after.refused is None:
        last = after.session.moves[-1] if after.session.moves else None
        return f"✓ {told(here, last)}"[:200] if last else ""
    if after.refused.reason is Reason.MEANWHILE:
        return since(here, seen)[:200]
    return refusal(here, after.refused)[:200]


async def reveal_at(
    desk: Desk, person: int, room: Room, tap: Tap, decide: Decide, until: datetime
) -> None:
    """Reveal as soon as no vote can arrive any more; whoever asked for it is told if it fails."""
    await asyncio.sleep(max((until - desk.clock.now()).total_seconds(), 0))
    before = desk.sights.get(person, Sight())
    desk.sights[person] = Sight(seconds=before.seconds)
    after = await moved(desk, room, replace(tap, at=max(until, desk.clock.now())), decide)
    if after.refused:
        situation = await desk.survey.look(person, desk.clock.now())
        here = desk.here(person, after, texts(situation.who.language))
        desk.sights[person] = replace(before, said=safe(outcome(here, after, tap.seen)))
        desk.pushing.want([person])


# What they type


async def said(
    desk: Desk, update: Update, on: Occasion, now: Situation, room: Room, text: str
) -> None:
    """A note, if they were asked for one."""
    here = desk.here(on.person, room, desk.words(update, now))
    sight = here.sight
    if sight.page != "note":
        hint = here.t(
            "To write something down, tap “{note}” first.", note=here.t("✍️ Note a reason")
        )
        desk.sights[on.person] = replace(sight, said=hint)
        desk.show(update, now)
        return
    ballots = noted(here)

    def decide(session: Session, tap: Tap) -> Move | Refused:
        return session.note(ballots, text, tap)

    made = Tap(now.who.id, on.at, on.cause.source, on.cause.key, room.session.number)
    after = await moved(desk, room, made, decide)
    word = safe(outcome(replace(here, room=after), after, room.session.number))
    kept = replace(sight, said="⚠️ " + word) if after.refused else Sight(said=word)
    desk.sights[on.person] = replace(kept, seconds=sight.seconds)
    desk.show(update, replace(now, room=after))
