"""The calls that a tap costs, as JSON past the library's objects.

python-telegram-bot makes an object of each button on the way out and of the whole message that
comes back, of which nobody reads more than its number and moment. What Telegram says against a
call goes through the library's own reading of errors, as with every other call.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

from telegram import Bot
from telegram.request import RequestData

from bot.json_text import encode_json
from bot.screens.screen import Screen
from bot.telegram.client import PreparedBody
from bot.telegram.message_arguments import build_message_arguments


class SentMessage(NamedTuple):
    """A message as it stands in a chat; ``at`` is when it came or was last changed, by Telegram."""

    message_id: int
    at: datetime


class MessageCalls:
    """Sends, changes and deletes messages, and answers taps. All of them raise TelegramError."""

    def __init__(self, bot: Bot) -> None:
        self._request = bot.request
        self._base_url = bot.base_url

    async def send_screen(
        self, chat_id: int, screen: Screen, topic: int | None = None
    ) -> SentMessage:
        """Send a screen as a new message, into a ``topic`` of a chat that is divided."""
        asked = {"chat_id": chat_id, **build_message_arguments(screen)}
        if topic is not None:
            asked["message_thread_id"] = topic
        return read_sent_message(await self._call("sendMessage", asked))

    async def edit_screen(self, chat_id: int, message_id: int, screen: Screen) -> SentMessage:
        """Put a screen into a message."""
        asked = {"chat_id": chat_id, "message_id": message_id, **build_message_arguments(screen)}
        return read_sent_message(await self._call("editMessageText", asked))

    async def delete_messages(self, chat_id: int, message_ids: Sequence[int]) -> None:
        """Take up to a hundred messages away."""
        await self._call("deleteMessages", {"chat_id": chat_id, "message_ids": message_ids})

    async def answer_callback(self, query_id: str, told: str) -> None:
        """End the waiting sign on a button, with a short word or none."""
        asked = {"callback_query_id": query_id}
        await self._call("answerCallbackQuery", asked | {"text": told} if told else asked)

    async def _call(self, method: str, asked: dict[str, Any]) -> Any:
        # The library's own type of a request is final, and would write each parameter by itself.
        body = cast("RequestData", PreparedBody(encode_json(asked)))
        return await self._request.post(f"{self._base_url}/{method}", body)


def read_sent_message(written: dict[str, Any]) -> SentMessage:
    """A message that ``bot.telegram.client.is_success`` has found to be one."""
    at = written.get("edit_date", written["date"])
    return SentMessage(written["message_id"], datetime.fromtimestamp(at, UTC))
