"""The workers of one bot on one PostgreSQL: each looks every second who has which chats."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Protocol

import structlog

from bot.safe_logs import locate_fault
from bot.workers.chat_partitions import ALL_PARTITIONS, ChatPartitions, plan_change
from survey.store.database import DatabaseFault, explain_database_fault
from survey.store.worker_connection import FIRST_NUMBER, LONGEST_ANNOUNCEMENT, WorkerConnection

log = structlog.get_logger()
#: Seconds between two looks at who has what.
LOOK_INTERVAL = 1.0
#: Seconds that a look may take: less than those after which PostgreSQL lets our locks go.
LOOK_SECONDS = 5.0
#: Seconds for which whoever had chats may come back to them, before others take them.
FREE_SECONDS = 2.0
#: Seconds that what waits in a chat may take before another worker has it all the same.
LEAVE_SECONDS = 5.0
#: Numbers of the locks: every worker shares the first, one has the second, and from the third on
#: each partition has its own.
PRESENCE, LEADER, FIRST_PARTITION = FIRST_NUMBER, FIRST_NUMBER + 1, FIRST_NUMBER + 2


class ChatHandover(Protocol):
    """What is to be done where chats come to this worker, or go."""

    def owes_screens(self, partition: int) -> bool:
        """Whether anything waits to be shown in chats of a partition."""

    async def take_over(self, partitions: frozenset[int]) -> None:
        """Show those whose chats are ours from now on what they have not seen."""

    async def hand_over(self, partitions: frozenset[int]) -> None:
        """Write down what only this process knows of these chats, and forget it."""


class WorkerGroup:
    """Keeps ``partitions`` true, and passes announcements on.

    A worker that cannot reach the database has nothing: its updates wait with Telegram.
    """

    def __init__(
        self,
        connect: Callable[[Callable[[str], None]], WorkerConnection],
        partitions: ChatPartitions,
        handover: ChatHandover,
        on_count: Callable[[int], None],
        on_lead: Callable[[], None],
    ) -> None:
        self._connection = connect(self._hear)
        self._partitions = partitions
        self._handover = handover
        self._on_count, self._on_lead = on_count, on_lead
        self._listeners: dict[str, Callable[[str], None]] = {}
        #: What was ours when the connection was lost, and since when others are seen to be free; at
        #: the start it is as if for ever.
        self._lost: frozenset[int] = frozenset()
        self._free_since: dict[int, float] = dict.fromkeys(ALL_PARTITIONS, float("-inf"))
        #: When what we leave is left, though something waits there.
        self._leave_by = 0.0
        self._is_reached = True
        self._words: dict[str, None] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        partitions.stand_back()

    async def run(self) -> None:
        """Take part until cancelled."""
        try:
            while True:
                await self.look()
                await asyncio.sleep(LOOK_INTERVAL)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._connection.close()

    # Who has what

    async def look(self) -> None:
        """See who has what; take what is due to us, and leave what is due to others."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._look()
        except Exception as fault:  # Whatever it is: who does not look has lost what they had.
            self._note_lost(fault)
        else:
            self._note_reached()

    async def _look(self) -> None:
        locks = await self._connection.list_locks(PRESENCE)
        holders = {
            lock.number - FIRST_PARTITION: lock.holder
            for lock in locks
            if lock.number >= FIRST_PARTITION
        }
        ours = {lock.number for lock in locks if lock.is_ours}
        held = frozenset(n for n in holders if n + FIRST_PARTITION in ours)
        numbers = {lock.number for lock in locks}
        await self._seek_lead(LEADER in ours, is_free=LEADER not in numbers)
        self._note_workers(sum(lock.number == PRESENCE for lock in locks))
        others = {n: holder for n, holder in holders.items() if n not in held}
        await self._take_part(held, others)

    async def _seek_lead(self, leads: bool, is_free: bool) -> None:
        """Lead if nobody else does."""
        if is_free:
            leads = bool(await self._connection.try_locks([LEADER]))
        begins, self._partitions.leads = leads and not self._partitions.leads, leads
        if begins:
            log.info("this worker leads")
            self._on_lead()

    async def _take_part(self, held: frozenset[int], others: Mapping[int, str]) -> None:
        free = ALL_PARTITIONS - held - others.keys()
        self._partitions.holders = others
        change = plan_change(
            held - self._partitions.leaving,
            free,
            self._partitions.worker_count,
            self._lost,
            self._list_long_free(free),
        )
        numbers = [n + FIRST_PARTITION for n in change.take]
        taken = frozenset(n - FIRST_PARTITION for n in await self._connection.try_locks(numbers))
        gone, self._lost = self._lost & others.keys(), self._lost - taken - others.keys()
        self._set_held(held | taken)
        if gone:
            await self._handover.hand_over(gone)
        if taken:
            self._start(self._handover.take_over(taken))
        if change.leave:
            self._partitions.leaving |= change.leave
            self._leave_by = time.monotonic() + LEAVE_SECONDS
        await self._leave_idle()

    def _list_long_free(self, free: frozenset[int]) -> list[int]:
        """Of those that are free the ones that nobody has come back to."""
        now = time.monotonic()
        self._free_since = {n: self._free_since.get(n, now) for n in free}
        return [n for n, since in self._free_since.items() if now - since >= FREE_SECONDS]

    async def _leave_idle(self) -> None:
        """Let others have what we are leaving, once nothing waits there or nobody may wait more."""
        leaving = self._partitions.leaving & self._partitions.held
        if time.monotonic() < self._leave_by:
            leaving = frozenset(n for n in leaving if not self._is_busy(n))
        if leaving:
            await self._handover.hand_over(leaving)
            self._set_held(self._partitions.held - leaving)
            await self._connection.unlock([n + FIRST_PARTITION for n in leaving])
        self._partitions.leaving &= self._partitions.held

    def _is_busy(self, partition: int) -> bool:
        return self._partitions.under_way[partition] > 0 or self._handover.owes_screens(partition)

    def _set_held(self, held: frozenset[int]) -> None:
        if held != self._partitions.held:
            log.info("chats shared", partitions=len(held), workers=self._partitions.worker_count)
        self._partitions.held = held

    def _note_workers(self, count: int) -> None:
        if count != self._partitions.worker_count:
            self._partitions.worker_count = count
            self._on_count(count)

    def _note_lost(self, fault: Exception) -> None:
        self._lost |= self._partitions.held
        self._free_since = {}
        self._partitions.holders = {}
        self._partitions.stand_back()
        if self._is_reached:
            self._is_reached = False
            log.warning(
                "database cannot be reached",
                reason=explain_database_fault(fault),
                where=locate_fault(fault),
                remedy="updates wait with Telegram; we keep trying",
            )

    def _note_reached(self) -> None:
        if not self._is_reached:
            self._is_reached = True
            log.info("database is reachable again", partitions=len(self._partitions.held))

    # What is told

    def listen(self, kind: str, hear: Callable[[str], None]) -> None:
        """Have ``hear`` told what other workers announce of a kind."""
        self._listeners[kind] = hear

    def announce(self, kind: str, word: str = "") -> None:
        """Tell the other workers soon; what comes meanwhile goes along, and the same goes once.

        What is lost is noticed by looking, which everybody does besides.
        """
        is_idle = not self._words
        self._words[f"{kind} {word}"] = None
        if is_idle:
            self._start(self._send_words())

    async def _send_words(self) -> None:
        words, self._words = "\n".join(self._words), {}
        if len(words) <= LONGEST_ANNOUNCEMENT:
            await self._connection.announce(words)

    def _hear(self, words: str) -> None:
        for line in words.split("\n"):
            kind, _, word = line.partition(" ")
            if hear := self._listeners.get(kind):
                hear(word)

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(self._run_safely(work), name="workers")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_safely(self, work: Coroutine[object, object, None]) -> None:
        """Do something beside; what the database refuses is told by the next look."""
        try:
            await work
        except (DatabaseFault, OSError) as fault:
            log.debug("not told to other workers", fault=type(fault).__name__)
