"""Residents and participants: commands, taps, what they share."""

from __future__ import annotations

from dataclasses import replace

from telegram import Location, Update

from bot.callbacks.callback import Callback
from bot.callbacks.interview_callbacks import (
    AddInstance,
    ClearChoices,
    ConfirmAnswer,
    EnterText,
    FinishRepeat,
    GoBack,
    GoForward,
    GoToQuestion,
    InterviewCallback,
    PromptCallback,
    QuestionCallback,
    RemoveInstance,
    SelectChoice,
    ShowPage,
    ShowRemovalPage,
    SkipQuestion,
    SubmitInterview,
    TickChoice,
)
from bot.callbacks.participation_callbacks import (
    ChooseLanguage,
    ConfirmWithdrawal,
    DeclineConsent,
    GiveConsent,
    GoToWave,
    RequestResults,
)
from bot.callbacks.question_keys import decode_question_key
from bot.handlers import participants
from bot.handlers.context import HandlerContext
from bot.screens.card import ViewState, find_choice_page
from bot.screens.participation import (
    draw_code_screen,
    draw_language_screen,
    draw_receipt_screen,
    draw_withdrawal_screen,
    format_toast,
)
from survey.forms.answers.map_points import format_stored_point
from survey.forms.answers.typed_answers import parse_typed_answer
from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.interview.steps import StepRefusalReason
from survey.people import INVITATION_PREFIX, WORKSHOP_PREFIX
from survey.services.snapshot import Notice, Request, Snapshot

#: Kinds that take several choices, one tap each.
MULTIPLE_CHOICE_KINDS = frozenset({"select_multiple", "rank"})

# Commands


async def handle_start(desk: HandlerContext, update: Update, payload: str) -> None:
    """/start, perhaps with the payload of a link."""
    on, now = await desk.read_request(update)
    language = desk.choose_texts(update, now).language
    if payload.startswith((INVITATION_PREFIX, WORKSHOP_PREFIX)):
        now = await desk.interviews.arrive(on, language, "")
        desk.show_current(
            update, await participants.enter_code(desk, replace(on, last_seen=None), now, payload)
        )
        return
    after = await desk.interviews.arrive(on, language, payload)
    if after.is_in_room and after.wave and payload.startswith(after.wave.id):
        after = replace(
            after,
            room=await desk.workshops.set_aside(
                participants.build_workshop_request(on, after), aside=True
            ),
        )
    desk.show_current(update, after)


async def handle_language(desk: HandlerContext, update: Update, _: str) -> None:
    """/bahasa"""
    _on, now = await welcome_and_read_request(desk, update)
    desk.put_on_card(
        update, now, draw_language_screen(desk.choose_texts(update, now), desk.bot_info)
    )


async def handle_withdraw(desk: HandlerContext, update: Update, _: str) -> None:
    """/hapus"""
    on, now = await desk.read_request(update)
    t = desk.choose_texts(update, now)
    if now.contact is None:
        desk.put_on_card(update, now, draw_receipt_screen(None, {}, t))
        return
    holdings = await desk.interviews.count_answers(on.telegram_id)
    files, votes = (
        await desk.interviews.count_files(on.telegram_id),
        await desk.interviews.count_votes(on.telegram_id),
    )
    desk.put_on_card(
        update, now, draw_withdrawal_screen(holdings, files, votes, now.questionnaires, t)
    )


async def handle_workshop(desk: HandlerContext, update: Update, _: str) -> None:
    """/lokakarya"""
    on, now = await welcome_and_read_request(desk, update)
    if now.room is None:
        desk.put_on_card(update, now, draw_code_screen(desk.choose_texts(update, now)))
    else:
        desk.show_current(update, await participants.return_to_workshop(desk, on, now))


# Taps


