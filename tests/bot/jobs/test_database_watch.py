"""``suara run`` ends when the database at its path is another one, and loses nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.jobs.database_watch import watch_database
from sandbox import Sandbox
from survey.store.file_guard import name_creation_note
from tests.bot.running_bot import (
    AGREE,
    DatabaseRecords,
    RunningBot,
    build_test_config,
    run_bot,
    run_bot_process,
)

#: Seconds in which it ends: a look at the file every three, on a machine that may be busy.
SOON = 30


def take_away(path: Path) -> None:
    path.rename(path.with_name("taken.db"))


def put_another(path: Path) -> None:
    copy = path.with_name("copy.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"VACUUM INTO '{copy}'")
    take_away(path)
    copy.rename(path)


@pytest.mark.parametrize("harm", [take_away, put_another])
async def test_an_answer_given_after_the_file_was_replaced_is_not_acknowledged(
    tmp_path: Path, box: Sandbox, harm: Callable[[Path], None]
) -> None:
    path = tmp_path / "suara.db"
    async with run_bot_process(tmp_path, box.url) as process:
        ani = await box.add_person(1001, first_name="Ani", language_code="id")
        await ani.start("persepsi")
        await ani.wait_until(lambda screen: AGREE["id"] in screen.card.labels, 40)
        harm(path)
        await ani.tap(AGREE["id"])
        _, errors = await asyncio.wait_for(process.communicate(), SOON)
    assert process.returncode == 1
    told = [line for line in errors.decode().splitlines() if line.startswith("suara: ")]
    assert len(told) == 1
    assert "takes nothing more" in told[0]
    assert "Traceback" not in errors.decode()
    # The right file is put back: what was not acknowledged comes again.
    path.unlink(missing_ok=True)
    path.with_name("taken.db").rename(path)
    async with run_bot(build_test_config(tmp_path, box.url)):
        await ani.wait_until(lambda screen: "Tinggal di Jakarta" in screen.card.labels, 40)
    assert DatabaseRecords(path).count("interview") == 1


async def test_it_ends_also_while_nobody_answers(tmp_path: Path, box: Sandbox) -> None:
    async with run_bot_process(tmp_path, box.url) as process:
        assert process.stdout is not None
        await asyncio.wait_for(process.stdout.readline(), 40)
        (tmp_path / "suara.db").unlink()
        _, errors = await asyncio.wait_for(process.communicate(), SOON)
    assert process.returncode == 1
    assert "suara.db is gone" in errors.decode()


async def test_it_does_not_begin_anew_where_the_database_is_gone(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_bot(build_test_config(tmp_path, box.url)):
        pass
    path = tmp_path / "suara.db"
    path.unlink()
    async with run_bot_process(tmp_path, box.url) as process:
        _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert f"delete {name_creation_note(path).name}" in errors.decode()
    assert not path.exists()


async def test_it_does_not_begin_with_a_damaged_page(tmp_path: Path, box: Sandbox) -> None:
    async with run_bot(build_test_config(tmp_path, box.url)) as app:
        await RunningBot(box, app, tmp_path).add_resident()
    path = tmp_path / "suara.db"
    damage_page(path)
    async with run_bot_process(tmp_path, box.url) as process:
        _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 2
    (line,) = errors.decode().splitlines()
    assert "is damaged" in line
    assert "suara restore FILE" in line


def damage_page(path: Path) -> None:
    content = path.read_bytes()
    page = content.index(b"31.74") // 4096  # A code of a choice.
    with path.open("r+b") as file:
        file.seek(page * 4096)
        file.write(b"\xa5" * 4096)


async def test_a_page_that_is_damaged_later_is_told_every_week(suara: RunningBot) -> None:
    path = suara.folder / "suara.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    told: list[str] = []
    damage_page(path)
    with capture_logs() as logs:
        watching = asyncio.create_task(watch_database(suara.app.store, 0.02, 0.05, told.append))
        async with asyncio.timeout(20):
            while len(told) < 2:
                await asyncio.sleep(0.02)
        watching.cancel()
    assert "suara restore FILE" in told[0]
    assert "database damaged" in [line["event"] for line in logs]
