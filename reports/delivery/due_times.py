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
FORM = (
    "cannot be read; write it like “daily 07:00”, “weekly, monday 07:00”, “monthly, 1 07:00”, "
    "“cron 0 7 * * mon”, “wave closes”, “wave closes, 2 hours later” or “after workshop”"
)
NUMBERED = (
    "numbers its weekdays; write their names, as in “cron 0 7 * * mon-fri”: some count Monday "
    "as 0, others as 1"
)
OFTEN = "is due more than once an hour; write one number for the minute, as in “cron 0 7 * * mon”"
TWOFOLD = (
    "names days of the month and weekdays; keep one of them and write * for the other: some mean "
    "either, others both"
)
NEVER = "is never due; there is no such day"
WEEKDAY = "|".join([*DAYS, *(day[:3] for day in DAYS)])
WEEKDAYS = re.compile(rf"\*|({WEEKDAY})(-({WEEKDAY}))?(,({WEEKDAY})(-({WEEKDAY}))?)*")
#: A few times a day's length: the longest that clocks were ever put forward is a day.
MARGIN = timedelta(days=1)
#: How far back the last hour is looked for; from one 29 February to the next may take eight years.
LOOKS_BACK = tuple(timedelta(days=days) for days in (2, 8, 33, 400, 3000))
SINCE = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Every:
    """Hours of the calendar, as a cron line: minute, hour, day, month, weekday by its name."""

    line: str

    @classmethod
    def parse(cls, source: str) -> Every:
        """Read ``weekly, monday 07:00`` or a cron line. Raises ValueError with how to write it."""
        words = source.strip().lower()
        line = words.removeprefix("cron ") if words.startswith("cron ") else line_of(words)
        minute, day, weekday = checked(line.split())
        made = cls(re.sub(WEEKDAY, lambda name: name[0][:3], " ".join(line.split())))
        try:
            first = next(walls(made.line, SINCE), None)
        except ValueError:
            raise ValueError(FORM) from None
        if not minute.isdecimal():
            raise ValueError(OFTEN)
        if "*" not in (day, weekday):
            raise ValueError(TWOFOLD)
        if first is None:
            raise ValueError(NEVER)
        return made

    def before(self, moment: datetime, zone: tzinfo) -> datetime:
        """The last time that was due strictly before ``moment``."""
        until = moment - timedelta(microseconds=1)
        windows = ([*self.between(moment - back, until, zone)] for back in LOOKS_BACK)
        return next(found[-1] for found in windows if found)

    def after(self, moment: datetime, zone: tzinfo) -> datetime:
        """The first time that is due strictly after ``moment``."""
        return next(self.between(moment, None, zone))

    def between(self, since: datetime, until: datetime | None, zone: tzinfo) -> Iterator[datetime]:
        """Every time that is due after ``since`` and up to ``until``, oldest first.

        Where clocks are put forward over an hour, it is due as much later; where they are put back
        and show an hour twice, it is due the first time.
        """
        for wall in walls(self.line, on_the_wall(since, zone) - MARGIN):
            due = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
            if until is not None and due > until:
                return
            if due > since:
                since = due
                yield due


class Event(StrEnum):
    """What a report may follow upon."""

    WAVE_CLOSES = "wave closes"
    AFTER_WORKSHOP = "after workshop"


@dataclass(frozen=True, slots=True)
class Upon:
    """After an event, by ``delay``."""

    event: Event
    delay: timedelta = timedelta()

    @classmethod
    def parse(cls, source: str) -> Upon:
        """Read ``wave closes, 2 hours later``. Raises ValueError with how to write it."""
        events = "|".join(Event)
        pattern = rf"({events})(?:,\s*(\d{{1,3}}) (minute|hour|day)s? later)?"
        words = re.fullmatch(pattern, " ".join(source.lower().split()))
        if words is None:
            raise ValueError(FORM)
        event, number, unit = words.groups()
        return cls(Event(event), timedelta(**{f"{unit}s": int(number)}) if number else timedelta())


@cache
def when(source: str) -> Every | Upon:
    """What a schedule says. Raises ValueError with how to write one."""
    try:
        return Upon.parse(source)
    except ValueError:
        return Every.parse(source)


def line_of(words: str) -> str:
    """``weekly, monday 07:00`` as a cron line. Raises ValueError."""
    found = re.fullmatch(r"(daily|weekly|monthly)(?:,\s*|\s+)(?:(\w+)\s+)?(\d{1,2}):(\d{2})", words)
    if found is None:
        raise ValueError(FORM)
    unit, day, hour, minute = found.groups()
    fits = {
        "daily": day is None,
        "weekly": re.fullmatch(WEEKDAY, day or "") is not None,
        "monthly": day in map(str, range(1, 29)),
    }
    if not fits[unit]:
        raise ValueError(FORM)
    of_month, of_week = (day if unit == name else "*" for name in ("monthly", "weekly"))
    return f"{int(minute)} {int(hour)} {of_month} * {of_week}"


def checked(fields: list[str]) -> tuple[str, str, str]:
    """Minute, day and weekday of a cron line. Raises ValueError for what is not one."""
    if len(fields) != 5:
        raise ValueError(FORM)
    minute, hour, day, month, weekday = fields
    if not WEEKDAYS.fullmatch(weekday):
        raise ValueError(NUMBERED if any(map(str.isdecimal, weekday)) else FORM)
    if not re.fullmatch(r"[\d*/,-]+ (last|[\d*/,-]+) [\da-z*/,-]+", f"{hour} {day} {month}"):
        raise ValueError(FORM)
    return minute, day, weekday


def on_the_wall(moment: datetime, zone: tzinfo) -> datetime:
    """What a clock on the wall shows, written as if it were UTC."""
    return moment.astimezone(zone).replace(tzinfo=UTC, fold=0)


def walls(line: str, since: datetime) -> Iterator[datetime]:
    """The hours of a cron line from ``since`` on, both as on the wall. Raises ValueError."""
    trigger = cron(line)
    while (found := trigger.get_next_fire_time(None, since)) is not None:
        yield found
        since = found + timedelta(seconds=1)


@cache
def cron(line: str) -> CronTrigger:
    """What APScheduler makes of a cron line. Raises ValueError."""
    return CronTrigger.from_crontab(line, timezone=UTC)
