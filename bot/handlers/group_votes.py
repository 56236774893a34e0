"""A group chat that votes: one message, everybody taps it, each vote is that person's own."""

from __future__ import annotations

from dataclasses import replace

from bot.callbacks.workshop_callbacks import CastVote, WorkshopCallback, shorten_id
from bot.handlers.context import HandlerContext, find_topic
from bot.handlers.participants import build_workshop_request, record_shown_consent
from bot.screens.workshop.refusal_text import explain_move_refusal
from bot.telegram.taps import ActingChat, IncomingUpdate
from bot.translation import get_translator
from survey.workshop.moves import VoteChannel
from survey.workshop.plan import GroupChat, Room


async def start_group_voting(context: HandlerContext, update: IncomingUpdate, _: str) -> None:
    """/lokakarya of a facilitator in a group: its members vote here from now on."""
    chat = update.effective_chat
    _request, snapshot = await context.read_request(update)
    if chat is None or snapshot.room is None:
        return
    language = context.choose_texts(update, snapshot).language
    workshop = snapshot.room.plan.id
    await context.senders.group_cards.start_voting(workshop, chat.id, language, find_topic(update))


async def handle_group_callback(
    context: HandlerContext, update: IncomingUpdate, chat: ActingChat, callback: WorkshopCallback
) -> str:
    """A vote in a group; whoever is not known yet is in the room with it."""
    hosted = await context.services.workshops.find_group_chat(chat.id)
    _request, snapshot = await context.read_request(update)
    stale = context.choose_texts(update, snapshot)(
        "The card has changed. Please look at the newest one."
    )
    mine = hosted is not None and shorten_id(hosted.workshop_id) == callback.workshop
    if hosted is None or not mine or not isinstance(callback, CastVote):
        return stale
    after = await cast_group_vote(context, update, hosted, callback)
    if after is None:
        return stale
    # 0 is nobody's Telegram id: the word beside the button depends on no page that the voter looks
    # at in private.
    here = context.build_workshop_view(0, after, context.choose_texts(update, snapshot))
    if after.refused:
        return explain_move_refusal(here, after.refused)
    word = "✓ " + here.t("{value} saved", value=here.format_vote(callback.value))
    given, ballot = after.votes.get(callback.ballot), after.session.ballots[callback.ballot]
    if given and not given.reason and ballot.wants_reason(given.value):
        word += " " + here.t("Why? Please tell me in private.")
    return word


async def cast_group_vote(
    context: HandlerContext, update: IncomingUpdate, hosted: GroupChat, callback: CastVote
) -> Room | None:
    """Come in where need be, and vote."""
    request, snapshot = await context.read_request(update)
    if snapshot.contact is None:
        snapshot = await context.services.interviews.arrive(
            request, context.choose_texts(update).language, ""
        )
    # What was read before they arrived does not know them yet, so it must not be decided on.
    workshop_request = build_workshop_request(replace(request, last_seen=None), snapshot)
    room = snapshot.room
    if room is None or room.plan.id != hosted.workshop_id:
        plan = (await context.services.workshops.read_whole_room(hosted.workshop_id)).plan
        room = await context.services.workshops.join(
            workshop_request, snapshot.respondent, plan, VoteChannel.GROUP
        )
    if room is not None:
        await record_shown_consent(context, request, room, get_translator(hosted.language))
    return await context.services.workshops.vote(
        workshop_request, callback.ballot, callback.opening, callback.value, VoteChannel.GROUP
    )
