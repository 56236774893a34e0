"""Making of what Telegram wrote the update that handlers read; each by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from telegram import Bot, Message, Update

from bot.telegram.client import is_whole
from bot.telegram.taps import IncomingUpdate, read_tap

#: What polling asks for. Telegram remembers the list and leaves all other kinds away.
UPDATE_KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]
#: Parts of a message that no handler reads: the library need not understand them. It cannot, for
#: instance, where an old message is forwarded whose hidden sender has no name.
UNREAD_PARTS = (
    "forward_origin",
    "external_reply",
    "quote",
    "entities",
    "caption_entities",
    "link_preview_options",
    "via_bot",
)


def decode_update(raw: Mapping[str, Any], bot: Bot) -> IncomingUpdate:
    """The update that Telegram wrote: a tap as we read it, all else as the library does.

    Raises whatever the library raises where something is missing or of another kind, and TypeError
    for what it does not look at: numbers and texts by which handlers tell who did what.
    """
    if (tap := read_tap(raw)) is not None:
        return tap
    kept = {
        kind: drop_unread_parts(content) if kind in ("message", "edited_message") else content
        for kind, content in raw.items()
    }
    update = Update.de_json(kept, bot)
    check_types(update)
    return update


def drop_unread_parts(message: Any) -> Any:
    """A message as Telegram wrote it, and the one that it answers, without what nobody reads."""
    if not isinstance(message, dict):
        return message
    kept = {name: part for name, part in message.items() if name not in UNREAD_PARTS}
    answered = kept.get("reply_to_message")
    if isinstance(answered, dict):
        kept["reply_to_message"] = {
            name: part
            for name, part in answered.items()
            if name not in (*UNREAD_PARTS, "reply_to_message")
        }
    return kept


def check_types(update: Update) -> None:
    """Raise TypeError for an update whose numbers are no numbers, or whose texts are no texts."""
    user, chat, message = update.effective_user, update.effective_chat, update.effective_message
    query = update.callback_query
    numbers = [update.update_id, *(one.id for one in (user, chat) if one is not None)]
    if message is not None:
        numbers.append(message.message_id)
    texts = [user.language_code] if user else []
    if isinstance(message, Message):
        texts += [message.text, message.caption, message.media_group_id]
    if query is not None:
        numbers.append(query.from_user.id)
        texts += [query.id, query.data]
    if not all(is_whole(number) for number in numbers):
        raise TypeError("a number of an update is none")
    if not all(text is None or isinstance(text, str) for text in texts):
        raise TypeError("a text of an update is none")


def classify_update(raw: object) -> str:
    """What sort of update Telegram wrote; nothing of what it says."""
    return next((kind for kind in UPDATE_KINDS if isinstance(raw, dict) and kind in raw), "unknown")
