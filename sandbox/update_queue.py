"""The bot's queue of updates: delivered again and again until the bot confirms them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.clock import SandboxClock
from sandbox.idle_detection import IdleDetector
from sandbox.record_store import SandboxStore
from sandbox.refusals import OTHER_POLLER, WEBHOOK_TAKES_OVER, Refusal
from sandbox.telegram_limits import CONFLICT_SECONDS

CALLBACK_LIFE = 150
UPDATE_LIFE = 86_400
MAX_LONG_POLL = 50
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(slots=True)
class QueuedUpdate:
    """One update and until when (s since 1970) it is worth delivering.

    `id` is its place in the queue. An injected update says in its body what it likes: one that
    says less than its place is confirmed, once it was delivered, by an offset above what it says.
    """

    id: int
    body: dict[str, Any]
    until: float
    delivered: bool = False

    def is_confirmed_by(self, offset: int) -> bool:
        """Whether a poll from this offset on means that the bot has it."""
        said = self.body.get("update_id")
        said = said if isinstance(said, int) else 0
        return self.id < offset or (self.delivered and said < self.id and said < offset)

    def to_record(self) -> dict[str, Any]:
        """For the store."""
        return asdict(self)


class UpdateQueue:
    """First in, first out; one poller at a time."""

    def __init__(self, store: SandboxStore, clock: SandboxClock, settling: IdleDetector) -> None:
        self._store, self._clock, self._settling = store, clock, settling
        self._queue = {
            record["id"]: QueuedUpdate(**record)
            for record in sorted(store.list_records("update"), key=lambda record: record["id"])
        }
        self._arrived = asyncio.Event()
        self._poller: object = None
        self._allowed: frozenset[str] = frozenset()
        self._next_conflict = 0.0
        self.on_arrival: Callable[[], None] = lambda: None

    @property
    def allowed(self) -> list[str]:
        """The kinds that the bot asked for; [] for the usual ones."""
        return sorted(self._allowed)

    def allow(self, kinds: list[str]) -> None:
        """Queue only these kinds from now on; [] for the usual ones."""
        self._allowed = frozenset(kinds)

    def __len__(self) -> int:
        return len(self._queue)

    def is_wanted(self, kind: str) -> bool:
        """Whether the bot asked for this kind of update."""
        return kind in self._allowed if self._allowed else kind not in ON_REQUEST

    def add(self, update_id: int, kind: str, content: dict[str, Any]) -> None:
        """Queue an update."""
        life = CALLBACK_LIFE if kind == "callback_query" else UPDATE_LIFE
        self.add_raw(update_id, {"update_id": update_id, kind: content}, life)

    def add_raw(self, update_id: int, body: dict[str, Any], life: float = UPDATE_LIFE) -> None:
        """Queue whatever `body` is for `life` s, at the place `update_id`."""
        update = QueuedUpdate(update_id, body, self._clock.now() + life)
        self._queue[update_id] = update
        self._store.save_record("update", update_id, update.to_record)
        self._arrived.set()
        self.on_arrival()

    async def get_updates(
        self, offset: int, limit: int, seconds: float, allowed: list[str] | None
    ) -> list[dict[str, Any]]:
        """What `getUpdates` answers. Raises Refusal (409) when another poller takes over."""
        if allowed is not None:
            self.allow(allowed)
        self._confirm(offset)
        self._poller = me = object()
        self._arrived.set()  # wakes an earlier poller, which then finds that it was replaced
        self._arrived = arrived = asyncio.Event()
        if not self._deliverable() and seconds > 0:
            await _wait(arrived, min(seconds, MAX_LONG_POLL))
        if self._poller is not me:
            await self.refuse_poller(WEBHOOK_TAKES_OVER if self._poller is None else OTHER_POLLER)
        ready = self._deliverable()[: max(1, min(limit, 100))]
        for update in ready:
            self.mark_delivered(update)
        return [update.body for update in ready]

    async def refuse_poller(self, words: str) -> None:
        """Raise Refusal (409): the first at once, the next ones only after three seconds."""
        now = asyncio.get_running_loop().time()
        if now < self._next_conflict:
            await asyncio.sleep(CONFLICT_SECONDS)
        else:
            self._next_conflict = now + CONFLICT_SECONDS
        raise Refusal(409, words)

    def end_poll(self) -> None:
        """Refuse whoever polls now: a webhook takes over."""
        self._poller = None
        self._arrived.set()

    def mark_delivered(self, update: QueuedUpdate) -> None:
        """The bot was given it."""
        update.delivered = True
        self._settling.mark_delivered(update.id)

    def confirm(self, update_id: int) -> None:
        """The bot has it."""
        if update_id in self._queue:
            self._forget(update_id)
            self._settling.mark_confirmed(update_id)

    def drop(self, update_id: int) -> None:
        """It is given up."""
        if update_id in self._queue:
            self._forget(update_id)
            self._settling.drop_update(update_id)

    def list_deliverable(self, most: int) -> list[QueuedUpdate]:
        """The first `most` that are still worth delivering."""
        now = self._clock.now()
        found: list[QueuedUpdate] = []
        for update in self._queue.values():
            if len(found) == most:
                break
            if update.until >= now:
                found.append(update)
        return found

    def interrupt(self) -> None:
        """End a long poll now, with what there is."""
        self._arrived.set()

    def drop_all(self) -> None:
        """`drop_pending_updates`."""
        for update_id in list(self._queue):
            self.drop(update_id)

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            offset = ([*self._queue][offset:] or [0])[0]
        for update_id in [u.id for u in self._queue.values() if u.is_confirmed_by(offset)]:
            self._forget(update_id)
            self._settling.mark_confirmed(update_id)

    def _deliverable(self) -> list[QueuedUpdate]:
        now = self._clock.now()
        for update in [update for update in self._queue.values() if update.until < now]:
            self.drop(update.id)
        return list(self._queue.values())

    def _forget(self, update_id: int) -> None:
        del self._queue[update_id]
        self._store.save_record("update", update_id, dict)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
