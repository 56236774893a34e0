"""What was once done by SQL: shown beforehand, done by a command, and on record."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from survey.services.interview_service import InterviewService
from survey.services.snapshot import Request
from survey.store.database import Store
from survey.store.interviews import Cause
from tests.bot.command_line.test_command_line import CommandResult, is_one_error_line, run_command
from tests.bot.running_bot import write_config_file

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def read_rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "suara.db")) as connection:
        return connection.execute(query).fetchall()


class OperatorDesk:
    """An operator whose database has an open wave and a resident who has begun to answer it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = str(write_config_file(folder, "http://127.0.0.1:9"))
        self.run("chats", "set", "-100999")
        times = ("--opens", "2025-01-01", "--closes", "2099-01-01")
        about = ("--questionnaire", "persepsi.md", "--audience", "resident")
        assert self.run("waves", "add", "persepsi", *about, *times, "--yes").status == 0

    def run(self, *arguments: str, typed: str | None = None) -> CommandResult:
        return run_command(*arguments, "-c", self.config, typed=typed)

    def list_wave(self) -> str:
        lines = self.run("waves", "list").output.splitlines()
        return next(line for line in lines if line.startswith("persepsi "))

    async def begin(self, person: int) -> None:
        """A resident comes and agrees."""
        async with open_survey(self.folder) as survey:
            await survey.arrive(Request(person, NOW, Cause(1, 1)), "id", "")
            await survey.agree(Request(person, NOW, Cause(1, 2)))

    async def list_open_waves(self, person: int) -> list[str]:
        """What a resident may answer now."""
        async with open_survey(self.folder) as survey:
            return [wave.id for wave in (await survey.read_snapshot(person, NOW)).open_waves]


@asynccontextmanager
async def open_survey(folder: Path) -> AsyncIterator[InterviewService]:
    async with Store.open(f"sqlite+aiosqlite:///{folder / 'suara.db'}") as store:
        yield InterviewService(store, UTC)


def test_waves_are_paused_opened_prolonged_and_closed_and_people_notice(tmp_path: Path) -> None:
    desk = OperatorDesk(tmp_path)
    asyncio.run(desk.begin(1001))
    asked = desk.run("waves", "pause", "persepsi", typed="n\n")
    assert asked.status == 1
    assert "takes no answers until" in asked.output
    assert desk.list_wave().endswith("open")
    assert desk.run("waves", "pause", "persepsi", "--yes", "--by", "Ratna").status == 0
    assert desk.list_wave().endswith("PAUSED")
    assert asyncio.run(desk.list_open_waves(1001)) == []
    assert desk.run("waves", "open", "persepsi", "--yes").status == 0
    assert asyncio.run(desk.list_open_waves(1001)) == ["persepsi"]
    prolonged = desk.run("waves", "extend", "persepsi", "--until", "2098-03-31 23:59", "--yes")
    assert "to 2098-03-31 23:59 Asia/Jakarta" in prolonged.output
    assert desk.run("waves", "close", "persepsi", "--yes").status == 0
    assert desk.list_wave().endswith("closed")
    assert "extend" in desk.run("waves", "open", "persepsi", "--yes").errors
    assert is_one_error_line(desk.run("waves", "close", "nowhere", "--yes"), "persepsi")
    told = desk.run("audit", "--last", "4").output.splitlines()
    acts = ["wave paused", "wave opened", "wave prolonged", "wave closed"]
    assert all(act in line for act, line in zip(acts, told, strict=True))
    assert "Ratna  command line" in told[0]


def test_somebody_is_forgotten_by_an_id_that_is_kept_nowhere(tmp_path: Path) -> None:
    desk = OperatorDesk(tmp_path)
    asyncio.run(desk.begin(987654321))
    asked = desk.run("forget", typed="987654321\nn\n")
    assert asked.status == 1
    assert "answers" in asked.output
    assert read_rows(tmp_path, "SELECT count(*) FROM contact") == [(1,)]
    done = desk.run("forget", "--by", "Ratna", typed="987654321\ny\n")
    assert done.status == 0, done.errors
    assert read_rows(tmp_path, "SELECT count(*) FROM contact") == [(0,)]
    ((code,),) = read_rows(tmp_path, "SELECT code FROM receipt")
    assert code in done.output
    assert "all was deleted on" in desk.run("forget", "--receipt", code).output
    ((who, subject),) = read_rows(
        tmp_path, "SELECT who, subject FROM audit ORDER BY id DESC LIMIT 1"
    )
    assert (who, subject) == ("Ratna", f"receipt {code}")
    listed = (tmp_path / "backup" / "erasures.jsonl").read_text()
    assert listed.count('"person"') == 1
    assert "987654321" not in done.output + done.errors + desk.run("audit").output
    assert desk.run("forget", "--yes", typed="987654321\n").status == 2


def test_a_wave_is_added_and_every_change_has_its_record(tmp_path: Path) -> None:
    desk = OperatorDesk(tmp_path)
    air = ("--sector", "academia", "--category", "air")
    assert desk.run("invite", "add", *air, "--by", "Budi").status == 0
    ((code,),) = read_rows(tmp_path, "SELECT code FROM invitation")
    assert "0 of 1 used  taken until" in desk.run("invite", "list").output
    assert desk.run("invite", "revoke", code, "--by", "Budi").status == 0
    assert "REVOKED" in desk.run("invite", "list").output
    assert desk.run("chats", "set", "-100123").status == 0
    times = ("--opens", "2027-04-01", "--closes", "2027-05-01 12:00")
    wanted = ("waves", "add", "kedua", "--questionnaire", "persepsi.md", *times, "--yes")
    assert desk.run(*wanted, "--audience", "resident").status == 0
    assert is_one_error_line(desk.run(*wanted, "--audience", "resident"), "already")
    assert desk.run(*wanted, "--audience", "king").status == 2
    rows = read_rows(tmp_path, "SELECT who, act FROM audit WHERE act != 'chat set' ORDER BY id")[1:]
    assert rows[:2] == [("Budi", "invitation made"), ("Budi", "invitation revoked")]
    assert rows[2][1] == "wave added"
    chats = read_rows(tmp_path, "SELECT subject FROM audit WHERE act = 'chat set'")
    assert chats == [("-100999",), ("-100123",)]
