"""The way in: what Telegram did not say, what cannot be read, what must not be printed."""

from __future__ import annotations

import asyncio
import io
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from structlog.testing import capture_logs
from telegram import Bot

import bot.telegram.calls
from bot.app import TelegramFault, connect_bot
from bot.config import validate_config
from bot.telegram import client
from bot.telegram.calls import FailedCall, FailureKind, attempt_call
from bot.telegram.client import create_bot, find_environment_proxy
from bot.telegram.intake import IntakeError, RevokedTokenError, UpdateIntake
from bot.telegram.polling import Poller
from bot.telegram.taps import IncomingUpdate
from reports.toml_files import InvalidInputError
from survey.store.database import DatabaseFault, Store
from survey.store.schema import cause
from tests.bot.running_bot import (
    TOKEN,
    DatabaseRecords,
    build_test_config,
    run_bot,
    run_bot_process,
)
from tests.bot.telegram.raw_server import (
    CLOSED,
    ENDLESS,
    SILENT,
    RawServer,
    build_answer,
    build_refusal,
    build_result,
    serve_raw,
)

PAGE = b"<html>Please pay for the network</html>"
#: What somebody wrote, who they are, and the token's secret part: never to be printed.
SECRETS = ("rahasia", "Sari", "4711", TOKEN.partition(":")[2])


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between attempts as long as a test can bear."""
    monkeypatch.setattr(bot.telegram.calls, "NETWORK_PAUSES", (0.01, 0.02))


@pytest.fixture
async def raw() -> AsyncIterator[RawServer]:
    async with serve_raw(RawServer()) as found:
        yield found


def write_message(number: int, text: object = "rahasia", **more: Any) -> dict[str, Any]:
    """An update with a private message."""
    message = {
        "message_id": number,
        "date": 1_700_000_000,
        "chat": {"id": 4711, "type": "private", "first_name": "Sari"},
        "from": {"id": 4711, "is_bot": False, "first_name": "Sari", "language_code": "id"},
        "text": text,
    }
    return {"update_id": number, "message": message | more}


@asynccontextmanager
async def poll(
    raw: RawServer, **options: Any
) -> AsyncIterator[tuple[list[int], asyncio.Task[None]]]:
    """A poller at the server; the numbers of what it handles, and its task."""
    handled: list[int] = []

    async def note(update: IncomingUpdate) -> None:
        handled.append(update.update_id)

    ours = create_bot(TOKEN, raw.url, 4)
    await ours.initialize()
    stop = asyncio.Event()
    intake = UpdateIntake(ours, options.pop("handle", note), **options)
    task = asyncio.create_task(Poller(intake).run(stop))
    try:
        yield handled, task
    finally:
        stop.set()
        with suppress(IntakeError, DatabaseFault):
            await task
        await ours.shutdown()


async def wait_for(condition: Any, seconds: float = 30) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


# What Telegram did not say

FOREIGN: dict[str, bytes] = {
    "a page": build_answer(200, PAGE),
    "nothing": build_answer(200, b""),
    "cut": build_answer(200, b'{"ok": true, "result": ['),
    "broken off": build_answer(200, b'{"ok": true, "result": [', 9999),
    "null": build_answer(200, b"null"),
    "a list": build_answer(200, b"[]"),
    "an object": build_answer(200, b"{}"),
    "no result": build_answer(200, b'{"ok": true}'),
    "a null result": build_result(None),
    "a text": build_result("x"),
    "a number": build_result(7),
    "strange updates": build_result([1, None, "x", {"update_id": "7"}]),
    "a nested list": build_answer(200, b"[" * 100_000),
    "no UTF-8": build_answer(200, b"\xff\xfe\xfd"),
    "ok is a text": build_answer(200, b'{"ok": "true", "result": []}'),
    "a refusal with 200": build_answer(
        200, b'{"ok": false, "error_code": 401, "description": "Unauthorized"}'
    ),
    "a success with 401": build_answer(401, b'{"ok": true, "result": []}'),
    "no words": build_answer(401, b'{"ok": false, "error_code": 401}'),
    "a code that is a text": build_answer(
        401, b'{"ok": false, "error_code": "401", "description": "Unauthorized"}'
    ),
    "another code": build_answer(
        401, b'{"ok": false, "error_code": 404, "description": "Not Found"}'
    ),
    "strange parameters": build_refusal(429, "Too Many Requests", parameters=["x"]),
    "an endless wait": build_refusal(429, "x", parameters={"retry_after": 10**17}),
    "a proxy's JSON": build_answer(404, b'{"error": "unknown host"}'),
    "sent elsewhere": build_answer(307, PAGE, headers="Location: /elsewhere/getMe\r\n"),
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "closed": CLOSED,
    **{
        f"a page with {status}": build_answer(status, PAGE)
        for status in (400, 401, 403, 404, 407, 409, 413, 429, 500, 502, 503, 511, 599)
    },
}
each_foreign = pytest.mark.parametrize("said", FOREIGN.values(), ids=list(FOREIGN))


@each_foreign
async def test_a_strangers_answer_to_polling_is_waited_out(raw: RawServer, said: bytes) -> None:
    raw.updates = [write_message(5)]
    raw.scripted["getUpdates"].extend([said, said, said])
    with capture_logs() as logs:
        async with poll(raw) as (handled, task):
            await wait_for(lambda: handled or task.done())
            assert handled == [5]
            await wait_for(lambda: raw.offset == 6)
    assert [line["event"] for line in logs] == [
        "telegram cannot be reached", "telegram is reachable again",
    ]  # fmt: skip
    assert "html" not in str(logs)
    assert not any("elsewhere" in line for line in raw.asked)


@each_foreign
async def test_a_strangers_answer_at_the_start_is_waited_out(
    raw: RawServer, said: bytes, tmp_path: Path
) -> None:
    raw.scripted["getMe"].extend([said, said, said])
    with capture_logs() as logs:
        async with connect_bot(build_test_config(tmp_path, raw.url), TOKEN) as ours:
            assert ours.username == "suara_bot"
    assert [line["event"] for line in logs] == [
        "telegram cannot be reached", "telegram is reachable again",
    ]  # fmt: skip


@each_foreign
async def test_a_strangers_answer_to_a_call_is_no_word_of_telegram(
    raw: RawServer, said: bytes
) -> None:
    async with create_bot(TOKEN, raw.url, 1) as ours:
        raw.scripted["sendMessage"].append(said)
        failed = await attempt_call(lambda: ours.send_message(1, "x"))
    assert isinstance(failed, FailedCall)
    assert failed.kind is FailureKind.UNREACHABLE


async def test_a_start_waits_for_a_telegram_that_says_nothing(
    raw: RawServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "WAY_SECONDS", -19)  # Of the twenty that a call may take.
    raw.scripted["getMe"].extend([SILENT, SILENT])
    raw.scripted["setMyCommands"].append(SILENT)
    with capture_logs() as logs:
        async with connect_bot(build_test_config(tmp_path, raw.url), TOKEN) as ours:
            assert ours.username == "suara_bot"
    assert [line["event"] for line in logs] == [
        "telegram cannot be reached", "telegram is reachable again", "command menu not set",
    ]  # fmt: skip


async def test_what_telegram_itself_cannot_have_said_of_the_bot_is_waited_out(
    raw: RawServer, tmp_path: Path
) -> None:
    for odd in ({}, {"id": "x"}, {"id": 1, "is_bot": True, "first_name": "x"}, True, []):
        raw.scripted["getMe"].append(build_result(odd))
    async with connect_bot(build_test_config(tmp_path, raw.url), TOKEN) as ours:
        assert ours.id == 123456


async def test_a_body_that_never_ends_is_given_up(
    raw: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "LARGEST_ANSWER", 1_000_000)
    monkeypatch.setattr(client, "WAY_SECONDS", 0)
    async with create_bot(TOKEN, raw.url, 2) as ours:
        for said, seconds in ((ENDLESS, 20), (SILENT, 1)):
            raw.scripted["getMe"].append(said)
            ask = partial(ours.get_me, read_timeout=seconds)
            failed = await asyncio.wait_for(attempt_call(ask), 4)
            assert isinstance(failed, FailedCall)
            assert failed.kind is FailureKind.UNREACHABLE
        assert not isinstance(await attempt_call(ours.get_me), FailedCall)


async def test_a_file_that_is_too_large_is_told_from_a_strangers_413(raw: RawServer) -> None:
    page = build_answer(413, b"<html>413 Request Entity Too Large</html>")
    async with create_bot(TOKEN, raw.url, 1) as ours:
        raw.scripted["sendDocument"].append(page)
        failed = await attempt_call(lambda: ours.send_document(1, io.BytesIO(b"x")))
    assert isinstance(failed, FailedCall)
    assert failed.kind is FailureKind.TOO_LARGE


@pytest.mark.parametrize(("status", "words"), [(401, "Unauthorized"), (404, "Not Found")])
async def test_telegrams_own_word_ends_polling_and_start(
    raw: RawServer, tmp_path: Path, status: int, words: str
) -> None:
    raw.scripted["getUpdates"].append(build_refusal(status, words))
    async with poll(raw) as (_, task):
        with pytest.raises(RevokedTokenError, match="@BotFather"):
            await asyncio.wait_for(task, 30)
    raw.scripted["getMe"].append(build_refusal(status, words))
    with pytest.raises(TelegramFault, match="@BotFather"):
        async with connect_bot(build_test_config(tmp_path, raw.url), TOKEN):
            pass


async def test_sigterm_ends_the_waiting_at_the_start_and_the_token_is_not_printed(
    raw: RawServer, tmp_path: Path
) -> None:
    address = f"{raw.url}/bot{TOKEN}/getMe"
    raw.scripted["getMe"].extend(
        [
            build_refusal(500, f"Internal Server Error at {address}"),
            build_answer(404, f"<html>{address} was not found</html>".encode()),
            SILENT,
        ]
    )
    async with run_bot_process(tmp_path, raw.url) as process:
        await wait_for(lambda: len(raw.asked) == 3, 30)
        process.send_signal(signal.SIGTERM)
        said = b"".join(await asyncio.wait_for(process.communicate(), 30))
    assert process.returncode == 0
    assert b"telegram cannot be reached" in said
    assert b"Traceback" not in said
    assert SECRETS[-1].encode() not in said


async def test_a_token_that_is_revoked_ends_the_command_with_status_2(
    raw: RawServer, tmp_path: Path
) -> None:
    raw.scripted["getUpdates"].append(build_refusal(401, "Unauthorized"))
    async with run_bot_process(tmp_path, raw.url) as process:
        _, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 2
    assert b"suara: Telegram does not know this token" in errors


# What cannot be read

ANI = {"id": 4711, "is_bot": False, "first_name": "Sari"}
RESTRICTED = {
    "chat": {"id": -5, "type": "group", "title": "rahasia"},
    "from": ANI,
    "date": 1,
    "old_chat_member": {"user": ANI, "status": "member"},
    # Telegram documents fields without which the library makes no such membership.
    "new_chat_member": {"user": ANI, "status": "restricted", "is_member": True},
}
QUERY = {"id": "1", "from": ANI, "chat_instance": "x", "data": "look"}
UNREADABLE: dict[str, tuple[Any, str]] = {
    "a membership": ({"update_id": 6, "my_chat_member": RESTRICTED}, "my_chat_member"),
    "no message": ({"update_id": 6, "message": 5}, "message"),
    "a contact": (write_message(6, contact={"first_name": "Sari"}), "message"),
    "a sender without number": (write_message(6, **{"from": ANI | {"id": {"x": 1}}}), "message"),
    "a sender's word": (write_message(6, **{"from": ANI | {"id": "Sari"}}), "message"),
    "a huge number": (write_message(6, **{"from": ANI | {"id": 10**30}}), "message"),
    "a text that is none": (write_message(6, {"rahasia": 1}), "message"),
    "a far date": (write_message(6, date=10**15), "message"),
    "a button": ({"update_id": 6, "callback_query": QUERY | {"data": 5}}, "callback_query"),
    "nothing": (None, "unknown"),
    "a number": (5, "unknown"),
    "without number": ({"message": write_message(6)["message"]}, "message"),
}


@pytest.mark.parametrize(("bad", "kind"), UNREADABLE.values(), ids=list(UNREADABLE))
async def test_an_update_that_cannot_be_read_is_set_aside_and_its_neighbours_go_on(
    raw: RawServer,
    bad: Any,
    kind: str,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    kept: list[tuple[int, str, str]] = []

    async def keep(*record: Any) -> None:
        kept.append(record)

    raw.updates = [write_message(5), bad, write_message(7)]
    with capture_logs() as logs:
        async with poll(raw, record_set_aside=keep) as (handled, task):
            await wait_for(lambda: raw.offset == 8 or task.done())
            # As Telegram brings what has no number for ever: what comes next counts.
            assert handled == [5, 7]
    number = 6 if isinstance(bad, dict) and "update_id" in bad else 0
    assert kept[0][:2] == (number, kind)
    assert ".py:" in kept[0][2]
    assert logs[0]["event"] == "update set aside"
    printed = f"{kept} {logs} {capfd.readouterr()} {caplog.text}"
    assert not any(secret in printed for secret in SECRETS)


async def test_a_forwarded_old_message_is_handled(raw: RawServer) -> None:
    origin = {"type": "hidden_user", "date": 1}  # sender_user_name is missing.
    answered = write_message(1, forward_origin=origin)["message"]
    raw.updates = [write_message(5, forward_origin=origin, reply_to_message=answered)]
    async with poll(raw) as (handled, _):
        await wait_for(lambda: raw.offset == 6)
        assert handled == [5]


async def test_half_of_a_surrogate_pair_holds_up_nobody(raw: RawServer) -> None:
    raw.updates = [write_message(5), write_message(6, "\ud83d"), write_message(7)]
    async with poll(raw) as (handled, _):
        await wait_for(lambda: raw.offset == 8)
        assert handled == [5, 6, 7]


async def test_a_running_suara_keeps_a_record_without_content_and_serves_the_others(
    raw: RawServer, tmp_path: Path
) -> None:
    raw.updates = [
        {"update_id": 5, "my_chat_member": RESTRICTED},
        write_message(6, "/start persepsi"),
    ]
    records = DatabaseRecords(tmp_path / "suara.db")
    async with run_bot(build_test_config(tmp_path, raw.url)) as app:
        await wait_for(lambda: raw.offset == 7)
        assert await app.intake.count_set_aside() == 1
        await app.record_set_aside(5, "my_chat_member", "TypeError")  # It comes again.
    ((source, number, kind, place, at),) = records.rows("SELECT * FROM set_aside")
    assert (source, number, kind) == (123456, 5, "my_chat_member")
    assert place.startswith("TypeError ")
    assert at > 0
    assert records.count("contact") == 1


async def test_an_update_that_fails_three_times_is_recorded(raw: RawServer) -> None:
    kept: list[tuple[int, str, str]] = []
    tried: list[int] = []

    async def keep(*record: Any) -> None:
        kept.append(record)

    async def fail(update: IncomingUpdate) -> None:
        tried.append(update.update_id)
        if update.update_id == 5:
            raise RuntimeError("rahasia")

    raw.updates = [write_message(5), write_message(6)]
    async with poll(raw, handle=fail, record_set_aside=keep):
        await wait_for(lambda: raw.offset == 7)
    assert tried == [5, 5, 5, 6]
    assert [record[:2] for record in kept] == [(5, "message")]
    assert kept[0][2].startswith("RuntimeError test_intake.py:")


async def test_a_value_that_the_database_cannot_take_is_the_updates_fault(
    raw: RawServer, tmp_path: Path
) -> None:
    kept: list[int] = []

    async def keep(number: int, *_: str) -> None:
        kept.append(number)

    async with Store.open(f"sqlite+aiosqlite:///{tmp_path / 'suara.db'}") as store:

        async def write(_: IncomingUpdate) -> None:
            await store.keep([insert(cause).values(source={"x": 1}, key=1, at=None)])

        raw.updates = [write_message(5)]
        async with poll(raw, handle=write, record_set_aside=keep):
            await wait_for(lambda: raw.offset == 6)
    assert kept == [5]


async def test_what_could_not_be_recorded_is_not_confirmed(raw: RawServer) -> None:
    async def fail(*_: Any) -> None:
        raise DatabaseFault("INSERT", None, Exception("disk full"))

    raw.updates = [None, write_message(5)]
    async with poll(raw, record_set_aside=fail) as (_, task):
        with pytest.raises(DatabaseFault):
            await asyncio.wait_for(task, 30)
    assert raw.offset == 0


async def test_what_cannot_be_asked_for_a_barrier_is_none(raw: RawServer) -> None:
    def fail(_: IncomingUpdate) -> bool:
        raise RuntimeError

    raw.updates = [write_message(5)]
    async with poll(raw, is_barrier=fail) as (handled, _):
        await wait_for(lambda: raw.offset == 6)
        assert handled == [5]


# What must not be printed

NOISE = """
import asyncio, logging
import structlog
from bot.command_line.base import configure_logging

