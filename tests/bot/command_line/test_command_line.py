"""The command ``suara`` as an operator meets it: its words, its exit status, how it is ended."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import structlog
from typer.testing import CliRunner

from bot.__main__ import app
from sandbox import Sandbox
from tests.bot.running_bot import ROOT, TOKEN, run_bot_process, write_config_file
from tests.survey.empty_database import create_empty_database


class CommandResult(NamedTuple):
    """How a command ended."""

    status: int
    output: str
    errors: str


async def run_in_process(
    *arguments: str, folder: Path, token: str = TOKEN, seconds: float = 30
) -> CommandResult:
    """Run the command to its end, as a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=folder,
        env=os.environ | {"SUARA_TOKEN": token, "COLUMNS": "300"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, errors = await asyncio.wait_for(process.communicate(), seconds)
    return CommandResult(process.returncode or 0, said.decode(), errors.decode())


def run_command(*arguments: str, typed: str | None = None) -> CommandResult:
    """Run the command to its end in this process: starting another takes a second."""
    try:
        ended = CliRunner(env={"SUARA_TOKEN": TOKEN}).invoke(
            app, arguments, typed, catch_exceptions=False
        )
    finally:
        # The command lets logs go to its standard error, which is closed by now.
        structlog.reset_defaults()
    return CommandResult(ended.exit_code, ended.stdout, ended.stderr)


def is_one_error_line(ended: CommandResult, *words: str) -> bool:
    """Whether the operator was told in one line, with all ``words`` and no traceback."""
    lines = ended.errors.strip().splitlines()
    return len(lines) == 1 and all(word in lines[0] for word in ("suara: ", *words))


async def test_every_fault_of_the_settings_is_told_and_the_status_is_2(tmp_path: Path) -> None:
    path = write_config_file(tmp_path, "ftp://telegram", **{"Asia/Jakarta": "Mars/Olympus"})
    ended = await run_in_process("run", "--config", str(path), folder=tmp_path)
    assert ended.status == 2
    assert "suara: telegram.api_url: " in ended.errors
    assert "suara: suara.timezone: " in ended.errors
    assert "Traceback" not in ended.errors


async def test_without_settings_the_operator_is_told_where_to_name_them(tmp_path: Path) -> None:
    ended = await run_in_process("run", folder=tmp_path)
    assert ended.status == 2
    assert is_one_error_line(ended, "config.toml", "--config")


async def test_a_wrong_token_ends_with_one_line(tmp_path: Path, box: Sandbox) -> None:
    await create_empty_database(tmp_path / "suara.db")
    path = str(write_config_file(tmp_path, box.url))
    wrong, shapeless = await asyncio.gather(
        run_in_process("run", "-c", path, folder=tmp_path, token="999:" + "x" * 30),
        run_in_process("run", "-c", path, folder=tmp_path, token="hello"),
    )
    assert wrong.status == 2
    assert is_one_error_line(wrong, "does not know this token", "@BotFather")
    assert shapeless.status == 2
    assert is_one_error_line(shapeless, "SUARA_TOKEN")
    assert "hello" not in shapeless.errors


async def test_an_unreachable_server_is_waited_for_with_one_line_until_sigterm(
    tmp_path: Path,
) -> None:
    await create_empty_database(tmp_path / "suara.db")
    async with run_bot_process(tmp_path, "http://127.0.0.1:9") as process:
        assert process.stderr is not None
        line = (await asyncio.wait_for(process.stderr.readline(), 30)).decode()
        await asyncio.sleep(3.5)  # Two more attempts.
        process.send_signal(signal.SIGTERM)
        said, errors = await asyncio.wait_for(process.communicate(), 10)
    assert "telegram cannot be reached" in line
    assert "telegram.api_url" in line
    assert (process.returncode, said, errors) == (0, b"", b"")


async def test_a_strange_file_for_a_database_ends_with_one_line(
    tmp_path: Path, box: Sandbox
) -> None:
    (tmp_path / "suara.db").write_bytes(b"not a database at all, but long enough" * 99)
    path = str(write_config_file(tmp_path, box.url))
    strange = await run_in_process("run", "-c", path, folder=tmp_path)
    assert strange.status == 2
    assert is_one_error_line(strange, "not a database", "[database] url")


async def test_a_second_poller_is_told_of_the_first_one_and_goes_on_waiting(
    tmp_path: Path, box: Sandbox
) -> None:
    await box.inject_fault(
        "getUpdates", code=409, description="Conflict: terminated by other getUpdates"
    )
    async with run_bot_process(tmp_path, box.url) as process:
        ani = await box.add_person(1001, first_name="Ani")
        await ani.start("persepsi")
        await ani.wait_for_card(30)  # The other one has gone.
        process.send_signal(signal.SIGINT)
        _, errors = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    assert errors.count(b"another program polls with the same token") == 1
    assert b"stop it; we wait a minute for it to go" in errors


async def test_ctrl_c_ends_it_quietly(tmp_path: Path, box: Sandbox) -> None:
    async with run_bot_process(tmp_path, box.url) as process:
        ani = await box.add_person(1001, first_name="Ani")
        await ani.start("persepsi")
        await ani.wait_for_card(30)
        process.send_signal(signal.SIGINT)
        said, errors = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    assert b"https://t.me/suara_bot" in said
    assert b"Traceback" not in errors
    assert b"1001" not in said + errors


def broken(folder: Path) -> Path:
    """The shipped questionnaires, one of them with two faults."""
    shutil.copytree(ROOT / "questionnaires", folder / "questionnaires")
    path = folder / "questionnaires" / "persepsi.md"
    source = path.read_text(encoding="utf-8")
    source = source.replace("| select_one banding |", "| select_one bandingan |")
    source = source.replace("${hubungan} = 'bukan'", "${hubungn} = 'bukan'")
    path.write_text(source, encoding="utf-8")
    return path


def test_check_names_sheet_row_and_column_of_every_fault(tmp_path: Path) -> None:
    bad = run_command("check", str(broken(tmp_path)))
    good = run_command("check", str(ROOT / "questionnaires" / "persepsi.md"))
    assert bad.status == 1
    assert "bandingan" in bad.output
    assert "hubungn" in bad.output
    assert "survey" in bad.output
    assert "row" in bad.output
    assert "column" in bad.output
    assert good.status == 0
    assert "good" in good.output


async def test_run_refuses_a_broken_questionnaire_before_anybody_sees_it(
    tmp_path: Path, box: Sandbox
) -> None:
    broken(tmp_path)
    path = write_config_file(
        tmp_path, box.url, **{str(ROOT / "questionnaires"): str(tmp_path / "questionnaires")}
    )
    ended = await run_in_process("run", "-c", str(path), folder=tmp_path)
    assert ended.status == 2
    assert "bandingan" in ended.errors
    assert "Traceback" not in ended.errors
    assert await box.list_calls() == []


def test_an_invitation_made_by_the_command_can_be_used(tmp_path: Path) -> None:
    path = str(write_config_file(tmp_path, "http://127.0.0.1:9"))
    air = ("--category", "air", "-c", path)
    made = run_command("invite", "add", "--sector", "academia", "--uses", "7", *air)
    wrong = run_command("invite", "add", "--sector", "army", *air)
    assert made.status == 0
    with closing(sqlite3.connect(tmp_path / "suara.db")) as connection:
        ((code, *about),) = connection.execute(
            "SELECT code, role, sector, category, uses FROM invitation"
        ).fetchall()
    assert about == ["participant", "akademisi", "air", 7]
    assert f"u-{code}" in made.output
    assert wrong.status == 2
    assert is_one_error_line(wrong, "--sector")
