"""What people's cards show and since when, until it is written down."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import structlog

from survey.services.snapshot import Snapshot
from survey.store.contacts import ShownScreen
from survey.store.database import DatabaseFault

log = structlog.get_logger()
#: Seconds between two writings. What is lost when the program is killed is only that somebody saw
#: their screen; they are shown it once more, and an edit that changes nothing is not seen.
WRITE_INTERVAL = 1.0
KeepShown = Callable[[Mapping[int, tuple[ShownScreen, datetime]]], Awaitable[None]]


class ShownScreens:
    """What each card shows, by Telegram id: in memory until ``keep`` has written it down."""

    def __init__(self, keep: KeepShown) -> None:
        self._keep = keep
        self._unwritten: dict[int, tuple[ShownScreen, datetime]] = {}

    def note_shown(
        self,
        person: int,
        shown: ShownScreen,
        at: datetime,
        before: tuple[ShownScreen, datetime] | None = None,
    ) -> None:
        """A card shows a screen since then; ``before`` is what the store knows of it.

        One that is shown once more has been there since the first time.
        """
        known = self._unwritten.get(person, before)
        if known is None or known[0] != shown:
            self._unwritten[person] = shown, at

    def has_seen(self, snapshot: Snapshot, sent_at: datetime) -> bool:
        """Whether somebody could see their newest screen when they sent something.

        Both times are Telegram's, in whole seconds. Of those who came before this was written
        down it is taken that they could.
        """
        contact = snapshot.contact
        if contact is None:
            return False
        known = self._unwritten.get(snapshot.telegram_id)
        if known is None and contact.shown is not None and contact.shown_at is not None:
            known = contact.shown, contact.shown_at
        if known is None:
            return contact.card is not None
        return known[0] == snapshot.screen and sent_at >= known[1].replace(microsecond=0)

    async def write_regularly(self) -> None:
        """Write down what is shown, until cancelled; and once more then."""
        try:
            while True:
                await asyncio.sleep(WRITE_INTERVAL)
                await self.write()
        finally:
            await self.write()

    async def write(self) -> None:
        """Write down what is shown; what cannot be written now is kept for the next time."""
        writing = dict(self._unwritten)
        if not writing:
            return
        try:
            await self._keep(writing)
        except DatabaseFault as fault:
            log.warning("shown screens not written", fault=type(fault).__name__)
            return
        for person, shown in writing.items():
            if self._unwritten.get(person) is shown:
                del self._unwritten[person]
