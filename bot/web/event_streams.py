"""Streams of server-sent events that follow a workshop. An event's id is the time it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.responses import StreamingResponse

from bot.clock import Clock
from survey.services.workshop_service import Changed, Rooms

#: Seconds between two events of a stream at the least: it shows at most four states a second.
PACE = 0.25
#: Seconds between looks for the moves of other processes.
GLANCE = 1.0
#: Seconds of silence after which a sign of life is sent; others' votes are noticed then, too.
HEARTBEAT = 5.0
#: What a stream begins with: how long a browser waits before it connects again.
HELLO = "retry: 1500\n\n"
BEAT = "event: beat\ndata: .\n\n"


@dataclass(eq=False)
class Watcher:
    """A stream that waits for something to change in a workshop."""

    workshop: str
    heeds: frozenset[Changed]
    stirred: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False


class Pulse:
    """Tells streams when to look again. ``stop`` ends them all."""

    def __init__(self, rooms: Rooms, clock: Clock) -> None:
        self._rooms, self._clock = rooms, clock
        self._watchers: set[Watcher] = set()
        self._stopped = False
        self._silence = rooms.listen(self._heard)

    def stop(self) -> None:
        """End every stream, for good."""
        if not self._stopped:
            self._stopped = True
            self._silence()
        self.hang_up()

    def hang_up(self) -> None:
        """End the streams that there are; whoever watched connects again."""
        for watcher in self._watchers:
            watcher.over = True
            watcher.stirred.set()

    async def glance(self) -> None:
        """Look for other processes' moves, while anybody watches. Runs until it is cancelled."""
        known: dict[str, int] = {}
        while True:
            for workshop in {watcher.workshop for watcher in self._watchers}:
                moves = await self._rooms.how_far(workshop)
                if known.get(workshop) != moves:
                    self._heard(workshop, Changed.MOVE)
                known[workshop] = moves
            await asyncio.sleep(GLANCE)

    def stream(
        self, workshop: str, heeds: frozenset[Changed], show: Callable[[], Awaitable[str]]
    ) -> StreamingResponse:
        """A stream of what ``show`` gives, sent whenever that has changed."""
        return StreamingResponse(
            self._events(Watcher(workshop, heeds), show),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    async def _events(
        self, watcher: Watcher, show: Callable[[], Awaitable[str]]
    ) -> AsyncIterator[str]:
        self._watchers.add(watcher)
        shown = ""
        try:
            yield HELLO
            while not (watcher.over or self._stopped):
                watcher.stirred.clear()
                found = await show()
                sent = f"id: {round(self._clock.now().timestamp() * 1000)}\n"
                yield sent + (event(found) if found != shown else BEAT)
                shown = found
                await asyncio.sleep(PACE)
                with suppress(TimeoutError):
                    await asyncio.wait_for(watcher.stirred.wait(), HEARTBEAT - PACE)
        finally:
            self._watchers.discard(watcher)

    def _heard(self, workshop: str, changed: Changed) -> None:
        for watcher in self._watchers:
            if watcher.workshop == workshop and changed in watcher.heeds:
                watcher.stirred.set()


def event(data: str) -> str:
    """Data as an event; each of its lines is one of the event's."""
    return "".join(f"data: {line}\n" for line in data.split("\n")) + "\n"
