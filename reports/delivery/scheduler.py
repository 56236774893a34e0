"""Which report is due when and where; each is claimed once.

The memory of what went out is in the store, so any number of processes may wake, at any time and
as often as they like. A period begins where the last one that reached the chat ended, whatever
became of hours, time zones and processes in between: so no time is lost, and none comes twice.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import structlog

from reports.delivery.due_times import (
    EVENT_SUBJECTS,
    AfterEvent,
    CalendarTimes,
    TriggerEvent,
    convert_to_wall_clock,
    parse_due_times,
)
from reports.delivery.quiet_hours import postpone_past_quiet
from reports.delivery.report_delivery import (
    MOST_REFUSALS,
    DeliveryOutcome,
    MakeReport,
    ReportChannel,
    ReportDeliverer,
    ReportMaker,
    parse_period,
)
from reports.report_kinds import get_definition
from reports.request import ReportFormat, ReportRequest
from survey.store import deliveries, report_chats, report_events
from survey.store.database import Store
from survey.store.deliveries import Delivery, PastDelivery
from survey.store.report_chats import ReportChat, StoredSchedule
from survey.store.report_events import CompletedEvent

log = structlog.get_logger()

#: After a long absence so many reports are made up; the first of them covers what was missed.
MOST_MADE_UP = 4
SECOND = timedelta(seconds=1)
#: What lists, from a connection and the present moment, when each kind of event has come about.
EVENT_LISTERS: Mapping[TriggerEvent, Callable[..., Awaitable[list[CompletedEvent]]]] = {
    TriggerEvent.WAVE_CLOSES: report_events.list_closed_waves,
    TriggerEvent.AFTER_WORKSHOP: lambda connection, _: report_events.list_ended_workshops(
        connection
    ),
}


@dataclass(frozen=True)
class SchedulerState:
    """What the store says at one wake."""

    schedules: list[tuple[StoredSchedule, CalendarTimes | AfterEvent]]
    report_chats: list[ReportChat]
    unfinished: list[Delivery]
    events: dict[TriggerEvent, list[CompletedEvent]]


class ReportScheduler:
    """Wakes, finds what is due, has it made and delivered."""

    def __init__(
        self,
        store: Store,
        zone: tzinfo,
        settings: ReportRequest,
        make: MakeReport,
        channel: ReportChannel,
    ) -> None:
        self._store = store
        self._zone = zone
        self._make = make
        self._delivering = ReportDeliverer(store, zone, settings, channel)

    async def wake(self, now: datetime) -> int:
        """Make and deliver everything due by ``now``; how many reports arrived."""
        state = await self._read_state(now)
        formats = tuple(
            f for f in ReportFormat if any(f in chat.formats for chat in state.report_chats)
        )
        making = ReportMaker(self._make, formats)
        return sum(
            [await self._serve_chat(chat, state, making, now) for chat in state.report_chats]
        )

    async def claim_request(self, wanted: Delivery, now: datetime) -> Delivery | None:
        """Claim what somebody asked for; None if it was claimed before."""
        claimed = await deliveries.claim_delivery(self._store, wanted, now)
        return claimed if isinstance(claimed, Delivery) else None

    async def deliver_claimed(self, claimed: Delivery, chat: ReportChat, now: datetime) -> bool:
        """Make and deliver what was claimed; whether it arrived."""
        making = ReportMaker(self._make, chat.formats)
        outcome = await self._delivering.deliver(claimed, chat, making, now)
        return outcome in (DeliveryOutcome.ARRIVED, DeliveryOutcome.MOVED)

    async def _read_state(self, now: datetime) -> SchedulerState:
        async with self._store.read() as connection:
            schedules = [
                (p, e)
                for p in await report_chats.read_schedules(connection)
                if (e := parse_schedule(p))
            ]
            chats = (await report_chats.read_report_chats(connection)).values()
            happened = {
                event: await list_events(connection, now)
                for event, list_events in EVENT_LISTERS.items()
            }
            waiting = await deliveries.list_unfinished(connection)
        taking = [chat for chat in chats if chat.refusals < MOST_REFUSALS]
        return SchedulerState(schedules, taking, waiting, happened)

    async def _serve_chat(
        self, chat: ReportChat, state: SchedulerState, making: ReportMaker, now: datetime
    ) -> int:
        """Bring one chat what is due, in its order, until something does not get through."""
        arrived = 0
        # A loop that is left early does not close an asynchronous generator; without this it would
        # stay open until the garbage collector comes by.
        async with aclosing(self._list_due(chat, state, now)) as found:
            async for wanted in found:
                outcome = await self._delivering.claim_and_deliver(wanted, chat, making, now)
                arrived += outcome in (DeliveryOutcome.ARRIVED, DeliveryOutcome.MOVED)
                if outcome in (DeliveryOutcome.HELD, DeliveryOutcome.MOVED):
                    break
        return arrived

    async def _list_due(
        self, chat: ReportChat, state: SchedulerState, now: datetime
    ) -> AsyncGenerator[Delivery, None]:
        """What a chat is to get by now: first what was begun, then what is due."""
        quiet = postpone_past_quiet(chat.quiet, now, self._zone) > now
        for wanted in state.unfinished:
            if wanted.chat_id == chat.id and not (quiet and wanted.schedule):
                yield wanted
        for schedule, due_times in state.schedules:
            if quiet or not chat.wants_report(schedule.report):
                continue
            async with self._store.read() as connection:
                known = await deliveries.list_past_deliveries(connection, schedule.id, chat.id)
            if isinstance(due_times, CalendarTimes):
                async for wanted in self._list_calendar_due(schedule, due_times, chat, known, now):
                    yield wanted
            else:
                for wanted in self._list_event_due(schedule, due_times, state, chat, known):
                    if max(schedule.since, chat.since) < wanted.due_at <= now:
                        yield wanted

    async def _list_calendar_due(
        self,
        schedule: StoredSchedule,
        due_times: CalendarTimes,
        chat: ReportChat,
        known: list[PastDelivery],
        now: datetime,
    ) -> AsyncGenerator[Delivery, None]:
        """Periods that have ended and were not brought yet; those without news may be skipped."""
        ends = self._list_period_ends(schedule, due_times, chat, known, now)
        if not ends:
            return
        # What was skipped for want of news is not brought: the next report begins before it, so
        # that no time falls between two reports.
        brought = [parse_period(each.period)[1] for each in known if not each.skipped]
        start = brought[0] if brought else due_times.find_last_before(ends[0], self._zone)
        first = not brought
        for end in ends[-MOST_MADE_UP:]:
            due = Delivery(
                report=schedule.report,
                period=name_period(start, end),
                chat_id=chat.id,
                language=chat.language,
                due_at=end,
                schedule=schedule.id,
            )
            if chat.skip_unchanged and not first and not await self._has_news(start, end):
                await deliveries.skip_delivery(self._store, due, now)
                continue
            yield due
            start, first = end, False

    def _list_period_ends(
        self,
        schedule: StoredSchedule,
        due_times: CalendarTimes,
        chat: ReportChat,
        known: list[PastDelivery],
        now: datetime,
    ) -> list[datetime]:
        """The hours since the last period.

        Where clocks or the time zone were set back meanwhile, an hour that was served already comes
        once more on the wall; it is not due again.
        """
        since = max(schedule.since, chat.since)
        if not known:
            return [*due_times.list_between(since, now, self._zone)]
        last = parse_period(known[0].period)[1]
        found = due_times.list_between(max(since, last), now, self._zone)
        return [
            end
            for end in found
            # Compared as walls showed them, whatever offset from UTC held at either time.
            if convert_to_wall_clock(end, self._zone) > last.replace(tzinfo=UTC)
        ]

    async def _has_news(self, start: datetime, end: datetime) -> bool:
        async with self._store.read() as connection:
            return await report_events.has_new_data(connection, start, end)

    def _list_event_due(
        self,
        schedule: StoredSchedule,
        due_times: AfterEvent,
        state: SchedulerState,
        chat: ReportChat,
        known: list[PastDelivery],
    ) -> Iterator[Delivery]:
        """A report for each event that none was brought for yet."""
        happened = state.events[due_times.event]
        is_subject = get_definition(schedule.report).subject is EVENT_SUBJECTS[due_times.event]
        # By moments, since the names of periods change with the time zone.
        brought = {(each.scope, parse_period(each.period)[1]) for each in known}
        for one in happened:
            scope = one.id if is_subject else ""
            before = (each.began for each in happened if each.ended <= one.ended)
            start = one.began if scope else min(before)
            end = round_up_to_second(one.ended)
            if (scope, end) not in brought:
                period = name_period(start.astimezone(self._zone), end.astimezone(self._zone))
                due_at = one.ended + due_times.delay
                yield Delivery(
                    report=schedule.report,
                    period=period,
                    chat_id=chat.id,
                    language=chat.language,
                    due_at=due_at,
                    scope=scope,
                    schedule=schedule.id,
                )


def round_up_to_second(moment: datetime) -> datetime:
    """The next full second, as the names of periods have no finer ones."""
    return moment.replace(microsecond=0) + SECOND * bool(moment.microsecond)


def check_event_fits_report(report: str, source: str) -> None:
    """Raise ValueError for a report that says nothing upon its schedule's event."""
    due_times, subject = parse_due_times(source), get_definition(report).subject
    if isinstance(due_times, AfterEvent) and subject not in (None, EVENT_SUBJECTS[due_times.event]):
        suiting = next(event for event, ended in EVENT_SUBJECTS.items() if ended is subject)
        raise ValueError(
            f"“{source}” does not suit the report {report}; write “{suiting}” or an hour"
        )


def parse_schedule(schedule: StoredSchedule) -> CalendarTimes | AfterEvent | None:
    """When a schedule is due; None for one that was stopped, or that nobody can read."""
    if not schedule.active:
        return None
    try:
        return parse_due_times(schedule.every)
    except ValueError as fault:
        log.error("schedule not read", schedule=schedule.id, reason=f"{schedule.every!r} {fault}")
        return None


def name_period(start: datetime, end: datetime) -> str:
    """The name of a period."""
    return f"{start.isoformat(timespec='seconds')}/{end.isoformat(timespec='seconds')}"
