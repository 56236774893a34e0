"""Who gets which report and when, as an operator changes it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from tests.bot.command_line.test_command_line import CommandResult, is_one_error_line, run_command
from tests.bot.running_bot import (
    DatabaseRecords,
    build_test_config,
    run_bot,
    validate_config,
    write_config_file,
)
from tests.survey.empty_database import create_empty_database

CHAT = "-1001234567890"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The settings, with a database that is there: of a new one a line is said."""
    asyncio.run(create_empty_database(tmp_path / "suara.db"))
    return write_config_file(tmp_path, "http://127.0.0.1:1")


def told(path: Path, *words: str) -> CommandResult:
    return run_command(*words, "--config", str(path))


def test_a_chat_is_added_changed_listed_and_taken_out(path: Path) -> None:
    added = told(path, "chats", "set", CHAT)
    assert added.output.strip() == f"{CHAT}  id  kinds all  formats pdf, xlsx"
    changed = told(
        path, "chats", "set", CHAT, "--language", "id+en", "--kinds", "weekly,pra",
        "--formats", "pdf,png", "--quiet", "21:00-06:00", "--skip-unchanged",
    )  # fmt: skip
    line = (
        f"{CHAT}  id+en  kinds weekly, pra  formats pdf, png  quiet 21:00-06:00  "
        "nothing when nothing changed"
    )
    assert changed.output.strip() == line
    only = told(path, "chats", "set", CHAT, "--quiet", "none", "--no-skip-unchanged")
    assert only.output.strip() == f"{CHAT}  id+en  kinds weekly, pra  formats pdf, png"
    listed = told(path, "chats", "list")
    assert listed.output == only.output
    removed = told(path, "chats", "remove", CHAT)
    assert removed.status == 0
    again = told(path, "chats", "remove", CHAT)
    assert again.status == 2
    assert is_one_error_line(again, f"There is no chat {CHAT}", "there are none")


@pytest.mark.parametrize(
    ("option", "wish", "remedy"),
    [("--quiet", "21", "21:00-06:00"), ("--kinds", "weekly,brief", "'pra'"),
     ("--formats", "docx", "'xlsx'"), ("--language", "jv", "'id+en'")],
)  # fmt: skip
def test_what_a_chat_cannot_have_is_refused_with_what_it_can(
    path: Path, option: str, wish: str, remedy: str
) -> None:
    ended = told(path, "chats", "set", CHAT, option, wish)
    assert ended.status == 2
    assert is_one_error_line(ended, option.removeprefix("--"), remedy)


def test_a_schedule_is_added_changed_stopped_and_goes_on(path: Path) -> None:
    missing = told(path, "schedules", "set", "gelombang")
    assert is_one_error_line(missing, "--every")
    every = "wave closes, 2 hours later"
    added = told(path, "schedules", "set", "gelombang", "--every", every, "--report", "wave")
    assert added.output.strip() == f"gelombang  wave  {every}  upon the event"
    daily = told(path, "schedules", "set", "harian", "--every", "cron 0 16 * * Mon-Fri")
    assert "16:00 WIB" in daily.output
    stopped = told(path, "schedules", "stop", "gelombang")
    assert stopped.status == 0
    listed = told(path, "schedules", "list")
    assert [line.split("  ")[0] for line in listed.output.splitlines()] == ["gelombang", "harian"]
    assert "stopped" in listed.output
    again = told(path, "schedules", "set", "gelombang")
    assert again.output == added.output
    unknown = told(path, "schedules", "stop", "mingguan")
    assert is_one_error_line(unknown, "gelombang, harian")


@pytest.mark.parametrize(
    ("every", "report", "why"),
    [("cron 0 7 * * 1", "weekly", "some count Monday as 0"),
     ("after workshop", "wave", "wave closes"), ("monthly, 31 07:00", "pra", "monthly, 1 07:00")],
)  # fmt: skip
def test_a_schedule_that_could_be_misread_is_refused_with_why(
    path: Path, every: str, report: str, why: str
) -> None:
    ended = told(path, "schedules", "set", "x", "--every", every, "--report", report)
    assert ended.status == 2
    assert is_one_error_line(ended, why)


async def test_chats_may_be_seeded_as_numbers_and_as_tables_and_then_the_database_rules(
    box: Sandbox, tmp_path: Path
) -> None:
    raw: dict[str, Any] = build_test_config(tmp_path, box.url).model_dump(mode="json")
    raw["secretariat"]["language"] = "en"
    raw["secretariat"]["chats"] = [
        -1,
        {"id": -2, "language": "id+en", "kinds": ["wave"], "formats": ["png"],
         "quiet": "22:00-5:00", "skip_unchanged": True},
    ]  # fmt: skip
    for _ in range(2):
        async with run_bot(validate_config(raw)):
            pass
        raw["secretariat"]["chats"][1]["language"] = "id"
    rows = DatabaseRecords(tmp_path / "suara.db").rows(
        "SELECT id, language, kinds, formats, quiet, skip_unchanged FROM chat ORDER BY id"
    )
    assert rows == [
        (-2, "id+en", '["wave"]', '["png"]', "22:00-5:00", 1),
        (-1, "en", "[]", '["pdf", "xlsx"]', "", 0),
    ]
