"""A bot without a library: what it sends is exactly what a test wrote."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from sandbox.server import TOKEN

Answer = dict[str, Any]


class RawBot:
    """Calls methods over a real socket; nested values go as JSON."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self._session = session
        self._root = f"{url}/bot{token}/"
        self.offset = 0

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str, token: str = TOKEN) -> AsyncIterator[RawBot]:
        async with aiohttp.ClientSession() as session:
            yield cls(session, url, token)

    async def answer(self, method: str, **params: Any) -> tuple[int, Answer]:
        """HTTP status and body."""
        async with self._session.post(self._root + method, json=params) as response:
            return response.status, await response.json()

    async def call(self, method: str, **params: Any) -> Any:
        """The result of a call that must not be refused."""
        status, body = await self.answer(method, **params)
        assert status == 200, body
        return body["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        """The words of a call that must be refused; the HTTP status is the error code."""
        status, body = await self.answer(method, **params)
        assert not body["ok"], body
        assert body["error_code"] == status
        return str(body["description"])

    async def updates(self, seconds: float = 5, **params: Any) -> list[Answer]:
        """The next updates, confirming those before."""
        found: list[Answer] = await self.call(
            "getUpdates", offset=self.offset, timeout=seconds, **params
        )
        if found:
            self.offset = found[-1]["update_id"] + 1
        return found


def keyboard(*rows: list[str]) -> Answer:
    """An inline keyboard whose buttons send their label."""
    return {
        "inline_keyboard": [
            [{"text": label, "callback_data": label} for label in row] for row in rows
        ]
    }


class ToyBot:
    """Asks four things in one card that is edited in place, as a survey bot would."""

    SHOCKS = ("Banjir", "Kebakaran", "Gempa")
    SCALE = ("Sangat buruk", "Buruk", "Sedang", "Baik", "Sangat baik")
    NEEDS = ("Air", "Listrik", "Makanan")

    def __init__(self, bot: RawBot) -> None:
        self.bot = bot
        self.step: dict[int, int] = {}
        self.ticked: dict[int, set[str]] = {}
        self.answers: dict[int, list[str]] = {}

    async def run(self) -> None:
        """Serve until cancelled."""
        commands = [
            {"command": "start", "description": "Mulai"},
            {"command": "hapus", "description": "Hapus"},
        ]
        await self.bot.call("setMyCommands", commands=commands)
        while True:
            async with asyncio.TaskGroup() as tasks:
                for update in await self.bot.updates(30):
                    tasks.create_task(self._take(update))

    async def _take(self, update: Answer) -> None:
        if query := update.get("callback_query"):
            await self._tapped(query)
        elif "text" in update.get("message", {}):
            await self._said(update["message"])

    async def _said(self, message: Answer) -> None:
        person, text = message["chat"]["id"], message["text"]
        if text.startswith("/start"):
            self.step[person], self.ticked[person], self.answers[person] = 0, set(), []
        elif self.step.get(person) == 4:
            self._keep(person, text)
        await self.bot.call("sendMessage", chat_id=person, **self.card(person))

    async def _tapped(self, query: Answer) -> None:
        person, data = query["from"]["id"], query["data"]
        await self.bot.call("answerCallbackQuery", callback_query_id=query["id"])
        if self.step.get(person) == 3 and data != "Selesai memilih ›":
            self.ticked[person] ^= {data[2:]}
        elif data in self._offered(person):
            self._keep(person, data)
        message_id = query["message"]["message_id"]
        await self.bot.answer(
            "editMessageText", chat_id=person, message_id=message_id, **self.card(person)
        )

    def _offered(self, person: int) -> list[str]:
        rows = self.card(person)["reply_markup"]["inline_keyboard"]
        return [button["callback_data"] for row in rows for button in row]

    def _keep(self, person: int, answer: str) -> None:
        self.answers[person].append(answer)
        self.step[person] += 1

    def card(self, person: int) -> Answer:
        """What the person sees now."""
        step = self.step.get(person, 0)
        ticks = self.ticked.get(person, set())
        boxes = [[f"{'☑' if need in ticks else '☐'} {need}"] for need in self.NEEDS]
        words, rows = [
            (
                "<b>Suara Warga</b>\nBolehkah kami bertanya? <i>Sukarela.</i>",
                [["Ya, saya setuju"], ["Tidak, terima kasih"]],
            ),
            (
                "<b>Apa yang paling Anda khawatirkan?</b>\n\n1 dari 4  ▰▱▱▱",
                [[shock] for shock in self.SHOCKS],
            ),
            (
                "<b>Seberapa siap kelurahan Anda?</b>\n\n2 dari 4  ▰▰▱▱",
                [[value] for value in self.SCALE],
            ),
            (
                "<b>Apa yang Anda simpan di rumah?</b>\n\n3 dari 4  ▰▰▰▱",
                [*boxes, ["Selesai memilih ›"]],
            ),
            ("<b>Apa yang perlu diperbaiki?</b>\nTulis jawaban Anda.\n\n4 dari 4  ▰▰▰▰", []),
            ("🙏 Terima kasih. <a href='https://example.org/hasil'>Hasilnya</a> di sini.", []),
        ][min(step, 5)]
        return {"text": words, "parse_mode": "HTML", "reply_markup": keyboard(*rows)}
