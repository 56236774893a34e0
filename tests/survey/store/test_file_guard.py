"""Whoever puts another file in the database's place is found out, and nobody else."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from survey.store import contacts
from survey.store.database import Store, StoreError, explain_database_fault
from survey.store.file_guard import (
    FileGuard,
    ReplacedDatabaseError,
    explain_damage,
    find_damage,
    name_creation_note,
)
from survey.store.schema import contact
from tests.survey.empty_database import create_empty_database, database_url

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "suara.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    async with Store.open(await create_empty_database(path)) as opened:
        yield opened


async def add_people(store: Store, first: int, many: int) -> None:
    for number in range(first, first + many):
        await store.keep(contacts.add_person(number, f"p{number}", "id", "", NOW))


def change_with_sqlite(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)


def delete_file(path: Path) -> None:
    path.unlink()


def replace_file(path: Path) -> None:
    copy = path.with_name("copy.db")
    change_with_sqlite(path, f"VACUUM INTO '{copy}'")
    copy.rename(path)


def delete_log(path: Path) -> None:
    path.with_name("suara.db-wal").unlink()


@pytest.mark.parametrize("harm", [delete_file, replace_file, delete_log])
async def test_nothing_is_called_kept_once_another_file_is_there(
    store: Store, path: Path, harm: Callable[[Path], None]
) -> None:
    await add_people(store, 1, 3)
    harm(path)
    with pytest.raises(ReplacedDatabaseError) as told:
        await add_people(store, 4, 1)
    assert "Suara ends and takes nothing more" in explain_database_fault(told.value)


def overwrite(path: Path) -> None:
    """What ``cp backup.db var/suara.db`` does: the same file with another content."""
    older = path.with_name("older.db")
    change_with_sqlite(path, f"VACUUM INTO '{older}'")
    with path.open("r+b") as file:
        file.write(older.read_bytes())


def cut_off(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(8192)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def write_a_text(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"Dear diary" * 10)


@pytest.mark.parametrize("harm", [overwrite, cut_off, empty, write_a_text])
async def test_what_is_written_into_the_same_file_is_found(
    store: Store, path: Path, harm: Callable[[Path], None]
) -> None:
    assert store.guard is not None
    for first in (1, 101, 201):
        await add_people(store, first, 20)
        change_with_sqlite(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    store.guard.check()
    harm(path)
    with pytest.raises(ReplacedDatabaseError):
        store.guard.check()


FILLER = (
    "CREATE TABLE filler AS WITH RECURSIVE row(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row "
    "WHERE n < 3000) SELECT n, hex(randomblob(200)) FROM row"
)


async def test_what_sqlite_does_itself_is_no_fault(store: Store, path: Path) -> None:
    """Growing, becoming smaller, and what else an operator does with sqlite3 meanwhile."""
    assert store.guard is not None
    take_in = "PRAGMA wal_checkpoint(TRUNCATE)"
    for statement in (FILLER, take_in, "DROP TABLE filler", "VACUUM", take_in, "ANALYZE", take_in):
        change_with_sqlite(path, statement)
        store.guard.check()
        await add_people(store, 1000 * len(await list_people(store)) + 1, 3)
        store.guard.check()


async def list_people(store: Store) -> list[int]:
    async with store.read() as connection:
        return list((await connection.execute(select(contact.c.telegram_id))).scalars())


async def test_looks_while_people_answer_and_the_log_is_taken_in_find_nothing(
    store: Store, path: Path
) -> None:
    assert store.guard is not None
    adding = asyncio.create_task(add_people(store, 1, 100))
    while not adding.done():
        store.guard.check()
        await asyncio.to_thread(change_with_sqlite, path, "PRAGMA wal_checkpoint(TRUNCATE)")
    await adding


async def test_what_was_copied_over_the_file_is_left_as_it_is_at_the_end(path: Path) -> None:
    """SQLite would write into it what its log holds of the old one."""
    url = await create_empty_database(path)
    async with Store.open(url) as store:
        assert store.guard is not None
        await add_people(store, 1, 3)
        store.guard.check()
        overwrite(path)
        copied = read_if_there(path)
        with pytest.raises(ReplacedDatabaseError):
            store.guard.check()
    assert read_if_there(path) == copied


# A new one


async def test_a_new_database_is_made_where_none_was_and_that_is_said(path: Path) -> None:
    with capture_logs() as logs:
        async with Store.open(database_url(path)):
            pass
        async with Store.open(database_url(path)):
            pass
    assert [line["event"] for line in logs] == ["new database made"]
    assert "makes no new" in name_creation_note(path).read_text()


@pytest.mark.parametrize("harm", [delete_file, empty])
async def test_no_new_one_is_made_in_the_place_of_one_that_is_gone(
    path: Path, harm: Callable[[Path], None]
) -> None:
    # Also where it was made before there were notes.
    async with Store.open(await create_empty_database(path)):
        pass
    harm(path)
    with pytest.raises(StoreError, match="is gone") as told:
        async with Store.open(database_url(path)):
            pass
    assert "suara restore FILE" in str(told.value)
    assert read_if_there(path) == b""
    # As the line says.
    name_creation_note(path).unlink()
    async with Store.open(database_url(path)):
        assert read_if_there(path) != b""


def read_if_there(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


async def test_a_log_without_its_database_is_a_trace_of_it_too(path: Path) -> None:
    path.with_name("suara.db-wal").write_bytes(b"x")
    with pytest.raises(StoreError, match="suara.db-wal says so"):
        async with Store.open(database_url(path)):
            pass


# Whole


def damage_page_of(path: Path, word: bytes) -> Path:
    """A copy in which the page with a word is damaged."""
    whole = path.read_bytes()
    page = whole.index(word) // 4096
    damaged = path.with_name("damaged.db")
    damaged.write_bytes(whole[: page * 4096] + b"\xa5" * 4096 + whole[(page + 1) * 4096 :])
    return damaged


async def test_a_damaged_page_is_found_before_it_is_read(path: Path) -> None:
    async with Store.open(await create_empty_database(path)) as store:
        await add_people(store, 1, 300)
    assert find_damage(path) == ""
    damaged = damage_page_of(path, b"p150")
    damage = find_damage(damaged)
    assert damage != ""
    assert "\n" not in explain_damage(damaged, damage)
    assert "suara restore FILE" in explain_damage(damaged, damage)
    shutil.copy(path, damaged)
    assert find_damage(damaged) == ""


def test_a_guard_needs_no_right_to_write(path: Path) -> None:
    change_with_sqlite(path, "PRAGMA journal_mode = WAL")
    change_with_sqlite(path, "CREATE TABLE x (y)")
    path.chmod(0o400)
    guard = FileGuard(path)
    guard.check()
    guard.close()