async def fail(who):
    raise RuntimeError(who)

async def main():
    task = asyncio.create_task(fail("Sari"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    asyncio.get_running_loop().call_soon(int, "rahasia")
    await asyncio.sleep(0)

configure_logging()
for name in ("telegram.Bot", "telegram.ext.Updater", "aiohttp.client", "httpx", "httpcore.http11"):
    fault = ValueError("Sari")
    logging.getLogger(name).critical("Received data was %r", "rahasia 4711", exc_info=fault)
logging.getLogger("other").warning("GET https://api.telegram.org/bot{token}/getMe")
structlog.get_logger().warning("odd", reason="https://api.telegram.org/bot{token}/getMe")
asyncio.run(main())
"""


async def test_no_library_can_print_an_update_a_text_or_the_token() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", NOISE.replace("{token}", TOKEN),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), 30)
    lines = said.decode().splitlines()
    assert process.returncode == 0
    assert not any(secret in said.decode() for secret in SECRETS)
    assert lines[0] == "WARNING other: GET https://api.telegram.org/bot<token>/getMe"
    assert "<token>/getMe" in lines[1]
    assert sorted(line.partition(" (")[0] for line in lines[2:]) == [
        "ERROR asyncio: Exception in callback int",
        "ERROR asyncio: Task exception was never retrieved",
    ]
    assert any("RuntimeError at <string>:" in line for line in lines)


# Through a proxy


async def test_a_proxy_of_the_settings_or_of_the_environment_is_used(
    raw: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    far = "http://telegram.invalid"

    async def ask(ours: Bot) -> str:
        async with ours:
            return ours.username

    named = raw.url.replace("//", "//ani:geheim@")
    assert await ask(create_bot(TOKEN, far, 1, named)) == "suara_bot"
    monkeypatch.setenv("HTTP_PROXY", raw.url)
    assert await ask(create_bot(TOKEN, far, 1)) == "suara_bot"
    assert raw.asked == [f"POST {far}/bot{TOKEN}/getMe HTTP/1.1"] * 2
    monkeypatch.setenv("HTTPS_PROXY", raw.url)
    failed = await attempt_call(create_bot(TOKEN, "https://telegram.invalid", 1).initialize)
    assert isinstance(failed, FailedCall)
    assert failed.kind is FailureKind.UNREACHABLE
    assert raw.asked[-1] == "CONNECT telegram.invalid:443 HTTP/1.1"


def test_the_environment_may_except_an_address_and_name_a_proxy_for_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "telegram.example.org")
    monkeypatch.setenv("ALL_PROXY", "proxy.example.org:3128")
    assert find_environment_proxy("https://api.telegram.org") == "http://proxy.example.org:3128"
    assert find_environment_proxy("https://telegram.example.org") == ""
    assert find_environment_proxy("https://127.0.0.1:8081") == ""
    monkeypatch.setenv("ALL_PROXY", "socks5://proxy.example.org")
    assert find_environment_proxy("https://api.telegram.org") == ""


def test_a_proxy_that_cannot_be_is_refused_without_its_password(tmp_path: Path) -> None:
    raw = build_test_config(tmp_path, "http://127.0.0.1:9").model_dump(mode="json")
    raw["telegram"]["proxy"] = "socks5://ani:geheim@proxy.example.org"
    with pytest.raises(InvalidInputError) as found:
        validate_config(raw)
    assert "telegram.proxy: 'socks5://…@proxy.example.org' is no HTTP proxy" in str(found.value)
    assert "geheim" not in str(found.value)
    raw["telegram"]["proxy"] = "http://ani:geheim@proxy.example.org:3128"
    assert validate_config(raw).telegram.proxy == raw["telegram"]["proxy"]
