"""The secretariat decides whether a summary goes to those who asked for it."""

from __future__ import annotations

from telegram import Update

from bot.callbacks.release_callbacks import ReleaseSummary
from bot.handlers.context import HandlerContext
from bot.translation import get_translator


async def handle_release_callback(
    context: HandlerContext, update: Update, callback: ReleaseSummary
) -> str:
    """A button of the card that asks, in a chat of the secretariat; elsewhere it does nothing."""
    message = update.callback_query.message if update.callback_query else None
    language = await context.services.quotes.find_language(message.chat.id) if message else None
    if language is None:
        return ""
    done = await context.reporting.result_notifier.decide_release(
        callback.version, bool(callback.released)
    )
    return "" if done else get_translator(language)("This card has moved on.")
