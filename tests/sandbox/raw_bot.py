"""A bot without a library: what it sends is exactly what a test wrote."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from sandbox.server import TOKEN

JsonObject = dict[str, Any]


class RawBot:
    """Calls methods over a real socket; nested values go as JSON."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self._session = session
        self._root = f"{url}/bot{token}/"
        self.offset = 0

    @classmethod
    @asynccontextmanager
    async def connect(cls, url: str, token: str = TOKEN) -> AsyncIterator[RawBot]:
        async with aiohttp.ClientSession() as session:
            yield cls(session, url, token)

    async def send_request(self, method: str, **params: Any) -> tuple[int, JsonObject]:
        """HTTP status and body."""
        async with self._session.post(self._root + method, json=params) as response:
            return response.status, await response.json()

    async def call_method(self, method: str, **params: Any) -> Any:
        """The result of a call that must not be refused."""
        status, body = await self.send_request(method, **params)
        assert status == 200, body
        return body["result"]

    async def expect_refusal(self, method: str, **params: Any) -> str:
        """The words of a call that must be refused; the HTTP status is the error code."""
        status, body = await self.send_request(method, **params)
        assert not body["ok"], body
        assert body["error_code"] == status
        return str(body["description"])

    async def fetch_updates(self, seconds: float = 5, **params: Any) -> list[JsonObject]:
        """The next updates, confirming those before."""
        found: list[JsonObject] = await self.call_method(
            "getUpdates", offset=self.offset, timeout=seconds, **params
        )
        if found:
            self.offset = found[-1]["update_id"] + 1
        return found


def build_keyboard(*rows: list[str]) -> JsonObject:
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

    async def serve(self) -> None:
        """Serve until cancelled."""
        commands = [
            {"command": "start", "description": "Mulai"},
            {"command": "hapus", "description": "Hapus"},
        ]
        await self.bot.call_method("setMyCommands", commands=commands)
        while True:
            async with asyncio.TaskGroup() as tasks:
                for update in await self.bot.fetch_updates(30):
                    tasks.create_task(self._take(update))

    async def _take(self, update: JsonObject) -> None:
        if query := update.get("callback_query"):
            await self._tapped(query)
        elif "text" in update.get("message", {}):
            await self._said(update["message"])

    async def _said(self, message: JsonObject) -> None:
        person, text = message["chat"]["id"], message["text"]
        if text.startswith("/start"):
            self.step[person], self.ticked[person], self.answers[person] = 0, set(), []
        elif self.step.get(person) == 4:
            self._keep(person, text)
        await self.bot.call_method("sendMessage", chat_id=person, **self.build_card(person))

    async def _tapped(self, query: JsonObject) -> None:
        person, data = query["from"]["id"], query["data"]
        await self.bot.call_method("answerCallbackQuery", callback_query_id=query["id"])
        if self.step.get(person) == 3 and data != "Selesai memilih ›":
            self.ticked[person] ^= {data[2:]}
        elif data in self._offered(person):
            self._keep(person, data)
        message_id = query["message"]["message_id"]
        await self.bot.send_request(
            "editMessageText", chat_id=person, message_id=message_id, **self.build_card(person)
        )

    def _offered(self, person: int) -> list[str]:
        rows = self.build_card(person)["reply_markup"]["inline_keyboard"]
        return [button["callback_data"] for row in rows for button in row]

    def _keep(self, person: int, answer: str) -> None:
        self.answers[person].append(answer)
        self.step[person] += 1

    def build_card(self, person: int) -> JsonObject:
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
        return {"text": words, "parse_mode": "HTML", "reply_markup": build_keyboard(*rows)}
