"""Buttons of a private chat: consent, answers, going back and forth, sending."""

from __future__ import annotations

from dataclasses import replace

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
    DeclineAsMinor,
    DeclineConsent,
    GiveConsent,
    GoToWave,
    RequestResults,
)
from bot.callbacks.question_keys import decode_question_key
from bot.handlers.context import HandlerContext
from bot.handlers.private_messages import interpret_text
from bot.screens.card import find_choice_page
from bot.screens.consent import draw_minor_screen
from bot.screens.toast import format_toast
from bot.screens.view_state import ViewState
from bot.screens.withdrawal import draw_receipt_screen
from bot.telegram.taps import IncomingUpdate
from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.interview.steps import StepRefusalReason
from survey.services.snapshot import Request, Snapshot


async def handle_private_callback(
    context: HandlerContext, update: IncomingUpdate, callback: Callback | None
) -> str:
    """A button. Returns the short word to show at once, often none."""
    request, snapshot = await context.read_request(update)
    if isinstance(callback, ConfirmWithdrawal):
        receipt = await context.services.interviews.withdraw(request)
        context.views.forget_person(request.telegram_id)
        # Before the receipt is shown, which says that everything is gone.
        await context.files.attachments.delete_unused()
        t = context.choose_texts(update, snapshot)
        context.put_on_card(
            update, snapshot, draw_receipt_screen(receipt, snapshot.questionnaires, t)
        )
        return ""
    if isinstance(callback, DeclineAsMinor):
        after = await context.services.interviews.decline_as_minor(request, callback.wave)
        context.views.forget_person(request.telegram_id)
        await context.files.attachments.delete_unused()
        # In the language they had: nobody knows it any more.
        screen = draw_minor_screen(context.choose_texts(update, snapshot))
        context.put_on_card(update, after, screen)
        return ""
    if isinstance(callback, ShowPage | ShowRemovalPage):
        mine = (
            snapshot.interview_row is not None and snapshot.interview_row.id == callback.interview
        )
        removing = isinstance(callback, ShowRemovalPage)
        context.show_current(
            update, snapshot, ViewState(page=callback.number, removing=removing) if mine else None
        )
        return ""
    after = await apply_callback(context, request, snapshot, callback) if callback else snapshot
    context.show_current(
        update,
        after,
        ViewState(find_page_of_choice(after, callback))
        if isinstance(callback, TickChoice)
        else None,
    )
    return format_toast(after, context.choose_texts(update, after))


def find_page_of_choice(snapshot: Snapshot, callback: TickChoice) -> int | None:
    """The page of a long list that somebody ticks on, so that it stays before their eyes."""
    interview = snapshot.interview
    if (
        interview is None
        or interview.position == REVIEW
        or interview.find_repeat(interview.position)
    ):
        return None
    choices = interview.list_choices(interview.position)
    return (
        find_choice_page(interview, interview.position, choices[callback.choice].value)
        if callback.choice < len(choices)
        else 0
    )


async def apply_callback(
    context: HandlerContext, request: Request, snapshot: Snapshot, callback: Callback
) -> Snapshot:
    """Carry out what a button means; what does not fit where the person is changes nothing."""
    survey = context.services.interviews
    match callback:
        case ChooseLanguage(language=wanted) if wanted in context.bot_info.languages:
            return await survey.choose_language(request, wanted)
        case GoToWave(wave=wave):
            return await survey.switch_wave(request, wave)
        case GiveConsent(wave=wave) if snapshot.wave is not None and snapshot.wave.id == wave:
            return await survey.agree(request)
        case DeclineConsent(wave=wave) if snapshot.wave is not None and snapshot.wave.id == wave:
            return await survey.decline_consent(request)
        case RequestResults(wave=wave, wanted=yes) if (
            snapshot.wave is not None and snapshot.wave.id == wave
        ):
            return await survey.request_results(request, bool(yes))
    if (
        isinstance(callback, InterviewCallback)
        and snapshot.interview_row is not None
        and snapshot.interview_row.id == callback.interview
    ):
        return await apply_interview_callback(context, request, snapshot, callback)
    return replace(snapshot, notice=StepRefusalReason.STALE)


async def apply_interview_callback(
    context: HandlerContext, request: Request, snapshot: Snapshot, callback: InterviewCallback
) -> Snapshot:
    """A button of the interview that the person is at."""
    survey = context.services.interviews
    match callback:
        case GoBack():
            return await survey.go_back(request)
        case GoForward():
            return await survey.go_forward(request)
        case SubmitInterview():
            return await survey.send(request)
        case GoToQuestion(question="review"):
            return await survey.go_to(request, REVIEW)
        case PromptCallback():
            return await apply_prompt_callback(context, request, snapshot, callback)
    return (
        await apply_question_callback(context, request, snapshot, callback)
        if isinstance(callback, QuestionCallback)
        else snapshot
    )


async def apply_prompt_callback(
    context: HandlerContext,
    request: Request,
    snapshot: Snapshot,
    callback: PromptCallback,
) -> Snapshot:
    """A button of a repeat's prompt."""
    interview, survey = snapshot.interview, context.services.interviews
    key = decode_question_key(interview.questionnaire, callback.question) if interview else None
    if key is None:
        return replace(snapshot, notice=StepRefusalReason.STALE)
    match callback:
        case AddInstance():
            return await survey.add_instance(request, key)
        case FinishRepeat():
            return await survey.finish_repeat(request, key)
        case RemoveInstance(seen=seen):
            return await survey.remove_instance(request, key, seen)
    return snapshot


async def apply_question_callback(
    context: HandlerContext,
    request: Request,
    snapshot: Snapshot,
    callback: QuestionCallback,
) -> Snapshot:
    """A button that names a question of the interview that the person is at."""
    interview = snapshot.interview
    key = decode_question_key(interview.questionnaire, callback.question) if interview else None
    if interview is None or key is None:
        return replace(snapshot, notice=StepRefusalReason.STALE)
    survey = context.services.interviews
    if isinstance(callback, GoToQuestion):
        return await survey.go_to(request, key)
    if not interview.is_asked(key):
        return replace(snapshot, notice=StepRefusalReason.STALE)
    match callback:
        case SkipQuestion():
            return await survey.skip(request, key)
        case ConfirmAnswer():
            return await survey.answer(request, key, interview.form.get_value(key))
        case ClearChoices():
            return await survey.clear_choices(request, key)
        case EnterText(text=words):
            return await survey.answer(request, key, interpret_text(request, interview, key, words))
        case SelectChoice() | TickChoice():
            return await apply_choice(context, request, snapshot, interview, key, callback)
    return snapshot


async def apply_choice(
    context: HandlerContext,
    request: Request,
    snapshot: Snapshot,
    interview: Interview,
    key: str,
    callback: SelectChoice | TickChoice,
) -> Snapshot:
    """A choice that was tapped, if the question takes it so."""
    survey, question = context.services.interviews, interview.find_question(key)
    choices, ticked = interview.list_choices(key), isinstance(callback, TickChoice)
    # Numbers in callback data may be anything that an app sends, and a card may be of an older
    # state.
    if callback.choice >= len(choices) or ticked is not question.kind.takes_several:
        return replace(snapshot, notice=StepRefusalReason.STALE)
    value = choices[callback.choice].value
    if isinstance(callback, TickChoice):
        return await survey.tick_choice(request, key, value, bool(callback.ticked))
    return await survey.answer(request, key, value)