async def handle_private_callback(
    desk: HandlerContext, update: Update, tap: Callback | None
) -> str:
    """A button. Returns the short word to show at once, often none."""
    on, now = await desk.read_request(update)
    if isinstance(tap, ConfirmWithdrawal):
        receipt = await desk.interviews.withdraw(on)
        await desk.attachments.delete_unused()
        t = desk.choose_texts(update, now)
        desk.put_on_card(update, now, draw_receipt_screen(receipt, now.questionnaires, t))
        return ""
    if isinstance(tap, ShowPage | ShowRemovalPage):
        mine = now.interview_row is not None and now.interview_row.id == tap.interview
        removing = isinstance(tap, ShowRemovalPage)
        desk.show_current(
            update, now, ViewState(page=tap.number, removing=removing) if mine else None
        )
        return ""
    after = await apply_callback(desk, on, now, tap) if tap else now
    desk.show_current(
        update,
        after,
        ViewState(find_page_of_choice(after, tap)) if isinstance(tap, TickChoice) else None,
    )
    return format_toast(after, desk.choose_texts(update, after))


def find_page_of_choice(now: Snapshot, tap: TickChoice) -> int | None:
    """The page of a long list that somebody ticks on, so that it stays before their eyes."""
    made = now.interview
    if made is None or made.position == REVIEW or made.find_repeat(made.position):
        return None
    choices = made.list_choices(made.position)
    return (
        find_choice_page(made, made.position, choices[tap.choice].value)
        if tap.choice < len(choices)
        else 0
    )


async def apply_callback(
    desk: HandlerContext, on: Request, now: Snapshot, tap: Callback
) -> Snapshot:
    """Carry out what a button means; what does not fit where the person is changes nothing."""
    survey = desk.interviews
    match tap:
        case ChooseLanguage(language=wanted) if wanted in desk.bot_info.languages:
            return await survey.choose_language(on, wanted)
        case GoToWave(wave=wave):
            return await survey.switch_wave(on, wave)
        case GiveConsent(wave=wave) if now.wave is not None and now.wave.id == wave:
            return await survey.agree(on)
        case DeclineConsent(wave=wave) if now.wave is not None and now.wave.id == wave:
            return await survey.decline_consent(on)
        case RequestResults(wave=wave, wanted=yes) if now.wave is not None and now.wave.id == wave:
            return await survey.request_results(on, bool(yes))
    if (
        isinstance(tap, InterviewCallback)
        and now.interview_row is not None
        and now.interview_row.id == tap.interview
    ):
        return await apply_interview_callback(desk, on, now, tap)
    return replace(now, notice=StepRefusalReason.STALE)


async def apply_interview_callback(
    desk: HandlerContext, on: Request, now: Snapshot, tap: InterviewCallback
) -> Snapshot:
    """A button of the interview that the person is at."""
    survey = desk.interviews
    match tap:
        case GoBack():
            return await survey.go_back(on)
        case GoForward():
            return await survey.go_forward(on)
        case SubmitInterview():
            return await survey.send(on)
        case GoToQuestion(question="review"):
            return await survey.go_to(on, REVIEW)
        case PromptCallback():
            return await apply_prompt_callback(desk, on, now, tap)
    return (
        await apply_question_callback(desk, on, now, tap)
        if isinstance(tap, QuestionCallback)
        else now
    )


async def apply_prompt_callback(
    desk: HandlerContext,
    on: Request,
    now: Snapshot,
    tap: PromptCallback,
) -> Snapshot:
    """A button of a repeat's prompt."""
    made, survey = now.interview, desk.interviews
    key = decode_question_key(made.questionnaire, tap.question) if made else None
    if key is None:
        return replace(now, notice=StepRefusalReason.STALE)
    match tap:
        case AddInstance():
            return await survey.add_instance(on, key)
        case FinishRepeat():
            return await survey.finish_repeat(on, key)
        case RemoveInstance(seen=seen):
            return await survey.remove_instance(on, key, seen)
    return now


