"""Has everybody's card renewed when a session moves on.

Whoever waits for a renewal waits once, and is shown the newest state when their turn comes. A
process that makes no move itself notices those of others within a second, and after a restart all
cards of a session under way are renewed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bot.telegram.cards import CardSender, DrawnCard
from survey.services.workshop_service import RoomChange, WorkshopService
from survey.workshop.plan import GroupChat, Room

log = structlog.get_logger()
#: A session in which nothing moved for so long is not under way.
SESSION_AGE_LIMIT = timedelta(hours=12)
#: Seconds between looks at the moves of other processes, and between a panel's renewals.
LOOK_INTERVAL = 1.0
PANEL_INTERVAL = 2.0


def estimate_renewal_time(people: int, a_second: int) -> float:
    """Seconds that renewing so many cards takes at the least, the last one's way not counted."""
    return max(people - 1, 0) / a_second


async def draw_nothing(_person: int) -> DrawnCard | None:
    """For as long as nobody says how cards are drawn."""
    return None


class CardUpdater:
    """Notices what moves in rooms, and hands the cards that it changes to the sender."""

    def __init__(
        self,
        rooms: WorkshopService,
        card_sender: CardSender,
        now: Callable[[], datetime],
        shows_chat: Callable[[int], bool] = lambda _: True,
    ) -> None:
        self._rooms = rooms
        self._card_sender = card_sender
        self._now = now
        #: Other chats are shown their cards by other workers.
        self._shows_chat = shows_chat
        self._draw_newest: Callable[[int], Awaitable[DrawnCard | None]] = draw_nothing
        self._known: dict[str, int] = {}
        self._stirred: dict[str, float] = {}
        self._renewed: dict[str, float] = {}
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run_updates(
        self,
        draw_newest: Callable[[int], Awaitable[DrawnCard | None]],
        group: Callable[[GroupChat], None],
    ) -> None:
        """Renew cards until cancelled.

        ``draw_newest`` draws what somebody should see and says which message is their card; None if
        they see it. ``group`` has a group chat's message renewed.
        """
        self._draw_newest = draw_newest
        stop = self._rooms.add_listener(self._note_change)
        try:
            await self._watch_sessions(group)
        finally:
            stop()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    # What is to be renewed

    def _note_change(self, workshop_id: str, changed: RoomChange) -> None:
        self._stirred.setdefault(workshop_id, time.monotonic())
        if changed is RoomChange.MOVE:
            self._wake.set()

    def note_shown(self, person: int, room: Room | None) -> None:
        """Somebody is shown something by their own tap."""
        # What they saw was read before a move that has already been queued; that renewal may have
        # gone out before their screen did, so they get another one.
        if room is not None and self._known.get(room.plan.id, 0) > room.session.number:
            self.queue_people([person])

    def queue_people(self, people: list[int]) -> None:
        """Renew these people's cards when their turn comes."""
        for person in filter(self._shows_chat, people):
            self._card_sender.renew_screen(person, partial(self._draw_newest, person))

    async def queue_workshop(self, workshop_id: str) -> int:
        """Renew all cards of a room; how many those are."""
        people = await self._rooms.list_telegram_ids(workshop_id)
        self.queue_people(people)
        return len(people)

    async def queue_panels_after(self, workshop_id: str, seconds: float) -> None:
        """Renew the facilitators' panels when a timer is over."""
        await asyncio.sleep(seconds)
        self.queue_people(await self._rooms.list_telegram_ids(workshop_id, leading=True))

    def requeue_sessions(self) -> None:
        """Renew all cards of sessions under way: Telegram may have missed what we showed."""
        self._known.clear()
        self._wake.set()

    def run_in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something without keeping anybody waiting for it."""
        # The loop itself holds its tasks only weakly: one that nobody else holds may be collected
        # before it is done (docs.python.org, asyncio.create_task).
        task = asyncio.create_task(self._run_safely(work), name="later")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Watching

    async def _watch_sessions(self, group: Callable[[GroupChat], None]) -> None:
        """Notice moves, ours at once and those of others each second; votes for the panels."""
        while True:
            # Cleared before looking and not after it, so that a move made while we look is not
            # missed.
            self._wake.clear()
            await self._run_safely(self._queue_moved(group))
            await self._run_safely(self._queue_panels(group))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), LOOK_INTERVAL)

    async def _queue_moved(self, group: Callable[[GroupChat], None]) -> None:
        for workshop_id, (number, at) in (await self._rooms.read_move_progress()).items():
            if self._known.get(workshop_id) == number:
                continue
            new = workshop_id not in self._known
            self._known[workshop_id] = number
            # Only at the first look after a start or an outage: a workshop that ended long ago is
            # not brought back to everybody who was in it.
            if new and self._now() - at > SESSION_AGE_LIMIT:
                continue
            await self.queue_workshop(workshop_id)
            await self._renew_groups(workshop_id, group)

    async def _queue_panels(self, group: Callable[[GroupChat], None]) -> None:
        now = time.monotonic()
        # A copy, since votes may stir other workshops while we wait for the database.
        for workshop_id in list(self._stirred):
            if now - self._renewed.get(workshop_id, 0.0) < PANEL_INTERVAL:
                continue
            # Taken out before reading, so that a vote that comes while we read stirs the workshop
            # anew.
            del self._stirred[workshop_id]
            self._renewed[workshop_id] = now
            self.queue_people(await self._rooms.list_telegram_ids(workshop_id, leading=True))
            await self._renew_groups(workshop_id, group)

    async def _renew_groups(self, workshop_id: str, group: Callable[[GroupChat], None]) -> None:
        for chat in await self._rooms.list_group_chats(workshop_id):
            if self._shows_chat(chat.chat_id):
                group(chat)

    async def _run_safely(self, work: Coroutine[Any, Any, None]) -> None:
        """Do one renewal; whatever goes wrong with it is logged, and the others go on."""
        try:
            await work
        except Exception as fault:
            log.warning("a room was not renewed", fault=type(fault).__name__)
