"""The demo's facilitator at a panel that somebody else draws, and whose buttons come and go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

import sandbox
from bot.demo.sandbox_process import DemoError, DemoSandbox
from bot.demo.simulated_facilitator import NOTE_TEXT, SimulatedFacilitator
from tests.sandbox.raw_bot import RawBot, build_keyboard

LEADER = 1011
#: How the room stands -> the text of the panel, its buttons, and how it stands after each.
PANELS: dict[str, tuple[str, dict[str, str]]] = {
    "begun": ("Lokakarya", {"▶ Banjir": "open", "⋯ Lainnya": "more"}),
    "open": ("🟢\n× Banjir: 3 dari 3 sudah memilih", {"⏹ Tutup": "closed", "⋯ Lainnya": "more"}),
    "closed": ("Ditutup", {"📊 Buka hasil": "split", "↺ Lanjut": "open", "⋯ Lainnya": "more"}),
    "split": ("↔️ Belum", {"🔁 Ulang": "again", "✍️ Catat": "note", "⋯ Lainnya": "more"}),
    "note": ("✍️ Catat", {"‹ Kembali": "split"}),
    "again": ("🟢\n× Banjir: 3 dari 3 sudah memilih", {"⏹ Tutup": "agreed", "⋯ Lainnya": "more"}),
    "agreed": ("✓ Sepakat", {"⋯ Lainnya": "more"}),
    "more": ("⋯ Lainnya", {"🔒 Kunci …": "lock", "‹ Kembali": "agreed"}),
    "lock": ("Kunci?", {"Ya, kunci": "locked", "‹ Kembali": "agreed"}),
    "locked": ("🔒 Terkunci", {"⋯ Lainnya": "more"}),
}
#: The way from the first ballot to the lock; once, a ballot is gone on with.
WAY = [
    "begun", "open", "closed", "open", "closed", "split", "note", "split", "again", "agreed",
    "more", "lock", "locked",
]  # fmt: skip


class PanelBot:
    """Draws the panel and follows its buttons."""

    def __init__(self, bot: RawBot) -> None:
        self._bot = bot
        self.way = ["begun"]
        self.notes: list[str] = []

    async def serve(self) -> None:
        """Serve until cancelled."""
        while True:
            for update in await self._bot.fetch_updates(30):
                await self._take(update)

    async def _take(self, update: dict[str, Any]) -> None:
        if query := update.get("callback_query"):
            await self._bot.call_method("answerCallbackQuery", callback_query_id=query["id"])
            if query["data"] in PANELS[self.way[-1]][1]:
                self.way.append(PANELS[self.way[-1]][1][query["data"]])
            number = query["message"]["message_id"]
            about = {"chat_id": LEADER, "message_id": number, **self._draw()}
            await self._bot.send_request("editMessageText", **about)
            return
        if self.way[-1] == "note":
            self.notes.append(update["message"]["text"])
            self.way.append("split")
        await self._bot.call_method("sendMessage", chat_id=LEADER, **self._draw())

    def _draw(self) -> dict[str, Any]:
        text, buttons = PANELS[self.way[-1]]
        return {"text": text, "reply_markup": build_keyboard(*[[label] for label in buttons])}


@asynccontextmanager
async def facing_panel() -> AsyncIterator[tuple[sandbox.Sandbox, PanelBot, SimulatedFacilitator]]:
    """A facilitator who has opened the chat with a bot that draws the panel."""
    async with (
        sandbox.serve() as box,
        RawBot.connect(box.url) as raw,
        aiohttp.ClientSession() as session,
    ):
        panel = PanelBot(raw)
        serving = asyncio.create_task(panel.serve())
        room = DemoSandbox(box.url, session, [])
        try:
            await room.create_person(LEADER, "Fitri", "id")
            await room.act_as(LEADER, "start", payload="")
            yield box, panel, SimulatedFacilitator(room, LEADER, asyncio.Event().wait)
        finally:
            serving.cancel()


async def note_nothing() -> None:
    """After each step."""


@pytest.mark.parametrize("every", [0, 2, 3])
async def test_a_facilitator_whose_taps_come_too_late_looks_and_taps_again(every: int) -> None:
    async with facing_panel() as (box, panel, facilitator):
        if every:
            await box.inject_fault("person:tap", code=409, times=0, every=every)
        await facilitator.lead_workshop(note_nothing)
        assert panel.way == WAY
        assert panel.notes == [NOTE_TEXT]


async def test_one_who_cannot_go_on_says_who_where_and_what_they_saw() -> None:
    async with facing_panel() as (box, _, facilitator):
        await box.inject_fault("person:tap", code=409, times=0, description="no button here")
        with pytest.raises(DemoError) as raised:
            await facilitator.lead_workshop(note_nothing)
    assert str(raised.value) == (
        "The facilitator, person 1011, in their chat with the bot, wanted to tap “▶ Banjir” and "
        "could not go on. The last tap was refused: no button here. "
        "Seen: Lokakarya [▶ Banjir] [⋯ Lainnya]"
    )
