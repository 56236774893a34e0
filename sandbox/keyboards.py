"""Reply markup: what Telegram lets through, and finding the button that shows a label."""

from __future__ import annotations

import json
from typing import Any

from sandbox.call_params import CallParams
from sandbox.refusals import Refusal, bad_request

Button = dict[str, Any]

MAX_DATA_BYTES = 64
MAX_BUTTONS = 100
MAX_MARKUP_BYTES = 10_240
BUTTON_KINDS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


def parse_markup(params: CallParams) -> dict[str, Any] | None:
    """The call's `reply_markup`, checked; None when there is none. Raises Refusal."""
    markup = params.structure("reply_markup", "reply keyboard markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _parse_inline(markup["inline_keyboard"])
    if "keyboard" in markup:
        _parse_reply(markup["keyboard"])
    return markup


def _parse_inline(rows: Any) -> dict[str, Any] | None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        )
    buttons = [button for row in rows for button in row]
    for button in buttons:
        _check_inline(button)
    size = len(json.dumps(rows, ensure_ascii=False).encode())
    if len(buttons) > MAX_BUTTONS or size > MAX_MARKUP_BYTES:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": [row for row in rows if row]} if buttons else None


def _check_inline(button: Any) -> None:
    if not isinstance(button, dict):
        raise _inline_button("InlineKeyboardButton must be an Object")
    if "text" not in button:
        raise _inline_button('Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise _inline_button('Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if not any(button.get(kind) for kind in BUTTON_KINDS):
        raise _inline_button("Text buttons are unallowed in the inline keyboard")
    if len(str(button.get("callback_data", "")).encode()) > MAX_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_address(str(button["url"]))
    if "copy_text" in button and not 1 <= len(str(button["copy_text"].get("text", ""))) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _check_address(url: str) -> None:
    bare = url.partition("://")[2] or url
    if " " in url or ("." not in bare and not url.startswith(("tg://", "http://localhost"))):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _parse_reply(rows: Any) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "keyboard" must be an Array of Arrays')
    for row in rows:
        for button in row:
            if not isinstance(button, str | dict):
                raise bad_request(
                    "can't parse keyboard button: KeyboardButton must be a String or an Object"
                )
            if not (button if isinstance(button, str) else button.get("text")):
                raise bad_request("keyboard button text must be non-empty")


def _inline_button(words: str) -> Refusal:
    return bad_request(f"can't parse inline keyboard button: {words}")


def list_button_rows(message: dict[str, Any]) -> list[list[Button]]:
    """The rows of a message's inline keyboard; [] when it has none."""
    rows: list[list[Button]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return rows


def find_button(message: dict[str, Any], label: str) -> Button | None:
    """The first button that shows exactly `label`."""
    return next(
        (button for row in list_button_rows(message) for button in row if button["text"] == label),
        None,
    )
