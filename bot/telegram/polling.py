"""How updates come: our own loop of getUpdates, which confirms what is on disk and no more."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from traceback import extract_tb
from typing import Any

import structlog
from telegram import Bot, Update

from bot.telegram.calls import FailedCall, FailureKind, attempt_call, choose_pause
from bot.telegram.client import LONG_POLL_SECONDS, UNKNOWN_BOT
from survey.store.database import DatabaseFault

log = structlog.get_logger()
#: An update that fails this often is set aside.
MOST_ATTEMPTS = 3
#: What polling asks for. Telegram remembers the list and leaves all other kinds away.
UPDATE_KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]
UpdateHandler = Callable[[Update], Coroutine[Any, Any, None]]


class PollingError(Exception):
    """Polling cannot go on; the message says what the operator can do."""


@dataclass
class Poller:
    """A loop of getUpdates.

    An update is confirmed (by asking for the next) only when ``handle`` has returned for it and
    all its neighbours: what it kept is on disk then. One person's updates are handled in order.
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
            updates = asking.result()
            if updates:
                await self._handle_all(updates)
        stopping.cancel()

    async def _fetch_updates(self) -> list[Update]:
        """The next updates; none if Telegram cannot be reached just now. Raises PollingError."""
        found = await attempt_call(
            lambda: self.bot.get_updates(
                offset=self.offset,
                timeout=0 if self.unreachable_count else LONG_POLL_SECONDS,
                allowed_updates=UPDATE_KINDS,
                read_timeout=LONG_POLL_SECONDS + 10,
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
        return list(found)

    async def _wait_after(self, failed: FailedCall) -> None:
        """Wait until asking again makes sense. Raises PollingError where it never will."""
        if failed.kind is FailureKind.OTHER_POLLER:
            # Telegram lets the newer of two requests for updates go on and ends the older.
            raise PollingError(
                "Another program polls with the same token: stop it, or delete the webhook."
            )
        if failed.kind is FailureKind.UNKNOWN_TOKEN:
            raise PollingError(UNKNOWN_BOT)
        if failed.retry_after is not None:
            await asyncio.sleep(failed.retry_after)
            return
        if self.unreachable_count == 0:
            log.warning("telegram cannot be reached", reason=failed.reason, remedy="we keep trying")
        await asyncio.sleep(choose_pause(self.unreachable_count))
        self.unreachable_count += 1

    async def _handle_all(self, updates: list[Update]) -> None:
        """Handle a batch, people side by side, each person's updates in order.

        What divides is handled after all before it and before all after it.
        """
        for part in split_at_barriers(updates, self.is_barrier):
            lines: dict[int, list[Update]] = defaultdict(list)
            for update in part:
                lines[find_sender(update)].append(update)
            await asyncio.gather(*(self._handle_in_order(line) for line in lines.values()))
        self.offset = updates[-1].update_id + 1

    async def _handle_in_order(self, line: list[Update]) -> None:
        for update in line:
            while not await self._handle_one(update):
                pass

    async def _handle_one(self, update: Update) -> bool:
        """Whether the update is done with, well or not. Raises DatabaseFault."""
        number = update.update_id
        try:
            await self.handle(update)
        except DatabaseFault:
            raise
        except Exception as fault:
            self.failed_attempts[number] += 1
            if self.failed_attempts[number] < MOST_ATTEMPTS:
                return False
            log.error(
                "update set aside",
                kind=classify_update(update),
                fault=type(fault).__name__,
                where=locate_fault(fault),
            )
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


def locate_fault(fault: Exception) -> str:
    """File, line and function a fault came from.

    The fault's message is left out: it may hold what somebody wrote.
    """
    frame = extract_tb(fault.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"


def classify_update(update: Update) -> str:
    """What sort of update it is; nothing of what it says."""
    return next((kind for kind in UPDATE_KINDS if getattr(update, kind) is not None), "unknown")


def find_sender(update: Update) -> int:
    """Whose update it is; 0 if nobody's."""
    return update.effective_user.id if update.effective_user else 0
