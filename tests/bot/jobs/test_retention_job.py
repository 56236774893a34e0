"""A running Suara with a wrong clock keeps everything, and the operator reads what is deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from structlog.testing import capture_logs

from bot.clock import Clock
from bot.jobs.retention_job import RetentionJob
from bot.telegram.client import find_telegram_time
from bot.telegram.telegram_time import TelegramTime
from sandbox import Sandbox
from tests.bot.running_bot import DatabaseRecords, RunningBot, build_test_config, run_bot

YEAR, DAY = timedelta(days=365), timedelta(days=1)
TABLES = ("contact", "interview", "step", "cause")


async def test_started_with_the_clock_three_years_ahead_nothing_is_deleted(
    tmp_path: Path, box: Sandbox
) -> None:
    config = build_test_config(tmp_path, box.url)
    async with run_bot(config) as app:
        await RunningBot(box, app, tmp_path).add_resident()
    records = DatabaseRecords(tmp_path / "suara.db")
    before = [records.rows(f"SELECT * FROM {table}") for table in TABLES]  # noqa: S608
    with capture_logs() as logs:
        async with run_bot(config, Clock(3 * YEAR)) as app:
            await run_twice(app.retention)
    assert [records.rows(f"SELECT * FROM {table}") for table in TABLES] == before  # noqa: S608
    held = [line["reason"] for line in logs if line["event"] == "nothing deleted"]
    assert len(held) >= 2
    assert all("Telegram 20" in reason for reason in held)


async def test_the_operator_reads_a_week_ahead_what_is_deleted_and_then_that_it_was(
    suara: RunningBot,
) -> None:
    await suara.add_resident()
    told: list[str] = []
    clock = Clock(timedelta(days=30 + 90 - 3))
    job = replace(suara.app.retention, clock=clock, tell=told.append)
    job = replace(job, get_telegram_time=clock.now)
    await run_twice(job)
    assert suara.records.count("contact") == 1
    assert "links between people and their answers: 1" in told[0]
    assert "retention.contacts_days" in told[0]
    due = (clock.now() + 7 * DAY).astimezone(job.zone)
    assert f"{due:%Y-%m-%d}" in told[0]
    clock.ahead += 7 * DAY
    with capture_logs() as logs:
        await run_twice(job)
    assert suara.records.count("contact") == 0
    assert told[1:] == ["Deleted, as announced: links between people and their answers: 1."]
    (line,) = [line for line in logs if line["event"] == "deleted"]
    assert (line["what"], line["count"]) == ("contacts", 1)


async def test_telegrams_time_is_heard_with_its_answers(suara: RunningBot) -> None:
    heard = find_telegram_time(suara.app.bot).now()
    assert heard is not None
    assert abs(heard - suara.app.clock.now()) < timedelta(minutes=1)


def test_what_is_no_date_is_passed_over() -> None:
    clock = TelegramTime()
    for header in (None, "", "tomorrow", "Mon, 99 Nov 2026 12:00:00 GMT"):
        clock.note_header(header)
        assert clock.now() is None
    clock.note_header("Mon, 30 Nov 2026 12:00:00 GMT")
    moment = clock.now()
    assert isinstance(moment, datetime)
    assert f"{moment:%Y-%m-%d %H:%M}" == "2026-11-30 12:00"


async def run_twice(job: RetentionJob) -> None:
    """The first look after so long finds no newer record than years ago; the second finds it."""
    await job.run()
    await job.run()
