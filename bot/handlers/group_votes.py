"""A group chat that votes: one message, everybody taps it, each vote is that person's own."""

from __future__ import annotations

from dataclasses import replace

from telegram import Chat, Update

from bot.callbacks import workshop_callbacks as taps
from bot.handlers.context import Desk
from bot.handlers.participants import tap_of
from bot.screens.workshop.refusal_text import refusal
from bot.telegram.polling import patiently
from survey.workshop.moves import Channel
from survey.workshop.plan import GroupChat, Room


async def begin(desk: Desk, update: Update, chat: Chat) -> None:
    """/lokakarya in a group: its members vote here from now on, if a facilitator says so."""
    _on, now = await desk.occasion(update)
    t, room = desk.words(update, now), now.room
    if room is None or room.me is None or not room.me.leads:
        text = t("Only a facilitator who has joined the workshop can bring it into this group.")
        await patiently(lambda: desk.bot.send_message(chat.id, text))
        return
    await desk.groups.begin(room.plan.id, chat.id, t.language)


async def tapped(desk: Desk, update: Update, chat: Chat, tap: taps.RoomTap) -> str:
    """A vote in a group; whoever is not known yet is in the room with it."""
    hosted = await desk.rooms.hosted(chat.id)
    _on, now = await desk.occasion(update)
    stale = desk.words(update, now)("This card has moved on.")
    mine = hosted is not None and taps.mark(hosted.workshop_id) == tap.room
    if hosted is None or not mine or not isinstance(tap, taps.Vote):
        return stale
    after = await vote(desk, update, hosted, tap)
    if after is None:
        return stale
    here = desk.here(0, after, desk.words(update, now))
    if after.refused:
        return refusal(here, after.refused)
    word = "✓ " + here.t("{value} saved", value=here.saying(tap.value))
    given, ballot = after.votes.get(tap.ballot), after.session.ballots[tap.ballot]
    if given and not given.reason and ballot.wants_reason(given.value):
        word += " " + here.t("Why? Please tell me in private.")
    return word


async def vote(desk: Desk, update: Update, hosted: GroupChat, tap: taps.Vote) -> Room | None:
    """Come in where need be, and vote."""
    on, now = await desk.occasion(update)
    if now.contact is None:
        now = await desk.survey.arrive(on, desk.words(update).language, "")
    made = tap_of(replace(on, seen=None), now)
    if now.room is None or now.room.plan.id != hosted.workshop_id:
        plan = (await desk.rooms.overlook(hosted.workshop_id)).plan
        await desk.rooms.join(made, now.who, plan, Channel.GROUP)
    return await desk.rooms.vote(made, tap.ballot, tap.opening, tap.value, Channel.GROUP)
