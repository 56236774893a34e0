"""Telegram's limits on sending: off unless a test switches them on.

About one message a second in a chat, 20 a minute in a group chat (edits count there too), 30 a
second overall (core.telegram.org/bots/faq). Times are the sandbox's, so a stopped clock makes a
refusal repeatable.
"""

from __future__ import annotations

import math
from collections import deque

from sandbox.clock import SandboxClock
from sandbox.refusals import too_many_requests


class RateWindow:
    """At most `limit` in any `seconds`."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit, self._seconds = limit, seconds
        self._times: deque[float] = deque()

    def seconds_until_free(self, now: float) -> float:
        """Seconds until one more is allowed; 0 or less means now."""
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        return 0.0 if len(self._times) < self._limit else self._times[0] + self._seconds - now

    def add_call(self, now: float) -> None:
        """One more happened."""
        self._times.append(now)


class RateLimits:
    """Refuses what comes too fast, when switched on."""

    def __init__(self, clock: SandboxClock) -> None:
        self.on = False
        self._clock = clock
        self._overall = RateWindow(30, 1.0)
        self._chats: dict[int, RateWindow] = {}

    def check_call(self, method: str, chat_id: int) -> None:
        """Let a call pass and count it, or raise Refusal (429)."""
        if not self.on or not chat_id or not method.startswith(_counted_methods(chat_id)):
            return
        fresh = RateWindow(20, 60.0) if chat_id < 0 else RateWindow(1, 1.0)
        windows = (self._overall, self._chats.setdefault(chat_id, fresh))
        now = self._clock.now()
        if (wait := max(window.seconds_until_free(now) for window in windows)) > 0:
            raise too_many_requests(math.ceil(wait))
        for window in windows:
            window.add_call(now)


def _counted_methods(chat_id: int) -> tuple[str, ...]:
    sending = ("message", "photo", "document", "audio", "voice", "video", "media", "location")
    named = tuple(f"send{what}" for what in (*sending, "contact"))
    return (*named, "edit") if chat_id < 0 else named
