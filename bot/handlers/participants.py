"""Participants in a workshop: coming in, voting, reasons, going."""

from __future__ import annotations

from dataclasses import replace

from telegram import Update

from bot.callbacks import workshop_callbacks as taps
from bot.handlers import facilitators
from bot.handlers.context import HandlerContext
from bot.screens.workshop.ballot_text import WorkshopView
from bot.screens.workshop.refusal_text import explain_move_refusal
from bot.screens.workshop.voting_card import find_active_round, find_missing_reason
from bot.screens.workshop.workshop_page import WorkshopPage
from survey.interview.steps import StepRefusalReason
from survey.people import parse_code
from survey.services.snapshot import Notice, Request, Snapshot, WorkshopLeft
from survey.workshop.moves import ChangeReason, VoteChannel, WorkshopRequest
from survey.workshop.plan import Room

#: Pages that participants can look at.
PARTICIPANT_PAGES = frozenset({"", "brief", "leave", "row", "why", "table"})


def build_workshop_request(on: Request, now: Snapshot, seen: int = 0) -> WorkshopRequest:
    """An update as workshops know it."""
    return WorkshopRequest(now.respondent.id, on.at, on.cause.source, on.cause.key, seen)


# Coming in


async def enter_code(desk: HandlerContext, on: Request, now: Snapshot, text: str) -> Snapshot:
    """Show a code: a workshop's or an invitation's. Who tries too many has to wait."""
    if desk.attempt_limiter.has_too_many(on.telegram_id, on.at):
        return replace(now, notice=Notice.GUESSED)
    plan = await desk.workshops.find_plan(parse_code(text) or "")
    if plan is None:
        joined = await desk.interviews.accept_invitation(on, text)
        if joined.notice is Notice.UNKNOWN_CODE:
            desk.attempt_limiter.count_wrong_code(on.telegram_id, on.at)
        return joined
    room = await desk.workshops.join(
        build_workshop_request(on, now), now.respondent, plan, VoteChannel.TELEGRAM
    )
    waits = (
        room is not None and room.me is not None and not (room.me.briefed or room.me.is_facilitator)
    )
    begun = room is not None and room.session.number > 0
    desk.viewed_pages[on.telegram_id] = WorkshopPage("brief" if waits and not begun else "")
    after = await desk.interviews.read_snapshot(on.telegram_id, on.at)
    return (
        after if now.room and now.room.plan.id == plan.id else replace(after, notice=Notice.JOINED)
    )


async def return_to_workshop(desk: HandlerContext, on: Request, now: Snapshot) -> Snapshot:
    """/lokakarya: back into the room that they are in."""
    desk.viewed_pages.pop(on.telegram_id, None)
    room = await desk.workshops.set_aside(build_workshop_request(on, now), aside=False)
    return replace(now, room=room)


# Taps


async def handle_workshop_callback(
    desk: HandlerContext, update: Update, tap: taps.WorkshopCallback
) -> str:
    """A button of the room. Returns the short word to show at once."""
    on, now = await desk.read_request(update)
    t, room = desk.choose_texts(update, now), now.room
    if room is None or room.me is None or taps.shorten_id(room.plan.id) != tap.workshop:
        desk.show_current(update, replace(now, notice=StepRefusalReason.STALE))
        return t("This card has moved on.")
    if room.me.is_facilitator and isinstance(tap, taps.ShowView | taps.FacilitatorAction):
        return await facilitators.handle_panel_callback(desk, update, on, now, room, tap)
    match tap:
        case taps.CastVote():
            return await cast_private_vote(desk, update, on, now, tap)
        case taps.GiveReason():
            return await save_offered_reason(desk, update, on, now, room, tap)
        case taps.FacilitatorAction():
            facilitators.log.warning("a participant tapped a facilitator's button")
            desk.show_current(update, now)
            return t("Only facilitators can do that.")
        case taps.ShowView(page=page, number=number):
            desk.viewed_pages[on.telegram_id] = WorkshopPage(
                page if page in PARTICIPANT_PAGES else "", number
            )
            desk.show_current(update, now)
            return ""
    desk.show_current(update, await apply_workshop_callback(desk, on, now, room, tap))
    return ""


async def apply_workshop_callback(
    desk: HandlerContext, on: Request, now: Snapshot, room: Room, tap: taps.WorkshopCallback
) -> Snapshot:
    """Coming, going, and what is said at the door."""
    rooms, made = desk.workshops, build_workshop_request(on, now)
    match tap:
        case taps.LeaveWorkshop():
            desk.viewed_pages.pop(on.telegram_id, None)
            await rooms.leave(made)
            after = await desk.interviews.read_snapshot(on.telegram_id, on.at)
            return replace(after, notice=WorkshopLeft(room.plan.code))
        case taps.ContinueQuestionnaire(wave=wave):
            await rooms.set_aside(made, aside=True)
            return await desk.interviews.switch_wave(replace(on, last_seen=None), wave)
        case taps.ConfirmBriefing():
            desk.viewed_pages.pop(on.telegram_id, None)
            return replace(now, room=await rooms.confirm_briefing(made))
        case taps.CheckIn(question=what, value=value):
            if desk.viewed_pages.get(on.telegram_id, WorkshopPage()).name == "table":
                del desk.viewed_pages[on.telegram_id]
            return replace(now, room=await apply_seat_choice(desk, made, room, what, value))
    return now