async def apply_question_callback(
    desk: HandlerContext,
    on: Request,
    now: Snapshot,
    tap: QuestionCallback,
) -> Snapshot:
    """A button that names a question of the interview that the person is at."""
    made = now.interview
    key = decode_question_key(made.questionnaire, tap.question) if made else None
    if made is None or key is None:
        return replace(now, notice=StepRefusalReason.STALE)
    survey = desk.interviews
    if isinstance(tap, GoToQuestion):
        return await survey.go_to(on, key)
    if key not in made.list_question_keys():
        return replace(now, notice=StepRefusalReason.STALE)
    match tap:
        case SkipQuestion():
            return await survey.skip(on, key)
        case ConfirmAnswer():
            return await survey.answer(on, key, made.form.get_value(key))
        case ClearChoices():
            return await survey.clear_choices(on, key)
        case EnterText(text=words):
            return await survey.answer(on, key, interpret_text(on, made, key, words))
        case SelectChoice() | TickChoice():
            return await apply_choice(desk, on, now, made, key, tap)
    return now


async def apply_choice(
    desk: HandlerContext,
    on: Request,
    now: Snapshot,
    made: Interview,
    key: str,
    tap: SelectChoice | TickChoice,
) -> Snapshot:
    """A choice that was tapped, if the question takes it so."""
    survey, question = desk.interviews, made.find_question(key)
    choices, ticked = made.list_choices(key), isinstance(tap, TickChoice)
    if tap.choice >= len(choices) or ticked is not (question.kind in MULTIPLE_CHOICE_KINDS):
        return replace(now, notice=StepRefusalReason.STALE)
    value = choices[tap.choice].value
    if isinstance(tap, TickChoice):
        return await survey.tick_choice(on, key, value, bool(tap.ticked))
    return await survey.answer(on, key, value)


# What people share, and what their words mean


def interpret_text(on: Request, made: Interview, key: str, text: str) -> str:
    """What somebody typed, or what a button stands for, as it is stored."""
    return parse_typed_answer(made.find_question(key), text, on.at.astimezone(made.form.zone))


def accepts_text(now: Snapshot) -> bool:
    """Whether what somebody types can be an answer."""
    made = now.interview
    if (
        made is None
        or now.interview_row is None
        or made.is_unchanged
        or made.position == REVIEW
        or now.is_in_room
    ):
        return False
    return not made.find_repeat(made.position) and not made.is_display_only(made.position)


async def handle_location(desk: HandlerContext, update: Update, place: Location) -> None:
    """A shared location: the point itself where one is asked, else the place where it lies."""
    on, now = await welcome_and_read_request(desk, update)
    made, survey = now.interview, desk.interviews
    if now.is_in_room:
        await handle_unexpected(desk, update)
    elif (
        made is not None
        and accepts_text(now)
        and made.find_question(made.position).kind == "geopoint"
    ):
        point = format_stored_point(place.latitude, place.longitude, place.horizontal_accuracy)
        desk.show_current(update, await survey.answer(on, made.position, point))
    else:
        desk.show_current(
            update, await survey.answer_by_location(on, place.latitude, place.longitude)
        )


async def handle_unexpected(desk: HandlerContext, update: Update) -> None:
    """A sticker, a photo, an edited message: say kindly what helps, where the person is."""
    _on, now = await welcome_and_read_request(desk, update)
    told = Notice.EDITED if update.edited_message else StepRefusalReason.KIND
    asks = (
        now.interview_row is not None
        and now.interview is not None
        and now.interview.position != REVIEW
    )
    asks = asks or now.is_in_room
    desk.show_current(update, replace(now, notice=told) if asks else now)


async def welcome_and_read_request(
    desk: HandlerContext, update: Update
) -> tuple[Request, Snapshot]:
    """The occasion and how things stand; somebody new is welcomed first."""
    on, now = await desk.read_request(update)
    if now.contact is None:
        now = await desk.interviews.arrive(on, desk.choose_texts(update).language, "")
        on = replace(on, last_seen=now)
    return on, now
