"""The secretariat decides what may be quoted: ``/kutipan``, taps, and replies that shorten."""

from __future__ import annotations

import structlog
from telegram import Message, Update
from telegram.error import BadRequest

from bot.callbacks import codec
from bot.handlers.context import Desk
from bot.handlers.report_requests import not_here
from bot.screens.quote_review import open_screen, released_screen, ruling
from bot.screens.screen import Screen
from bot.telegram.cards import SAME, content
from bot.telegram.polling import patiently
from bot.translation import Texts, texts
from survey.services.quote_service import Case, Ruled
from survey.store.interviews import Cause
from survey.store.quotes import Place

log = structlog.get_logger()
#: What the buttons of a card that can be replied to are for.
ASKS = "ok"


async def asked(desk: Desk, update: Update) -> None:
    """/kutipan: the first answer to decide on; elsewhere, whose business this is."""
    chat = update.effective_chat
    if chat is None:
        return
    language, t = await desk.quotes.language(chat.id), desk.words(update)
    if language is None:
        refusal = t("Quotes are for the secretariat.")
        text = not_here(chat.id, t) if chat.id < 0 else refusal
        await patiently(lambda: desk.bot.send_message(chat.id, text))
        return
    screen = open_screen(await desk.quotes.next(language, None), texts(language))
    await patiently(lambda: desk.bot.send_message(chat.id, **content(screen)))


async def tapped(desk: Desk, update: Update, tap: codec.Quote | codec.Quotes) -> str:
    """A button of a card, in a chat of the secretariat; elsewhere it does nothing."""
    query = update.callback_query
    message = query.message if query else None
    language = await desk.quotes.language(message.chat.id) if message else None
    if message is None or language is None:
        return ""
    t = texts(language)
    if isinstance(tap, codec.Quotes):
        screen = await listed(desk, tap, t)
        told = ""
    else:
        screen, told = await decided(desk, update, tap, t)
    await redraw(desk, message.chat.id, message.message_id, screen)
    return told


async def listed(desk: Desk, tap: codec.Quotes, t: Texts) -> Screen:
    """The beginning of either list."""
    if tap.page == "released":
        return released_screen(await desk.quotes.next(t.language, None, released=True), t)
    return open_screen(await desk.quotes.next(t.language, None), t)


async def decided(desk: Desk, update: Update, tap: codec.Quote, t: Texts) -> tuple[Screen, str]:
    """Carry out what was decided, then show the answer that follows, and say what to say."""
    place = Place(tap.interview, tap.question, tap.occurrence)
    why, now = Cause(desk.bot.id, update.update_id), desk.clock.now()
    if tap.what in ("next", "back"):
        if tap.what == "back":
            await desk.quotes.take_back(why, place, now)
        return released_screen(await desk.quotes.next(t.language, place, released=True), t), ""
    if tap.what == "undo":
        await desk.quotes.take_back(why, place, now)
        return open_screen(await desk.quotes.at(t.language, place), t), ""
    ruled: Ruled | None = None
    if tap.what == "ok":
        ruled = await desk.quotes.release(why, place, tap.version, now)
    elif tap.what == "no":
        ruled = await desk.quotes.withhold(why, place, tap.version, now)
    return await after(desk, place, ruled, t), ruling(ruled, t) if ruled else ""


async def after(desk: Desk, place: Place, ruled: Ruled | None, t: Texts) -> Screen:
    """The answer that follows; the last decision can be undone."""
    before: Case | None = None
    if ruled is Ruled.DONE:
        before = await desk.quotes.at(t.language, place)
    following = await desk.quotes.next(t.language, place)
    return open_screen(following, t, before.answer if before else None)


async def replied(desk: Desk, update: Update, sent: Message) -> bool:
    """Whether it was a reply to a card: its words are then the part that may be quoted."""
    card = sent.reply_to_message
    tap = asked_by(card) if card and card.from_user and card.from_user.id == desk.bot.id else None
    language = await desk.quotes.language(sent.chat.id) if tap else None
    if card is None or tap is None or language is None:
        return False
    t, place = texts(language), Place(tap.interview, tap.question, tap.occurrence)
    why, now = Cause(desk.bot.id, update.update_id), desk.clock.now()
    ruled = await desk.quotes.release(why, place, tap.version, now, sent.text or "")
    if told := ruling(ruled, t):
        await patiently(lambda: desk.bot.send_message(sent.chat.id, told))
    else:
        await redraw(desk, sent.chat.id, card.message_id, await after(desk, place, ruled, t))
    return True


def asked_by(card: Message) -> codec.Quote | None:
    """Which answer a card asks about: its buttons say so."""
    rows = card.reply_markup.inline_keyboard if card.reply_markup else ()
    read = (codec.read(str(button.callback_data or "")) for row in rows for button in row)
    return next((tap for tap in read if isinstance(tap, codec.Quote) and tap.what == ASKS), None)


async def redraw(desk: Desk, chat_id: int, message_id: int, screen: Screen) -> None:
    """Put a screen into a message; two who tap at once may want the same."""
    shown = content(screen)
    try:
        await patiently(
            lambda: desk.bot.edit_message_text(chat_id=chat_id, message_id=message_id, **shown)
        )
    except BadRequest as fault:
        if SAME not in str(fault).lower():
            log.warning("quote not shown", reason=str(fault))
