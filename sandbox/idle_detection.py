"""When the bot is through with what a person did.

An update is settled when it was confirmed by a later `getUpdates` or a webhook's answer, its
callback query (if it is one) was answered, and the bot has afterwards spoken to that chat: sent,
edited or deleted something there, tried to, or answered the tap with a text. A bot may also have
nothing to say, so `SILENCE_SECONDS` of silence after the confirmation and the answer count as
speech.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

SILENCE_SECONDS = 0.3


@dataclass(slots=True, eq=False)
class OpenUpdate:
    """What is still missing for one update."""

    update_id: int
    person: int
    chat: int
    query: str
    delivered: bool = False
    confirmed: bool = False
    answered: bool = False
    timer: asyncio.TimerHandle | None = None


class IdleDetector:
    """The updates that the bot is not through with."""

    def __init__(self) -> None:
        self._open: dict[int, OpenUpdate] = {}
        self._by_query: dict[str, OpenUpdate] = {}
        self._by_chat: dict[int, list[OpenUpdate]] = {}
        self._by_person: dict[int, set[int]] = {}
        self._waiting: dict[int, list[asyncio.Future[None]]] = {}

    def add_update(self, update_id: int, person: int, chat: int, query: str) -> None:
        """An update was queued."""
        entry = OpenUpdate(update_id, person, chat, query, answered=not query)
        self._open[update_id] = entry
        self._by_chat.setdefault(chat, []).append(entry)
        self._by_person.setdefault(person, set()).add(update_id)
        if query:
            self._by_query[query] = entry

    def mark_delivered(self, update_id: int) -> None:
        """The bot was given it."""
        if entry := self._open.get(update_id):
            entry.delivered = True

    def mark_confirmed(self, update_id: int) -> None:
        """A later offset confirmed it."""
        if entry := self._open.get(update_id):
            entry.confirmed = True
            self._end_if_complete(entry)

    def mark_answered(self, query: str) -> None:
        """Its callback query was answered."""
        if entry := self._by_query.get(query):
            entry.answered = True
            self._end_if_complete(entry)

    def mark_bot_spoke(self, chat: int) -> None:
        """The bot addressed a chat: that answers what it was given from there."""
        for entry in [e for e in self._by_chat.get(chat, ()) if e.delivered]:
            self._by_chat[chat].remove(entry)
            self._end_if_complete(entry)

    def drop_update(self, update_id: int) -> None:
        """It expired; nothing more will come."""
        if entry := self._open.get(update_id):
            self._end(entry)

    async def wait_until_idle(self, person: int, seconds: float) -> bool:
        """Wait until nothing that the person caused is open. False: not within `seconds`."""
        if not self._by_person.get(person):
            return True
        future = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(person, []).append(future)
        done, _ = await asyncio.wait([future], timeout=seconds)
        return bool(done)

    def _end_if_complete(self, entry: OpenUpdate) -> None:
        if not (entry.confirmed and entry.answered):
            return
        if entry not in self._by_chat.get(entry.chat, ()):
            self._end(entry)
        elif entry.timer is None:
            entry.timer = asyncio.get_running_loop().call_later(SILENCE_SECONDS, self._end, entry)

    def _end(self, entry: OpenUpdate) -> None:
        if self._open.pop(entry.update_id, None) is None:
            return
        if entry.timer is not None:
            entry.timer.cancel()
        self._by_query.pop(entry.query, None)
        if entry in self._by_chat.get(entry.chat, ()):
            self._by_chat[entry.chat].remove(entry)
        still = self._by_person[entry.person]
        still.discard(entry.update_id)
        if not still:
            for future in self._waiting.pop(entry.person, []):
                if not future.done():
                    future.set_result(None)
