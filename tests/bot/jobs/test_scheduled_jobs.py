"""What the minute brings comes each minute, whatever the machine's clock is put to meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

import apscheduler.schedulers.base
import pytest
from structlog.testing import capture_logs

import bot.clock
from bot.jobs import scheduled_jobs
from bot.jobs.scheduled_jobs import JobScheduler, PeriodicTrigger
from reports.delivery.scheduler import ReportScheduler
from sandbox import Sandbox
from tests.bot.running_bot import build_test_config, run_bot

INTERVAL = 0.4
CHECK = 0.05
#: How much later than its interval a run may be: the look, and what a busy machine takes.
LATEST = INTERVAL + CHECK + 0.3
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)


class MachineTime(datetime):
    """The machine's time of day as programs read it, put by hand."""

    ahead = timedelta(0)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        # By way of UTC, as a system's clock: adding to local time would miss where clocks change.
        moment = datetime.now(UTC) + cls.ahead
        return cls.fromtimestamp(moment.timestamp(), tz)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[MachineTime]]:
    """A machine whose clock can be put: for APScheduler as for us."""
    for module in (apscheduler.schedulers.base, bot.clock, scheduled_jobs):
        monkeypatch.setattr(module, "datetime", MachineTime)
    yield MachineTime
    MachineTime.ahead = timedelta(0)


@dataclass
class CountedJob:
    """Notes by the steady clock when it is run."""

    runs: list[float] = field(default_factory=list)

    async def run(self) -> None:
        self.runs.append(time.monotonic())

    def list_pauses(self) -> list[float]:
        return [later - earlier for earlier, later in pairwise(self.runs)]


@asynccontextmanager
async def run_each_interval(work: Callable[[], Awaitable[None]]) -> AsyncIterator[JobScheduler]:
    scheduler = JobScheduler()
    scheduler.add_job("counted", work, timedelta(seconds=INTERVAL))
    scheduler.start(CHECK)
    try:
        yield scheduler
    finally:
        await scheduler.close()


@pytest.mark.parametrize(
    "jump",
    [-HOUR, HOUR, -DAY, DAY, -56 * YEAR, 56 * YEAR, -timedelta(seconds=0.2)],
    ids=["hour back", "hour on", "day back", "day on", "years back", "years on", "a moment back"],
)
async def test_a_clock_that_is_put_neither_delays_nor_doubles_a_run(
    machine: type[MachineTime], jump: timedelta
) -> None:
    job = CountedJob()
    async with run_each_interval(job.run):
        await asyncio.sleep(1.6 * INTERVAL)
        machine.ahead += jump
        await asyncio.sleep(3 * INTERVAL)
        machine.ahead -= jump
        await asyncio.sleep(3 * INTERVAL)
    pauses = job.list_pauses()
    assert max(pauses) < LATEST
    assert min(pauses) > INTERVAL / 2
    assert 5 <= len(job.runs) <= 9


@pytest.mark.parametrize("hour", ["2026-10-25T00:59:30+00:00", "2026-03-29T00:59:30+00:00"])
def test_where_walls_show_an_hour_twice_or_never_the_next_run_is_no_further_off(hour: str) -> None:
    now = datetime.fromisoformat(hour).astimezone(ZoneInfo("Europe/Berlin"))
    due = PeriodicTrigger(timedelta(minutes=1)).get_next_fire_time(None, now)
    assert due - datetime.fromisoformat(hour) == timedelta(minutes=1)


async def test_the_operator_is_told_of_a_clock_that_was_put_back_and_not_of_small_corrections(
    machine: type[MachineTime],
) -> None:
    async with run_each_interval(CountedJob().run):
        with capture_logs() as logs:
            for jump in (-timedelta(seconds=1), -HOUR, HOUR):
                machine.ahead += jump
                await asyncio.sleep(2 * INTERVAL)
    assert [(line["event"], round(line["seconds"], -2)) for line in logs] == [
        ("clock put back", 3600)
    ]


async def test_a_running_suara_goes_on_looking_what_is_due_when_the_clock_is_put_back(
    machine: type[MachineTime], tmp_path: Path, box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduled_jobs, "DUE_CHECK_INTERVAL", timedelta(seconds=INTERVAL))
    woken: list[datetime] = []

    async def wake(self: ReportScheduler, now: datetime) -> int:
        woken.append(now)
        return await really_wake(self, now)

    really_wake = ReportScheduler.wake
    monkeypatch.setattr(ReportScheduler, "wake", wake)
    async with run_bot(build_test_config(tmp_path, box.url)):
        machine.ahead = -HOUR
        before = len(woken)
        async with asyncio.timeout(30):
            while len(woken) < before + 3:
                await asyncio.sleep(0.05)
    assert all(moment < datetime.now(UTC) - HOUR / 2 for moment in woken[-2:])


async def test_a_job_that_fails_says_where_and_is_run_again() -> None:
    async def fail() -> None:
        raise ValueError("Sari, 4711")

    with capture_logs() as logs:
        async with run_each_interval(fail):
            await asyncio.sleep(1.5 * INTERVAL)
    assert [line["event"] for line in logs[:2]] == ["job failed"] * 2
    assert "ValueError" in str(logs[0])
    assert "Sari" not in str(logs)


async def test_who_closes_the_scheduler_waits_until_a_job_has_cleared_up(
    caplog: pytest.LogCaptureFixture,
) -> None:
    cleared: list[bool] = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.1)
            cleared.append(True)

    async with run_each_interval(work):
        await asyncio.sleep(CHECK)
    assert cleared == [True]
    assert [line for line in caplog.records if line.levelname == "ERROR"] == []
