"""Participants in a workshop: coming in, voting, reasons, going."""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.attempts import ATTEMPT_WINDOW, MOST_WRONG_CODES
from bot.callbacks.workshop_callbacks import (
    CastVote,
    CheckIn,
    ConfirmBriefing,
    ContinueQuestionnaire,
    FacilitatorAction,
    GiveReason,
    LeaveWorkshop,
    ManageSeats,
    ShowView,
    WorkshopCallback,
    shorten_id,
)
from bot.handlers import facilitators
from bot.handlers.context import HandlerContext
from bot.handlers.permissions import is_facilitator
from bot.screens.workshop.refusal_text import explain_move_refusal
from bot.screens.workshop.voting_card import find_active_round, find_missing_reason
from bot.screens.workshop.workshop_page import WorkshopPage
from bot.screens.workshop.workshop_view import WorkshopView
from bot.telegram.taps import IncomingUpdate
from bot.translation import Translator, get_translator
from survey.interview.steps import StepRefusalReason
from survey.people import parse_code
from survey.services.snapshot import Notice, Request, Snapshot, WorkshopLeft
from survey.workshop.moves import ChangeReason, VoteChannel, WorkshopRequest
from survey.workshop.plan import Room

log = structlog.get_logger()
#: Pages that participants can look at.
PARTICIPANT_PAGES = frozenset({"", "brief", "leave", "row", "why", "table"})


def build_workshop_request(request: Request, snapshot: Snapshot, seen: int = 0) -> WorkshopRequest:
    """An update as workshops know it."""
    return WorkshopRequest(
        snapshot.respondent.id, request.at, request.cause.source, request.cause.key, seen
    )


# Coming in


async def enter_code(
    context: HandlerContext, request: Request, snapshot: Snapshot, text: str
) -> Snapshot:
    """Show a code: a workshop's or an invitation's. Who tries too many has to wait."""
    at = request.at.timestamp()
    if not context.views.attempt_limiter.allows_attempt(request.telegram_id, at):
        return replace(snapshot, notice=Notice.GUESSED)
    plan = await context.services.workshops.find_plan(parse_code(text) or "")
    if plan is None:
        joined = await context.services.interviews.accept_invitation(request, text)
        if joined.notice is Notice.UNKNOWN_CODE:
            count_wrong_code(context, request)
        return joined
    room = await context.services.workshops.join(
        build_workshop_request(request, snapshot), snapshot.respondent, plan, VoteChannel.TELEGRAM
    )
    waits = (
        room is not None and room.me is not None and not (room.me.briefed or is_facilitator(room))
    )
    begun = room is not None and room.session.number > 0
    context.views.set_page(
        request.telegram_id, WorkshopPage("brief" if waits and not begun else "")
    )
    after = await context.services.interviews.read_snapshot(request.telegram_id, request.at)
    return (
        after
        if snapshot.room and snapshot.room.plan.id == plan.id
        else replace(after, notice=Notice.JOINED)
    )


def count_wrong_code(context: HandlerContext, request: Request) -> None:
    """Count a wrong code; the log says that somebody tries them, and not who."""
    at = request.at.timestamp()
    if context.views.attempt_limiter.count_wrong_attempt(request.telegram_id, at):
        minutes = int(ATTEMPT_WINDOW) // 60
        log.warning("somebody tries codes", wrong=MOST_WRONG_CODES, minutes=minutes)


async def return_to_workshop(
    context: HandlerContext, request: Request, snapshot: Snapshot
) -> Snapshot:
    """/lokakarya: back into the room that they are in."""
    context.views.close_page(request.telegram_id)
    room = await context.services.workshops.set_aside(
        build_workshop_request(request, snapshot), aside=False
    )
    return replace(snapshot, room=room)


# Taps


async def handle_workshop_callback(
    context: HandlerContext, update: IncomingUpdate, callback: WorkshopCallback
) -> str:
    """A button of the room. Returns the short word to show at once."""
    request, snapshot = await context.read_request(update)
    t, room = context.choose_texts(update, snapshot), snapshot.room
    if room is None or room.me is None or shorten_id(room.plan.id) != callback.workshop:
        context.show_current(update, replace(snapshot, notice=StepRefusalReason.STALE))
        return t("The card has changed. Please look at the newest one.")
    if is_facilitator(room) and isinstance(callback, ShowView | FacilitatorAction | ManageSeats):
        return await facilitators.handle_panel_callback(
            context, update, request, snapshot, room, callback
        )
    match callback:
        case CastVote():
            return await cast_private_vote(context, update, request, snapshot, callback)
        case GiveReason():
            return await save_offered_reason(context, update, request, snapshot, room, callback)
        case FacilitatorAction() | ManageSeats():
            facilitators.log.warning("a participant tapped a facilitator's button")
            context.show_current(update, snapshot)
            return t("Only facilitators can do that.")
        case ShowView(page=page, number=number):
            context.views.set_page(
                request.telegram_id, WorkshopPage(page if page in PARTICIPANT_PAGES else "", number)
            )
            context.show_current(update, snapshot)
            return ""
    context.show_current(
        update, await apply_workshop_callback(context, request, snapshot, room, callback)
    )
    return ""


