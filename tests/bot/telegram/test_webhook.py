"""Updates that Telegram brings: only from Telegram, answered when they are kept, none lost."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs
from telegram import Bot, Update

import bot.telegram.calls
from bot.app import App, open_app
from bot.clock import Clock
from bot.config import Config, WebhookSection, validate_config
from bot.telegram import webhook
from bot.telegram.client import create_bot
from bot.telegram.intake import IntakeError, SupersededError, UpdateIntake
from bot.telegram.webhook import Webhook, derive_webhook_secret
from bot.web import update_receiver
from bot.web.server import WebFault
from reports.toml_files import InvalidInputError
from sandbox import Sandbox
from survey.store.database import DatabaseFault
from tests.bot.running_bot import (
    TOKEN,
    DatabaseRecords,
    RunningBot,
    build_test_config,
    run_bot,
)

HEADER = "X-Telegram-Bot-Api-Secret-Token"
SECRET = {HEADER: derive_webhook_secret(TOKEN)}


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between attempts as long as a test can bear."""
    monkeypatch.setattr(bot.telegram.calls, "NETWORK_PAUSES", (0.02,))
    monkeypatch.setattr(webhook, "CHECK_PAUSES", (0.1,))


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def build_section(**settings: Any) -> WebhookSection:
    """A webhook at a free port, where Telegram is told to bring updates."""
    address = f"127.0.0.1:{find_free_port()}"
    return WebhookSection.model_validate(
        {"url": f"http://{address}/telegram", "listen": address} | settings
    )


def build_webhook_config(folder: Path, url: str, **settings: Any) -> Config:
    raw = build_test_config(folder, url).model_dump(mode="json")
    return validate_config(raw | {"webhook": build_section(**settings).model_dump(mode="json")})


def write_message(number: int, sender: int = 4711, text: str = "/start persepsi") -> dict[str, Any]:
    """An update with a private message."""
    who = {"id": sender, "is_bot": False, "first_name": "Sari", "language_code": "id"}
    chat = {"id": sender, "type": "private"}
    message = {"message_id": number, "date": 1_700_000_000, "chat": chat, "from": who, "text": text}
    return {"update_id": number, "message": message}


