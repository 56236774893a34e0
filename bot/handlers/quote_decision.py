"""The secretariat decides what may be quoted: ``/kutipan``, taps, and replies that shorten."""

from __future__ import annotations

from telegram import Message

from bot.callbacks import codec
from bot.callbacks.release_callbacks import ReviewQuote, ShowQuotes
from bot.handlers.context import HandlerContext
from bot.handlers.permissions import (
    explain_members_only,
    find_named_member,
    find_secretariat_chat,
)
from bot.jobs.report_sender import load_first_texts
from bot.screens.quote_review import (
    draw_open_quote_screen,
    draw_released_quote_screen,
    explain_ruling,
)
from bot.screens.screen import Screen
from bot.telegram.messages import post_edit
from bot.telegram.taps import IncomingUpdate
from bot.translation import Translator
from survey.services.quote_service import QuoteCase, QuoteDecision
from survey.store.interviews import Cause
from survey.store.quotes import AnswerPlace

#: What only named members do; to look is everybody's in the chat.
DECIDING_ACTIONS = frozenset({"ok", "no", "undo", "back"})
#: What the buttons of a card that can be replied to are for.
RELEASE_ACTION = "ok"


async def handle_quotes_command(context: HandlerContext, update: IncomingUpdate, _: str) -> None:
    """/kutipan in a chat of the secretariat: the first answer to decide on."""
    office = await find_secretariat_chat(context, update.effective_chat)
    if office is None:
        return
    t = load_first_texts(office.language)
    screen = draw_open_quote_screen(await context.services.quotes.find_next(t.language, None), t)
    context.post_message(update, screen)


async def handle_quote_callback(
    context: HandlerContext, update: IncomingUpdate, callback: ReviewQuote | ShowQuotes
) -> str:
    """A button of a card, in a chat of the secretariat; elsewhere it does nothing."""
    query = update.callback_query
    message = query.message if query else None
    office = await find_secretariat_chat(context, message.chat if message else None)
    if message is None or office is None:
        return ""
    t = load_first_texts(office.language)
    if isinstance(callback, ShowQuotes):
        screen = await build_quote_list(context, callback, t)
        told = ""
    elif callback.action in DECIDING_ACTIONS and find_named_member(context, update, office) is None:
        return explain_members_only(t)
    else:
        screen, told = await decide_quote(context, update, callback, t)
    post_edit(context.senders.outbox, message.chat.id, message.message_id, screen)
    return told


async def build_quote_list(context: HandlerContext, callback: ShowQuotes, t: Translator) -> Screen:
    """The beginning of either list."""
    if callback.page == "released":
        return draw_released_quote_screen(
            await context.services.quotes.find_next(t.language, None, released=True), t
        )
    return draw_open_quote_screen(await context.services.quotes.find_next(t.language, None), t)


async def decide_quote(
    context: HandlerContext, update: IncomingUpdate, callback: ReviewQuote, t: Translator
) -> tuple[Screen, str]:
    """Carry out what was decided, then show the answer that follows, and say what to say."""
    place = AnswerPlace(callback.interview, callback.question, callback.occurrence)
    why, now = Cause(context.bot.id, update.update_id), context.clock.now()
    if callback.action in ("next", "back"):
        if callback.action == "back":
            await context.services.quotes.take_back(why, place, now)
        return draw_released_quote_screen(
            await context.services.quotes.find_next(t.language, place, released=True), t
        ), ""
    if callback.action == "undo":
        await context.services.quotes.take_back(why, place, now)
        return draw_open_quote_screen(
            await context.services.quotes.find_answer(t.language, place), t
        ), ""
    ruled: QuoteDecision | None = None
    if callback.action == "ok":
        ruled = await context.services.quotes.release(why, place, callback.version, now)
    elif callback.action == "no":
        ruled = await context.services.quotes.withhold(why, place, callback.version, now)
    return await build_next_quote(context, place, ruled, t), explain_ruling(
        ruled, t
    ) if ruled else ""


async def build_next_quote(
    context: HandlerContext, place: AnswerPlace, ruled: QuoteDecision | None, t: Translator
) -> Screen:
    """The answer that follows; the last decision can be undone."""
    before: QuoteCase | None = None
    if ruled is QuoteDecision.DONE:
        before = await context.services.quotes.find_answer(t.language, place)
    following = await context.services.quotes.find_next(t.language, place)
    return draw_open_quote_screen(following, t, before.answer if before else None)


async def handle_quote_reply(
    context: HandlerContext, update: IncomingUpdate, sent: Message
) -> bool:
    """Whether it was a reply to a card: its words are then the part that may be quoted."""
    card = sent.reply_to_message
    callback = (
        find_quote_of_card(card)
        if card and card.from_user and card.from_user.id == context.bot.id
        else None
    )
    office = await find_secretariat_chat(context, sent.chat) if callback else None
    if card is None or callback is None or office is None:
        return False
    t, place = (
        load_first_texts(office.language),
        AnswerPlace(callback.interview, callback.question, callback.occurrence),
    )
    if find_named_member(context, update, office) is None:
        context.post_message(update, Screen(explain_members_only(t)))
        return True
    why, now = Cause(context.bot.id, update.update_id), context.clock.now()
    ruled = await context.services.quotes.release(
        why, place, callback.version, now, sent.text or ""
    )
    if told := explain_ruling(ruled, t):
        context.post_message(update, Screen(told))
    else:
        following = await build_next_quote(context, place, ruled, t)
        post_edit(context.senders.outbox, sent.chat.id, card.message_id, following)
    return True


def find_quote_of_card(card: Message) -> ReviewQuote | None:
    """Which answer a card asks about: its buttons say so."""
    rows = card.reply_markup.inline_keyboard if card.reply_markup else ()
    read = (codec.parse_callback(str(button.callback_data or "")) for row in rows for button in row)
    return next(
        (
            callback
            for callback in read
            if isinstance(callback, ReviewQuote) and callback.action == RELEASE_ACTION
        ),
        None,
    )
