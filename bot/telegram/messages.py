"""Messages that are no cards: a word in a group, a choice that a message shows next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass

from telegram import InputFile, InputMediaDocument, Message

from bot.screens.screen import Screen
from bot.telegram.calls import FailedCall, FailureKind, attempt_call
from bot.telegram.message_calls import SentMessage
from bot.telegram.outbox import JobResult, Outbox, Urgency


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be sent into a chat, into a ``topic`` of it if it is divided."""

    outbox: Outbox
    chat_id: int
    screen: Screen
    topic: int | None = None
    urgency: Urgency = Urgency.OWN
    is_paced: bool = True

    async def attempt(self) -> JobResult | FailedCall:
        """Send it; to a group that became a supergroup it goes there."""
        sent = await attempt_call(
            lambda: self.outbox.calls.send_screen(self.chat_id, self.screen, self.topic)
        )
        if not isinstance(sent, FailedCall):
            return JobResult.DONE
        if sent.migrated_to is not None:
            post_message(self.outbox, sent.migrated_to, self.screen)
        return sent


@dataclass(frozen=True, slots=True)
class MessageEdit:
    """A call that changes a message."""

    call: Callable[[], Awaitable[SentMessage]]
    urgency: Urgency = Urgency.OWN
    is_paced: bool = True

    async def attempt(self) -> JobResult | FailedCall:
        """Make the call; what Telegram refuses is the chat's affair."""
        done = await attempt_call(self.call)
        if not isinstance(done, FailedCall) or done.kind is FailureKind.UNCHANGED:
            return JobResult.DONE
        return done


def post_message(outbox: Outbox, chat_id: int, screen: Screen, topic: int | None = None) -> None:
    """Have a new message sent, into a ``topic`` of the chat if it is divided; returns at once."""
    outbox.post(chat_id, object(), NewMessage(outbox, chat_id, screen, topic))


def post_edit(outbox: Outbox, chat_id: int, message_id: int, screen: Screen) -> None:
    """Have a screen put into a message, the newest only; returns at once."""

    def call() -> Awaitable[SentMessage]:
        return outbox.calls.edit_screen(chat_id, message_id, screen)

    outbox.post(chat_id, ("message", message_id), MessageEdit(call))


@dataclass(frozen=True, slots=True)
class DocumentAlbum:
    """Two to ten files that are sent together, from memory; nothing of them stays once they are."""

    outbox: Outbox
    chat_id: int
    files: Mapping[str, bytes]
    urgency: Urgency = Urgency.OWN
    is_paced: bool = True

    async def attempt(self) -> JobResult | FailedCall:
        """Send them; what Telegram refuses is the chat's affair."""
        sent = await attempt_call(self._send)
        return sent if isinstance(sent, FailedCall) else JobResult.DONE

    async def _send(self) -> tuple[Message, ...]:
        documents = [
            InputMediaDocument(InputFile(content, name, attach=True))
            for name, content in self.files.items()
        ]
        return await self.outbox.bot.send_media_group(self.chat_id, documents)


def post_documents(outbox: Outbox, chat_id: int, key: Hashable, files: Mapping[str, bytes]) -> None:
    """Have files sent together, the newest under that key only; returns at once."""
    outbox.post(chat_id, key, DocumentAlbum(outbox, chat_id, files))
