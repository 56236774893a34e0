"""SIGTERM ends ``suara run`` at any moment: soon, with status 0, and without a word of Python's."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox import PersonClient, Sandbox
from tests.bot.running_bot import (
    AGREE,
    DatabaseRecords,
    build_test_config,
    run_bot,
    run_bot_process,
)

#: Seconds: what container engines wait before they kill.
LONGEST_STOP = 10
#: Seconds that a call hangs: longer than a stop may take.
HANGING = 15
#: A line of our log: its time comes first. Or of a library's: WARNING name: …
LOG_LINE = re.compile(r"timestamp='|suara: ")
OFFICE = 7007


@dataclass
class RunningCommand:
    """``suara run`` as a service manager sees it."""

    process: asyncio.subprocess.Process
    errors: str = ""

    async def read_until(self, words: str) -> None:
        """Wait until it has written a line with these words on standard error."""
        assert self.process.stderr is not None
        async with asyncio.timeout(40):
            while words not in self.errors:
                self.errors += (await self.process.stderr.readline()).decode()

    async def stop(self) -> float:
        """Ask it to end, and wait until it has; how many seconds that took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(self.process.communicate(), 40)
        self.errors += errors.decode()
        return time.monotonic() - began

    async def check_stop(self) -> None:
        """Ask it to end, which it does as it should."""
        assert await self.stop() < LONGEST_STOP
        assert self.process.returncode == 0
        assert [line for line in self.errors.splitlines() if not LOG_LINE.match(line)] == []

    def list_workers(self) -> list[int]:
        """The processes that make reports for it."""
        return [
            int(folder.name)
            for folder in Path("/proc").glob("[0-9]*")
            if is_worker(folder, self.process.pid)
        ]


def is_there(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


def is_worker(folder: Path, parent: int) -> bool:
    try:
        words = (folder / "cmdline").read_bytes()
        status = (folder / "status").read_text()
    except OSError:  # It has ended meanwhile.
        return False
    return b"spawn_main" in words and f"PPid:\t{parent}\n" in status


@asynccontextmanager
async def start_command(folder: Path, url: str, **changes: str) -> AsyncIterator[RunningCommand]:
    """``suara run``; killed at the end of the block."""
    async with run_bot_process(folder, url, **changes) as process:
        yield RunningCommand(process)


async def wait_for(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(40):
        while not condition():
            await asyncio.sleep(0.02)


async def begin_interview(box: Sandbox) -> PersonClient:
    ani = await box.add_person(1001, first_name="Ani", language_code="id")
    await ani.start("persepsi")
    await ani.wait_until(lambda screen: AGREE["id"] in screen.card.labels, 40)
    return ani


async def test_while_it_waits_for_updates(tmp_path: Path, box: Sandbox) -> None:
    async with start_command(tmp_path, box.url) as suara:
        await begin_interview(box)
        await suara.check_stop()
    first, *others = suara.errors.splitlines()
    assert "new database made" in first
    assert all("backup made" in line for line in others)


async def test_before_it_has_begun(tmp_path: Path, box: Sandbox) -> None:
    async with start_command(tmp_path, box.url) as suara:
        await wait_for(lambda: has_own_handler(suara.process.pid))
        await suara.check_stop()
    assert suara.errors == ""


def has_own_handler(process: int) -> bool:
    """Whether SIGTERM does not simply end a process any more."""
    status = Path(f"/proc/{process}/status").read_text()
    caught = int(re.search(r"SigCgt:\s*([0-9a-f]+)", status)[1], 16)  # type: ignore[index]
    return bool(caught >> (signal.SIGTERM - 1) & 1)


async def test_while_no_call_is_answered_and_what_was_not_shown_is_shown_later(
    tmp_path: Path, box: Sandbox
) -> None:
    records = DatabaseRecords(tmp_path / "suara.db")
    async with start_command(tmp_path, box.url) as suara:
        ani = await begin_interview(box)
        await box.inject_fault("*", delay=HANGING, times=0)
        await ani.tap(AGREE["id"])
        await wait_for(lambda: records.count("interview") == 1)
        await suara.check_stop()
    await box.clear_faults()
    async with run_bot(build_test_config(tmp_path, box.url)):
        await ani.start()
        await ani.wait_until(lambda screen: "Tinggal di Jakarta" in screen.card.labels, 40)


async def test_while_the_start_waits_for_an_answer(tmp_path: Path, box: Sandbox) -> None:
    await box.inject_fault("setMyCommands", delay=HANGING, times=0)
    async with start_command(tmp_path, box.url) as suara:
        await wait_for_call(box, "getMe")  # The next call is the one that hangs.
        await asyncio.sleep(0.5)
        await suara.check_stop()
    await box.clear_faults()


async def wait_for_call(box: Sandbox, method: str) -> None:
    async with asyncio.timeout(40):
        while method not in [call["method"] for call in await box.list_calls()]:
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("method", ["getMe", "getUpdates", "*"])
async def test_while_telegram_is_out_of_order(tmp_path: Path, box: Sandbox, method: str) -> None:
    async with start_command(tmp_path, box.url) as suara:
        if method == "*":
            ani = await begin_interview(box)
            await box.inject_fault(method, code=502, times=0)
            await ani.tap(AGREE["id"])
        else:
            await box.inject_fault(method, code=502, times=0)
        await suara.read_until("telegram cannot be reached")
        await suara.check_stop()
    await box.clear_faults()


async def test_while_a_report_is_made(tmp_path: Path, box: Sandbox) -> None:
    office = await box.add_person(OFFICE, first_name="Sekretariat", language_code="id")
    changes = {"chats = []": f"chats = [{OFFICE}]"}
    async with start_command(tmp_path, box.url, **changes) as suara:
        await office.say("/laporan")
        await office.wait_until(lambda screen: bool(screen.card.labels), 40)
        await office.tap(office.screen.card.labels[0])
        await wait_for(lambda: bool(suara.list_workers()))
        workers = suara.list_workers()
        await suara.check_stop()
    assert not any(map(is_there, workers))


async def test_while_somebody_else_holds_the_database_at_the_start(
    tmp_path: Path, box: Sandbox
) -> None:
    async with start_command(tmp_path, box.url) as suara:
        await begin_interview(box)
        await suara.stop()
    with closing(sqlite3.connect(tmp_path / "suara.db", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        async with start_command(tmp_path, box.url) as suara:
            await wait_for(lambda: has_open(suara.process.pid, tmp_path / "suara.db"))
            await suara.check_stop()


def has_open(process: int, file: Path) -> bool:
    return any(
        link.is_symlink() and os.path.realpath(link) == str(file)
        for link in Path(f"/proc/{process}/fd").iterdir()
    )


STUCK = """
import asyncio, time
from bot.command_line.base import run_command

async def work(stop):
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 60)
    print("stuck", flush=True)
    await stop.wait()

run_command(work, 1.0)
"""


async def test_while_something_is_stuck_for_which_python_itself_would_wait() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STUCK, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 40) == b"stuck\n"
    suara = RunningCommand(process)
    await suara.check_stop()
    assert "stopped in the middle" in suara.errors
