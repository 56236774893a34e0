"""Which report is due when, claimed once, made, and handed on to be delivered.

The memory of what went out is in the store, so any number of processes may wake, at any time and
as often as they like. Delivery is told what to put where and may be told again: a notice is sent
first and its message id kept, then the report is put into that message.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from typing import Protocol

import structlog

from reports.order import File, Order, Report
from survey.store import deliveries
from survey.store.database import Store
from survey.store.deliveries import Delivery, Office, Scheduled

log = structlog.get_logger()

#: Days by name only: some count Monday as 0 and others as 1.
DAYS = tuple(name.lower() for name in calendar.day_name)
#: A report this long after its hour says that it is late.
PUNCTUAL = timedelta(hours=1)
#: After a long absence only the newest of the missed periods are made up.
MADE_UP = 4
FORM = "cannot be read; write it like “daily 07:00”, “weekly, monday 07:00” or “monthly, 1 07:00”"


@dataclass(frozen=True, slots=True)
class Every:
    """How often, and when. ``day`` is a weekday (0 is Monday) or a day of the month, 1 to 28."""

    unit: str
    day: int
    at: time

    @classmethod
    def parse(cls, source: str) -> Every:
        """Read ``weekly, monday 07:00``. Raises ValueError with how to write it."""
        words = re.fullmatch(
            r"(daily|weekly|monthly)(?:,\s*|\s+)(?:(\w+)\s+)?(\d{1,2}):(\d{2})",
            source.strip().lower(),
        )
        if words is None:
            raise ValueError(FORM)
        unit, day, hour, minute = words.groups()
        try:
            return cls(unit, day_number(unit, day), time(int(hour), int(minute)))
        except ValueError:
            raise ValueError(FORM) from None

    def before(self, moment: datetime, zone: tzinfo) -> datetime:
        """The last time that was due strictly before ``moment``."""
        local = moment.astimezone(zone)
        day = local.date()
        while True:
            due = datetime.combine(day, self.at, zone)
            if self.falls_on(due) and due < moment:
                return due
            day -= timedelta(days=1)

    def after(self, moment: datetime, zone: tzinfo) -> datetime:
        """The first time that is due strictly after ``moment``."""
        day = moment.astimezone(zone).date()
        while True:
            due = datetime.combine(day, self.at, zone)
            if self.falls_on(due) and due > moment:
                return due
            day += timedelta(days=1)

    def falls_on(self, day: datetime) -> bool:
        """Whether something is due on that day."""
        if self.unit == "weekly":
            return day.weekday() == self.day
        return self.unit == "daily" or day.day == self.day


def day_number(unit: str, day: str | None) -> int:
    """The day of a schedule as a number. Raises ValueError for one that does not fit the unit."""
    if unit == "weekly":
        return DAYS.index(day or "")
    if unit == "monthly":
        number = int(day or "")
        if not 1 <= number <= 28:
            raise ValueError(day)
        return number
    if day is not None:
        raise ValueError(day)
    return 0


def periods(
    every: Every, since: datetime, now: datetime, zone: tzinfo
) -> Iterator[tuple[datetime, datetime]]:
    """Periods that ended after ``since`` and up to ``now``, oldest first; at most MADE_UP.

    A period runs from one hour of the schedule to the next, the end not included.
    """
    ends: list[datetime] = []
    end = every.before(now + timedelta(microseconds=1), zone)
    while end > since and len(ends) < MADE_UP:
        ends.append(end)
        end = every.before(end, zone)
    for end in reversed(ends):
        yield every.before(end, zone), end


class ChatMovedError(Exception):
    """A chat has a new number."""

    def __init__(self, new: int) -> None:
        super().__init__("the chat has moved")
        self.new = new


class Courier(Protocol):
    """Puts reports into chats. Every call may be repeated. Raises ChatMovedError."""

    async def notice(self, chat_id: int, part: str, language: str) -> int:
        """Announce a part of a report; the id of the message it will be put into."""

    async def text(self, chat_id: int, message_id: int, html: str) -> None:
        """Put the short message into its notice."""

    async def document(self, chat_id: int, message_id: int, file: File) -> None:
        """Put a file into its notice."""


Make = Callable[[Order], Awaitable[Report]]


class Schedule:
    """Wakes, finds what is due, makes and delivers it. ``settings`` are the same in every order."""

    def __init__(
        self, store: Store, zone: tzinfo, settings: Order, make: Make, courier: Courier
    ) -> None:
        self._store = store
        self._zone = zone
        self._settings = settings
        self._make = make
        self._courier = courier

    async def wake(self, now: datetime) -> int:
        """Make and deliver everything due by ``now``; how many reports arrived."""
        async with self._store.read() as connection:
            planned = await deliveries.schedules(connection)
            chats = await deliveries.secretariat(connection)
            waiting = await deliveries.unfinished(connection)
        due = [wanted for plan in planned for wanted in self._due(plan, chats, now)]
        each = {(d.report, d.period, d.chat_id): d for d in [*waiting, *due]}
        return sum([await self.send(wanted, now) for wanted in each.values()])

    def _due(self, plan: Scheduled, chats: dict[int, Office], now: datetime) -> Iterator[Delivery]:
        every = Every.parse(plan.every)
        for chat_id, office in chats.items():
            since = max(plan.since, office.since)
            for start, end in periods(every, since, now, self._zone):
                yield Delivery(plan.report, named(start, end), chat_id, office.language, end, {})

    async def send(self, wanted: Delivery, now: datetime) -> bool:
        """Claim, make and deliver one report; whether it arrived through us."""
        taken = await deliveries.claim(self._store, wanted, now)
        if taken is None:
            return False
        try:
            await self._deliver(taken, now)
        except ChatMovedError as moved:
            return await self._send_there(taken, moved.new, now)
        except Exception as fault:
            await deliveries.release(self._store, taken, now)
            log.error(
                "report failed",
                report=taken.report,
                period=taken.period,
                fault=type(fault).__name__,
                reason=str(fault)[:300],
                remedy="it is tried again within a minute",
            )
            return False
        log.info("report delivered", report=taken.report, period=taken.period)
        return True

    async def _send_there(self, taken: Delivery, chat_id: int, now: datetime) -> bool:
        """The chat became a supergroup meanwhile: begin again under its new number."""
        there = replace(taken, chat_id=chat_id)
        await deliveries.moved(self._store, taken.chat_id, chat_id)
        await deliveries.release(self._store, there, now)
        return await self.send(there, now)

    async def _deliver(self, taken: Delivery, now: datetime) -> None:
        notices = await self._announce(taken)
        report = await self._make(self._order(taken, now))
        await self._courier.text(taken.chat_id, notices["message"], report.message)
        for file in report.files:
            await self._courier.document(taken.chat_id, notices[part_of(file)], file)
        await deliveries.finish(self._store, taken, now)

    async def _announce(self, taken: Delivery) -> dict[str, int]:
        """Send the notices that were not sent yet, keeping each one's message id at once."""
        notices = dict(taken.notices)
        for part in ("message", "pdf", "xlsx"):
            if part not in notices:
                notices[part] = await self._courier.notice(taken.chat_id, part, taken.language)
                await deliveries.note(self._store, taken, notices)
        return notices

    def _order(self, taken: Delivery, now: datetime) -> Order:
        start, end = (datetime.fromisoformat(text) for text in taken.period.split("/"))
        return replace(
            self._settings,
            kind=taken.report,
            start=start,
            end=end,
            language=taken.language,
            made_at=now,
            late=now - taken.due_at > PUNCTUAL,
        )


def named(start: datetime, end: datetime) -> str:
    """The name of a period."""
    return f"{start.isoformat(timespec='seconds')}/{end.isoformat(timespec='seconds')}"


def part_of(file: File) -> str:
    """Which part of a report a file is."""
    return file.name.rpartition(".")[2]
