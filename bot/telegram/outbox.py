"""The one way out: whatever somebody is to see waits here for its turn.

Each chat has a lane. In a lane one call is made at a time, the most urgent first; of what is to
show the same thing only the newest waits. All lanes share one pace, which keeps to Telegram's
limits. Nobody who hands something in waits for Telegram, and no chat waits for another one.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, IntEnum, auto
from heapq import heappop, heappush
from typing import Generic, Protocol, TypeVar

import structlog
from telegram import Bot

from bot.monitoring.metrics import FAILED_CALLS
from bot.safe_logs import locate_fault
from bot.telegram.calls import (
    CallError,
    FailedCall,
    FailureKind,
    attempt_call,
    choose_pause,
)
from bot.telegram.message_calls import MessageCalls
from bot.telegram.pace import Pace, SendingLimits
from bot.telegram.refusal_log import RefusalLog
from survey.store.database import DatabaseFault
from survey.store.postgres import is_server_trouble

log = structlog.get_logger()
T = TypeVar("T")
#: A call that somebody waits for is given up after so many tries that did not reach Telegram, 48 s
#: in all: who waits for it has a record of their own, and tries again later.
MOST_TRIES = 6
#: A job needed the database, which cannot be used now.
DATABASE_AWAY = FailedCall(FailureKind.UNREACHABLE, "the database cannot be used now")


class Urgency(IntEnum):
    """Who goes first where not all can."""

    #: What somebody sees after their own act.
    OWN = 0
    #: The first card of somebody who has just come: where thousands come at once, those who are in
    #: the middle of their answers are not to wait behind all of them.
    FIRST = 1
    #: What has changed without the doing of who sees it.
    RENEWAL = 2
    #: Reports, results and their notices, which come to many.
    BULK = 3


class JobResult(Enum):
    """What became of a try, where it did not fail."""

    DONE = auto()
    #: Another call is needed, which waits for a turn of its own.
    MORE = auto()


class OutgoingJob(Protocol):
    """Something to be shown in a chat."""

    @property
    def urgency(self) -> Urgency:
        """How urgent it is."""

    @property
    def is_paced(self) -> bool:
        """Whether Telegram counts it as a message."""

    async def attempt(self) -> JobResult | FailedCall:
        """Make one call. A failure that is transient is tried again; any other ends the job."""


@dataclass(slots=True)
class Lane:
    """What waits for one chat, by what it shows, in the order in which it came."""

    chat_id: int
    jobs: dict[Hashable, OutgoingJob] = field(default_factory=dict)
    #: Its valid place among those who wait for a turn; 0 while it is at work or has none.
    place: int = 0
    urgency: Urgency = Urgency.BULK
    is_busy: bool = False
    failures: int = 0
    not_before: float = 0.0

    def pick(self) -> tuple[Hashable, OutgoingJob]:
        """The most urgent job; of several the one that came first."""
        return min(self.jobs.items(), key=lambda item: item[1].urgency)


@dataclass(slots=True)
class AwaitedCall(Generic[T]):
    """A call whose caller waits for what it gives."""

    call: Callable[[], Awaitable[T]]
    urgency: Urgency
    tries_left: int
    done: asyncio.Future[T | FailedCall]
    is_paced: bool = True

    async def attempt(self) -> JobResult | FailedCall:
        """Make the call. One that stays unreachable is given up for its caller to decide."""
        if self.done.cancelled():
            return JobResult.DONE
        found = await attempt_call(self.call)
        if isinstance(found, FailedCall) and found.is_transient:
            # Whoever waits as they are told has not failed.
            self.tries_left -= found.kind is FailureKind.UNREACHABLE
            if self.tries_left:
                return found
        if not self.done.done():
            self.done.set_result(found)
        if isinstance(found, FailedCall) and not found.is_transient:
            return found
        return JobResult.DONE


async def forget_migration(_old: int, _new: int) -> None:
    """For whoever sends without a store: nothing belongs to a group's number."""


