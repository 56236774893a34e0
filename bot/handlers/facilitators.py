"""Facilitators: the panel's taps, notes, the briefing for everybody."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import structlog

from bot.callbacks.workshop_callbacks import FacilitatorAction, ManageSeats, ShowView
from bot.handlers.context import HandlerContext
from bot.screens.screen import escape_html
from bot.screens.workshop.facilitator_pages import find_noted_ballots
from bot.screens.workshop.refusal_text import describe_moves_since, explain_move_refusal
from bot.screens.workshop.session_steps import SessionAction, describe_move, find_meant_ballots
from bot.screens.workshop.workshop_page import WorkshopPage
from bot.screens.workshop.workshop_view import WorkshopView
from bot.telegram.taps import IncomingUpdate
from bot.translation import Translator, get_translator
from survey.services.snapshot import Request, Snapshot
from survey.services.workshop_service import MoveDecider
from survey.workshop.moves import Move, MoveRefusalReason, MoveRefused, WorkshopRequest
from survey.workshop.plan import Room
from survey.workshop.session import Session

log = structlog.get_logger()
#: A page is named in callback data, which a manipulated app may send as it likes; others show the
#: panel.
PANEL_PAGES = frozenset(
    {"", "list", "ballot", "note", "more", "seats", "seat", "lock", "screen", "leave"}
)


async def handle_panel_callback(
    context: HandlerContext,
    update: IncomingUpdate,
    request: Request,
    snapshot: Snapshot,
    room: Room,
    callback: ShowView | FacilitatorAction | ManageSeats,
) -> str:
    """A button of the panel. Returns the short word to show at once."""
    if isinstance(callback, FacilitatorAction):
        return await perform_facilitator_action(context, update, request, snapshot, room, callback)
    if isinstance(callback, ManageSeats):
        return await manage_seats(context, update, request, snapshot, room, callback)
    sight = WorkshopPage(
        callback.page if callback.page in PANEL_PAGES else "", callback.number, callback.seconds
    )
    if callback.page == "send":
        sight = replace(
            sight, notice=await send_briefing(context, room, context.choose_texts(update, snapshot))
        )
    if callback.page == "note":  # What others do meanwhile does not turn it to another ballot.
        here = WorkshopView(
            room, sight, context.choose_texts(update, snapshot), context.bot_info, request.at
        )
        sight = replace(sight, noted_ballots=find_noted_ballots(here))
    context.views.set_page(request.telegram_id, sight)
    context.show_current(update, snapshot)
    return sight.notice


async def send_briefing(context: HandlerContext, room: Room, t: Translator) -> str:
    """Everybody's card turns to the briefing's first page, unless they can vote just now."""
    people = await context.services.workshops.list_telegram_ids(room.plan.id)
    leading = set(await context.services.workshops.list_telegram_ids(room.plan.id, leading=True))
    for person in people:
        if person not in leading:
            context.views.set_page(person, WorkshopPage("brief"))
    context.senders.card_updater.queue_people(people)
    return t("📖 The briefing goes to {n} people.", n=len(people) - len(leading))


async def manage_seats(
    context: HandlerContext,
    update: IncomingUpdate,
    request: Request,
    snapshot: Snapshot,
    room: Room,
    callback: ManageSeats,
) -> str:
    """How many people are in the room, or a seat less; then the seats as they are."""
    cause = request.cause
    tap = WorkshopRequest(snapshot.respondent.id, request.at, cause.source, cause.key)
    rooms = context.services.workshops
    if callback.action == "people":
        await rooms.set_people(tap, room.plan.id, callback.number)
    elif callback.action == "remove":
        await rooms.remove_seat(tap, room.plan.id, callback.number)
    sight = context.views.get_page(request.telegram_id)
    context.views.set_page(request.telegram_id, WorkshopPage("seats", seconds=sight.seconds))
    now = await context.services.interviews.read_snapshot(request.telegram_id, request.at)
    context.show_current(update, now)
    return ""


# Steps


async def perform_facilitator_action(
    context: HandlerContext,
    update: IncomingUpdate,
    request: Request,
    snapshot: Snapshot,
    room: Room,
    callback: FacilitatorAction,
) -> str:
    """A step. Whoever was slower than another facilitator is told what that one did."""
    ballots = find_meant_ballots(room, callback.action, callback.scope, callback.ballot)
    decide = choose_decision(callback.action, ballots, callback.seconds)
    if decide is None:
        context.show_current(update, snapshot)
        return context.choose_texts(update, snapshot)(
            "The card has changed. Please look at the newest one."
        )
    workshop_request = WorkshopRequest(
        snapshot.respondent.id, request.at, request.cause.source, request.cause.key, callback.seen
    )
    after = await make_move(context, room, workshop_request, decide)
    here = context.build_workshop_view(
        request.telegram_id, after, context.choose_texts(update, snapshot)
    )
    # Votes tapped before the close may still be on their way for two seconds (docs/decisions.md,
    # “Which late votes count?”). The facilitator need not tap again: it is revealed by itself then.
    if after.refused and after.refused.reason is MoveRefusalReason.WAIT and after.refused.until:
        until = after.refused.until
        context.senders.card_updater.run_in_background(
            reveal_at(context, request.telegram_id, room, workshop_request, decide, until)
        )
    if (
        callback.seconds
        and after.refused is None
        and callback.action in (SessionAction.OPEN, SessionAction.AGAIN, SessionAction.REOPEN)
    ):
        context.senders.card_updater.run_in_background(
            context.senders.card_updater.queue_panels_after(room.plan.id, callback.seconds)
        )
    said = describe_move_outcome(here, after, callback.seen)
    warns = bool(after.refused)
    context.views.set_page(
        request.telegram_id,
        WorkshopPage(seconds=callback.seconds, notice=escape_html(said) if warns else ""),
    )
    context.show_current(update, replace(snapshot, room=after))
    return said


def choose_decision(act: str, ballots: tuple[int, ...], seconds: int) -> MoveDecider | None:
    """What a step asks the session; None for what is no step."""
    match act:
        case SessionAction.OPEN:
            return lambda session, workshop_request: session.open(
                ballots, seconds, workshop_request
            )
        case SessionAction.AGAIN:
            return lambda session, workshop_request: session.open_next_round(
                ballots, seconds, workshop_request
            )
        case SessionAction.REOPEN:
            return lambda session, workshop_request: session.reopen(
                ballots, seconds, workshop_request
            )
        case SessionAction.CLOSE:
            return lambda session, workshop_request: session.close(ballots, workshop_request)
        case SessionAction.REVEAL:
            return lambda session, workshop_request: session.reveal(ballots, workshop_request)
        case SessionAction.SKIP:
            return lambda session, workshop_request: session.skip(ballots, workshop_request)
        case SessionAction.UNDO:
            return Session.undo
        case SessionAction.LOCK:
            return Session.lock
    return None


async def make_move(
    context: HandlerContext, room: Room, workshop_request: WorkshopRequest, decide: MoveDecider
) -> Room:
    """The room after a step; refused for whoever ceased to be its facilitator."""
    try:
        return await context.services.workshops.make_move(workshop_request, room.plan.id, decide)
    except PermissionError:
        log.warning("a step of somebody who is no facilitator")
        return replace(room, refused=MoveRefused(MoveRefusalReason.STALE))


def describe_move_outcome(here: WorkshopView, after: Room, seen: int) -> str:
    """What a step came to, in a short word."""
    if after.refused is None:
        last = after.session.moves[-1] if after.session.moves else None
        # Telegram takes at most 200 characters beside a button (core.telegram.org/bots/api,
        # answerCallbackQuery).
        return f"✓ {describe_move(here, last)}"[:200] if last else ""
    if after.refused.reason is MoveRefusalReason.MEANWHILE:
        return describe_moves_since(here, seen)[:200]
    return explain_move_refusal(here, after.refused)[:200]


async def reveal_at(
    context: HandlerContext,
    person: int,
    room: Room,
    workshop_request: WorkshopRequest,
    decide: MoveDecider,
    until: datetime,
) -> None:
    """Reveal as soon as no vote can arrive any more; whoever asked for it is told if it fails."""
    await asyncio.sleep(max((until - context.clock.now()).total_seconds(), 0))
    before = context.views.get_page(person)
    context.views.set_page(person, WorkshopPage(seconds=before.seconds))
    # Not earlier than that: the loop sleeps by another clock than the session decides by, and a
    # wake-up that is a little early would be refused once more.
    after = await make_move(
        context, room, replace(workshop_request, at=max(until, context.clock.now())), decide
    )
    if after.refused:
        situation = await context.services.interviews.read_snapshot(person, context.clock.now())
        here = context.build_workshop_view(
            person, after, get_translator(situation.respondent.language)
        )
        context.views.set_page(
            person,
            replace(
                before,
                notice=escape_html(describe_move_outcome(here, after, workshop_request.seen_moves)),
            ),
        )
        context.senders.card_updater.queue_people([person])


# What they type


async def handle_note(
    context: HandlerContext,
    update: IncomingUpdate,
    request: Request,
    snapshot: Snapshot,
    room: Room,
    text: str,
) -> None:
    """A note, if they were asked for one."""
    here = context.build_workshop_view(
        request.telegram_id, room, context.choose_texts(update, snapshot)
    )
    sight = here.page
    if sight.name != "note":
        hint = here.t(
            "To write something down, tap “{note}” first.", note=here.t("✍️ Note a reason")
        )
        context.views.set_page(request.telegram_id, replace(sight, notice=hint))
        context.show_current(update, snapshot)
        return
    ballots = find_noted_ballots(here)

    def decide(session: Session, workshop_request: WorkshopRequest) -> Move | MoveRefused:
        return session.add_note(ballots, text, workshop_request)

    workshop_request = WorkshopRequest(
        snapshot.respondent.id,
        request.at,
        request.cause.source,
        request.cause.key,
        room.session.number,
    )
    after = await make_move(context, room, workshop_request, decide)
    word = escape_html(describe_move_outcome(replace(here, room=after), after, room.session.number))
    kept = replace(sight, notice="⚠️ " + word) if after.refused else WorkshopPage(notice=word)
    context.views.set_page(request.telegram_id, replace(kept, seconds=sight.seconds))
    context.show_current(update, replace(snapshot, room=after))
