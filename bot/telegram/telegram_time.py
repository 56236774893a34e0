"""What time it is by Telegram's clock, as each of its answers says."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


class TelegramTime:
    """Telegram's time as it was last heard, carried on by the machine's steady clock."""

    def __init__(self) -> None:
        self._heard: tuple[datetime, float] | None = None
        self._header = ""

    def note_header(self, date: str) -> None:
        """Hear the ``Date`` of an answer; what is none is passed over."""
        if date == self._header:  # Of the same second: many answers are.
            return
        try:
            moment = parsedate_to_datetime(date)
        except ValueError:
            return
        self._header, self._heard = date, (moment.astimezone(UTC), time.monotonic())

    def now(self) -> datetime | None:
        """Aware, in UTC; None if nothing was heard yet."""
        if self._heard is None:
            return None
        moment, since = self._heard
        return moment + timedelta(seconds=time.monotonic() - since)
