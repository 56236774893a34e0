"""The secretariat decides whether a summary goes to those who asked for it."""

from __future__ import annotations

from telegram import Update

from bot import taps
from bot.handlers.desk import Desk
from bot.texts import texts


async def tapped(desk: Desk, update: Update, tap: taps.Release) -> str:
    """A button of the card that asks, in a chat of the secretariat; elsewhere it does nothing."""
    message = update.callback_query.message if update.callback_query else None
    language = await desk.quotes.language(message.chat.id) if message else None
    if language is None:
        return ""
    done = await desk.telling.decide(tap.version, bool(tap.on))
    return "" if done else texts(language)("This card has moved on.")
