"""Telegram's limits on sending: off unless a test switches them on.

The numbers and their sources are in telegram_limits.py. Times are the sandbox's, so a stopped clock
makes a refusal repeatable.
"""

from __future__ import annotations

import math
from collections import deque

from sandbox.clock import SandboxClock
from sandbox.refusals import too_many_requests
from sandbox.telegram_limits import EDITING, SENDING, TelegramLimits


class RateWindow:
    """At most `limit` in any `seconds`; who goes on when it is full waits longer and longer."""

    def __init__(self, limit: int, seconds: float, limits: TelegramLimits) -> None:
        self._limit, self._seconds, self._limits = limit, seconds, limits
        self._times: deque[float] = deque()
        self._refused_at = -math.inf
        self._pause = 0.0
        self._offences = 0

    def seconds_until_free(self, now: float) -> float:
        """Seconds until one more is allowed; 0 or less means now."""
        return max(self._seconds_by_number(now), self._refused_at + self._pause - now)

    def add_call(self, now: float) -> None:
        """One more happened."""
        self._times.append(now)

    def _seconds_by_number(self, now: float) -> float:
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        full = self._limit and len(self._times) >= self._limit
        return self._times[0] + self._seconds - now if full else 0.0

    def refuse_call(self, now: float) -> int:
        """Note that a call was refused; returns the whole seconds until one is allowed."""
        wait = max(1.0, float(math.ceil(self._seconds_by_number(now))))
        pause_ends = self._refused_at + self._pause
        if now >= pause_ends + self._limits.penalty_memory:
            self._offences = 0
        if now >= pause_ends:
            # Whoever waited as they were told and meets a full window again has done no wrong.
            self._refused_at, self._pause = now, wait
        elif now > self._refused_at + self._limits.reaction_time:
            self._offences += 1
            longer = wait * self._limits.penalty_factor**self._offences
            self._refused_at, self._pause = now, min(longer, self._limits.penalty_most)
        return math.ceil(self.seconds_until_free(now))


class RateLimits:
    """Refuses what comes too fast, when switched on."""

    def __init__(self, clock: SandboxClock) -> None:
        self.on = False
        self._clock = clock
        self.set_limits(TelegramLimits())

    def set_limits(self, limits: TelegramLimits) -> None:
        """Count from now on by these numbers."""
        self._limits = limits
        self._overall = RateWindow(limits.overall, limits.overall_window, limits)
        self._chats: dict[int, RateWindow] = {}

    def check_call(self, method: str, chat_id: int) -> None:
        """Let a call pass and count it, or raise Refusal (429)."""
        if not self.on or not chat_id or method not in SENDING | EDITING:
            return
        windows = (self._overall, self._find_chat_window(chat_id))
        now = self._clock.now()
        full = [window for window in windows if window.seconds_until_free(now) > 0]
        if full:
            raise too_many_requests(max(window.refuse_call(now) for window in full))
        for window in windows:
            window.add_call(now)

    def _find_chat_window(self, chat_id: int) -> RateWindow:
        if chat_id not in self._chats:
            limits = self._limits
            of_group = limits.per_group, limits.group_window
            of_chat = limits.per_chat, limits.chat_window
            self._chats[chat_id] = RateWindow(*(of_group if chat_id < 0 else of_chat), limits)
        return self._chats[chat_id]
