"""A monitor and systemd ask a running Suara how it is."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from bot.config import Config, validate_config
from sandbox import Sandbox
from survey.store.file_guard import ReplacedDatabaseError
from tests.bot.running_bot import RunningBot, build_test_config, run_bot, run_bot_process

#: Seconds that a process takes to begin, on a machine that may be busy.
START_PATIENCE = 60


def build_monitored_config(folder: Path, url: str, listen: str) -> Config:
    raw = build_test_config(folder, url).model_dump(mode="json")
    return validate_config(raw | {"monitoring": {"listen": listen}})


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def ask(path: Path, page: str) -> tuple[int, dict[str, Any]]:
    transport = httpx.AsyncHTTPTransport(uds=str(path))
    async with httpx.AsyncClient(transport=transport, timeout=30) as monitor:
        answer = await monitor.get(f"http://suara{page}")
        return answer.status_code, answer.json()


async def test_a_healthy_suara_says_so_at_a_socket_of_its_own_and_names_nobody(
    tmp_path: Path, box: Sandbox
) -> None:
    place = tmp_path / "monitoring"
    async with run_bot(build_monitored_config(tmp_path, box.url, f"unix:{place}")) as app:
        ani = await RunningBot(box, app, tmp_path).add_resident(987_654_321)
        await ani.wait_for_card()
        status, said = await ask(place, "/health")
        assert status == 200
        assert set(said["checks"]) == {"loop", "database", "disk", "scheduler", "telegram"}
        assert (await ask(place, "/ready"))[0] == 200
        assert not re.search(r"987654321|Ani", str(said))


@pytest.mark.parametrize(
    ("harm", "broken"),
    [("silence", "telegram"), ("scheduler", "scheduler"), ("disk", "disk")],
)
async def test_each_thing_that_is_wrong_is_named_with_what_to_do(
    tmp_path: Path, box: Sandbox, monkeypatch: pytest.MonkeyPatch, harm: str, broken: str
) -> None:
    place = tmp_path / "monitoring"
    async with run_bot(build_monitored_config(tmp_path, box.url, f"unix:{place}")) as app:
        if harm == "silence":
            app.health.last_answer -= 100
        elif harm == "scheduler":
            app.scheduler._scheduler.pause()  # noqa: SLF001 - nothing else stops it
            for job in app.scheduler._scheduler.get_jobs():  # noqa: SLF001
                job.trigger._due -= 200  # noqa: SLF001
        else:
            monkeypatch.setattr("bot.monitoring.health_checks.LEAST_SPACE", 1 << 60)
            monkeypatch.setattr("bot.monitoring.health_checks.LITTLE_SPACE", 1 << 60)
        status, said = await ask(place, "/health")
    assert status == 503
    states = {name: check["state"] for name, check in said["checks"].items()}
    assert states[broken] == "failed"
    assert said["checks"][broken]["remedy"]


async def test_a_taken_port_is_told_in_one_line_and_people_are_answered(
    tmp_path: Path, box: Sandbox
) -> None:
    with socket.socket() as other, capture_logs() as lines:
        other.bind(("127.0.0.1", 0))
        other.listen()
        listen = f"127.0.0.1:{other.getsockname()[1]}"
        async with run_bot(build_monitored_config(tmp_path, box.url, listen)) as app:
            ani = await RunningBot(box, app, tmp_path).add_resident()
            assert ani.cards
    told = [line for line in lines if line["event"] == "monitoring not served"]
    assert len(told) == 1
    assert listen in told[0]["reason"]


async def hear(heard: socket.socket, wanted: str) -> None:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(START_PATIENCE):
        while (await loop.sock_recv(heard, 100)).decode() != wanted:
            pass


async def test_systemd_hears_of_the_start_of_life_and_of_the_stop(
    tmp_path: Path, box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "600000")
    port = find_free_port()
    listen = {'"127.0.0.1:9464"': f'"127.0.0.1:{port}"'}
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.setblocking(False)
        heard.bind(os.environ["NOTIFY_SOCKET"])
        async with run_bot_process(tmp_path, box.url, **listen) as process:
            await hear(heard, "READY=1")
            await hear(heard, "WATCHDOG=1")
            async with httpx.AsyncClient(timeout=30) as monitor:
                ready = await monitor.get(f"http://127.0.0.1:{port}/ready")
            assert ready.status_code == 200
            process.send_signal(signal.SIGTERM)
            await hear(heard, "STOPPING=1")
            await process.communicate()


async def test_without_its_database_the_monitor_hears_of_it_and_the_watchdog_nothing(
    tmp_path: Path, box: Sandbox
) -> None:
    place, file = tmp_path / "monitoring", tmp_path / "suara.db"
    with suppress(ReplacedDatabaseError):  # By which Suara may end meanwhile.
        async with run_bot(build_monitored_config(tmp_path, box.url, f"unix:{place}")) as app:
            assert await app.monitoring.checks.is_alive()
            file.rename(tmp_path / "away.db")
            status, said = await ask(place, "/health")
            assert status == 503
            assert said["checks"]["database"]["state"] == "failed"
            assert said["checks"]["database"]["remedy"]
            assert not await app.monitoring.checks.is_alive()
