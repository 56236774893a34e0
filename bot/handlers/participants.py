"""Participants in a workshop: coming in, voting, reasons, going."""

from __future__ import annotations

from dataclasses import replace

from telegram import Update

from bot.callbacks import workshop_callbacks as taps
from bot.handlers import facilitators
from bot.handlers.context import Desk
from bot.screens.workshop.ballot_text import Here
from bot.screens.workshop.refusal_text import refusal
from bot.screens.workshop.voting_card import asking, owed
from bot.screens.workshop.workshop_page import Sight
from survey.interview.steps import Reason
from survey.people import code_in
from survey.services.snapshot import Occasion, Situation, Told
from survey.workshop.moves import Channel, Tap, Why
from survey.workshop.plan import Room

#: Pages that participants can look at.
PAGES = frozenset({"", "brief", "leave", "row", "why", "table"})


def tap_of(on: Occasion, now: Situation, seen: int = 0) -> Tap:
    """An update as workshops know it."""
    return Tap(now.who.id, on.at, on.cause.source, on.cause.key, seen)


# Coming in


async def enter(desk: Desk, on: Occasion, now: Situation, text: str) -> Situation:
    """Show a code: a workshop's or an invitation's. Who tries too many has to wait."""
    if desk.guesses.too_many(on.person, on.at):
        return replace(now, told=Told.GUESSED)
    plan = await desk.rooms.called(code_in(text) or "")
    if plan is None:
        joined = await desk.survey.join(on, text)
        if joined.told is Told.UNKNOWN_CODE:
            desk.guesses.count(on.person, on.at)
        return joined
    room = await desk.rooms.join(tap_of(on, now), now.who, plan, Channel.TELEGRAM)
    waits = room is not None and room.me is not None and not (room.me.briefed or room.me.leads)
    begun = room is not None and room.session.number > 0
    desk.sights[on.person] = Sight("brief" if waits and not begun else "")
    after = await desk.survey.look(on.person, on.at)
    return after if now.room and now.room.plan.id == plan.id else replace(after, told=Told.JOINED)


async def shown(desk: Desk, on: Occasion, now: Situation) -> Situation:
    """/lokakarya: back into the room that they are in."""
    desk.sights.pop(on.person, None)
    room = await desk.rooms.turn(tap_of(on, now), aside=False)
    return replace(now, room=room)


# Taps


async def tapped(desk: Desk, update: Update, tap: taps.RoomTap) -> str:
    """A button of the room. Returns the short word to show at once."""
    on, now = await desk.occasion(update)
    t, room = desk.words(update, now), now.room
    if room is None or room.me is None or taps.mark(room.plan.id) != tap.room:
        desk.show(update, replace(now, told=Reason.STALE))
        return t("This card has moved on.")
    if room.me.leads and isinstance(tap, taps.See | taps.Do):
        return await facilitators.tapped(desk, update, on, now, room, tap)
    match tap:
        case taps.Vote():
            return await voted(desk, update, on, now, tap)
        case taps.Because():
            return await explained(desk, update, on, now, room, tap)
        case taps.Do():
            facilitators.log.warning("a participant tapped a facilitator's button")
            desk.show(update, now)
            return t("Only facilitators can do that.")
        case taps.See(page=page, number=number):
            desk.sights[on.person] = Sight(page if page in PAGES else "", number)
            desk.show(update, now)
            return ""
    desk.show(update, await moved(desk, on, now, room, tap))
    return ""


async def moved(
    desk: Desk, on: Occasion, now: Situation, room: Room, tap: taps.RoomTap
) -> Situation:
    """Coming, going, and what is said at the door."""
    rooms, made = desk.rooms, tap_of(on, now)
    match tap:
        case taps.Leave():
            desk.sights.pop(on.person, None)
            await rooms.leave(made)
            after = await desk.survey.look(on.person, on.at)
            return replace(after, told=Told.LEFT, about=room.plan.code)
        case taps.Aside(wave=wave):
            await rooms.turn(made, aside=True)
            return await desk.survey.turn_to(replace(on, seen=None), wave)
        case taps.Briefed():
            desk.sights.pop(on.person, None)
            return replace(now, room=await rooms.briefed(made))
        case taps.Stand(what=what, value=value):
            if desk.sights.get(on.person, Sight()).page == "table":
                del desk.sights[on.person]
            return replace(now, room=await stood(desk, made, room, what, value))
    return now


