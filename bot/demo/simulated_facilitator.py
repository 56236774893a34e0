"""A simulated facilitator: runs a whole workshop from the buttons on their card, as a person would.

Their language does not matter: buttons are known by the sign that they begin with.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from bot.demo.sandbox_process import DemoError, DemoSandbox

#: What the buttons begin with.
OPEN_SIGN, CLOSE_SIGN, REVEAL_SIGN, REOPEN_SIGN, AGAIN_SIGN = "▶", "⏹", "📊", "↺", "🔁"
NOTE_SIGN, MORE_SIGN, LOCK_SIGN = "✍️", "⋯", "🔒"
#: A result on which the room does not agree.
SPLIT_SIGN = "↔️"
#: ``× Banjir: 12 dari 30 sudah memilih``.
VOTED_LINE = re.compile(r"^× .*: (\d+) \D+ (\d+) ", re.MULTILINE)
NOTE_TEXT = "Perlu dibahas: data pemeliharaan dan uji beban belum sama di semua meja"
#: Seconds between two looks at the card, and for which it may stay as it is after a tap.
CARD_LOOK_INTERVAL, CARD_TIMEOUT = 0.2, 60.0
#: Seconds without another vote after which nobody is waited for any more.
QUIET_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class FacilitatorPanel:
    """What stands on their card."""

    text: str
    labels: tuple[str, ...]

    def find_buttons(self, sign: str) -> list[str]:
        """The buttons that begin with a sign."""
        return [label for label in self.labels if label.startswith(sign)]

    @property
    def everybody_voted(self) -> bool:
        """Whether every open ballot has all its votes."""
        counts = VOTED_LINE.findall(self.text)
        return bool(counts) and all(n == of for n, of in counts)

    @property
    def vote_count(self) -> int:
        """How many there are on what is open."""
        return sum(int(n) for n, _ in VOTED_LINE.findall(self.text))


class SimulatedFacilitator:
    """``window`` is for how many seconds a ballot is open at the most."""

    def __init__(self, sandbox: DemoSandbox, person: int, window: float) -> None:
        self._box = sandbox
        self._person = person
        self._window = window
        self._opened = 0
        self._reopened = self._noted = False

    async def lead_workshop(self, after_each: Callable[[], Awaitable[None]]) -> None:
        """From the first ballot to the lock. Raises DemoError if the card does not go on."""
        while await self._take_step(await self.read_panel()):
            await after_each()
        await self._tap(MORE_SIGN)
        await self._tap(LOCK_SIGN)
        await self._tap_label((await self.read_panel()).labels[0])

    async def read_panel(self) -> FacilitatorPanel:
        """The card as it is now."""
        messages = await self._box.read_messages(self._person)
        cards = [m for m in messages if m["from"]["is_bot"] and not m["deleted"]]
        if not cards:
            return FacilitatorPanel("", ())
        rows = cards[-1].get("reply_markup", {}).get("inline_keyboard", [])
        labels = tuple(button["text"] for row in rows for button in row)
        return FacilitatorPanel(cards[-1].get("text", ""), labels)

    async def _take_step(self, panel: FacilitatorPanel) -> bool:
        """The next step; False when there is none left."""
        if panel.find_buttons(CLOSE_SIGN):
            await self._wait_for_votes()
            await self._tap(CLOSE_SIGN)
        elif panel.find_buttons(REVEAL_SIGN):
            await self._reveal()
        elif panel.find_buttons(AGAIN_SIGN) and SPLIT_SIGN in panel.text + "".join(panel.labels):
            await self._note_discussion()
            await self._tap(AGAIN_SIGN)
        elif openers := panel.find_buttons(OPEN_SIGN):
            await self._open_ballots(openers)
        else:
            return False
        return True

    async def _open_ballots(self, openers: list[str]) -> None:
        """First one ballot, then the rest of its row, then all tables in parallel."""
        await self._tap_label(openers[min(self._opened, len(openers) - 1)])
        self._opened += 1

    async def _reveal(self) -> None:
        """Once, a round is gone on with before: somebody was still talking."""
        if not self._reopened:
            self._reopened = True
            await self._tap(REOPEN_SIGN)
            return
        await self._tap(REVEAL_SIGN)
        await self._wait_for_panel(lambda panel: not panel.find_buttons(REVEAL_SIGN))

    async def _note_discussion(self) -> None:
        """Write down once what the discussion was about."""
        if not self._noted:
            self._noted = True
            await self._tap(NOTE_SIGN)
            await self._box.act_as(self._person, "say", text=NOTE_TEXT)
            await self._wait_for_panel(lambda panel: bool(panel.find_buttons(AGAIN_SIGN)))

    async def _wait_for_votes(self) -> None:
        """Wait for everybody while votes still come, but not for ever."""
        ends, seen = time.monotonic() + self._window, FacilitatorPanel("", ())
        with suppress(TimeoutError):
            while not seen.everybody_voted and time.monotonic() < ends:
                patience = QUIET_SECONDS if seen.vote_count else self._window
                seen = await self._poll_panel(partial(has_new_votes, seen.vote_count), patience)

    async def _tap(self, sign: str) -> None:
        """Tap the first button with a sign."""
        there = await self._wait_for_panel(lambda panel: bool(panel.find_buttons(sign)))
        await self._tap_label(there.find_buttons(sign)[0])

    async def _tap_label(self, label: str) -> None:
        """Tap a button and see what becomes of it."""
        before = await self.read_panel()
        await self._box.act_as(self._person, "tap", label=label)
        await self._wait_for_panel(lambda panel: panel != before)

    async def _wait_for_panel(self, there: Callable[[FacilitatorPanel], bool]) -> FacilitatorPanel:
        """The card once it is so. Raises DemoError."""
        try:
            return await self._poll_panel(there, CARD_TIMEOUT)
        except TimeoutError:
            raise DemoError(f"The facilitator's card stays at: {await self.read_panel()}") from None

    async def _poll_panel(
        self, there: Callable[[FacilitatorPanel], bool], seconds: float
    ) -> FacilitatorPanel:
        ends = time.monotonic() + seconds
        while not there(panel := await self.read_panel()):
            if time.monotonic() > ends:
                raise TimeoutError
            await asyncio.sleep(CARD_LOOK_INTERVAL)
        return panel


def has_new_votes(votes: int, panel: FacilitatorPanel) -> bool:
    """Whether there are more votes than before, or all."""
    return panel.everybody_voted or panel.vote_count > votes
