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
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter

from bot.telegram.client import (
    LONG_POLL_SECONDS,
    UNKNOWN_BOT,
    choose_pause,
    read_retry_seconds,
)
from survey.store.database import DatabaseFault

log = structlog.get_logger()
#: An update that fails this often is set aside.
MOST_ATTEMPTS = 3
#: What polling asks for.
UPDATE_KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]
UpdateHandler = Callable[[Update], Coroutine[Any, Any, None]]


class PollingError(Exception):
    """Polling cannot go on; the message says what the operator can do."""


@dataclass
class Poller:
    """Our own loop of getUpdates.

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
        """Poll until ``stop``. Raises PollingError, DatabaseFault."""
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
        """The next updates; none if Telegram cannot be reached just now."""
        try:
            updates = await self.bot.get_updates(
                offset=self.offset,
                timeout=0 if self.unreachable_count else LONG_POLL_SECONDS,
                allowed_updates=UPDATE_KINDS,
                read_timeout=LONG_POLL_SECONDS + 10,
            )
        except Conflict as fault:
            raise PollingError(
                "Another program polls with the same token: stop it, or delete the webhook."
            ) from fault
        except InvalidToken:
            raise PollingError(UNKNOWN_BOT) from None
        except RetryAfter as fault:
            await asyncio.sleep(read_retry_seconds(fault))
            return []
        except NetworkError as fault:
            await self._wait_for_network(fault)
            return []
        self.on_answer()
        if self.unreachable_count:
            log.info("telegram is reachable again")
            self.unreachable_count = 0
            self.on_reconnect()
        return list(updates)

    async def _wait_for_network(self, fault: NetworkError) -> None:
        if self.unreachable_count == 0:
            log.warning("telegram cannot be reached", reason=str(fault), remedy="we keep trying")
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
        """Whether the update is done with, well or not. A failure of the database goes up."""
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
    """The updates in their order, those that divide by themselves."""
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
    """Where a fault came from. Its message is left out: it may hold what somebody wrote."""
    frame = extract_tb(fault.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"


def classify_update(update: Update) -> str:
    """What sort of update it is; nothing of what it says."""
    return next((kind for kind in UPDATE_KINDS if getattr(update, kind) is not None), "unknown")


def find_sender(update: Update) -> int:
    """Whose update it is; 0 if nobody's."""
    return update.effective_user.id if update.effective_user else 0