async def apply_workshop_callback(
    context: HandlerContext,
    request: Request,
    snapshot: Snapshot,
    room: Room,
    callback: WorkshopCallback,
) -> Snapshot:
    """Coming, going, and what is said at the door."""
    rooms, workshop_request = context.services.workshops, build_workshop_request(request, snapshot)
    if isinstance(callback, CheckIn):
        t = get_translator(snapshot.respondent.language)
        room = await record_shown_consent(context, request, room, t)
    match callback:
        case LeaveWorkshop():
            context.views.close_page(request.telegram_id)
            await rooms.leave(workshop_request)
            after = await context.services.interviews.read_snapshot(request.telegram_id, request.at)
            return replace(after, notice=WorkshopLeft(room.plan.code))
        case ContinueQuestionnaire(wave=wave):
            await rooms.set_aside(workshop_request, aside=True)
            return await context.services.interviews.switch_wave(
                replace(request, last_seen=None), wave
            )
        case ConfirmBriefing():
            context.views.close_page(request.telegram_id)
            return replace(snapshot, room=await rooms.confirm_briefing(workshop_request))
        case CheckIn(question=what, value=value):
            if context.views.get_page(request.telegram_id).name == "table":
                context.views.close_page(request.telegram_id)
            return replace(
                snapshot, room=await apply_seat_choice(context, workshop_request, room, what, value)
            )
    return snapshot


async def apply_seat_choice(
    context: HandlerContext, workshop_request: WorkshopRequest, room: Room, what: str, value: str
) -> Room | None:
    """What was chosen at the door; what is not offered there changes nothing."""
    offered = {
        "sector": {item.code for item in context.bot_info.sectors},
        "category": {item.code for item in context.bot_info.categories},
        "table": {str(table.number) for table in room.plan.workshop.tables},
    }
    if room.me is None or value not in offered.get(what, ()):
        return room
    match what:
        case "sector":
            return await context.services.workshops.set_affiliation(
                workshop_request, value, room.me.category
            )
        case "category":
            return await context.services.workshops.set_affiliation(
                workshop_request, room.me.sector, value
            )
        case _:
            return await context.services.workshops.choose_table(workshop_request, int(value))


async def record_shown_consent(
    context: HandlerContext, request: Request, room: Room, t: Translator
) -> Room:
    """Keep that somebody agrees to the words beside what they tapped, before what they tapped."""
    shown = context.build_workshop_view(request.telegram_id, room, t).consent
    return await context.services.workshops.record_consent(room, shown, request.at)


async def cast_private_vote(
    context: HandlerContext,
    update: IncomingUpdate,
    request: Request,
    snapshot: Snapshot,
    callback: CastVote,
) -> str:
    """A vote. The word says what was counted."""
    t = context.choose_texts(update, snapshot)
    if snapshot.room is not None:
        room = await record_shown_consent(context, request, snapshot.room, t)
        snapshot = replace(snapshot, room=room)
    workshop_request = build_workshop_request(request, snapshot)
    after = await context.services.workshops.vote(
        workshop_request,
        callback.ballot,
        callback.opening,
        callback.value,
        VoteChannel.TELEGRAM,
        seen=snapshot.room,
    )
    if after is None:
        return await handle_departed(context, update, request)
    here = context.build_workshop_view(request.telegram_id, after, t)
    if after.refused is None:
        context.views.set_page(request.telegram_id, choose_page_after_vote(here, callback.ballot))
    context.show_current(update, replace(snapshot, room=after))
    if after.refused:
        return explain_move_refusal(here, after.refused)
    return "✓ " + here.t("{value} saved", value=here.format_vote(callback.value))


def choose_page_after_vote(here: WorkshopView, number: int) -> WorkshopPage:
    """Why, if the vote wants a reason; else the next ballot without a vote, or this one."""
    room = here.room
    ballot, vote = room.session.ballots[number], room.votes.get(number)
    if vote and not vote.reason and ballot.wants_reason(vote.value):
        return WorkshopPage("why", number)
    return choose_next_page(room, number)


