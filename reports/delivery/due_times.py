"""When a report is due, read from what is written: at hours of the calendar, or upon an event.

Each way of writing it is an entry of ``SCHEDULE_KINDS``. Hours are those of a clock on the wall.
APScheduler says which of them a cron line means; which moment that is, the time zone says.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import cache

from apscheduler.triggers.cron import CronTrigger

from reports.report_kinds import ReportSubject

#: Days by name only: some count Monday as 0 and others as 1.
DAYS = tuple(name.lower() for name in calendar.day_name)
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
SEPARATOR_PATTERN = r"(?:,\s*|\s+)"
CLOCK_PATTERN = r"(\d{1,2}):(\d{2})"
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
        due_times = parse_due_times(source)
        if isinstance(due_times, cls):
            return due_times
        raise ValueError(explain_schedule_format())

    @classmethod
    def from_cron(cls, line: str) -> CalendarTimes:
        """Check a cron line in small letters. Raises ValueError with what is wrong with it."""
        fields = line.split()
        minute, day, weekday = check_cron_fields(fields)
        # APScheduler knows weekdays by their first three letters only.
        times = cls(re.sub(WEEKDAY_PATTERN, lambda name: name[0][:3], " ".join(fields)))
        try:
            # Tried before it is judged: of what is no cron line at all, that is said, and not what
            # is wrong with its minute.
            first = next(list_wall_times(times.cron_line, CHECKED_SINCE), None)
        except ValueError:
            raise ValueError(explain_schedule_format()) from None
        if not minute.isdecimal():
            raise ValueError(OFTEN_FAULT)
        if "*" not in (day, weekday):
            raise ValueError(TWOFOLD_FAULT)
        if first is None:
            raise ValueError(NEVER_FAULT)
        return times

    def find_last_before(self, moment: datetime, zone: tzinfo) -> datetime:
        """The last time that was due strictly before ``moment``."""
        # ``list_between`` counts its end in; a microsecond is the finest step that a datetime has.
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
            # By way of UTC and back: Python leaves an hour that clocks skip as it is written, and
            # only the way back puts it on to where the clocks went.
            due = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
            if until is not None and due > until:
                return
            # An hour that was put on may be the moment of one that is due anyway; it is due once.
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


@dataclass(frozen=True, slots=True)
class CalendarScheduleKind:
    """Hours of the calendar that are written with ``name`` as the first word.

    ``convert_to_cron`` makes a cron line of what follows the name, the separator included, in small
    letters and with single spaces; it raises ValueError for what it cannot read.
    """

    name: str
    examples: tuple[str, ...]
    convert_to_cron: Callable[[str], str]

    def parse(self, rest: str) -> CalendarTimes:
        """Read what follows the name. Raises ValueError with how to write it."""
        return CalendarTimes.from_cron(self.convert_to_cron(rest))


@dataclass(frozen=True, slots=True)
class EventScheduleKind:
    """Upon an event: the end of a wave or of a workshop, which is its ``subject``."""

    event: TriggerEvent
    examples: tuple[str, ...]
    subject: ReportSubject

    @property
    def name(self) -> str:
        """The words that it begins with."""
        return self.event.value

    def parse(self, rest: str) -> AfterEvent:
        """Read a delay such as ``, 2 hours later``, or none. Raises ValueError."""
        if not rest:
            return AfterEvent(self.event)
        number, unit = match_or_explain(r",\s*(\d{1,3}) (minute|hour|day)s? later", rest)
        return AfterEvent(self.event, timedelta(**{f"{unit}s": int(number)}))


def match_or_explain(pattern: str, text: str) -> tuple[str, ...]:
    """The groups of a pattern in a whole text. Raises ValueError with how to write a schedule."""
    found = re.fullmatch(pattern, text)
    if found is None:
        raise ValueError(explain_schedule_format())
    return found.groups()


def convert_daily(rest: str) -> str:
    """`` 07:00`` as a cron line. Raises ValueError."""
    hour, minute = match_or_explain(SEPARATOR_PATTERN + CLOCK_PATTERN, rest)
    return f"{int(minute)} {int(hour)} * * *"


def convert_weekly(rest: str) -> str:
    """``, monday 07:00`` as a cron line. Raises ValueError."""
    pattern = rf"{SEPARATOR_PATTERN}({WEEKDAY_PATTERN})\s+{CLOCK_PATTERN}"
    day, hour, minute = match_or_explain(pattern, rest)
    return f"{int(minute)} {int(hour)} * * {day}"


def convert_monthly(rest: str) -> str:
    """``, 1 07:00`` as a cron line; only days that every month has. Raises ValueError."""
    pattern = rf"{SEPARATOR_PATTERN}([1-9]|1[0-9]|2[0-8])\s+{CLOCK_PATTERN}"
    day, hour, minute = match_or_explain(pattern, rest)
    return f"{int(minute)} {int(hour)} {day} * *"


def convert_cron(rest: str) -> str:
    """A cron line is what stands behind the word."""
    return rest


#: Every way to write when a report is due. What is written begins with the name of its kind.
SCHEDULE_KINDS: tuple[CalendarScheduleKind | EventScheduleKind, ...] = (
    CalendarScheduleKind("daily", ("daily 07:00",), convert_daily),
    CalendarScheduleKind("weekly", ("weekly, monday 07:00",), convert_weekly),
    CalendarScheduleKind("monthly", ("monthly, 1 07:00",), convert_monthly),
    CalendarScheduleKind("cron", ("cron 0 7 * * mon",), convert_cron),
    EventScheduleKind(
        TriggerEvent.WAVE_CLOSES,
        ("wave closes", "wave closes, 2 hours later"),
        ReportSubject.WAVE,
    ),
    EventScheduleKind(TriggerEvent.AFTER_WORKSHOP, ("after workshop",), ReportSubject.WORKSHOP),
)
#: What has ended with an event, so that a report can be about just that.
EVENT_SUBJECTS: Mapping[TriggerEvent, ReportSubject] = {
    kind.event: kind.subject for kind in SCHEDULE_KINDS if isinstance(kind, EventScheduleKind)
}


def explain_schedule_format() -> str:
    """What is said of a schedule that cannot be read: an example of each kind."""
    *others, last = [f"“{example}”" for kind in SCHEDULE_KINDS for example in kind.examples]
    return f"cannot be read; write it like {', '.join(others)} or {last}"


@cache
def parse_due_times(source: str) -> CalendarTimes | AfterEvent:
    """What a schedule says. Raises ValueError with how to write one."""
    written = " ".join(source.lower().split())
    for kind in SCHEDULE_KINDS:
        rest = written.removeprefix(kind.name)
        if written.startswith(kind.name) and rest[:1] in ("", " ", ","):
            return kind.parse(rest)
    raise ValueError(explain_schedule_format())


def check_cron_fields(fields: list[str]) -> tuple[str, str, str]:
    """Minute, day and weekday of a cron line. Raises ValueError for what is not one."""
    if len(fields) != 5:
        raise ValueError(explain_schedule_format())
    minute, hour, day, month, weekday = fields
    if not WEEKDAYS_PATTERN.fullmatch(weekday):
        raise ValueError(
            NUMBERED_FAULT if any(map(str.isdecimal, weekday)) else explain_schedule_format()
        )
    if not re.fullmatch(r"[\d*/,-]+ (last|[\d*/,-]+) [\da-z*/,-]+", f"{hour} {day} {month}"):
        raise ValueError(explain_schedule_format())
    return minute, day, weekday


def convert_to_wall_clock(moment: datetime, zone: tzinfo) -> datetime:
    """What a clock on the wall shows, written as if it were UTC."""
    return moment.astimezone(zone).replace(tzinfo=UTC, fold=0)


def list_wall_times(line: str, since: datetime) -> Iterator[datetime]:
    """The hours of a cron line from ``since`` on, both as on the wall. Raises ValueError."""
    trigger = build_cron_trigger(line)
    while (found := trigger.get_next_fire_time(None, since)) is not None:
        yield found
        # A trigger gives the moment it is asked from as well, if that is due.
        since = found + timedelta(seconds=1)


@cache
def build_cron_trigger(line: str) -> CronTrigger:
    """What APScheduler makes of a cron line. Raises ValueError."""
    # In UTC, whose clocks are never changed: with a zone the trigger leaves out the day on which
    # clocks skip the hour.
    return CronTrigger.from_crontab(line, timezone=UTC)
