"""The last act of whoever is faster than anybody can be: it waits, and is not lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import structlog

from survey.store.database import DatabaseFault

log = structlog.get_logger()
#: Who acts, and whether by taps: a person's last tap and last message both count.
Actor = tuple[int, bool]
#: So many people's last acts wait at the most.
MOST_HELD = 1000
#: Seconds between two lines of the log about acts that were dropped.
LOG_INTERVAL = 60.0
#: Seconds until an act is tried again that the database did not take.
RETRY_INTERVAL = 1.0


class HeldActs:
    """Of each person who is too fast the newest act, until they may act again.

    Those before it are dropped. So whoever drums on a button sees in the end what their last tap
    means, though not every single one was carried out. It is held in memory only: Telegram was told
    already that we have it.
    """

    def __init__(self, take: Callable[[Any], Coroutine[Any, Any, None]]) -> None:
        self._take = take
        self._held: dict[Actor, Any] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._hurry = asyncio.Event()
        self._unlogged, self._logged_at = 0, -LOG_INTERVAL

    def holds(self, actor: Actor | None) -> bool:
        """Whether an act of somebody waits."""
        return actor in self._held

    def hold(self, actor: Actor, raw: Any, wait: float) -> int:
        """Let an act wait in place of the one that waits; how many were dropped for it."""
        if actor not in self._held:
            if len(self._held) >= MOST_HELD:
                return 1
            task = asyncio.create_task(self._release(actor, wait), name="held act")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        dropped = actor in self._held
        self._held[actor] = raw
        return int(dropped)

    async def finish(self) -> None:
        """Carry out at once what still waits."""
        self._hurry.set()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _release(self, actor: Actor, wait: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._hurry.wait()
        raw = self._held.pop(actor)
        while True:
            try:
                return await self._take(raw)
            except DatabaseFault:
                # Whoever reads the updates meets the same fault, and is the one who ends the
                # program; where it goes on, the act is still to be carried out.
                if self._hurry.is_set():
                    return None
                await asyncio.sleep(RETRY_INTERVAL)

    def note_dropped(self, count: int) -> None:
        """Tell the operator how many were dropped, once a minute and of nobody in particular."""
        self._unlogged += count
        if self._unlogged and time.monotonic() - self._logged_at >= LOG_INTERVAL:
            log.warning("acts dropped", count=self._unlogged, reason="somebody acts too fast")
            self._unlogged, self._logged_at = 0, time.monotonic()
