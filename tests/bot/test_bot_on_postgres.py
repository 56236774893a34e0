"""A whole Suara on PostgreSQL: somebody answers, and commands find what they said."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import Config, DatabaseSettings
from sandbox import Sandbox
from survey.store.database import Store
from tests.bot.command_line.test_command_line import is_one_error_line, run_in_process
from tests.bot.perception_answers import QUESTION_NAMES, answer_until
from tests.bot.running_bot import (
    RunningBot,
    build_test_config,
    run_bot,
    write_config_file,
)
from tests.postgres_server import open_database
from tests.survey.empty_database import create_empty_database


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with open_database() as made:
        yield made


def configure(folder: Path, box: Sandbox, url: str) -> Config:
    return build_test_config(folder, box.url).model_copy(
        update={"database": DatabaseSettings(url=url, connections=4)}
    )


def write_file(folder: Path, url: str, telegram: str = "http://127.0.0.1:9") -> str:
    """The settings as a file that names another database than a SQLite file."""
    return str(
        write_config_file(folder, telegram, **{f"sqlite+aiosqlite:///{folder / 'suara.db'}": url})
    )


async def test_what_a_person_answers_is_kept_through_a_restart_reported_and_exported(
    tmp_path: Path, box: Sandbox, url: str
) -> None:
    async with run_bot(configure(tmp_path, box, url)) as app:
        ani = await RunningBot(box, app, tmp_path).add_resident()
        await answer_until(ani)
    async with run_bot(configure(tmp_path, box, url)) as app:
        ani.app = app
        card = await ani.tap("Kirim ✓")
        assert card.text.startswith("🙏 Terima kasih")
        assert len(ani.cards) == 1
    settings = write_file(tmp_path, url)
    for command in (
        ("export", "--out", str(tmp_path / "data")),
        ("report", "weekly", "--out", str(tmp_path / "report")),
        ("workshop", "list"),
        ("chats", "list"),
        ("invite", "add", "--sector", "government", "--category", "air"),
    ):
        ended = await run_in_process(*command, "-c", settings, folder=tmp_path, seconds=120)
        assert ended.status == 0, ended.errors
    with (tmp_path / "data" / "answers.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) >= len(QUESTION_NAMES)
    assert list((tmp_path / "report").glob("*.pdf"))


async def test_a_survey_is_moved_by_the_command_and_the_old_file_is_refused(
    tmp_path: Path, box: Sandbox
) -> None:
    async with open_database() as target:
        source = await create_empty_database(tmp_path / "suara.db")
        words = ("--from", source.replace("+aiosqlite", ""), "--to", target.replace("+asyncpg", ""))
        moved = await run_in_process("migrate", *words, folder=tmp_path, seconds=120)
        assert (moved.status, moved.errors) == (0, "")
        assert "Everything is there" in moved.output
        refused = await run_in_process(
            "run", "-c", str(write_config_file(tmp_path, box.url)), folder=tmp_path, seconds=120
        )
        assert refused.status == 2
        assert is_one_error_line(refused, "moved to postgresql+asyncpg://", "[database] url")
        async with Store.open(target):
            pass


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql+asyncpg://ani:rahasia@127.0.0.1:9/x", ("cannot be used", "Start PostgreSQL")),
        ("postgresql+asyncpg://ani:rahasia@127.0.0.1:port/x", ("database.url",)),
    ],
)
async def test_a_server_that_is_not_there_is_said_in_a_line_without_the_password(
    tmp_path: Path, box: Sandbox, address: str, words: tuple[str, ...]
) -> None:
    settings = write_file(tmp_path, address, box.url)
    ended = await run_in_process("run", "-c", settings, folder=tmp_path, seconds=120)
    assert ended.status in (1, 2)
    assert is_one_error_line(ended, *words)
    assert "rahasia" not in ended.errors + ended.output