async def bring(url: str, update: Any, headers: dict[str, str] | None = None) -> int:
    """Bring an update as Telegram does; the status of the answer."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json=update, headers=SECRET if headers is None else headers) as answer,
    ):
        return answer.status


async def wait_until_set(ours: Bot, task: asyncio.Task[None] | None = None) -> None:
    """Wait until Telegram knows our address, or the task has ended."""
    async with asyncio.timeout(30):
        while not (await ours.get_webhook_info()).url and not (task and task.done()):
            await asyncio.sleep(0.01)


class HeldUpdates:
    """A handler that holds updates until a door is opened."""

    def __init__(self) -> None:
        self.door = asyncio.Event()
        self.begun: list[int] = []
        self.ended: list[int] = []

    async def handle(self, update: Update) -> None:
        self.begun.append(update.update_id)
        await self.door.wait()
        self.ended.append(update.update_id)

    async def wait_until_begun(self, most: int) -> None:
        async with asyncio.timeout(30):
            while len(self.begun) < most:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def receive(
    box: Sandbox,
    handle: Callable[[Update], Coroutine[Any, Any, None]],
    **settings: Any,
) -> AsyncIterator[tuple[str, asyncio.Task[None], asyncio.Event]]:
    """A webhook without a Suara behind; its address, its task, and what stops it."""
    section, stop = build_section(**settings), asyncio.Event()
    async with create_bot(TOKEN, box.url, 4) as ours:
        task = asyncio.create_task(Webhook(section, UpdateIntake(ours, handle)).run(stop))
        try:
            await wait_until_set(ours, task)
            yield section.url, task, stop
        finally:
            stop.set()
            with suppress(IntakeError, DatabaseFault):
                await task


async def handle_nothing(_: Update) -> None:
    """For tests in which nothing is brought."""


# An interview


@asynccontextmanager
async def open_suara(
    folder: Path, box: Sandbox, **settings: Any
) -> AsyncIterator[tuple[RunningBot, str]]:
    """A running Suara with a webhook, and its address."""
    config = build_webhook_config(folder, box.url, **settings)
    async with run_bot(config) as app:
        await wait_until_set(app.bot)
        yield RunningBot(box, app, folder), config.webhook.url


async def test_people_answer_by_a_webhook_as_by_polling(tmp_path: Path, box: Sandbox) -> None:
    async with open_suara(tmp_path, box, max_connections=7) as (suara, url):
        ani = await suara.add_resident(1001)
        budi = await suara.add_resident(1002)
        await ani.tap("Tinggal di Jakarta")
        await ani.say("selatan")
        await budi.tap("Tinggal di Jakarta")
        assert suara.records.answers(1001)["kota"] == "31.74"
        assert suara.records.answers(1002)["hubungan"] == "tinggal"
        info = await suara.app.bot.get_webhook_info()
        assert (info.url, info.max_connections, info.pending_update_count) == (url, 7, 0)
        assert not info.last_error_message
        assert set(info.allowed_updates or ()) == {
            "message", "edited_message", "callback_query", "my_chat_member",
        }  # fmt: skip
        assert [call["method"] for call in await box.list_calls("getUpdates")] == []


async def test_what_was_answered_with_200_is_on_disk_and_comes_again_in_vain(
    tmp_path: Path, box: Sandbox
) -> None:
    async with open_suara(tmp_path, box) as (suara, url):
        assert await bring(url, write_message(5)) == 200
        assert suara.records.count("contact") == 1
        kept = suara.records.read_all_tables()
        found = await asyncio.gather(*(bring(url, write_message(5)) for _ in range(5)))
        assert found == [200] * 5
        assert suara.records.read_all_tables() == kept


async def test_what_cannot_be_read_is_set_aside_and_not_brought_again(
    tmp_path: Path, box: Sandbox
) -> None:
    async with open_suara(tmp_path, box) as (suara, url):
        for odd in ({"update_id": 5, "message": 5}, [1], "x", {"update_id": {}}):
            assert await bring(url, odd) == 200
        assert await bring(url, write_message(6)) == 200
        assert suara.records.count("set_aside") == 2  # One with a number, the others without.
        assert suara.records.count("contact") == 1


# Who may bring what


async def test_only_whoever_has_the_secret_may_bring_updates(tmp_path: Path, box: Sandbox) -> None:
    wrong = ("", "x", derive_webhook_secret(TOKEN + "x"), SECRET[HEADER].upper(), "é")
    with capture_logs() as logs:
        async with open_suara(tmp_path, box) as (suara, url):
            for secret in wrong:
                headers = {HEADER: secret}
                assert await bring(url, write_message(5), headers) == 403
            assert await bring(url, write_message(5), {}) == 403
            assert suara.records.count("contact") == 0
    assert [line["event"] for line in logs].count("webhook request refused") == 1
    assert SECRET[HEADER] not in str(logs)


async def test_what_is_no_update_is_refused_before_it_costs_anything(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update_receiver, "BODY_SECONDS", 0.2)
    held = HeldUpdates()
    held.door.set()
    as_json = SECRET | {"content-type": "application/json"}
    large = b'{"update_id": 1, "x": "' + b"x" * update_receiver.LARGEST_UPDATE + b'"}'

    async def drip() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(1)

    async def pour() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 65_536

    async with receive(box, held.handle) as (url, _, _), aiohttp.ClientSession() as session:
        for body, headers, status in (
            (b"{}", SECRET | {"content-type": "text/plain"}, 415),
            (large, as_json, 413),
            (pour(), as_json, 413),
            (drip(), as_json, 408),
            (b"{", as_json, 400),
            (b"\xff", as_json, 400),
            (b"[" * 100_000, as_json, 400),
        ):
            with suppress(aiohttp.ClientConnectionError):  # Ended before all was said.
                async with session.post(url, data=body, headers=headers) as answer:
                    assert answer.status == status
        async with session.get(url) as answer:
            assert answer.status == 405
        async with session.post(url + "/elsewhere", data=b"{}", headers=as_json) as answer:
            assert answer.status == 404
        assert held.begun == []
        assert await bring(url, write_message(5)) == 200


def test_the_secret_is_one_that_telegram_takes_and_hides_the_token() -> None:
    secret = derive_webhook_secret(TOKEN)
    assert secret == derive_webhook_secret(TOKEN) != derive_webhook_secret(TOKEN + "x")
    assert len(secret) == 64
    assert secret.isalnum()
    assert TOKEN.partition(":")[2] not in secret


# Order and pressure


async def test_one_persons_updates_keep_their_order_though_brought_side_by_side(
    box: Sandbox,
) -> None:
    held = HeldUpdates()
    async with receive(box, held.handle) as (url, _, _):
        bringing = [asyncio.create_task(bring(url, write_message(5)))]
        await held.wait_until_begun(1)
        bringing += [asyncio.create_task(bring(url, write_message(n))) for n in (9, 7, 8)]
        bringing.append(asyncio.create_task(bring(url, write_message(6, sender=4712))))
        await held.wait_until_begun(2)
        await asyncio.sleep(0.2)
        assert held.begun == [5, 6]
        held.door.set()
        assert await asyncio.gather(*bringing) == [200] * 5
    assert [number for number in held.begun if number != 6] == [5, 7, 8, 9]


async def test_under_pressure_updates_wait_with_telegram_and_none_is_lost(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update_receiver, "MOST_UNDER_WAY", 2)
    held = HeldUpdates()
    async with receive(box, held.handle) as (url, _, _):
        first = [asyncio.create_task(bring(url, write_message(n, sender=n))) for n in (1, 2)]
        await held.wait_until_begun(2)
        people = [await box.add_person(number) for number in (1001, 1002, 1003)]
        for person in people:
            await person.start()
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, json=write_message(3), headers=SECRET) as answer,
        ):
            assert (answer.status, answer.headers["retry-after"]) == (503, "1")
        assert held.begun == [1, 2]
        held.door.set()
        assert await asyncio.gather(*first) == [200, 200]
        for person in people:
            await person.wait_until_idle(10)
        assert len(held.ended) == 5


async def test_a_stop_waits_for_what_is_under_way_and_takes_nothing_more(box: Sandbox) -> None:
    held = HeldUpdates()
    async with receive(box, held.handle) as (url, task, stop):
        bringing = asyncio.create_task(bring(url, write_message(5)))
        await held.wait_until_begun(1)
        stop.set()
        await asyncio.sleep(0.1)
        assert await bring(url, write_message(6)) == 503
        held.door.set()
        assert await bringing == 200
        await asyncio.wait_for(task, 30)
    assert held.ended == [5]


async def test_a_failing_database_ends_the_webhook_and_telegram_keeps_the_update(
    tmp_path: Path, box: Sandbox
) -> None:
    config = build_webhook_config(tmp_path, box.url)
    records = DatabaseRecords(tmp_path / "suara.db")
    async with open_app(config, TOKEN, Clock()) as app:
        task = asyncio.create_task(app.receive_updates(asyncio.Event()))
        ani = await box.add_person(1001, first_name="Ani", language_code="id")
        await ani.start("persepsi")
        await ani.wait_for_card()
        await records.execute("ALTER TABLE step RENAME TO step_lost")
        await ani.tap("Ya, saya setuju")
        with pytest.raises(DatabaseFault):
            await asyncio.wait_for(task, 30)
        assert (await app.bot.get_webhook_info()).pending_update_count == 1
    await records.execute("ALTER TABLE step_lost RENAME TO step")
    async with run_bot(config):
        await ani.wait_until(lambda screen: "Apa hubungan" in screen.card.text)


# Setting, checking, removing


@pytest.mark.parametrize("removed", [True, False])
async def test_a_stop_removes_the_webhook_if_the_settings_say_so(
    box: Sandbox, removed: bool
) -> None:
    async with receive(box, handle_nothing, remove_at_stop=removed) as (url, task, stop):
        stop.set()
        await asyncio.wait_for(task, 30)
        async with Bot(TOKEN, base_url=box.base_url) as other:
            assert (await other.get_webhook_info()).url == ("" if removed else url)


async def test_a_telegram_that_is_away_at_the_start_is_waited_for(box: Sandbox) -> None:
    await box.inject_fault("setWebhook", code=502, times=3)
    with capture_logs() as logs:
        async with receive(box, handle_nothing) as (_, task, _):
            async with asyncio.timeout(30):
                while "webhook set" not in [line["event"] for line in logs]:
                    await asyncio.sleep(0.01)
            assert not task.done()
    assert [line["event"] for line in logs] == [
        "telegram cannot be reached", "telegram is reachable again", "webhook set",
    ]  # fmt: skip


async def test_an_address_that_telegram_refuses_ends_the_start_with_a_remedy(box: Sandbox) -> None:
    async with receive(box, handle_nothing, url="https://nowhere.invalid/x") as (_, task, _):
        with pytest.raises(IntakeError, match="webhook.url: Telegram does not take .*resolve host"):
            await asyncio.wait_for(task, 30)


async def test_the_operator_is_told_once_that_telegram_does_not_reach_us(box: Sandbox) -> None:
    ani = await box.add_person(1001)
    nowhere = f"http://127.0.0.1:{find_free_port()}/telegram"
    with capture_logs() as logs:
        async with receive(box, handle_nothing, url=nowhere):
            await ani.start()
            async with asyncio.timeout(30):
                while "webhook not reached" not in [line["event"] for line in logs]:
                    await asyncio.sleep(0.01)
            await asyncio.sleep(0.5)
    (line,) = [line for line in logs if line["event"] == "webhook not reached"]
    assert (line["reason"], line["waiting"]) == ("Connection refused", 1)


async def test_whoever_moves_or_removes_the_webhook_takes_over(box: Sandbox) -> None:
    for elsewhere in ("http://127.0.0.1:1/x", ""):
        async with (
            receive(box, handle_nothing) as (_, task, _),
            Bot(TOKEN, base_url=box.base_url) as other,
        ):
            await asyncio.sleep(0.2)
            await other.set_webhook(elsewhere)
            with pytest.raises(SupersededError, match="so this one ends"):
                await asyncio.wait_for(task, 30)
            # What a newer program set stays.
            assert (await other.get_webhook_info()).url == elsewhere


async def test_an_address_that_is_taken_is_said_with_its_setting(box: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        async with create_bot(TOKEN, box.url, 1) as ours:
            hook = Webhook(build_section(listen=address), UpdateIntake(ours, handle_nothing))
            with pytest.raises(WebFault, match=r"webhook\.listen: .* cannot be served"):
                await hook.run(asyncio.Event())


async def test_health_counts_the_answers_about_the_webhook(tmp_path: Path, box: Sandbox) -> None:
    async with open_suara(tmp_path, box) as (suara, _):
        app: App = suara.app
        app.health.last_answer = before = app.health.last_answer - 1000
        async with asyncio.timeout(30):
            while app.health.last_answer == before:
                await asyncio.sleep(0.02)


def test_settings_that_cannot_be_are_named(tmp_path: Path) -> None:
    raw = build_test_config(tmp_path, "https://api.telegram.org").model_dump(mode="json")
    for section, said in (
        ({"url": "https://suara.example.org"}, "webhook.url"),
        ({"url": "ftp://suara.example.org/x"}, "webhook.url"),
        ({"url": "https://suara.example.org/x", "listen": ""}, "url needs listen"),
        ({"url": "http://suara.example.org/x"}, "https only"),
        ({"max_connections": 101}, "webhook.max_connections"),
    ):
        given = json.loads(json.dumps(raw | {"webhook": {"listen": "127.0.0.1:8091"} | section}))
        with pytest.raises(InvalidInputError) as found:
            validate_config(given)
        assert said in str(found.value)
