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

from bot.demo.sandbox_process import Stage, StageError

#: What the buttons begin with.
OPEN, CLOSE, REVEAL, REOPEN, AGAIN = "▶", "⏹", "📊", "↺", "🔁"
NOTE, MORE, LOCK = "✍️", "⋯", "🔒"
#: A result on which the room does not agree.
SPLIT = "↔️"
#: ``× Banjir: 12 dari 30 sudah memilih``.
VOTED = re.compile(r"^× .*: (\d+) \D+ (\d+) ", re.MULTILINE)
NOTED = "Perlu dibahas: data pemeliharaan dan uji beban belum sama di semua meja"
#: Seconds between two looks at the card, and for which it may stay as it is after a tap.
LOOK, PATIENCE = 0.2, 60.0
#: Seconds without another vote after which nobody is waited for any more.
QUIET = 4.0


@dataclass(frozen=True, slots=True)
class Panel:
    """What stands on their card."""

    text: str
    labels: tuple[str, ...]

    def labelled(self, sign: str) -> list[str]:
        """The buttons that begin with a sign."""
        return [label for label in self.labels if label.startswith(sign)]

    @property
    def everybody_voted(self) -> bool:
        """Whether every open ballot has all its votes."""
        counts = VOTED.findall(self.text)
        return bool(counts) and all(n == of for n, of in counts)

    @property
    def votes(self) -> int:
        """How many there are on what is open."""
        return sum(int(n) for n, _ in VOTED.findall(self.text))


class Facilitator:
    """``window`` is for how many seconds a ballot is open at the most."""

    def __init__(self, box: Stage, person: int, window: float) -> None:
        self._box = box
        self._person = person
        self._window = window
        self._opened = 0
        self._reopened = self._noted = False

    async def lead(self, after_each: Callable[[], Awaitable[None]]) -> None:
        """From the first ballot to the lock. Raises StageError if the card does not go on."""
        while await self._step(await self.panel()):
            await after_each()
        await self._tap(MORE)
        await self._tap(LOCK)
        await self._tap_label((await self.panel()).labels[0])

    async def panel(self) -> Panel:
        """The card as it is now."""
        messages = await self._box.messages(self._person)
        cards = [m for m in messages if m["from"]["is_bot"] and not m["deleted"]]
        if not cards:
            return Panel("", ())
        rows = cards[-1].get("reply_markup", {}).get("inline_keyboard", [])
        labels = tuple(button["text"] for row in rows for button in row)
        return Panel(cards[-1].get("text", ""), labels)

    async def _step(self, panel: Panel) -> bool:
        """The next step; False when there is none left."""
        if panel.labelled(CLOSE):
            await self._until_voted()
            await self._tap(CLOSE)
        elif panel.labelled(REVEAL):
            await self._reveal()
        elif panel.labelled(AGAIN) and SPLIT in panel.text + "".join(panel.labels):
            await self._discuss()
            await self._tap(AGAIN)
        elif openers := panel.labelled(OPEN):
            await self._open(openers)
        else:
            return False
        return True

    async def _open(self, openers: list[str]) -> None:
        """First one ballot, then the rest of its row, then all tables in parallel."""
        await self._tap_label(openers[min(self._opened, len(openers) - 1)])
        self._opened += 1

    async def _reveal(self) -> None:
        """Once, a round is gone on with before: somebody was still talking."""
        if not self._reopened:
            self._reopened = True
            await self._tap(REOPEN)
            return
        await self._tap(REVEAL)
        await self._shown(lambda panel: not panel.labelled(REVEAL))

    async def _discuss(self) -> None:
        """Write down once what the discussion was about."""
        if not self._noted:
            self._noted = True
            await self._tap(NOTE)
            await self._box.act(self._person, "say", text=NOTED)
            await self._shown(lambda panel: bool(panel.labelled(AGAIN)))

    async def _until_voted(self) -> None:
        """Wait for everybody while votes still come, but not for ever."""
        ends, seen = time.monotonic() + self._window, Panel("", ())
        with suppress(TimeoutError):
            while not seen.everybody_voted and time.monotonic() < ends:
                patience = QUIET if seen.votes else self._window
                seen = await self._until(partial(goes_on, seen.votes), patience)

    async def _tap(self, sign: str) -> None:
        """Tap the first button with a sign."""
        there = await self._shown(lambda panel: bool(panel.labelled(sign)))
        await self._tap_label(there.labelled(sign)[0])

    async def _tap_label(self, label: str) -> None:
        """Tap a button and see what becomes of it."""
        before = await self.panel()
        await self._box.act(self._person, "tap", label=label)
        await self._shown(lambda panel: panel != before)

    async def _shown(self, there: Callable[[Panel], bool]) -> Panel:
        """The card once it is so. Raises StageError."""
        try:
            return await self._until(there, PATIENCE)
        except TimeoutError:
            raise StageError(f"The facilitator's card stays at: {await self.panel()}") from None

    async def _until(self, there: Callable[[Panel], bool], seconds: float) -> Panel:
        ends = time.monotonic() + seconds
        while not there(panel := await self.panel()):
            if time.monotonic() > ends:
                raise TimeoutError
            await asyncio.sleep(LOOK)
        return panel


def goes_on(votes: int, panel: Panel) -> bool:
    """Whether there are more votes than before, or all."""
    return panel.everybody_voted or panel.votes > votes
