"""What is said in the log of messages that a chat does not take: once, with what to do about it."""

from __future__ import annotations

import time

import structlog

from bot.telegram.calls import FailedCall, FailureKind

log = structlog.get_logger()
#: Seconds until the same trouble of the same chat is told again.
REMINDER_INTERVAL = 24 * 3600.0


class RefusalLog:
    """Tells of each chat's own trouble once a day; of faults of ours, each time."""

    def __init__(self) -> None:
        self._told: dict[tuple[int, FailureKind], float] = {}

    def report(self, chat_id: int, failed: FailedCall) -> None:
        """Say that a chat did not take a message, unless that was said."""
        if failed.remedy and not self._is_news(chat_id, failed.kind):
            return
        # The number of a group is the operator's affair; that of a private chat is a person's.
        about = {"chat": chat_id, "remedy": failed.remedy} if chat_id < 0 else {}
        log.warning("message not shown", fault=failed.kind, reason=failed.reason, **about)

    def _is_news(self, chat_id: int, kind: FailureKind) -> bool:
        if chat_id > 0 and kind is FailureKind.BLOCKED:  # Of that my_chat_member tells us.
            return False
        now = time.monotonic()
        self._told = {what: at for what, at in self._told.items() if at > now - REMINDER_INTERVAL}
        if (chat_id, kind) in self._told:
            return False
        self._told[chat_id, kind] = now
        return True
