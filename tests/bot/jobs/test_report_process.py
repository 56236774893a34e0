"""Reports are made in a process of their own, whatever becomes of it."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.jobs.report_process import make_report_in_process, run_in_process
from reports.request import ReportFailedError, ReportRequest
from survey.store.database import Store
from tests.survey.form_helpers import CITY_FILE

END = datetime(2026, 11, 23, tzinfo=UTC)


def weekly(folder: Path) -> ReportRequest:
    """The weekly brief of an empty database."""
    return ReportRequest(
        kind="weekly",
        start=END - timedelta(days=7),
        end=END,
        language="id",
        made_at=END,
        late=False,
        timezone="Asia/Jakarta",
        database_url=f"sqlite+aiosqlite:///{folder / 'suara.db'}",
        city="Jakarta",
        secretariat="Sekretariat",
        minimum_cell=5,
        city_file=str(CITY_FILE),
    )


async def test_a_process_that_is_killed_fails_one_report_and_not_the_next(tmp_path: Path) -> None:
    wanted = weekly(tmp_path)
    async with Store.open(wanted.database_url):
        making = asyncio.create_task(make_report_in_process(wanted))
        while not (children := multiprocessing.active_children()):
            await asyncio.sleep(0.01)
        for child in children:
            child.kill()
        with pytest.raises(ReportFailedError, match="too much memory") as found:
            await making
        assert "give the machine more" in found.value.remedy
        made = await make_report_in_process(wanted)
    assert made.files


def leave_a_folder(_: ReportRequest) -> str:
    """What making a report may leave lying about, where nobody tells it that it is over."""
    return tempfile.mkdtemp()


async def test_nothing_is_left_of_what_the_process_laid_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = await run_in_process(leave_a_folder, weekly(tmp_path), 60)
    assert Path(left).is_relative_to(tmp_path)
    assert not await asyncio.to_thread(os.listdir, tmp_path)


async def test_a_report_that_takes_too_long_is_ended_and_says_so(tmp_path: Path) -> None:
    wanted = weekly(tmp_path)
    async with Store.open(wanted.database_url):
        with pytest.raises(ReportFailedError, match="more than 1 seconds"):
            await make_report_in_process(wanted, seconds=1)
    for child in multiprocessing.active_children():  # It is dead; Python may not know it yet.
        child.join(10)
    assert not multiprocessing.active_children()


PARENT = """
import asyncio, sys, time
from bot.jobs.report_process import run_in_process
from tests.bot.jobs.test_report_process import sleep_for_long

asyncio.run(run_in_process(sleep_for_long, None, 300))
"""


def sleep_for_long(_: ReportRequest) -> str:
    """Longer than anybody waits; a report takes up to ten minutes."""
    sys.stdout.write(f"{os.getpid()}\n")
    sys.stdout.flush()
    time.sleep(300)
    return ""


async def test_killed_the_bot_leaves_no_process_behind() -> None:
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, stdout=asyncio.subprocess.PIPE
    )
    assert bot.stdout is not None
    worker = int(await asyncio.wait_for(bot.stdout.readline(), 120))
    bot.kill()
    async with asyncio.timeout(10):
        while is_running(worker):
            await asyncio.sleep(0.05)
    await bot.communicate()


def is_running(process: int) -> bool:
    """Whether there is such a process that is not merely waiting to be buried."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
