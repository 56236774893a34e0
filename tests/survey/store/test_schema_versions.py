"""Tables of every earlier version come with what is in them, all or nothing."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from survey.store.database import Store, StoreError, begin_immediately, build_engine
from survey.store.database import upgrade_tables as bring_up_to_date
from survey.store.schema_version import list_known_versions
from tests.survey.empty_database import database_url
from tests.survey.store.test_store_migrations import upgrade_to

VERSIONS = list_known_versions()
#: Rows that every version has room for; each with what it needs.
ROWS = (
    ("questionnaire", "digest, id, version, xform, added_at", "'d', 'uji', '1', '<x/>', 1"),
    (
        "wave",
        "id, digest, audience, opens_at, closes_at, languages",
        "'uji', 'd', '[]', 1, 2, '[]'",
    ),
    ("respondent", "id, pseudonym, role, language, joined_at", "1, 'abc', 'resident', 'id', 1"),
    ("contact", "telegram_id, respondent_id, wave_id", "7111222333, 1, 'uji'"),
    (
        "interview",
        (
            "id, wave_id, respondent_id, digest, seed, language, started_at, last_at, steps, "
            "progress, position"
        ),
        "5, 'uji', 1, 'd', 1, 'id', 1, 2, 1, 0.5, ''",
    ),
    ("step", "interview_id, number, kind, key, value, at", "5, 1, 'answer', '/uji/a', 'kata', 2"),
    ("question", "id, questionnaire, path", "1, 'uji', '/uji/a'"),
    (
        "answer",
        "interview_id, question_id, occurrence, number, value, answered_at",
        "5, 1, '', 0, 'kata', 2",
    ),
    ("refusal", "id, wave_id, language, at", "1, 'uji', 'id', 1"),
    ("receipt", "code, at, interviews", "'AAAA-BBBB', 1, '{}'"),
    ("cause", "source, key, at", "9, 1, 1"),
)


def fill(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for table, columns, values in ROWS:
            connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({values})")  # noqa: S608
        connection.commit()


def read_rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(f"SELECT {columns} FROM {table}").fetchall()  # noqa: S608
            for table, columns, _ in ROWS
        }


def read_schema(path: Path) -> tuple[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        version = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return version, connection.execute("SELECT name, sql FROM sqlite_master").fetchall()


def make_old_database(path: Path, version: str) -> None:
    upgrade_to(path, version)
    fill(path)


@pytest.mark.parametrize("version", VERSIONS)
async def test_every_earlier_version_is_brought_up_to_date_with_all_that_is_in_it(
    tmp_path: Path, version: str
) -> None:
    path = tmp_path / "suara.db"
    make_old_database(path, version)
    before = read_rows(path)
    async with Store.open(database_url(path)):
        pass
    assert read_rows(path) == before
    assert read_schema(path)[0] == VERSIONS[-1]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


async def test_broken_off_at_any_statement_it_is_the_old_version_with_all_its_rows(
    tmp_path: Path,
) -> None:
    """What a kill would leave is what stands in the files at that moment."""
    path = tmp_path / "suara.db"
    make_old_database(path, VERSIONS[0])
    before, old = read_rows(path), read_schema(path)
    engine = build_engine(database_url(path))
    begin_immediately(engine)
    images: list[Path] = []

    @event.listens_for(engine.sync_engine, "after_cursor_execute")
    def take_image(*_: object) -> None:
        folder = tmp_path / f"killed{len(images)}"
        folder.mkdir()
        for ending in ("", "-wal", "-shm"):
            if (file := path.with_name(f"suara.db{ending}")).exists():
                shutil.copy(file, folder / file.name)
        images.append(folder / "suara.db")

    async with engine.begin() as connection:
        await connection.run_sync(bring_up_to_date)
    await engine.dispose()
    assert len(images) > 50
    for image in images:
        assert read_schema(image) == old
        assert read_rows(image) == before
    assert read_schema(path)[0] == VERSIONS[-1]


async def test_a_migration_that_fails_leaves_the_old_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "suara.db"
    make_old_database(path, VERSIONS[3])
    before, old = read_rows(path), read_schema(path)

    def upgrade_and_fail(connection: Connection) -> None:
        bring_up_to_date(connection)
        raise StoreError("no further")

    monkeypatch.setattr("survey.store.database.upgrade_tables", upgrade_and_fail)
    with pytest.raises(StoreError, match="no further"):
        async with Store.open(database_url(path)):
            pass
    assert read_schema(path) == old
    assert read_rows(path) == before


async def test_a_newer_version_is_refused_in_one_line_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "suara.db"
    make_old_database(path, VERSIONS[-1])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = read_schema(path)
    with pytest.raises(StoreError, match="newer version of Suara") as told:
        async with Store.open(database_url(path)):
            pass
    assert "\n" not in str(told.value)
    assert read_schema(path) == before