class Outbox:
    """What waits for Telegram, and the pace at which it goes out.

    ``on_migration`` is told of each group that answers with its new number as a supergroup.
    """

    def __init__(self, bot: Bot, limits: SendingLimits, most_at_once: int) -> None:
        self.bot = bot
        self.calls = MessageCalls(bot)
        self.on_migration: Callable[[int, int], Awaitable[None]] = forget_migration
        self._refusals = RefusalLog()
        self._pace = Pace(limits)
        self._most_at_once = most_at_once
        self._lanes: dict[int, Lane] = {}
        # Lanes that wait for a turn by urgency and place, and lanes that may not have one before
        # some time. A lane may stand in both several times; only its last place is valid.
        self._ready: list[tuple[Urgency, int, Lane]] = []
        self._held: list[tuple[float, int, Lane]] = []
        self._places = 0
        self._wake: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._answers: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()

    # Handing in

    def post(self, chat_id: int, key: Hashable, job: OutgoingJob) -> None:
        """Have something shown in a chat, after what waits there; returns at once.

        What waits under the same key is dropped for it.
        """
        lane = self._lanes.setdefault(chat_id, Lane(chat_id))
        lane.jobs.pop(key, None)
        lane.jobs[key] = job
        self._queue_lane(lane)
        self._give_turns()

    async def deliver(
        self,
        chat_id: int,
        call: Callable[[], Awaitable[T]],
        urgency: Urgency = Urgency.BULK,
    ) -> T:
        """Make a call in its turn, and again while it may succeed; what it gave. Raises CallError.

        Being told to wait costs no try. A call whose answer was lost may have been carried out.
        """
        done: asyncio.Future[T | FailedCall] = asyncio.get_running_loop().create_future()
        self.post(chat_id, object(), AwaitedCall(call, urgency, MOST_TRIES, done))
        found = await done
        if isinstance(found, FailedCall):
            raise CallError(found)
        return found

    async def deliver_ignoring(
        self, chat_id: int, call: Callable[[], Awaitable[T]], *kinds: FailureKind
    ) -> T | None:
        """Deliver a call; None if it failed in one of these ways. Raises CallError of any other."""
        try:
            return await self.deliver(chat_id, call)
        except CallError as fault:
            if fault.kind in kinds:
                return None
            raise

    async def call_beside(self, chat_id: int, call: Callable[[], Awaitable[T]]) -> T:
        """Make a further call within a job that is under way, at the same pace. Raises CallError.

        It may be made again, as in ``deliver``.
        """
        failures = 0
        while True:
            await self._wait_for_pace(chat_id)
            found = await attempt_call(call)
            self._pace.note_answer(chat_id, time.monotonic())
            if not isinstance(found, FailedCall):
                return found
            failures += found.kind is FailureKind.UNREACHABLE
            if not found.is_transient or failures == MOST_TRIES:
                raise CallError(found)
            if found.retry_after is not None:
                self._pace.note_refusal(chat_id, found.retry_after, time.monotonic())
            else:
                await asyncio.sleep(choose_pause(failures - 1))

    async def _wait_for_pace(self, chat_id: int) -> None:
        """Wait until a chat may be called, and take the turn."""
        while True:
            now = time.monotonic()
            free = max(self._pace.find_free_time(now), self._pace.find_chat_free_time(chat_id, now))
            if free <= now:
                break
            await asyncio.sleep(free - now)
        self._pace.note_call(chat_id, now)

    def answer_callback(self, query_id: str, told: str) -> None:
        """End the waiting sign on a button with a short word or none; returns at once.

        It waits behind nothing, for Telegram takes no answer to a tap that is old. Being too late
        for it is no harm: the sign ends by itself, and the card says the same.
        """
        task = asyncio.create_task(self._answer_callback(query_id, told), name="tap")
        self._answers.add(task)
        task.add_done_callback(self._end_answer)

    async def _answer_callback(self, query_id: str, told: str) -> None:
        done = await attempt_call(lambda: self.calls.answer_callback(query_id, told))
        if not isinstance(done, FailedCall):
            return
        if done.is_refusal:
            log.debug("tap answered too late")
        else:
            log.warning("tap not answered", fault=done.kind, reason=done.reason)

    # Looking

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits, nor is under way."""
        return not (self._lanes or self._answers)

    def owes_any(self, is_meant: Callable[[int], bool]) -> bool:
        """Whether anything waits for one of the chats that are meant."""
        return any(map(is_meant, self._lanes))

    def count_waiting(self) -> dict[str, int]:
        """How much waits or is under way, by urgency; of those of which nothing does, too."""
        found = Counter(job.urgency for lane in self._lanes.values() for job in lane.jobs.values())
        return {urgency.name.lower(): found[urgency] for urgency in Urgency}

    def find_waiting(self, chat_id: int, key: Hashable) -> OutgoingJob | None:
        """What waits under that key, or is being shown."""
        lane = self._lanes.get(chat_id)
        return lane.jobs.get(key) if lane is not None else None

    async def wait_until_empty(self, patience: float | None = None) -> None:
        """Wait until everybody sees what they should, at most ``patience`` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while not self.is_empty:
                    await self._wait_for_change()

    async def wait_until_shown(self, chat_id: int) -> None:
        """Wait until a person sees what their own acts brought, whatever others wait for."""
        while self._answers or self._owes(chat_id):
            await self._wait_for_change()

    async def _wait_for_change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def _owes(self, chat_id: int) -> bool:
        lane = self._lanes.get(chat_id)
        return lane is not None and any(job.urgency <= Urgency.FIRST for job in lane.jobs.values())

    # Going on and ending

    def share_pace(self, worker_count: int) -> None:
        """Leave the others of so many workers their part of what Telegram takes."""
        self._pace.share_among(worker_count)
        self._give_turns()

    def drop_chats(self, is_dropped: Callable[[int], bool]) -> None:
        """Show some chats nothing more: they are another worker's. Calls that somebody waits for
        are made all the same.
        """
        for lane in [lane for chat_id, lane in self._lanes.items() if is_dropped(chat_id)]:
            lane.jobs = {k: job for k, job in lane.jobs.items() if isinstance(job, AwaitedCall)}
            lane.place = 0
            self._queue_lane(lane)
            if not (lane.jobs or lane.is_busy):
                del self._lanes[lane.chat_id]
        self._changed.set()

    def retry_unreachable(self) -> None:
        """Telegram can be reached again: whoever waits for that need not wait any longer."""
        for lane in self._lanes.values():
            lane.failures, lane.not_before = 0, 0.0
            lane.place = 0
            self._queue_lane(lane)
        self._give_turns()

    async def close(self) -> None:
        """Stop at once; what was not shown is known from the records."""
        if self._wake is not None:
            self._wake.cancel()
        self._lanes.clear()
        for task in [*self._tasks, *self._answers]:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._answers, return_exceptions=True)

    # Whose turn it is

    def _queue_lane(self, lane: Lane) -> None:
        """Let a lane wait for a turn; one that waits keeps its place unless it is more urgent."""
        if lane.is_busy or not lane.jobs:
            return
        urgency = lane.pick()[1].urgency
        if lane.place and lane.urgency <= urgency:
            return
        self._places += 1
        lane.place, lane.urgency = self._places, urgency
        heappush(self._ready, (urgency, lane.place, lane))

    def _give_turns(self) -> None:
        """Start whoever may start now, and wake up when the next one may."""
        now = time.monotonic()
        self._take_up_held(now)
        wake_at = self._held[0][0] if self._held else None
        while self._ready and len(self._tasks) < self._most_at_once:
            _, place, lane = self._ready[0]
            if place == lane.place and (free := self._find_turn(lane, now)) > now:
                # It keeps its place, and those behind it wait as well, however many they are.
                wake_at = free if wake_at is None else min(free, wake_at)
                break
            heappop(self._ready)
            if place != lane.place:
                continue
            at = self._find_chat_turn(lane, now)
            if at > now:
                heappush(self._held, (at, place, lane))
                wake_at = at if wake_at is None else min(at, wake_at)
                continue
            self._start(lane, now)
        self._wake_up_at(wake_at)

    def _find_turn(self, lane: Lane, now: float) -> float:
        """When the next call may be made, if it is this lane's."""
        return self._pace.find_free_time(now) if lane.pick()[1].is_paced else now

    def _find_chat_turn(self, lane: Lane, now: float) -> float:
        """When the lane's chat may be called."""
        if not lane.pick()[1].is_paced:
            return lane.not_before
        return max(lane.not_before, self._pace.find_chat_free_time(lane.chat_id, now))

    def _take_up_held(self, now: float) -> None:
        """Let those wait for a turn whose chat may be called again."""
        while self._held and self._held[0][0] <= now:
            _, place, lane = heappop(self._held)
            if place == lane.place:
                heappush(self._ready, (lane.urgency, place, lane))

    def _wake_up_at(self, at: float | None) -> None:
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        if at is not None:
            wait = max(at - time.monotonic(), 0.0)
            self._wake = asyncio.get_running_loop().call_later(wait, self._give_turns)

    def _start(self, lane: Lane, now: float) -> None:
        if lane.pick()[1].is_paced:
            self._pace.note_call(lane.chat_id, now)
        lane.is_busy, lane.place = True, 0
        task = asyncio.create_task(self._run(lane), name="outgoing")
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._changed.set()
        self._give_turns()

    def _end_answer(self, task: asyncio.Task[None]) -> None:
        self._answers.discard(task)
        self._changed.set()

    async def _run(self, lane: Lane) -> None:
        """One call of a lane, and what follows from how it went."""
        key, job = lane.pick()
        try:
            result = await job.attempt()
            if isinstance(result, FailedCall):
                FAILED_CALLS.labels(result.kind).inc()
            if isinstance(result, FailedCall) and not result.is_transient:
                await self._end_refused(lane.chat_id, job, result)
        except DatabaseFault as fault:
            result = await_database(fault)
        except Exception as fault:  # It must not end the lane: others wait in it.
            log.error("not shown", fault=type(fault).__name__, where=locate_fault(fault))
            result = JobResult.DONE
        if job.is_paced:
            self._pace.note_answer(lane.chat_id, time.monotonic())
        if isinstance(result, FailedCall) and result.is_transient:
            self._note_failure(lane, result)
        else:
            lane.failures = 0
            if result is not JobResult.MORE and lane.jobs.get(key) is job:
                del lane.jobs[key]
        lane.is_busy = False
        if lane.jobs:
            self._queue_lane(lane)
        else:
            self._lanes.pop(lane.chat_id, None)

    async def _end_refused(self, chat_id: int, job: OutgoingJob, failed: FailedCall) -> None:
        """Let what belongs to a group follow it; of anything else the operator is told."""
        if failed.migrated_to is not None:
            await self.on_migration(chat_id, failed.migrated_to)
        elif not isinstance(job, AwaitedCall):  # Whoever waits for one knows what it means.
            self._refusals.report(chat_id, failed)

    def _note_failure(self, lane: Lane, failed: FailedCall) -> None:
        """Let a lane wait: as long as Telegram says, or longer each time it is not reached."""
        now = time.monotonic()
        if failed.retry_after is not None:
            self._pace.note_refusal(lane.chat_id, failed.retry_after, now)
            return
        lane.not_before = now + choose_pause(lane.failures)
        lane.failures += 1
        if failed is DATABASE_AWAY:
            return
        if lane.failures == 1:
            log.warning("telegram cannot be reached", reason=failed.reason, remedy="we keep trying")


def await_database(fault: DatabaseFault) -> JobResult | FailedCall:
    """What becomes of a job that the database failed: it waits, if the database can be back."""
    if is_server_trouble(fault):
        return DATABASE_AWAY
    log.error("not shown", fault=type(fault).__name__, where=locate_fault(fault))
    return JobResult.DONE
