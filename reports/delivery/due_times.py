"""When a report is due, read from what is written: at hours of the calendar, or upon an event.

Hours are those of a clock on the wall. APScheduler says which of them a cron line means; which
moment that is, the time zone says.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import cache

from apscheduler.triggers.cron import CronTrigger

#: Days by name only: some count Monday as 0 and others as 1.
DAYS = tuple(name.lower() for name in calendar.day_name)
FORMAT_FAULT = (
    "cannot be read; write it like “daily 07:00”, “weekly, monday 07:00”, “monthly, 1 07:00”, "
    "“cron 0 7 * * mon”, “wave closes”, “wave closes, 2 hours later” or “after workshop”"
)
NUMBERED_FAULT = (
    "numbers its weekdays; write their names, as in “cron 0 7 * * mon-fri”: some count Monday "
    "as 0, others as 1"
)
OFTEN_FAULT = (
    "is due more than once an hour; write one number for the minute, as in “cron 0 7 * * mon”"
)
TWOFOLD_FAULT = (
    "names days of the month and weekdays; keep one of them and write * for the other: some mean "
    "either, others both"
)
NEVER_FAULT = "is never due; there is no such day"
WEEKDAY_PATTERN = "|".join([*DAYS, *(day[:3] for day in DAYS)])
WEEKDAYS_PATTERN = re.compile(
    rf"\*|({WEEKDAY_PATTERN})(-({WEEKDAY_PATTERN}))?(,({WEEKDAY_PATTERN})(-({WEEKDAY_PATTERN}))?)*"
)
#: A few times a day's length: the longest that clocks were ever put forward is a day.
CLOCK_CHANGE_MARGIN = timedelta(days=1)
#: How far back the last hour is looked for; from one 29 February to the next may take eight years.
LOOKBACK_SPANS = tuple(timedelta(days=days) for days in (2, 8, 33, 400, 3000))
CHECKED_SINCE = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CalendarTimes:
    """Hours of the calendar, as a cron line: minute, hour, day, month, weekday by its name."""

    cron_line: str

    @classmethod
    def parse(cls, source: str) -> CalendarTimes:
        """Read ``weekly, monday 07:00`` or a cron line. Raises ValueError with how to write it."""
        words = source.strip().lower()
        line = words.removeprefix("cron ") if words.startswith("cron ") else convert_to_cron(words)
        minute, day, weekday = check_cron_fields(line.split())
        made = cls(re.sub(WEEKDAY_PATTERN, lambda name: name[0][:3], " ".join(line.split())))
        try:
            first = next(list_wall_times(made.cron_line, CHECKED_SINCE), None)
        except ValueError:
            raise ValueError(FORMAT_FAULT) from None
        if not minute.isdecimal():
            raise ValueError(OFTEN_FAULT)
        if "*" not in (day, weekday):
            raise ValueError(TWOFOLD_FAULT)
        if first is None:
            raise ValueError(NEVER_FAULT)
        return made

    def find_last_before(self, moment: datetime, zone: tzinfo) -> datetime:
        """The last time that was due strictly before ``moment``."""
        until = moment - timedelta(microseconds=1)
        windows = ([*self.list_between(moment - back, until, zone)] for back in LOOKBACK_SPANS)
        return next(found[-1] for found in windows if found)

    def find_first_after(self, moment: datetime, zone: tzinfo) -> datetime:
        """The first time that is due strictly after ``moment``."""
        return next(self.list_between(moment, None, zone))

    def list_between(
        self, since: datetime, until: datetime | None, zone: tzinfo
    ) -> Iterator[datetime]:
        """Every time that is due after ``since`` and up to ``until``, oldest first.

        Where clocks are put forward over an hour, it is due as much later; where they are put back
        and show an hour twice, it is due the first time.
        """
        for wall in list_wall_times(
            self.cron_line, convert_to_wall_clock(since, zone) - CLOCK_CHANGE_MARGIN
        ):
            due = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
            if until is not None and due > until:
                return
            if due > since:
                since = due
                yield due


class TriggerEvent(StrEnum):
    """What a report may follow upon."""

    WAVE_CLOSES = "wave closes"
    AFTER_WORKSHOP = "after workshop"


@dataclass(frozen=True, slots=True)
class AfterEvent:
    """After an event, by ``delay``."""

    event: TriggerEvent
    delay: timedelta = timedelta()

    @classmethod
    def parse(cls, source: str) -> AfterEvent:
        """Read ``wave closes, 2 hours later``. Raises ValueError with how to write it."""
        events = "|".join(TriggerEvent)
        pattern = rf"({events})(?:,\s*(\d{{1,3}}) (minute|hour|day)s? later)?"
        words = re.fullmatch(pattern, " ".join(source.lower().split()))
        if words is None:
            raise ValueError(FORMAT_FAULT)
        event, number, unit = words.groups()
        return cls(
            TriggerEvent(event), timedelta(**{f"{unit}s": int(number)}) if number else timedelta()
        )


@cache
def parse_due_times(source: str) -> CalendarTimes | AfterEvent:
    """What a schedule says. Raises ValueError with how to write one."""
    try:
        return AfterEvent.parse(source)
    except ValueError:
        return CalendarTimes.parse(source)


def convert_to_cron(words: str) -> str:
    """``weekly, monday 07:00`` as a cron line. Raises ValueError."""
    found = re.fullmatch(r"(daily|weekly|monthly)(?:,\s*|\s+)(?:(\w+)\s+)?(\d{1,2}):(\d{2})", words)
    if found is None:
        raise ValueError(FORMAT_FAULT)
    unit, day, hour, minute = found.groups()
    fits = {
        "daily": day is None,
        "weekly": re.fullmatch(WEEKDAY_PATTERN, day or "") is not None,
        "monthly": day in map(str, range(1, 29)),
    }
    if not fits[unit]:
        raise ValueError(FORMAT_FAULT)
    of_month, of_week = (day if unit == name else "*" for name in ("monthly", "weekly"))
    return f"{int(minute)} {int(hour)} {of_month} * {of_week}"


def check_cron_fields(fields: list[str]) -> tuple[str, str, str]:
    """Minute, day and weekday of a cron line. Raises ValueError for what is not one."""
    if len(fields) != 5:
        raise ValueError(FORMAT_FAULT)
    minute, hour, day, month, weekday = fields
    if not WEEKDAYS_PATTERN.fullmatch(weekday):
        raise ValueError(NUMBERED_FAULT if any(map(str.isdecimal, weekday)) else FORMAT_FAULT)
    if not re.fullmatch(r"[\d*/,-]+ (last|[\d*/,-]+) [\da-z*/,-]+", f"{hour} {day} {month}"):
        raise ValueError(FORMAT_FAULT)
    return minute, day, weekday


def convert_to_wall_clock(moment: datetime, zone: tzinfo) -> datetime:
    """What a clock on the wall shows, written as if it were UTC."""
    return moment.astimezone(zone).replace(tzinfo=UTC, fold=0)


def list_wall_times(line: str, since: datetime) -> Iterator[datetime]:
    """The hours of a cron line from ``since`` on, both as on the wall. Raises ValueError."""
    trigger = build_cron_trigger(line)
    while (found := trigger.get_next_fire_time(None, since)) is not None:
        yield found
        since = found + timedelta(seconds=1)


@cache
def build_cron_trigger(line: str) -> CronTrigger:
    """What APScheduler makes of a cron line. Raises ValueError."""
    return CronTrigger.from_crontab(line, timezone=UTC)
