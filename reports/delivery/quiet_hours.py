"""Quiet hours of a chat: what falls due in them waits until they end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

QUIET_FORMAT_FAULT = "are no quiet hours; write them like 21:00-06:00, or leave them empty"
QUIET_PATTERN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of day to another, over midnight if it is the earlier one; the end not in."""

    begins: time
    ends: time

    @classmethod
    def parse(cls, source: str) -> QuietHours:
        """Read ``21:00-06:00``. Raises ValueError with how to write it."""
        found = QUIET_PATTERN.fullmatch(source.strip())
        if found is None:
            raise ValueError(QUIET_FORMAT_FAULT)
        hour, minute, last_hour, last_minute = map(int, found.groups())
        try:
            hours = cls(time(hour, minute), time(last_hour, last_minute))
        except ValueError:
            raise ValueError(QUIET_FORMAT_FAULT) from None
        # The same time twice could mean the whole day as well as nothing.
        if hours.begins == hours.ends:
            raise ValueError(QUIET_FORMAT_FAULT)
        return hours

    def covers(self, wall: time) -> bool:
        """Whether a time of day is quiet."""
        if self.begins < self.ends:
            return self.begins <= wall < self.ends
        return wall >= self.begins or wall < self.ends

    def find_end(self, moment: datetime, zone: tzinfo) -> datetime:
        """The moment itself, or the end of the quiet hours that it falls in."""
        local = moment.astimezone(zone)
        if not self.covers(local.time()):
            return moment
        day = local.date() + timedelta(days=self.ends <= local.time())
        # Where clocks are put back an hour is shown twice, and its first time may be over already:
        # then the moment itself, never one before it.
        return max(moment, datetime.combine(day, self.ends, zone).astimezone(UTC))


def postpone_past_quiet(quiet: str, moment: datetime, zone: tzinfo) -> datetime:
    """The moment, or when the quiet hours that it falls in are over; there may be none."""
    return QuietHours.parse(quiet).find_end(moment, zone) if quiet else moment
