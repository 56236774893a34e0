"""A simulated facilitator: runs a whole workshop from the buttons on their card, as a person would.

Their language does not matter: buttons are known by the sign that they begin with. A card may
change between a look and a tap; they then look again, decide anew and tap again.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.demo.sandbox_process import ActionRefusedError, DemoError, DemoSandbox

#: What the buttons begin with.
OPEN_SIGN, CLOSE_SIGN, REVEAL_SIGN, REOPEN_SIGN, AGAIN_SIGN = "▶", "⏹", "📊", "↺", "🔁"
NOTE_SIGN, MORE_SIGN, LOCK_SIGN = "✍️", "⋯", "🔒"
#: A result on which the room does not agree.
SPLIT_SIGN = "↔️"
#: ``× Banjir: 12 dari 30 sudah memilih``.
VOTED_LINE = re.compile(r"^× .*: (\d+) \D+ (\d+) ", re.MULTILINE)
NOTE_TEXT = "Perlu dibahas: data pemeliharaan dan uji beban belum sama di semua meja"
#: Seconds after which whoever sees nothing become of a tap looks and taps again.
LOOK_AGAIN_SECONDS = 10.0
#: So often in a row before they give up.
MOST_TRIES = 12


@dataclass(frozen=True, slots=True)
class FacilitatorPanel:
    """What stands on their card."""

    text: str
    labels: tuple[str, ...]
    message_id: int = 0

    def find_buttons(self, sign: str) -> list[str]:
        """The buttons that begin with a sign."""
        return [label for label in self.labels if label.startswith(sign)]

    @property
    def everybody_voted(self) -> bool:
        """Whether every open ballot has all its votes."""
        counts = VOTED_LINE.findall(self.text)
        return bool(counts) and all(n == of for n, of in counts)

    def __str__(self) -> str:
        """In one line, for whoever reads why it did not go on."""
        buttons = " ".join(f"[{label}]" for label in self.labels)
        return " ".join(f"{self.text} {buttons}".split()) or "no card"


class SimulatedFacilitator:
    """``wait_until_still`` ends once nobody in the room is about to vote any more."""

    def __init__(
        self, sandbox: DemoSandbox, person: int, wait_until_still: Callable[[], Awaitable[None]]
    ) -> None:
        self._box = sandbox
        self._person = person
        self._wait_until_still = wait_until_still
        self._changed = asyncio.Event()
        self._opened = self._vain_tries = 0
        self._reopened = self._noted = False

    async def lead_workshop(self, after_each: Callable[[], Awaitable[None]]) -> None:
        """From the first ballot to the lock. Raises DemoError if the card does not go on."""
        async with self._box.watch_screen(self._person, self._changed):
            await self._look_until(lambda panel: bool(panel.find_buttons(MORE_SIGN)))
            while await self._take_step(await self.read_panel()):
                await after_each()
            while not await self._go_on_locking(await self.read_panel()):
                pass

    async def read_panel(self) -> FacilitatorPanel:
        """The card as it is now."""
        # Whatever changes from here on is worth another look.
        self._changed.clear()
        messages = await self._box.read_messages(self._person)
        cards = [m for m in messages if m["from"]["is_bot"] and not m["deleted"]]
        if not cards:
            return FacilitatorPanel("", ())
        rows = cards[-1].get("reply_markup", {}).get("inline_keyboard", [])
        labels = tuple(button["text"] for row in rows for button in row)
        return FacilitatorPanel(cards[-1].get("text", ""), labels, cards[-1]["message_id"])

    async def _take_step(self, panel: FacilitatorPanel) -> bool:
        """Try the next step; False when there is none left."""
        if not panel.find_buttons(MORE_SIGN):
            await self._leave_page(panel)
        elif panel.find_buttons(CLOSE_SIGN):
            await self._wait_for_votes()
            await self._try_sign(CLOSE_SIGN)
        elif panel.find_buttons(REVEAL_SIGN):
            await self._reveal()
        elif panel.find_buttons(AGAIN_SIGN) and SPLIT_SIGN in panel.text + "".join(panel.labels):
            await self._go_on_discussing()
        elif openers := panel.find_buttons(OPEN_SIGN):
            await self._open_ballots(panel, openers)
        else:
            return False
        return True

    async def _open_ballots(self, panel: FacilitatorPanel, openers: list[str]) -> None:
        """First one ballot, then the rest of its row, then all tables in parallel."""
        opener = openers[min(self._opened, len(openers) - 1)]
        self._opened += await self._try_label(panel, opener)

    async def _reveal(self) -> None:
        """Once, a round is gone on with before: somebody was still talking."""
        if self._reopened:
            await self._try_sign(REVEAL_SIGN)
        else:
            self._reopened = await self._try_sign(REOPEN_SIGN)

    async def _go_on_discussing(self) -> None:
        """Once, what the discussion was about is noted before the second round."""
        await self._try_sign(AGAIN_SIGN if self._noted else NOTE_SIGN)

    async def _leave_page(self, panel: FacilitatorPanel) -> None:
        """Type what the page of the note asks for; the panel comes again below it."""
        if panel.labels and not self._noted:
            await self._box.act_as(self._person, "say", text=NOTE_TEXT)
            self._noted = True
        await self._look_until(lambda panel: bool(panel.find_buttons(MORE_SIGN)))

    async def _go_on_locking(self, panel: FacilitatorPanel) -> bool:
        """One tap towards the lock, which is asked for once more; True once it is done."""
        for sign in (MORE_SIGN, LOCK_SIGN):
            if panel.find_buttons(sign):
                await self._try_sign(sign)
                return False
        return await self._try_label(panel, panel.labels[0] if panel.labels else "")

    async def _wait_for_votes(self) -> None:
        """Wait until everybody has voted, or nobody is about to."""
        waits = [
            asyncio.ensure_future(self._wait_until_still()),
            asyncio.ensure_future(self._wait_until_voted()),
        ]
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in done:
                wait.result()
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _wait_until_voted(self) -> None:
        while not (await self.read_panel()).everybody_voted:
            await self._changed.wait()

    async def _try_sign(self, sign: str) -> bool:
        """Tap the first button with a sign, as the card is now."""
        panel = await self.read_panel()
        return await self._try_label(panel, next(iter(panel.find_buttons(sign)), ""))

    async def _try_label(self, seen: FacilitatorPanel, label: str) -> bool:
        """Tap a button and see what becomes of it; False if one has to look and tap again.

        Raises DemoError when that has been so too often.
        """
        done, refusal = False, ""
        try:
            if label:
                tapped = {"label": label, "message_id": seen.message_id}
                await self._box.act_as(self._person, "tap", **tapped)
                await self._box.wait_until_idle(self._person, LOOK_AGAIN_SECONDS)
            done = await self.read_panel() != seen or await self._wait_for_change()
            done = done and bool(label)
        except ActionRefusedError as refused:
            refusal = f" The last tap was refused: {refused}."
        self._vain_tries = 0 if done else self._vain_tries + 1
        if self._vain_tries > MOST_TRIES:
            raise await self._describe_stop(f"wanted to tap “{label}”", refusal)
        return done

    async def _wait_for_change(self) -> bool:
        """Wait for something new on the card; False when nothing comes for long."""
        try:
            async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                await self._changed.wait()
        except TimeoutError:
            return False
        return True

    async def _look_until(self, there: Callable[[FacilitatorPanel], bool]) -> None:
        """Look whenever the card changes, until it is so. Raises DemoError."""
        vain_looks = 0
        while not there(await self.read_panel()):
            vain_looks = 0 if await self._wait_for_change() else vain_looks + 1
            if vain_looks > MOST_TRIES:
                raise await self._describe_stop("waited for the panel")

    async def _describe_stop(self, what: str, more: str = "") -> DemoError:
        """Who could not go on, where, and what they saw."""
        seen = await self.read_panel()
        where = f"The facilitator, person {self._person}, in their chat with the bot,"
        return DemoError(f"{where} {what} and could not go on.{more} Seen: {seen}")
