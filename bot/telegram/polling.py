"""How updates come: our own loop of getUpdates, which confirms what is on disk and no more."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

import structlog
from telegram import Bot, Update

from bot.safe_logs import locate_fault
from bot.telegram.calls import FailedCall, FailureKind, attempt_call, choose_pause
from bot.telegram.client import (
    LONG_POLL_SECONDS,
    UNKNOWN_BOT,
    read_update_id,
    request_updates,
)
from bot.telegram.decoding import UPDATE_KINDS, classify_update, decode_update
from survey.store.database import DatabaseFault, is_value_fault

log = structlog.get_logger()
#: An update that fails this often is set aside.
MOST_ATTEMPTS = 3
UpdateHandler = Callable[[Update], Coroutine[Any, Any, None]]
#: Records an update that is set aside: its number, its kind, the place of the fault.
RecordKeeper = Callable[[int, str, str], Coroutine[Any, Any, None]]


async def keep_no_record(_number: int, _kind: str, _place: str) -> None:
    """For whoever polls without a database: the line in the log is all."""


class PollingError(Exception):
    """Polling cannot go on; the message says what the operator can do."""


class RevokedTokenError(PollingError):
    """Telegram does not know the token any more."""


@dataclass
class Poller:
    """A loop of getUpdates.

    An update is confirmed (by asking for the next) only when ``handle`` has returned for it and
    all its neighbours: what it kept is on disk then. One person's updates are handled in order.
    One that cannot be decoded, or fails ``MOST_ATTEMPTS`` times, is set aside, and so done with.
    """

    bot: Bot
    handle: UpdateHandler
    failed_attempts: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    offset: int = 0
    unreachable_count: int = 0
    #: Told when Telegram is reachable again.
    on_reconnect: Callable[[], None] = lambda: None
    #: Told of every answer of Telegram.
    on_answer: Callable[[], None] = lambda: None
    #: Told of what is set aside; has kept it when it returns.
    record_set_aside: RecordKeeper = keep_no_record
    #: Which updates divide those before them from those after them.
    is_barrier: Callable[[Update], bool] = lambda _: False

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until ``stop``. Raises PollingError, DatabaseFault.

        A request that is under way at the end is dropped: what it would have brought is not
        confirmed, so Telegram brings it again after the next start.
        """
        stopping = asyncio.create_task(stop.wait())
        while not stop.is_set():
            asking = asyncio.create_task(self._fetch_updates())
            await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                asking.cancel()
                break
            if written := asking.result():
                await self._handle_all(await self._decode_all(written))
                self.offset = max(read_update_id(raw) or 0 for raw in written) + 1
        stopping.cancel()

    async def _fetch_updates(self) -> list[Any]:
        """The next updates as Telegram wrote them; none if it cannot be reached just now.

        Raises PollingError.
        """
        found = await attempt_call(
            lambda: request_updates(
                self.bot,
                self.offset,
                0 if self.unreachable_count else LONG_POLL_SECONDS,
                UPDATE_KINDS,
            )
        )
        if isinstance(found, FailedCall):
            await self._wait_after(found)
            return []
        self.on_answer()
        if self.unreachable_count:
            log.info("telegram is reachable again")
            self.unreachable_count = 0
            self.on_reconnect()
        return found

    async def _wait_after(self, failed: FailedCall) -> None:
        """Wait until asking again makes sense. Raises PollingError where it never will."""
        if failed.kind is FailureKind.OTHER_POLLER:
            # Telegram lets the newer of two requests for updates go on and ends the older.
            raise PollingError(
                "Another program polls with the same token: stop it, or delete the webhook."
            )
        if failed.kind is FailureKind.UNKNOWN_TOKEN:
            raise RevokedTokenError(UNKNOWN_BOT)
        if failed.retry_after is not None:
            await asyncio.sleep(failed.retry_after)
            return
        if self.unreachable_count == 0:
            log.warning("telegram cannot be reached", reason=failed.reason, remedy="we keep trying")
        await asyncio.sleep(choose_pause(self.unreachable_count))
        self.unreachable_count += 1

    async def _decode_all(self, written: list[Any]) -> list[Update]:
        """Each update by itself; what cannot be decoded is set aside. Raises DatabaseFault."""
        updates = []
        for raw in written:
            try:
                updates.append(decode_update(raw, self.bot))
            except Exception as fault:
                await self._set_aside(read_update_id(raw) or 0, classify_update(raw), fault)
        return updates

    async def _set_aside(self, number: int, kind: str, fault: Exception) -> None:
        """Record an update that is done with, though nothing came of it. Raises DatabaseFault."""
        name, place = type(fault).__name__, locate_fault(fault)
        await self.record_set_aside(number, kind, f"{name} {place}")
        log.error("update set aside", update=number, kind=kind, fault=name, where=place)

    def _divides(self, update: Update) -> bool:
        try:
            return self.is_barrier(update)
        except Exception:  # Its handler will meet the same fault, and is where it counts.
            return False

    async def _handle_all(self, updates: list[Update]) -> None:
        """Handle a batch, people side by side, each person's updates in order.

        What divides is handled after all before it and before all after it.
        """
        for part in split_at_barriers(updates, self._divides):
            lines: dict[int, list[Update]] = defaultdict(list)
            for update in part:
                lines[find_sender(update)].append(update)
            await asyncio.gather(*(self._handle_in_order(line) for line in lines.values()))

    async def _handle_in_order(self, line: list[Update]) -> None:
        for update in line:
            while not await self._handle_one(update):
                pass

    async def _handle_one(self, update: Update) -> bool:
        """Whether the update is done with, well or not. Raises DatabaseFault."""
        number = update.update_id
        try:
            await self.handle(update)
        except Exception as fault:
            if isinstance(fault, DatabaseFault) and not is_value_fault(fault):
                raise
            self.failed_attempts[number] += 1
            if self.failed_attempts[number] < MOST_ATTEMPTS:
                return False
            await self._set_aside(number, find_kind(update), fault)
        self.failed_attempts.pop(number, None)
        return True


def split_at_barriers(
    updates: list[Update], divides: Callable[[Update], bool]
) -> Iterator[list[Update]]:
    """Split updates into parts in their order; each that divides is a part of its own."""
    part: list[Update] = []
    for update in updates:
        if divides(update):
            yield part
            yield [update]
            part = []
        else:
            part.append(update)
    yield part


def find_kind(update: Update) -> str:
    """What sort of update it is; nothing of what it says."""
    return next((kind for kind in UPDATE_KINDS if getattr(update, kind) is not None), "unknown")


def find_sender(update: Update) -> int:
    """Whose update it is; 0 if nobody's."""
    return update.effective_user.id if update.effective_user else 0
