"""What people send into a private chat besides commands and taps, and what it means there."""

from __future__ import annotations

from dataclasses import replace

from telegram import Location

from bot.handlers.context import HandlerContext
from bot.telegram.taps import IncomingUpdate
from survey.forms.answers.map_points import format_stored_point
from survey.forms.answers.typed_answers import parse_typed_answer
from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.interview.steps import StepRefusalReason
from survey.services.snapshot import Notice, Request, Snapshot


def interpret_text(request: Request, interview: Interview, key: str, text: str) -> str:
    """What somebody typed, or what a button stands for, as it is stored."""
    return parse_typed_answer(
        interview.find_question(key), text, request.at.astimezone(interview.form.zone)
    )


def accepts_text(snapshot: Snapshot) -> bool:
    """Whether what somebody types can be an answer."""
    interview = snapshot.interview
    if (
        interview is None
        or snapshot.interview_row is None
        or interview.is_unchanged
        or interview.position == REVIEW
        or snapshot.is_in_room
    ):
        return False
    return not interview.find_repeat(interview.position) and not interview.is_display_only(
        interview.position
    )


async def handle_location(context: HandlerContext, update: IncomingUpdate, place: Location) -> None:
    """A shared location: the point itself where one is asked, else the place where it lies."""
    request, snapshot = await welcome_and_read_request(context, update)
    interview, survey = snapshot.interview, context.services.interviews
    if snapshot.is_in_room:
        await handle_unexpected(context, update)
    elif not await context.has_seen(update, snapshot):
        context.show_current(update, replace(snapshot, notice=Notice.UNSEEN))
    elif (
        interview is not None
        and accepts_text(snapshot)
        and interview.find_question(interview.position).kind.takes_location
    ):
        point = format_stored_point(place.latitude, place.longitude, place.horizontal_accuracy)
        context.show_current(update, await survey.answer(request, interview.position, point))
    else:
        context.show_current(
            update, await survey.answer_by_location(request, place.latitude, place.longitude)
        )


async def handle_unexpected(context: HandlerContext, update: IncomingUpdate) -> None:
    """A sticker, a photo, an edited message: say kindly what helps, where the person is."""
    _request, snapshot = await welcome_and_read_request(context, update)
    told = Notice.EDITED if update.edited_message else StepRefusalReason.KIND
    asks = (
        snapshot.interview_row is not None
        and snapshot.interview is not None
        and snapshot.interview.position != REVIEW
    )
    asks = asks or snapshot.is_in_room
    context.show_current(update, replace(snapshot, notice=told) if asks else snapshot)


async def welcome_and_read_request(
    context: HandlerContext, update: IncomingUpdate
) -> tuple[Request, Snapshot]:
    """The occasion and how things stand; somebody new is welcomed first."""
    request, snapshot = await context.read_request(update)
    if snapshot.contact is None:
        snapshot = await context.services.interviews.arrive(
            request, context.choose_texts(update).language, ""
        )
        request = replace(request, last_seen=snapshot)
    return request, snapshot