async def apply_seat_choice(
    desk: HandlerContext, tap: WorkshopRequest, room: Room, what: str, value: str
) -> Room | None:
    """What was chosen at the door; what is not offered there changes nothing."""
    offered = {
        "sector": {item.code for item in desk.bot_info.sectors},
        "category": {item.code for item in desk.bot_info.categories},
        "table": {str(table.number) for table in room.plan.workshop.tables},
    }
    if room.me is None or value not in offered.get(what, ()):
        return room
    match what:
        case "sector":
            return await desk.workshops.set_affiliation(tap, value, room.me.category)
        case "category":
            return await desk.workshops.set_affiliation(tap, room.me.sector, value)
        case _:
            return await desk.workshops.choose_table(tap, int(value))


async def cast_private_vote(
    desk: HandlerContext, update: Update, on: Request, now: Snapshot, tap: taps.CastVote
) -> str:
    """A vote. The word says what was counted."""
    made = build_workshop_request(on, now)
    after = await desk.workshops.vote(
        made, tap.ballot, tap.opening, tap.value, VoteChannel.TELEGRAM, seen=now.room
    )
    if after is None:
        return await handle_departed(desk, update, on)
    here = desk.build_workshop_view(on.telegram_id, after, desk.choose_texts(update, now))
    if after.refused is None:
        desk.viewed_pages[on.telegram_id] = choose_page_after_vote(here, tap.ballot)
    desk.show_current(update, replace(now, room=after))
    if after.refused:
        return explain_move_refusal(here, after.refused)
    return "✓ " + here.t("{value} saved", value=here.format_vote(tap.value))


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
    desk: HandlerContext,
    update: Update,
    on: Request,
    now: Snapshot,
    room: Room,
    tap: taps.GiveReason,
) -> str:
    """A reason that was offered."""
    given, t = room.votes.get(tap.ballot), desk.choose_texts(update, now)
    if given is None or given.opening != tap.opening or tap.reason not in set(ChangeReason):
        desk.show_current(update, now)
        return t("This card has moved on.")
    after = await desk.workshops.explain_vote(
        build_workshop_request(on, now), tap.ballot, tap.reason
    )
    if after is None:
        return await handle_departed(desk, update, on)
    if after.refused is None:
        desk.viewed_pages[on.telegram_id] = choose_next_page(after, tap.ballot)
    desk.show_current(update, replace(now, room=after))
    here = desk.build_workshop_view(on.telegram_id, after, t)
    return (
        explain_move_refusal(here, after.refused)
        if after.refused
        else t("✓ Reason saved, thank you")
    )


async def handle_departed(desk: HandlerContext, update: Update, on: Request) -> str:
    """They left meanwhile, on another phone."""
    now = await desk.interviews.read_snapshot(on.telegram_id, on.at)
    desk.show_current(update, replace(now, notice=StepRefusalReason.STALE))
    return desk.choose_texts(update, now)("This card has moved on.")


# What they type


async def handle_workshop_text(
    desk: HandlerContext, update: Update, on: Request, now: Snapshot, text: str
) -> None:
    """A value for the ballot on the card, a reason that is asked for, or a facilitator's note."""
    room = now.room
    if room is None or room.me is None:
        return
    if room.me.is_facilitator:
        await facilitators.handle_note(desk, update, on, now, room, text)
        return
    here = desk.build_workshop_view(on.telegram_id, room, desk.choose_texts(update, now))
    words = text.strip()
    if room.list_votable() and words in room.plan.workshop.scale.answers:
        await cast_typed_vote(desk, update, on, now, here, words)
    elif due := find_missing_reason(here):
        await save_typed_reason(desk, update, on, now, due.ballot.number, text)
    else:
        desk.show_current(update, replace(now, notice=now.notice or StepRefusalReason.KIND))


async def cast_typed_vote(
    desk: HandlerContext, update: Update, on: Request, now: Snapshot, here: WorkshopView, value: str
) -> None:
    """A vote in figures: for the ballot on their card, if that is still the one to vote on."""
    ballot, opening = find_active_round(here)
    if desk.asked_ballots.get(on.telegram_id) == (ballot, opening):
        await cast_private_vote(
            desk, update, on, now, taps.CastVote(here.short_id, ballot, opening, value)
        )
        return
    moved_on = "⚠️ " + here.t("This card has moved on.")
    desk.viewed_pages[on.telegram_id] = replace(here.page, notice=moved_on)
    desk.show_current(update, now)


async def save_typed_reason(
    desk: HandlerContext, update: Update, on: Request, now: Snapshot, ballot: int, text: str
) -> None:
    """A reason in own words."""
    after = await desk.workshops.explain_vote(build_workshop_request(on, now), ballot, text)
    if after is None:
        await handle_departed(desk, update, on)
        return
    here = desk.build_workshop_view(on.telegram_id, after, desk.choose_texts(update, now))
    said = (
        "⚠️ " + explain_move_refusal(here, after.refused)
        if after.refused
        else here.t("✓ Reason saved, thank you")
    )
    sight = (
        desk.viewed_pages.get(on.telegram_id, WorkshopPage())
        if after.refused
        else choose_next_page(after, ballot)
    )
    desk.viewed_pages[on.telegram_id] = replace(sight, notice=said)
    desk.show_current(update, replace(now, room=after))
