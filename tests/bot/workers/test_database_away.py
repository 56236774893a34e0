"""A worker whose PostgreSQL is in trouble: it says so, and every act is kept once in the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url
from structlog.testing import capture_logs

import bot.app
from bot.app import open_app
from bot.clock import Clock
from bot.config import Config, DatabaseSettings
from bot.telegram import calls
from bot.workers import worker_group
from sandbox import Sandbox
from survey.store import postgres
from survey.store.database import StoreError
from tests.bot.running_bot import TOKEN, RunningBot, run_bot
from tests.bot.telegram.test_webhook import build_webhook_config
from tests.postgres_server import end_connections, open_database, run_on_server

#: What is said of it, by whoever notices first.
SAID = ("updates put off", "database cannot be reached")
Trouble = Callable[[str], AbstractAsyncContextManager[None]]


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_group, "LOOK_INTERVAL", 0.1)
    monkeypatch.setattr(calls, "NETWORK_PAUSES", (0.2,))
    # In place of ten seconds.
    monkeypatch.setattr(postgres, "TIMEOUTS", postgres.TIMEOUTS | {"lock_timeout": 300})


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with open_database() as made:
        yield made


def configure(folder: Path, box: Sandbox, url: str) -> Config:
    return build_webhook_config(folder, box.url).model_copy(
        update={"database": DatabaseSettings(url=url, connections=4)}
    )


@asynccontextmanager
async def locked(url: str) -> AsyncIterator[None]:
    """Somebody else has a table for themselves."""
    other = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        async with other.transaction():
            await other.execute("LOCK TABLE step, contact IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await other.close()


@asynccontextmanager
async def altered(url: str, trouble: str, well: str) -> AsyncIterator[None]:
    name = str(make_url(url).database)
    await run_on_server(f"ALTER DATABASE {name} {trouble}")
    await end_connections(name)
    try:
        yield
    finally:
        await run_on_server(f"ALTER DATABASE {name} {well}")
        await end_connections(name)


def read_only(url: str) -> AbstractAsyncContextManager[None]:
    """As on a server that follows another one, or whose disk is full."""
    return altered(
        url, "SET default_transaction_read_only = on", "RESET default_transaction_read_only"
    )


def closed(url: str) -> AbstractAsyncContextManager[None]:
    """Nobody is let in, as when it is full or starting."""
    return altered(url, "ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true")


@pytest.mark.parametrize("trouble", [locked, read_only, closed])
async def test_what_is_tapped_meanwhile_is_kept_once_and_shown_afterwards(
    tmp_path: Path, box: Sandbox, url: str, trouble: Trouble
) -> None:
    with capture_logs() as logs:
        async with run_bot(configure(tmp_path, box, url)) as app:
            ani = await RunningBot(box, app, tmp_path).add_resident()
            async with trouble(url):
                await ani.person.tap("Tinggal di Jakarta")
                async with asyncio.timeout(30):
                    while not any(line["event"] in SAID for line in logs):
                        await asyncio.sleep(0.05)
            screen = await ani.person.wait_until(
                lambda screen: "Di kota mana" in screen.card.text, 30
            )
            await ani.person.wait_until_idle(30)
            assert len(ani.cards) == 1
            assert "Di kota mana" in screen.card.text
            await ani.tap("Jakarta Selatan")
    other = await asyncpg.connect(url.replace("+asyncpg", ""))
    assert await other.fetchval("SELECT count(*) FROM step") == 3
    assert await other.fetchval("SELECT count(*) FROM set_aside") == 0
    await other.close()
    # A line, though it was tried again and again, and one that names what to do. (The test ends
    # connections once more afterwards.)
    for event in SAID:
        said = [line for line in logs if line["event"] == event]
        assert len(said) <= 2
        assert all("wait with Telegram" in line["remedy"] for line in said)
        assert all("cannot be used (" in line["reason"] for line in said)


async def test_what_a_worker_has_not_shown_is_shown_by_the_one_that_takes_over(
    tmp_path: Path, box: Sandbox, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.app, "CARDS_GRACE_SECONDS", 0.2)
    config = configure(tmp_path, box, url)
    async with run_bot(config) as app:
        ani = await RunningBot(box, app, tmp_path).add_resident()
        await box.inject_fault("editMessageText", code=502, times=1000)
        await ani.person.tap("Tinggal di Jakarta")
        await asyncio.sleep(0.5)
    await box.clear_faults()
    assert "Apa hubungan" in ani.cards[-1].text
    async with run_bot(config):
        await ani.person.wait_until(lambda screen: "Di kota mana" in screen.card.text, 30)
    assert len(ani.cards) == 1


async def test_a_second_worker_on_a_sqlite_file_is_refused_in_a_line(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_bot(build_webhook_config(tmp_path, box.url)) as app:
        ani = await RunningBot(box, app, tmp_path).add_resident()
        async with open_app(build_webhook_config(tmp_path, box.url), TOKEN, Clock()) as second:
            with pytest.raises(StoreError, match="has one worker.*docs/scale.md"):
                await asyncio.wait_for(second.receive_updates(asyncio.Event()), 10)
        await ani.tap("Tinggal di Jakarta")
    async with run_bot(build_webhook_config(tmp_path, box.url)):
        pass
