"""Streams of server-sent events that follow a workshop. An event's id is the time it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.responses import StreamingResponse

from bot.clock import Clock
from survey.services.workshop_service import RoomChange, WorkshopService
from survey.store.database import DatabaseFault

#: Seconds between two events of a stream at the least: it shows at most four states a second.
EVENT_INTERVAL = 0.25
#: Seconds between looks for the moves of other processes.
GLANCE_INTERVAL = 1.0
#: Seconds of silence after which a sign of life is sent; others' votes are noticed then, too.
HEARTBEAT_INTERVAL = 5.0
#: So many streams of voting pages at the most, in all and of one address: they end by themselves
#: only when somebody goes. The projector's is not counted among them.
MOST_STREAMS, MOST_STREAMS_OF_ADDRESS = 800, 400
#: What a stream begins with: how long a browser waits before it connects again.
FIRST_LINE = "retry: 1500\n\n"
#: An event with a name, and not one of the comments that keep connections alive: browsers do not
#: tell scripts of comments, and the page has to know since when it heard nothing.
HEARTBEAT_EVENT = "event: beat\ndata: .\n\n"


# Compared by identity: two streams of one workshop are two, and a set has to tell them apart.
@dataclass(eq=False)
class StreamWatcher:
    """A stream that waits for something to change in a workshop.

    Its ``owner`` is the address that it goes to; the projector's has none.
    """

    workshop: str
    watched_changes: frozenset[RoomChange]
    owner: str = ""
    wake_event: asyncio.Event = field(default_factory=asyncio.Event)
    is_over: bool = False


class EventStreams:
    """Tells streams when to look again. ``stop_streams`` ends them all."""

    def __init__(self, workshops: WorkshopService, clock: Clock) -> None:
        self._rooms, self._clock = workshops, clock
        self._watchers: set[StreamWatcher] = set()
        self._stopped = False
        self._silence = workshops.add_listener(self._wake_watchers)

    def stop_streams(self) -> None:
        """End every stream, for good."""
        if not self._stopped:
            self._stopped = True
            self._silence()
        self.disconnect_watchers()

    def disconnect_watchers(self) -> None:
        """End the streams that there are; whoever watched connects again."""
        for watcher in self._watchers:
            watcher.is_over = True
            watcher.wake_event.set()

    async def watch_other_processes(self) -> None:
        """Look for other processes' moves, while anybody watches. Runs until it is cancelled."""
        known: dict[str, int] = {}
        while True:
            # A set made beforehand: streams come and go while we wait for the database.
            for workshop in {watcher.workshop for watcher in self._watchers}:
                try:
                    moves = await self._rooms.count_moves(workshop)
                except DatabaseFault:  # It is looked again; the log has it from others.
                    continue
                if known.get(workshop) != moves:
                    self._wake_watchers(workshop, RoomChange.MOVE)
                known[workshop] = moves
            await asyncio.sleep(GLANCE_INTERVAL)

    def has_room_for(self, owner: str) -> bool:
        """Whether an address may have one more stream."""
        owners = [watcher.owner for watcher in self._watchers if watcher.owner]
        return len(owners) < MOST_STREAMS and owners.count(owner) < MOST_STREAMS_OF_ADDRESS

    def open_stream(
        self,
        workshop: str,
        heeds: frozenset[RoomChange],
        show: Callable[[], Awaitable[str]],
        owner: str = "",
    ) -> StreamingResponse:
        """A stream of what ``show`` gives, sent whenever that has changed."""
        return StreamingResponse(
            self._send_events(StreamWatcher(workshop, heeds, owner), show),
            media_type="text/event-stream",
            # The second header is for nginx, which would otherwise collect events and pass them on
            # late.
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    async def _send_events(
        self, watcher: StreamWatcher, show: Callable[[], Awaitable[str]]
    ) -> AsyncIterator[str]:
        self._watchers.add(watcher)
        sent_content = ""
        try:
            yield FIRST_LINE
            while not (watcher.is_over or self._stopped):
                # Cleared before reading, so that what changes while we read wakes us again.
                watcher.wake_event.clear()
                content = await show()
                event_id = f"id: {round(self._clock.now().timestamp() * 1000)}\n"
                yield event_id + (
                    format_event(content) if content != sent_content else HEARTBEAT_EVENT
                )
                sent_content = content
                # Slept even if something has changed by now: all that happens meanwhile becomes one
                # event, however many vote at once.
                await asyncio.sleep(EVENT_INTERVAL)
                with suppress(TimeoutError):
                    await asyncio.wait_for(
                        watcher.wake_event.wait(), HEARTBEAT_INTERVAL - EVENT_INTERVAL
                    )
        finally:
            self._watchers.discard(watcher)

    def _wake_watchers(self, workshop: str, changed: RoomChange) -> None:
        for watcher in self._watchers:
            if watcher.workshop == workshop and changed in watcher.watched_changes:
                watcher.wake_event.set()


def format_event(data: str) -> str:
    """Data as an event; each of its lines is one of the event's."""
    return "".join(f"data: {line}\n" for line in data.split("\n")) + "\n"
