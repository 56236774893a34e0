"""Every call of the bot, for whoever wants to see what it did."""

from __future__ import annotations

from collections import deque
from typing import Any

MAX_CALLS = 20_000


class CallLog:
    """The latest `KEPT` calls."""

    def __init__(self) -> None:
        self._calls: deque[dict[str, Any]] = deque(maxlen=MAX_CALLS)
        self._count = 0

    def add_call(
        self, at: float, method: str, params: dict[str, Any], outcome: dict[str, Any]
    ) -> None:
        """Write down a call and its outcome: ok, and error_code, description, fault if any."""
        self._count += 1
        call = {"number": self._count, "at": at, "method": method, "params": params}
        self._calls.append(call | outcome)

    def list_calls(self, method: str = "", since: int = 0) -> list[dict[str, Any]]:
        """Calls after number `since`, oldest first; of one method (any case) if given."""
        name = method.lower()
        return [
            call
            for call in self._calls
            if call["number"] > since and (not name or call["method"].lower() == name)
        ]
