"""Screens as Telegram takes them: the parameters of sendMessage and editMessageText."""

from __future__ import annotations

from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode

from bot.callbacks import codec
from bot.screens.screen import Button, Screen

#: Telegram would draw a picture of the first page that a text links to, below every card.
NO_LINK_PREVIEW = LinkPreviewOptions(is_disabled=True)


def build_message_arguments(screen: Screen) -> dict[str, Any]:
    """A screen as parameters of sendMessage and editMessageText."""
    rows = [[build_keyboard_button(button) for button in row] for row in screen.rows if row]
    return {
        "text": screen.text,
        "parse_mode": ParseMode.HTML,
        "link_preview_options": NO_LINK_PREVIEW,
        "reply_markup": InlineKeyboardMarkup(rows) if rows else None,
    }


def build_keyboard_button(button: Button) -> InlineKeyboardButton:
    """A button as Telegram wants it."""
    if button.callback is None:
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=codec.encode_callback(button.callback))
