"""What people's cards show and since when, until it is written down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from survey.services.snapshot import Snapshot
from survey.store.contacts import ShownScreen
from survey.store.database import DatabaseFault

log = structlog.get_logger()
#: Seconds between two writings. What is lost when the program is killed is only that somebody saw
#: their screen; they are shown it once more, and an edit that changes nothing is not seen.
WRITE_INTERVAL = 1.0
#: Messages are told from each other by their numbers for so long; later by their seconds.
REMEMBERED_SECONDS = 5.0
KeepShown = Callable[[Mapping[int, tuple[ShownScreen, datetime]]], Awaitable[None]]


@dataclass(slots=True)
class Showing:
    """A screen on a message since a moment of Telegram's clock; noted at one of the steady clock.

    ``is_written`` says whether the store knows of it.
    """

    shown: ShownScreen
    message_id: int
    at: datetime
    noted_at: float
    is_written: bool = False


class ShownScreens:
    """What each card shows, by Telegram id: in memory until ``keep`` has written it down."""

    def __init__(self, keep: KeepShown) -> None:
        self._keep = keep
        self._recent: dict[int, Showing] = {}

    def note_shown(
        self,
        person: int,
        shown: ShownScreen,
        message_id: int,
        at: datetime,
        before: ShownScreen | None = None,
    ) -> None:
        """A message shows a screen since then; ``before`` is what it showed as the store knows.

        One that is shown once more has been there since the first time.
        """
        known = self._recent.get(person)
        if (known.shown if known is not None else before) != shown:
            self._recent[person] = Showing(shown, message_id, at, time.monotonic())

    def has_seen(self, snapshot: Snapshot, sent_at: datetime, message_id: int) -> bool:
        """Whether somebody could see their newest screen when they sent a message.

        Both times are Telegram's, in whole seconds; within a second the numbers of the messages
        tell which came first. Of those who came before this was written down it is taken that they
        could.
        """
        contact = snapshot.contact
        if contact is None:
            return False
        if (known := self._recent.get(snapshot.telegram_id)) is not None:
            is_newest = known.shown == snapshot.screen and message_id > known.message_id
            return is_newest and not is_earlier(sent_at, known.at)
        if contact.shown is None or contact.shown_at is None:
            return contact.card is not None
        return contact.shown == snapshot.screen and not is_earlier(sent_at, contact.shown_at)

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
        self._forget_written()
        writing = {who: each for who, each in self._recent.items() if not each.is_written}
        if not writing:
            return
        try:
            await self._keep({who: (each.shown, each.at) for who, each in writing.items()})
        except DatabaseFault as fault:
            log.warning("shown screens not written", fault=type(fault).__name__)
            return
        for each in writing.values():
            each.is_written = True

    def _forget_written(self) -> None:
        before = time.monotonic() - REMEMBERED_SECONDS
        for person, each in list(self._recent.items()):
            if each.is_written and each.noted_at < before:
                del self._recent[person]


def is_earlier(one: datetime, other: datetime) -> bool:
    """Whether a moment lies in an earlier second than another."""
    return one.replace(microsecond=0) < other.replace(microsecond=0)
