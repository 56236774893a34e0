"""Taps as handlers read them: of what Telegram writes no more than they ask for.

A tap brings the whole message that was tapped, and python-telegram-bot makes an object of each of
its parts, which was a twentieth of what a tap cost. The names here are those of the library, so
that a handler need not know which of the two it was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from telegram import Chat, Update

from bot.telegram.client import is_whole


class Tapper(NamedTuple):
    """Whoever tapped."""

    id: int
    language_code: str | None


class TappedChat(NamedTuple):
    """The chat in which somebody tapped; ``type`` in Telegram's words."""

    id: int
    type: str


class TappedMessage(NamedTuple):
    """The message on which the button stands."""

    message_id: int
    chat: TappedChat


class TapQuery(NamedTuple):
    """What Telegram wants an answer to; ``data`` is what stands behind the button."""

    id: str
    data: str | None
    from_user: Tapper
    message: TappedMessage


@dataclass(frozen=True, slots=True)
class Tap:
    """An update that is a tap, and nothing else."""

    message: ClassVar[None] = None
    edited_message: ClassVar[None] = None
    my_chat_member: ClassVar[None] = None
    effective_message: ClassVar[None] = None
    update_id: int
    callback_query: TapQuery

    @property
    def effective_user(self) -> Tapper:
        """Whoever tapped."""
        return self.callback_query.from_user

    @property
    def effective_chat(self) -> TappedChat:
        """The chat in which they tapped."""
        return self.callback_query.message.chat


#: What handlers are given.
IncomingUpdate = Update | Tap
ActingChat = Chat | TappedChat


def read_tap(raw: Any) -> Tap | None:
    """The tap that an update is, as Telegram wrote it; None if it is anything else, or odd."""
    try:
        query = raw["callback_query"]
        sender, message = query["from"], query["message"]
        chat = message["chat"]
        tap = Tap(
            raw["update_id"],
            TapQuery(
                query["id"],
                query.get("data"),
                Tapper(sender["id"], sender.get("language_code")),
                TappedMessage(message["message_id"], TappedChat(chat["id"], chat["type"])),
            ),
        )
    except (LookupError, TypeError, AttributeError):
        return None
    return tap if len(raw) == 2 and is_plain_tap(tap) else None


def is_plain_tap(tap: Tap) -> bool:
    """Whether numbers are numbers, and texts are texts."""
    query = tap.callback_query
    chat, sender = query.message.chat, query.from_user
    numbers = (tap.update_id, sender.id, query.message.message_id, chat.id)
    texts = (query.id, chat.type, query.data or "", sender.language_code or "")
    return all(map(is_whole, numbers)) and all(type(text) is str for text in texts)
