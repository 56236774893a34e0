"""The secretariat decides whether a summary goes to those who asked for it."""

from __future__ import annotations

from telegram import Update

from bot.callbacks import codec
from bot.handlers.context import Desk
from bot.translation import texts


async def tapped(desk: Desk, update: Update, tap: codec.Release) -> str:
    """A button of the card that asks, in a chat of the secretariat; elsewhere it does nothing."""
    message = update.callback_query.message if update.callback_query else None
    language = await desk.quotes.language(message.chat.id) if message else None
    if language is None:
        return ""
    done = await desk.telling.decide(tap.version, bool(tap.on))
    return "" if done else texts(language)("This card has moved on.")
