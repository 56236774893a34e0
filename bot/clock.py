"""The time, handed to whoever needs it, so that a test or the demo can set it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """The machine's time, moved by ``ahead``."""

    def __init__(self, ahead: timedelta = timedelta(0)) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        """Aware, in UTC."""
        return datetime.now(UTC) + self.ahead

    def set(self, moment: datetime) -> None:
        """Go on from ``moment``."""
        self.ahead = moment - datetime.now(UTC)
