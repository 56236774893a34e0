"""Messages that are no cards: a word in a group, a choice that a message shows next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from telegram import Message

from bot.screens.screen import Screen
from bot.telegram.calls import FailedCall, FailureKind, attempt_call
from bot.telegram.cards import build_message_arguments
from bot.telegram.outbox import JobResult, Outbox, Urgency

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A call that shows something, made until Telegram has done or refused it."""

    call: Callable[[], Awaitable[Message | bool]]
    urgency: Urgency = Urgency.OWN
    is_paced: bool = True

    async def attempt(self) -> JobResult | FailedCall:
        """Make the call; what Telegram refuses is the chat's affair."""
        done = await attempt_call(self.call)
        if not isinstance(done, FailedCall) or done.kind is FailureKind.UNCHANGED:
            return JobResult.DONE
        if not done.is_transient:
            log.warning("message not shown", fault=done.kind, reason=done.reason)
        return done


def post_message(outbox: Outbox, chat_id: int, screen: Screen, topic: int | None = None) -> None:
    """Have a new message sent, into a ``topic`` of the chat if it is divided; returns at once."""
    shown = build_message_arguments(screen)

    def call() -> Awaitable[Message]:
        return outbox.bot.send_message(chat_id, message_thread_id=topic, **shown)

    outbox.post(chat_id, object(), OutgoingMessage(call))


def post_edit(outbox: Outbox, chat_id: int, message_id: int, screen: Screen) -> None:
    """Have a screen put into a message, the newest only; returns at once."""
    shown = build_message_arguments(screen)

    def call() -> Awaitable[Message | bool]:
        return outbox.bot.edit_message_text(chat_id=chat_id, message_id=message_id, **shown)

    outbox.post(chat_id, ("message", message_id), OutgoingMessage(call))
