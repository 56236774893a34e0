"""Which report is due when and where; each is claimed once.

The memory of what went out is in the store, so any number of processes may wake, at any time and
as often as they like. A period begins where the last one that reached the chat ended, whatever
became of hours, time zones and processes in between: so no time is lost, and none comes twice.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import structlog

from reports.delivery.due_times import Event, Every, Upon, on_the_wall, when
from reports.delivery.quiet_hours import awake
from reports.delivery.report_delivery import (
    REFUSALS,
    Courier,
    Delivering,
    Make,
    Making,
    Outcome,
    span_of,
)
from reports.request import FORMATS, Kind, Order
from survey.store import deliveries, report_chats, report_events
from survey.store.database import Store
from survey.store.deliveries import Delivery, Known
from survey.store.report_chats import Office, Scheduled
from survey.store.report_events import Happening

log = structlog.get_logger()

#: After a long absence so many reports are made up; the first of them covers what was missed.
MADE_UP = 4
SECOND = timedelta(seconds=1)
#: The event whose wave or workshop a report of that kind is about.
ABOUT = {Kind.WAVE: Event.WAVE_CLOSES, Kind.WORKSHOP: Event.AFTER_WORKSHOP}


@dataclass(frozen=True)
class Plans:
    """What the store says at one wake."""

    schedules: list[tuple[Scheduled, Every | Upon]]
    offices: list[Office]
    unfinished: list[Delivery]
    happened: dict[Event, list[Happening]]


class Schedule:
    """Wakes, finds what is due, has it made and delivered."""

    def __init__(
        self, store: Store, zone: tzinfo, settings: Order, make: Make, courier: Courier
    ) -> None:
        self._store = store
        self._zone = zone
        self._make = make
        self._delivering = Delivering(store, zone, settings, courier)

    async def wake(self, now: datetime) -> int:
        """Make and deliver everything due by ``now``; how many reports arrived."""
        plans = await self._plans(now)
        formats = tuple(f for f in FORMATS if any(f in office.formats for office in plans.offices))
        making = Making(self._make, formats)
        return sum([await self._serve(office, plans, making, now) for office in plans.offices])

    async def take(self, wanted: Delivery, now: datetime) -> Delivery | None:
        """Claim what somebody asked for; None if it was claimed before."""
        taken = await deliveries.claim(self._store, wanted, now)
        return taken if isinstance(taken, Delivery) else None

    async def carry(self, taken: Delivery, office: Office, now: datetime) -> bool:
        """Make and deliver what was taken; whether it arrived."""
        making = Making(self._make, office.formats)
        outcome = await self._delivering.carry(taken, office, making, now)
        return outcome in (Outcome.ARRIVED, Outcome.MOVED)

    async def _plans(self, now: datetime) -> Plans:
        async with self._store.read() as connection:
            schedules = [(p, e) for p in await report_chats.schedules(connection) if (e := read(p))]
            chats = (await report_chats.secretariat(connection)).values()
            happened = {
                Event.WAVE_CLOSES: await report_events.closings(connection, now),
                Event.AFTER_WORKSHOP: await report_events.endings(connection),
            }
            waiting = await deliveries.unfinished(connection)
        taking = [office for office in chats if office.refusals < REFUSALS]
        return Plans(schedules, taking, waiting, happened)

    async def _serve(self, office: Office, plans: Plans, making: Making, now: datetime) -> int:
        """Bring one chat what is due, in its order, until something does not get through."""
        arrived = 0
        async with aclosing(self._wanted(office, plans, now)) as found:
            async for wanted in found:
                outcome = await self._delivering.send(wanted, office, making, now)
                arrived += outcome in (Outcome.ARRIVED, Outcome.MOVED)
                if outcome in (Outcome.HELD, Outcome.MOVED):
                    break
        return arrived

    async def _wanted(
        self, office: Office, plans: Plans, now: datetime
    ) -> AsyncGenerator[Delivery, None]:
        """What a chat is to get by now: first what was begun, then what is due."""
        quiet = awake(office.quiet, now, self._zone) > now
        for wanted in plans.unfinished:
            if wanted.chat_id == office.id and not (quiet and wanted.schedule):
                yield wanted
        for plan, every in plans.schedules:
            if quiet or not office.wants(plan.report):
                continue
            async with self._store.read() as connection:
                known = await deliveries.known(connection, plan.id, office.id)
            if isinstance(every, Every):
                async for wanted in self._by_the_clock(plan, every, office, known, now):
                    yield wanted
            else:
                for wanted in self._upon(plan, every, plans, office, known):
                    if max(plan.since, office.since) < wanted.due_at <= now:
                        yield wanted

    async def _by_the_clock(
        self, plan: Scheduled, every: Every, office: Office, known: list[Known], now: datetime
    ) -> AsyncGenerator[Delivery, None]:
        """Periods that have ended and were not brought yet; those without news may be skipped."""
        ends = self._ends(plan, every, office, known, now)
        if not ends:
            return
        brought = [span_of(each.period)[1] for each in known if not each.skipped]
        start = brought[0] if brought else every.before(ends[0], self._zone)
        first = not brought
        for end in ends[-MADE_UP:]:
            due = Delivery(
                plan.report, named(start, end), office.id, office.language, end, "", plan.id
            )
            if office.skip_unchanged and not first and not await self._changed(start, end):
                await deliveries.skip(self._store, due, now)
                continue
            yield due
            start, first = end, False

    def _ends(
        self, plan: Scheduled, every: Every, office: Office, known: list[Known], now: datetime
    ) -> list[datetime]:
        """The hours since the last period.

        Where clocks or the time zone were set back meanwhile, an hour that was served already comes
        once more on the wall; it is not due again.
        """
        since = max(plan.since, office.since)
        if not known:
            return [*every.between(since, now, self._zone)]
        last = span_of(known[0].period)[1]
        found = every.between(max(since, last), now, self._zone)
        return [end for end in found if on_the_wall(end, self._zone) > last.replace(tzinfo=UTC)]

    async def _changed(self, start: datetime, end: datetime) -> bool:
        async with self._store.read() as connection:
            return await report_events.changed(connection, start, end)

    def _upon(
        self, plan: Scheduled, every: Upon, plans: Plans, office: Office, known: list[Known]
    ) -> Iterator[Delivery]:
        """A report for each event that none was brought for yet."""
        happened = plans.happened[every.event]
        # By moments, since the names of periods change with the time zone.
        brought = {(each.scope, span_of(each.period)[1]) for each in known}
        for one in happened:
            scope = one.id if ABOUT.get(Kind(plan.report)) is every.event else ""
            before = (each.began for each in happened if each.ended <= one.ended)
            start = one.began if scope else min(before)
            end = rounded_up(one.ended)
            if (scope, end) not in brought:
                period = named(start.astimezone(self._zone), end.astimezone(self._zone))
                due_at = one.ended + every.delay
                yield Delivery(
                    plan.report, period, office.id, office.language, due_at, scope, plan.id
                )


def rounded_up(moment: datetime) -> datetime:
    """The next full second, as the names of periods have no finer ones."""
    return moment.replace(microsecond=0) + SECOND * bool(moment.microsecond)


def fits(report: str, source: str) -> None:
    """Raise ValueError for a report that says nothing upon its schedule's event."""
    every = when(source)
    told = ABOUT.get(Kind(report))
    if isinstance(every, Upon) and told not in (None, every.event):
        raise ValueError(f"“{source}” does not suit the report {report}; write “{told}” or an hour")


def read(plan: Scheduled) -> Every | Upon | None:
    """When a schedule is due; None for one that was stopped, or that nobody can read."""
    if not plan.active:
        return None
    try:
        return when(plan.every)
    except ValueError as fault:
        log.error("schedule not read", schedule=plan.id, reason=f"{plan.every!r} {fault}")
        return None


def named(start: datetime, end: datetime) -> str:
    """The name of a period."""
    return f"{start.isoformat(timespec='seconds')}/{end.isoformat(timespec='seconds')}"
