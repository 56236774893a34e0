"""A whole Suara on a real socket: the sandbox, the polling bot, a SQLite file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import sandbox
from bot.app import App, running
from bot.clock import Clock
from bot.config import Config, load, validated
from sandbox import Person, Sandbox, Shown
from sandbox.server import TOKEN
from tests.sandbox.schema import check

ROOT = Path(__file__).parents[2]
SECRETARIAT = 1004


def configured(folder: Path, url: str, chats: tuple[int, ...] = ()) -> Config:
    """The shipped configuration with a database, a server and a chat of the test's own."""
    raw = load(ROOT / "config.toml").model_dump(mode="json")
    raw["database"]["url"] = f"sqlite+aiosqlite:///{folder / 'suara.db'}"
    raw["telegram"]["api_url"] = url
    raw["questionnaires"]["folder"] = str(ROOT / "questionnaires")
    raw["secretariat"]["chats"] = list(chats)
    raw["invitations"] = [
        {"code": "AIR-7K3M", "sector": "government", "category": "air", "uses": 2},
    ]
    for wave in raw["waves"]:
        wave["opens"] = (datetime.now(UTC) - timedelta(days=2)).isoformat()
        wave["closes"] = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    return validated(raw)


@asynccontextmanager
async def polling(config: Config, clock: Clock | None = None) -> AsyncIterator[App]:
    """The bot at work, until the block ends."""
    async with running(config, TOKEN, clock or Clock()) as app:
        stop = asyncio.Event()
        task = asyncio.create_task(app.poll(stop))
        try:
            yield app
        finally:
            stop.set()
            with suppress(asyncio.CancelledError):
                await task


@dataclass
class Suara:
    """A running Suara and the people around it."""

    box: Sandbox
    app: App
    folder: Path

    async def person(self, number: int = 1001, language: str = "id") -> Phone:
        """Somebody with a phone."""
        person = await self.box.person(number, first_name="Ani", language_code=language)
        return Phone(person, self.app)

    async def resident(self, number: int = 1001, language: str = "id") -> Phone:
        """Somebody who has just agreed to answer."""
        phone = await self.person(number, language)
        await phone.start("persepsi")
        await phone.tap("Ya, saya setuju" if language == "id" else "Yes, I agree")
        return phone


class Phone:
    """A person at their phone: acts, then sees what the bot made of it."""

    def __init__(self, person: Person, app: App) -> None:
        self.person = person
        self.app = app

    async def card(self) -> Shown:
        """The card, once the bot has kept everything and shown what follows."""
        await self.person.settled()
        await self.app.cards.settle()
        return await self.person.card()

    async def start(self, payload: str = "") -> Shown:
        await self.person.start(payload)
        return await self.card()

    async def tap(self, label: str) -> Shown:
        await self.person.tap(label)
        return await self.card()

    async def say(self, text: str) -> Shown:
        await self.person.say(text)
        return await self.card()


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    """A sandbox in which every call of the bot is checked against somebody else's schema."""
    async with sandbox.serve(token=TOKEN, check=check) as found:
        yield found
        assert await found.problems() == []


@pytest.fixture
async def suara(tmp_path: Path, box: Sandbox) -> AsyncIterator[Suara]:
    """A running Suara."""
    async with polling(configured(tmp_path, box.url)) as app:
        yield Suara(box, app, tmp_path)
