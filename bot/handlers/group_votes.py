"""A group chat that votes: one message, everybody taps it, each vote is that person's own."""

from __future__ import annotations

from dataclasses import replace

from telegram import Chat, Update

from bot.callbacks import workshop_callbacks as taps
from bot.handlers.context import HandlerContext
from bot.handlers.participants import build_workshop_request
from bot.screens.workshop.refusal_text import explain_move_refusal
from bot.telegram.calls import call_with_retry
from survey.workshop.moves import VoteChannel
from survey.workshop.plan import GroupChat, Room


async def start_group_voting(desk: HandlerContext, update: Update, chat: Chat) -> None:
    """/lokakarya in a group: its members vote here from now on, if a facilitator says so."""
    _on, now = await desk.read_request(update)
    t, room = desk.choose_texts(update, now), now.room
    if room is None or room.me is None or not room.me.is_facilitator:
        text = t("Only a facilitator who has joined the workshop can bring it into this group.")
        await call_with_retry(lambda: desk.bot.send_message(chat.id, text))
        return
    await desk.group_cards.start_voting(room.plan.id, chat.id, t.language)


async def handle_group_callback(
    desk: HandlerContext, update: Update, chat: Chat, tap: taps.WorkshopCallback
) -> str:
    """A vote in a group; whoever is not known yet is in the room with it."""
    hosted = await desk.workshops.find_group_chat(chat.id)
    _on, now = await desk.read_request(update)
    stale = desk.choose_texts(update, now)("This card has moved on.")
    mine = hosted is not None and taps.shorten_id(hosted.workshop_id) == tap.workshop
    if hosted is None or not mine or not isinstance(tap, taps.CastVote):
        return stale
    after = await cast_group_vote(desk, update, hosted, tap)
    if after is None:
        return stale
    here = desk.build_workshop_view(0, after, desk.choose_texts(update, now))
    if after.refused:
        return explain_move_refusal(here, after.refused)
    word = "✓ " + here.t("{value} saved", value=here.format_vote(tap.value))
    given, ballot = after.votes.get(tap.ballot), after.session.ballots[tap.ballot]
    if given and not given.reason and ballot.wants_reason(given.value):
        word += " " + here.t("Why? Please tell me in private.")
    return word


async def cast_group_vote(
    desk: HandlerContext, update: Update, hosted: GroupChat, tap: taps.CastVote
) -> Room | None:
    """Come in where need be, and vote."""
    on, now = await desk.read_request(update)
    if now.contact is None:
        now = await desk.interviews.arrive(on, desk.choose_texts(update).language, "")
    made = build_workshop_request(replace(on, last_seen=None), now)
    if now.room is None or now.room.plan.id != hosted.workshop_id:
        plan = (await desk.workshops.read_whole_room(hosted.workshop_id)).plan
        await desk.workshops.join(made, now.respondent, plan, VoteChannel.GROUP)
    return await desk.workshops.vote(made, tap.ballot, tap.opening, tap.value, VoteChannel.GROUP)
