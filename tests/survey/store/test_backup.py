"""Backups are whole, made while people answer; and a restore forgets who withdrew since."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from survey.people import Respondent
from survey.store import backup as backups
from survey.store import contacts, erasures
from survey.store.backup import BackupError, restore_backup, write_backup
from survey.store.database import Store
from survey.store.erasure_list import (
    complete_erasure_list,
    read_erasure_list,
    read_stored_erasures,
)
from survey.store.erasures import Erasure, ErasureKind
from survey.store.file_guard import find_damage
from tests.survey.empty_database import create_empty_database, database_url

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "suara.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    url = await create_empty_database(path)
    async with Store.open(url, erasure_list=path.with_name("erasures.jsonl")) as opened:
        yield opened


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def read_whole(path: Path) -> bytes:
    return path.read_bytes()


def lose(path: Path) -> None:
    path.unlink()


def list_names(folder: Path, word: str) -> list[str]:
    return sorted(file.name for file in folder.glob(f"*{word}*"))


async def add_person(store: Store, number: int, at: datetime = NOW) -> Respondent:
    await store.keep(contacts.add_person(number, f"pseudonym{number}", "id", "", at))
    async with store.read() as connection:
        known = await contacts.find_contact(connection, number)
    assert known is not None
    return known.respondent


async def test_a_backup_made_while_people_come_holds_each_wholly_or_not_at_all(
    store: Store, path: Path, tmp_path: Path
) -> None:
    stop = asyncio.Event()
    came = 0

    async def let_people_come() -> None:
        nonlocal came
        while not stop.is_set():
            came += 1
            await store.keep(contacts.add_person(came, f"p{came}", "id", "", NOW))

    coming = asyncio.create_task(let_people_come())
    for number in range(4):
        before = came
        await asyncio.to_thread(write_backup, path, tmp_path / f"{number}.db")
        made = count(tmp_path / f"{number}.db", "contact")
        assert made >= before - 1
        assert made == count(tmp_path / f"{number}.db", "respondent")
        assert find_damage(tmp_path / f"{number}.db") == ""
    stop.set()
    await coming
    assert came > 4


async def test_a_backup_takes_no_others_place_and_leaves_no_half_one(
    store: Store, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_person(store, 1)
    target = tmp_path / "first.db"
    write_backup(path, target)
    with pytest.raises(BackupError, match="name another"):
        write_backup(path, target)
    monkeypatch.setattr(backups, "find_damage", lambda _: "row 7")
    with pytest.raises(BackupError, match="row 7"):
        write_backup(path, tmp_path / "second.db")
    assert list_names(tmp_path, "second") == []


async def test_who_withdrew_since_is_withdrawn_in_the_backup_too(
    path: Path, tmp_path: Path
) -> None:
    listed = path.with_name("erasures.jsonl")
    url = await create_empty_database(path)
    async with Store.open(url, erasure_list=listed) as store:
        stays, goes = await add_person(store, 7_111_222_333), await add_person(store, 7_444_555_666)
        write_backup(path, tmp_path / "old.db")
        await store.keep(erasures.erase_person(goes, LATER))
        await store.settle_erasures()
    assert count(tmp_path / "old.db", "contact") == 2
    # The database is lost with its own list: the one beside the backups is left.
    lose(path)
    restored = restore_backup(tmp_path / "old.db", path, read_erasure_list(listed), "later")
    assert restored.erased_again == 2  # The respondent and their contact.
    async with (
        Store.open(database_url(path), erasure_list=listed) as store,
        store.read() as connection,
    ):
        assert await contacts.find_contact(connection, 7_111_222_333) is not None
        assert await contacts.find_contact(connection, 7_444_555_666) is None
    content = read_whole(path)
    assert goes.pseudonym.encode() not in content
    assert (7_444_555_666).to_bytes(5, "big") not in content
    assert stays.pseudonym.encode() in content
    # And it is still known at the next restore.
    assert read_stored_erasures(path) == read_erasure_list(listed) != set()


async def test_the_list_names_nobody(store: Store, path: Path) -> None:
    gone = await add_person(store, 7_444_555_666)
    await store.keep(erasures.erase_person(gone, LATER))
    await store.settle_erasures()
    text = read_whole(path.with_name("erasures.jsonl")).decode()
    assert "person" in text
    for found in ("7444555666", gone.pseudonym):
        assert found not in text


async def test_who_was_unlinked_since_is_unlinked_in_the_backup_and_newcomers_are_not(
    store: Store, path: Path, tmp_path: Path
) -> None:
    await add_person(store, 1, NOW)
    await add_person(store, 2, LATER + timedelta(hours=1))
    write_backup(path, tmp_path / "old.db")
    unlinked = Erasure(ErasureKind.CONTACTS, "", LATER)
    restore_backup(tmp_path / "old.db", tmp_path / "new.db", {unlinked}, "later")
    assert count(tmp_path / "new.db", "contact") == 1
    assert count(tmp_path / "new.db", "respondent") == 2


def test_a_line_of_the_list_that_was_cut_off_costs_no_other(tmp_path: Path) -> None:
    listed = tmp_path / "erasures.jsonl"
    first, second = (Erasure(ErasureKind.PERSON, name, NOW) for name in ("a", "b"))
    complete_erasure_list(listed, [first])
    with listed.open("a") as file:
        file.write('\n{"kind": "per')
    complete_erasure_list(listed, [first, second])
    assert read_erasure_list(listed) == {first, second}


async def test_the_database_from_before_is_kept_aside_and_there_is_always_one(
    path: Path, tmp_path: Path
) -> None:
    url = await create_empty_database(path)
    async with Store.open(url) as store:
        await add_person(store, 1)
        write_backup(path, tmp_path / "old.db")
        await add_person(store, 2)
    restored = restore_backup(tmp_path / "old.db", path, set(), "20261121")
    assert restored.kept_aside == tmp_path / "suara-before-20261121.db"
    assert count(restored.kept_aside, "contact") == 2
    assert count(path, "contact") == 1
    assert list_names(tmp_path, "wal") == []


async def test_nothing_is_restored_while_somebody_uses_the_database(
    store: Store, path: Path, tmp_path: Path
) -> None:
    await add_person(store, 1)
    write_backup(path, tmp_path / "old.db")
    await add_person(store, 2)
    with pytest.raises(BackupError, match="stop Suara first"):
        restore_backup(tmp_path / "old.db", path, set(), "later")
    await add_person(store, 3)  # Its guard finds the file where it was.
    assert count(path, "contact") == 3
    assert list_names(tmp_path, "restoring") == []


@pytest.mark.parametrize("broken", ["missing", "text", "empty", "foreign", "damaged", "newer"])
async def test_what_is_no_whole_database_of_ours_is_refused_and_nothing_is_changed(
    path: Path, tmp_path: Path, broken: str
) -> None:
    async with Store.open(await create_empty_database(path)) as store:
        for number in range(1, 200):
            await store.keep(contacts.add_person(number, f"word{number}", "id", "", NOW))
    bad = tmp_path / "bad.db"
    if broken in ("damaged", "newer"):
        write_backup(path, bad)
    break_file(bad, broken)
    before = read_whole(path)
    with pytest.raises(BackupError):
        restore_backup(bad, path, set(), "later")
    assert read_whole(path) == before
    assert list_names(tmp_path, "before") == []


def break_file(bad: Path, how: str) -> None:
    if how in ("text", "empty"):
        bad.write_text("Dear diary\n" * 1000 if how == "text" else "")
    if how == "damaged":
        content = bad.read_bytes()
        page = content.index(b"word100") // 4096
        bad.write_bytes(content[: page * 4096] + b"\xa5" * 4096 + content[(page + 1) * 4096 :])
    if how in ("foreign", "newer"):
        with closing(sqlite3.connect(bad)) as connection:
            with suppress(sqlite3.OperationalError):
                connection.execute("CREATE TABLE alembic (x)")
            if how == "newer":
                connection.execute("UPDATE alembic_version SET version_num = '9999'")
            connection.commit()
