"""The secretariat decides what may be quoted: ``/kutipan``, taps, and replies that shorten."""

from __future__ import annotations

import structlog
from telegram import Message, Update

from bot.callbacks import codec
from bot.handlers.context import HandlerContext
from bot.handlers.report_requests import explain_no_reports
from bot.screens.quote_review import (
    draw_open_quote_screen,
    draw_released_quote_screen,
    explain_ruling,
)
from bot.screens.screen import Screen
from bot.telegram.calls import CallError, FailureKind, call_ignoring, call_with_retry
from bot.telegram.cards import build_message_arguments
from bot.translation import Translator, get_translator
from survey.services.quote_service import QuoteCase, QuoteDecision
from survey.store.interviews import Cause
from survey.store.quotes import AnswerPlace

log = structlog.get_logger()
#: What the buttons of a card that can be replied to are for.
RELEASE_ACTION = "ok"


async def handle_quotes_command(desk: HandlerContext, update: Update) -> None:
    """/kutipan: the first answer to decide on; elsewhere, whose business this is."""
    chat = update.effective_chat
    if chat is None:
        return
    language, t = await desk.quotes.find_language(chat.id), desk.choose_texts(update)
    if language is None:
        refusal = t("Quotes are for the secretariat.")
        text = explain_no_reports(chat.id, t) if chat.id < 0 else refusal
        await call_with_retry(lambda: desk.bot.send_message(chat.id, text))
        return
    screen = draw_open_quote_screen(
        await desk.quotes.find_next(language, None), get_translator(language)
    )
    await call_with_retry(lambda: desk.bot.send_message(chat.id, **build_message_arguments(screen)))


async def handle_quote_callback(
    desk: HandlerContext, update: Update, tap: codec.ReviewQuote | codec.ShowQuotes
) -> str:
    """A button of a card, in a chat of the secretariat; elsewhere it does nothing."""
    query = update.callback_query
    message = query.message if query else None
    language = await desk.quotes.find_language(message.chat.id) if message else None
    if message is None or language is None:
        return ""
    t = get_translator(language)
    if isinstance(tap, codec.ShowQuotes):
        screen = await build_quote_list(desk, tap, t)
        told = ""
    else:
        screen, told = await decide_quote(desk, update, tap, t)
    await redraw_quote_card(desk, message.chat.id, message.message_id, screen)
    return told


async def build_quote_list(desk: HandlerContext, tap: codec.ShowQuotes, t: Translator) -> Screen:
    """The beginning of either list."""
    if tap.page == "released":
        return draw_released_quote_screen(
            await desk.quotes.find_next(t.language, None, released=True), t
        )
    return draw_open_quote_screen(await desk.quotes.find_next(t.language, None), t)


async def decide_quote(
    desk: HandlerContext, update: Update, tap: codec.ReviewQuote, t: Translator
) -> tuple[Screen, str]:
    """Carry out what was decided, then show the answer that follows, and say what to say."""
    place = AnswerPlace(tap.interview, tap.question, tap.occurrence)
    why, now = Cause(desk.bot.id, update.update_id), desk.clock.now()
    if tap.action in ("next", "back"):
        if tap.action == "back":
            await desk.quotes.take_back(why, place, now)
        return draw_released_quote_screen(
            await desk.quotes.find_next(t.language, place, released=True), t
        ), ""
    if tap.action == "undo":
        await desk.quotes.take_back(why, place, now)
        return draw_open_quote_screen(await desk.quotes.find_answer(t.language, place), t), ""
    ruled: QuoteDecision | None = None
    if tap.action == "ok":
        ruled = await desk.quotes.release(why, place, tap.version, now)
    elif tap.action == "no":
        ruled = await desk.quotes.withhold(why, place, tap.version, now)
    return await build_next_quote(desk, place, ruled, t), explain_ruling(ruled, t) if ruled else ""


async def build_next_quote(
    desk: HandlerContext, place: AnswerPlace, ruled: QuoteDecision | None, t: Translator
) -> Screen:
    """The answer that follows; the last decision can be undone."""
    before: QuoteCase | None = None
    if ruled is QuoteDecision.DONE:
        before = await desk.quotes.find_answer(t.language, place)
    following = await desk.quotes.find_next(t.language, place)
    return draw_open_quote_screen(following, t, before.answer if before else None)


async def handle_quote_reply(desk: HandlerContext, update: Update, sent: Message) -> bool:
    """Whether it was a reply to a card: its words are then the part that may be quoted."""
    card = sent.reply_to_message
    tap = (
        find_quote_of_card(card)
        if card and card.from_user and card.from_user.id == desk.bot.id
        else None
    )
    language = await desk.quotes.find_language(sent.chat.id) if tap else None
    if card is None or tap is None or language is None:
        return False
    t, place = get_translator(language), AnswerPlace(tap.interview, tap.question, tap.occurrence)
    why, now = Cause(desk.bot.id, update.update_id), desk.clock.now()
    ruled = await desk.quotes.release(why, place, tap.version, now, sent.text or "")
    if told := explain_ruling(ruled, t):
        await call_with_retry(lambda: desk.bot.send_message(sent.chat.id, told))
    else:
        await redraw_quote_card(
            desk, sent.chat.id, card.message_id, await build_next_quote(desk, place, ruled, t)
        )
    return True


def find_quote_of_card(card: Message) -> codec.ReviewQuote | None:
    """Which answer a card asks about: its buttons say so."""
    rows = card.reply_markup.inline_keyboard if card.reply_markup else ()
    read = (codec.parse_callback(str(button.callback_data or "")) for row in rows for button in row)
    return next(
        (
            tap
            for tap in read
            if isinstance(tap, codec.ReviewQuote) and tap.action == RELEASE_ACTION
        ),
        None,
    )


async def redraw_quote_card(
    desk: HandlerContext, chat_id: int, message_id: int, screen: Screen
) -> None:
    """Put a screen into a message; two who tap at once may want the same."""
    shown = build_message_arguments(screen)
    try:
        await call_ignoring(
            lambda: desk.bot.edit_message_text(chat_id=chat_id, message_id=message_id, **shown),
            FailureKind.UNCHANGED,
        )
    except CallError as fault:
        if not fault.failed.is_refusal:
            raise
        log.warning("quote not shown", reason=str(fault))
