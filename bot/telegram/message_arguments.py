"""Screens as Telegram takes them: the parameters of sendMessage and editMessageText."""

from __future__ import annotations

from typing import Any

from bot.callbacks import codec
from bot.screens.screen import Button, Screen

#: Telegram would draw a picture of the first page that a text links to, below every card.
NO_LINK_PREVIEW = {"is_disabled": True}


def build_message_arguments(screen: Screen) -> dict[str, Any]:
    """A screen as parameters of sendMessage and editMessageText, to be written as JSON."""
    shown: dict[str, Any] = {
        "text": screen.text,
        "parse_mode": "HTML",
        "link_preview_options": NO_LINK_PREVIEW,
    }
    if rows := [[build_keyboard_button(button) for button in row] for row in screen.rows if row]:
        shown["reply_markup"] = {"inline_keyboard": rows}
    return shown


def build_keyboard_button(button: Button) -> dict[str, str | None]:
    """A button as Telegram wants it."""
    if button.callback is None:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": codec.encode_callback(button.callback)}