def choose_next_page(room: Room, number: int) -> WorkshopPage:
    """To the next ballot without a vote, or to this one if there is none."""
    waiting = any(b.number not in room.votes for b in room.list_votable())
    return WorkshopPage() if waiting else WorkshopPage("row", number)


async def save_offered_reason(
    context: HandlerContext,
    update: IncomingUpdate,
    request: Request,
    snapshot: Snapshot,
    room: Room,
    callback: GiveReason,
) -> str:
    """A reason that was offered."""
    given, t = room.votes.get(callback.ballot), context.choose_texts(update, snapshot)
    if (
        given is None
        or given.opening != callback.opening
        or callback.reason not in set(ChangeReason)
    ):
        context.show_current(update, snapshot)
        return t("The card has changed. Please look at the newest one.")
    after = await context.services.workshops.explain_vote(
        build_workshop_request(request, snapshot), callback.ballot, callback.reason
    )
    if after is None:
        return await handle_departed(context, update, request)
    if after.refused is None:
        context.views.set_page(request.telegram_id, choose_next_page(after, callback.ballot))
    context.show_current(update, replace(snapshot, room=after))
    here = context.build_workshop_view(request.telegram_id, after, t)
    return (
        explain_move_refusal(here, after.refused)
        if after.refused
        else t("✓ Reason saved, thank you")
    )


async def handle_departed(context: HandlerContext, update: IncomingUpdate, request: Request) -> str:
    """They left meanwhile, on another phone."""
    snapshot = await context.services.interviews.read_snapshot(request.telegram_id, request.at)
    context.show_current(update, replace(snapshot, notice=StepRefusalReason.STALE))
    return context.choose_texts(update, snapshot)(
        "The card has changed. Please look at the newest one."
    )


# What they type


async def handle_workshop_text(
    context: HandlerContext, update: IncomingUpdate, request: Request, snapshot: Snapshot, text: str
) -> None:
    """A value for the ballot on the card, a reason that is asked for, or a facilitator's note."""
    room = snapshot.room
    if room is None or room.me is None:
        return
    if is_facilitator(room):
        await facilitators.handle_note(context, update, request, snapshot, room, text)
        return
    here = context.build_workshop_view(
        request.telegram_id, room, context.choose_texts(update, snapshot)
    )
    words = text.strip()
    if room.list_votable() and words in room.plan.workshop.scale.answers:
        await cast_typed_vote(context, update, request, snapshot, here, words)
    elif due := find_missing_reason(here):
        await save_typed_reason(context, update, request, snapshot, due.ballot.number, text)
    else:
        context.show_current(
            update, replace(snapshot, notice=snapshot.notice or StepRefusalReason.KIND)
        )


async def cast_typed_vote(
    context: HandlerContext,
    update: IncomingUpdate,
    request: Request,
    snapshot: Snapshot,
    here: WorkshopView,
    value: str,
) -> None:
    """A vote in figures: for the ballot on their card, if that is still the one to vote on."""
    # Typed figures name no ballot. Had another one opened while they typed, the figure would count
    # for what they have not read.
    ballot, opening = find_active_round(here)
    if context.views.was_asked(request.telegram_id, ballot, opening):
        await cast_private_vote(
            context, update, request, snapshot, CastVote(here.short_id, ballot, opening, value)
        )
        return
    moved_on = "⚠️ " + here.t("The card has changed. Please look at the newest one.")
    context.views.set_page(request.telegram_id, replace(here.page, notice=moved_on))
    context.show_current(update, snapshot)


async def save_typed_reason(
    context: HandlerContext,
    update: IncomingUpdate,
    request: Request,
    snapshot: Snapshot,
    ballot: int,
    text: str,
) -> None:
    """A reason in own words."""
    after = await context.services.workshops.explain_vote(
        build_workshop_request(request, snapshot), ballot, text
    )
    if after is None:
        await handle_departed(context, update, request)
        return
    here = context.build_workshop_view(
        request.telegram_id, after, context.choose_texts(update, snapshot)
    )
    said = (
        "⚠️ " + explain_move_refusal(here, after.refused)
        if after.refused
        else here.t("✓ Reason saved, thank you")
    )
    sight = (
        context.views.get_page(request.telegram_id)
        if after.refused
        else choose_next_page(after, ballot)
    )
    context.views.set_page(request.telegram_id, replace(sight, notice=said))
    context.show_current(update, replace(snapshot, room=after))
