"""``suara backup``, ``suara restore``, and every command on a database of a newer Suara."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.clock import Clock
from bot.jobs.backup_job import BackupJob
from reports.delivery.due_times import CalendarTimes
from sandbox import Sandbox
from survey.store.file_guard import find_damage
from tests.bot.command_line.test_command_line import is_one_error_line, run_command
from tests.bot.running_bot import (
    DatabaseRecords,
    RunningBot,
    build_test_config,
    run_bot,
    write_config_file,
)


async def test_a_restore_played_through(tmp_path: Path, box: Sandbox) -> None:
    """Two answer, a backup is made, one withdraws, the database is lost, the backup is put back."""
    file = write_config_file(tmp_path, box.url, **{'"var/backup"': f'"{tmp_path / "backup"}"'})
    config = build_test_config(tmp_path, box.url)
    saved = tmp_path / "saved.db"
    async with run_bot(config) as app:
        suara = RunningBot(box, app, tmp_path)
        await suara.add_resident(1001)
        budi = await suara.add_resident(1002)
        made = await asyncio.to_thread(run_command, "backup", str(saved), "--config", str(file))
        assert "checked" in made.output
        refused = await asyncio.to_thread(run_command, "restore", str(saved), "--config", str(file))
        assert is_one_error_line(refused, "is in use: stop Suara first")
        await budi.say("/hapus")
        await budi.tap("Ya, hapus semuanya")
    lose(tmp_path / "suara.db")
    restored = await asyncio.to_thread(run_command, "restore", str(saved), "--config", str(file))
    assert restored.status == 0
    assert "(1 on the list)" in restored.output
    records = DatabaseRecords(tmp_path / "suara.db")
    assert records.rows("SELECT telegram_id FROM contact") == [(1001,)]
    async with run_bot(config) as app:
        ani = await RunningBot(box, app, tmp_path).add_person(1001)
        await ani.start()
        assert "Tinggal di Jakarta" in ani.cards[-1].labels
    assert records.count("interview") == 1
    acts = "SELECT act, subject FROM audit WHERE place = 'command line'"
    assert records.rows(acts) == [("backup restored", "saved.db")]


def lose(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("words", [("backup", "x.db"), ("restore", "x.db")])
def test_there_must_be_something_to_back_up_or_to_put_back(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    file = write_config_file(tmp_path, "http://127.0.0.1:1")
    told = run_command(*words, "--config", str(file))
    assert told.status in (1, 2)
    assert is_one_error_line(told)


@pytest.mark.parametrize(
    "words",
    [("report",), ("export",), ("chats", "list"), ("schedules", "list"), ("workshop", "list"),
     ("invite", "add", "--sector", "government", "--category", "air"), ("invite", "list"),
     ("chats", "set", "5"), ("waves", "list"), ("waves", "close", "w", "--yes"), ("audit",),
     ("forget", "--receipt", "AAAA-BBBB")],
    ids=" ".join,
)  # fmt: skip
def test_a_database_of_a_newer_suara_is_refused_by_every_command_in_one_line(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    file = write_config_file(tmp_path, "http://127.0.0.1:1")
    assert run_command("chats", "set", "4", "--config", str(file)).status == 0
    with closing(sqlite3.connect(tmp_path / "suara.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    told = run_command(*words, "--config", str(file))
    assert told.status == 1
    assert is_one_error_line(told, "newer version of Suara")


# By the clock


def build_job(suara: RunningBot, clock: Clock, told: list[str], kept: int = 2) -> BackupJob:
    return BackupJob(
        suara.folder / "suara.db",
        suara.folder / "made",
        CalendarTimes.parse("daily 02:30"),
        kept,
        clock,
        suara.app.config.suara.zone,
        told.append,
    )


async def test_a_backup_is_made_each_night_and_the_newest_are_kept(suara: RunningBot) -> None:
    await suara.add_resident()
    clock, told = Clock(), list[str]()
    job = build_job(suara, clock, told)
    for _ in range(4):
        await job.run()
        await job.run()  # It was made: nothing is due.
        clock.ahead += timedelta(days=1)
    made = job.list_backups()
    assert len(made) == 2
    assert [find_damage(path) for path in made.values()] == ["", ""]
    assert clock.now() - max(made) < timedelta(days=1, minutes=5)
    assert told == []


async def test_a_backup_of_a_clock_that_was_ahead_does_not_stop_the_next_ones(
    suara: RunningBot,
) -> None:
    clock = Clock(timedelta(days=1000))
    job = build_job(suara, clock, [])
    await job.run()
    clock.ahead = timedelta(0)
    await job.run()
    assert len(job.list_backups()) == 2


async def test_a_backup_that_cannot_be_made_is_told(suara: RunningBot) -> None:
    told: list[str] = []
    (suara.folder / "made").write_text("in the way")
    with capture_logs() as logs:
        await build_job(suara, Clock(), told).run()
    assert [line["event"] for line in logs] == ["backup failed"]
    assert "No backup could be made" in told[0]
