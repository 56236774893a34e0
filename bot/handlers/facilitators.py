"""Facilitators: the panel's taps, notes, the briefing for everybody."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import structlog
from telegram import Update

from bot.callbacks.workshop_callbacks import FacilitatorAction, ShowView
from bot.handlers.context import HandlerContext
from bot.screens.screen import escape_html
from bot.screens.workshop.ballot_text import WorkshopView
from bot.screens.workshop.facilitator_pages import find_noted_ballots
from bot.screens.workshop.refusal_text import describe_moves_since, explain_move_refusal
from bot.screens.workshop.session_steps import SessionAction, describe_move, find_meant_ballots
from bot.screens.workshop.workshop_page import WorkshopPage
from bot.translation import Translator, get_translator
from survey.services.snapshot import Request, Snapshot
from survey.services.workshop_service import MoveDecider
from survey.workshop.moves import Move, MoveRefusalReason, MoveRefused, WorkshopRequest
from survey.workshop.plan import Room
from survey.workshop.session import Session

log = structlog.get_logger()
PANEL_PAGES = frozenset({"", "list", "ballot", "note", "more", "lock", "screen", "leave"})


async def handle_panel_callback(
    desk: HandlerContext,
    update: Update,
    on: Request,
    now: Snapshot,
    room: Room,
    tap: ShowView | FacilitatorAction,
) -> str:
    """A button of the panel. Returns the short word to show at once."""
    if isinstance(tap, FacilitatorAction):
        return await perform_facilitator_action(desk, update, on, now, room, tap)
    sight = WorkshopPage(tap.page if tap.page in PANEL_PAGES else "", tap.number, tap.seconds)
    if tap.page == "send":
        sight = replace(
            sight, notice=await send_briefing(desk, room, desk.choose_texts(update, now))
        )
    if tap.page == "note":  # What others do meanwhile does not turn it to another ballot.
        here = WorkshopView(room, sight, desk.choose_texts(update, now), desk.bot_info, on.at)
        sight = replace(sight, noted_ballots=find_noted_ballots(here))
    desk.viewed_pages[on.telegram_id] = sight
    desk.show_current(update, now)
    return sight.notice


async def send_briefing(desk: HandlerContext, room: Room, t: Translator) -> str:
    """Everybody's card turns to the briefing's first page, unless they can vote just now."""
    people = await desk.workshops.list_telegram_ids(room.plan.id)
    leading = set(await desk.workshops.list_telegram_ids(room.plan.id, leading=True))
    for person in people:
        if person not in leading:
            desk.viewed_pages[person] = WorkshopPage("brief")
    desk.card_updater.queue_people(people)
    return t("📖 The briefing goes to {n} people.", n=len(people) - len(leading))


# Steps


async def perform_facilitator_action(
    desk: HandlerContext,
    update: Update,
    on: Request,
    now: Snapshot,
    room: Room,
    tap: FacilitatorAction,
) -> str:
    """A step. Whoever was slower than another facilitator is told what that one did."""
    ballots = find_meant_ballots(room, tap.action, tap.scope, tap.ballot)
    decide = choose_decision(tap.action, ballots, tap.seconds)
    if decide is None:
        desk.show_current(update, now)
        return desk.choose_texts(update, now)("This card has moved on.")
    made = WorkshopRequest(now.respondent.id, on.at, on.cause.source, on.cause.key, tap.seen)
    after = await make_move(desk, room, made, decide)
    here = desk.build_workshop_view(on.telegram_id, after, desk.choose_texts(update, now))
    if after.refused and after.refused.reason is MoveRefusalReason.WAIT and after.refused.until:
        until = after.refused.until
        desk.card_updater.run_in_background(
            reveal_at(desk, on.telegram_id, room, made, decide, until)
        )
    if (
        tap.seconds
        and after.refused is None
        and tap.action in (SessionAction.OPEN, SessionAction.AGAIN, SessionAction.REOPEN)
    ):
        desk.card_updater.run_in_background(
            desk.card_updater.queue_panels_after(room.plan.id, tap.seconds)
        )
    said = describe_move_outcome(here, after, tap.seen)
    warns = bool(after.refused)
    desk.viewed_pages[on.telegram_id] = WorkshopPage(
        seconds=tap.seconds, notice=escape_html(said) if warns else ""
    )
    desk.show_current(update, replace(now, room=after))
    return said


def choose_decision(act: str, ballots: tuple[int, ...], seconds: int) -> MoveDecider | None:
    """What a step asks the session; None for what is no step."""
    match act:
        case SessionAction.OPEN:
            return lambda session, tap: session.open(ballots, seconds, tap)
        case SessionAction.AGAIN:
            return lambda session, tap: session.open_next_round(ballots, seconds, tap)
        case SessionAction.REOPEN:
            return lambda session, tap: session.reopen(ballots, seconds, tap)
        case SessionAction.CLOSE:
            return lambda session, tap: session.close(ballots, tap)
        case SessionAction.REVEAL:
            return lambda session, tap: session.reveal(ballots, tap)
        case SessionAction.SKIP:
            return lambda session, tap: session.skip(ballots, tap)
        case SessionAction.UNDO:
            return Session.undo
        case SessionAction.LOCK:
            return Session.lock
    return None


async def make_move(
    desk: HandlerContext, room: Room, tap: WorkshopRequest, decide: MoveDecider
) -> Room:
    """The room after a step; refused for whoever ceased to be its facilitator."""
    try:
        return await desk.workshops.make_move(tap, room.plan.id, decide)
    except PermissionError:
        log.warning("a step of somebody who is no facilitator")
        return replace(room, refused=MoveRefused(MoveRefusalReason.STALE))


def describe_move_outcome(here: WorkshopView, after: Room, seen: int) -> str:
    """What a step came to, in a short word."""
    if after.refused is None:
        last = after.session.moves[-1] if after.session.moves else None
        return f"✓ {describe_move(here, last)}"[:200] if last else ""
    if after.refused.reason is MoveRefusalReason.MEANWHILE:
        return describe_moves_since(here, seen)[:200]
    return explain_move_refusal(here, after.refused)[:200]


async def reveal_at(
    desk: HandlerContext,
    person: int,
    room: Room,
    tap: WorkshopRequest,
    decide: MoveDecider,
    until: datetime,
) -> None:
    """Reveal as soon as no vote can arrive any more; whoever asked for it is told if it fails."""
    await asyncio.sleep(max((until - desk.clock.now()).total_seconds(), 0))
    before = desk.viewed_pages.get(person, WorkshopPage())
    desk.viewed_pages[person] = WorkshopPage(seconds=before.seconds)
    after = await make_move(desk, room, replace(tap, at=max(until, desk.clock.now())), decide)
    if after.refused:
        situation = await desk.interviews.read_snapshot(person, desk.clock.now())
        here = desk.build_workshop_view(
            person, after, get_translator(situation.respondent.language)
        )
        desk.viewed_pages[person] = replace(
            before, notice=escape_html(describe_move_outcome(here, after, tap.seen_moves))
        )
        desk.card_updater.queue_people([person])


# What they type


async def handle_note(
    desk: HandlerContext, update: Update, on: Request, now: Snapshot, room: Room, text: str
) -> None:
    """A note, if they were asked for one."""
    here = desk.build_workshop_view(on.telegram_id, room, desk.choose_texts(update, now))
    sight = here.page
    if sight.name != "note":
        hint = here.t(
            "To write something down, tap “{note}” first.", note=here.t("✍️ Note a reason")
        )
        desk.viewed_pages[on.telegram_id] = replace(sight, notice=hint)
        desk.show_current(update, now)
        return
    ballots = find_noted_ballots(here)

    def decide(session: Session, tap: WorkshopRequest) -> Move | MoveRefused:
        return session.add_note(ballots, text, tap)

    made = WorkshopRequest(
        now.respondent.id, on.at, on.cause.source, on.cause.key, room.session.number
    )
    after = await make_move(desk, room, made, decide)
    word = escape_html(describe_move_outcome(replace(here, room=after), after, room.session.number))
    kept = replace(sight, notice="⚠️ " + word) if after.refused else WorkshopPage(notice=word)
    desk.viewed_pages[on.telegram_id] = replace(kept, seconds=sight.seconds)
    desk.show_current(update, replace(now, room=after))