async def stood(desk: Desk, tap: Tap, room: Room, what: str, value: str) -> Room | None:
    """What was chosen at the door; what is not offered there changes nothing."""
    offered = {
        "sector": {item.code for item in desk.about.sectors},
        "category": {item.code for item in desk.about.categories},
        "table": {str(table.number) for table in room.plan.workshop.tables},
    }
    if room.me is None or value not in offered.get(what, ()):
        return room
    match what:
        case "sector":
            return await desk.rooms.stand_for(tap, value, room.me.category)
        case "category":
            return await desk.rooms.stand_for(tap, room.me.sector, value)
        case _:
            return await desk.rooms.sit(tap, int(value))


async def voted(desk: Desk, update: Update, on: Occasion, now: Situation, tap: taps.Vote) -> str:
    """A vote. The word says what was counted."""
    made = tap_of(on, now)
    after = await desk.rooms.vote(
        made, tap.ballot, tap.opening, tap.value, Channel.TELEGRAM, seen=now.room
    )
    if after is None:
        return await gone(desk, update, on)
    here = desk.here(on.person, after, desk.words(update, now))
    if after.refused is None:
        desk.sights[on.person] = after_vote(here, tap.ballot)
    desk.show(update, replace(now, room=after))
    if after.refused:
        return refusal(here, after.refused)
    return "✓ " + here.t("{value} saved", value=here.saying(tap.value))


def after_vote(here: Here, number: int) -> Sight:
    """Why, if the vote wants a reason; else the next ballot without a vote, or this one."""
    room = here.room
    ballot, vote = room.session.ballots[number], room.votes.get(number)
    if vote and not vote.reason and ballot.wants_reason(vote.value):
        return Sight("why", number)
    return onwards(room, number)


def onwards(room: Room, number: int) -> Sight:
    """To the next ballot without a vote, or to this one if there is none."""
    waiting = any(b.number not in room.votes for b in room.mine())
    return Sight() if waiting else Sight("row", number)


async def explained(
    desk: Desk, update: Update, on: Occasion, now: Situation, room: Room, tap: taps.Because
) -> str:
    """A reason that was offered."""
    given, t = room.votes.get(tap.ballot), desk.words(update, now)
    if given is None or given.opening != tap.opening or tap.why not in set(Why):
        desk.show(update, now)
        return t("This card has moved on.")
    after = await desk.rooms.explain(tap_of(on, now), tap.ballot, tap.why)
    if after is None:
        return await gone(desk, update, on)
    if after.refused is None:
        desk.sights[on.person] = onwards(after, tap.ballot)
    desk.show(update, replace(now, room=after))
    here = desk.here(on.person, after, t)
    return refusal(here, after.refused) if after.refused else t("✓ Reason saved, thank you")


async def gone(desk: Desk, update: Update, on: Occasion) -> str:
    """They left meanwhile, on another phone."""
    now = await desk.survey.look(on.person, on.at)
    desk.show(update, replace(now, told=Reason.STALE))
    return desk.words(update, now)("This card has moved on.")


# What they type


async def said(desk: Desk, update: Update, on: Occasion, now: Situation, text: str) -> None:
    """A value for the ballot on the card, a reason that is asked for, or a facilitator's note."""
    room = now.room
    if room is None or room.me is None:
        return
    if room.me.leads:
        await facilitators.said(desk, update, on, now, room, text)
        return
    here = desk.here(on.person, room, desk.words(update, now))
    words = text.strip()
    if room.mine() and words in room.plan.workshop.scale.answers:
        await typed(desk, update, on, now, here, words)
    elif due := owed(here):
        await reasoned(desk, update, on, now, due.ballot.number, text)
    else:
        desk.show(update, replace(now, told=now.told or Reason.KIND))


async def typed(
    desk: Desk, update: Update, on: Occasion, now: Situation, here: Here, value: str
) -> None:
    """A vote in figures: for the ballot on their card, if that is still the one to vote on."""
    ballot, opening = asking(here)
    if desk.asked.get(on.person) == (ballot, opening):
        await voted(desk, update, on, now, taps.Vote(here.mark, ballot, opening, value))
        return
    moved_on = "⚠️ " + here.t("This card has moved on.")
    desk.sights[on.person] = replace(here.sight, said=moved_on)
    desk.show(update, now)


async def reasoned(
    desk: Desk, update: Update, on: Occasion, now: Situation, ballot: int, text: str
) -> None:
    """A reason in own words."""
    after = await desk.rooms.explain(tap_of(on, now), ballot, text)
    if after is None:
        await gone(desk, update, on)
        return
    here = desk.here(on.person, after, desk.words(update, now))
    said = (
        "⚠️ " + refusal(here, after.refused)
        if after.refused
        else here.t("✓ Reason saved, thank you")
    )
    sight = desk.sights.get(on.person, Sight()) if after.refused else onwards(after, ballot)
    desk.sights[on.person] = replace(sight, said=said)
    desk.show(update, replace(now, room=after))
