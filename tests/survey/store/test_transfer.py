"""A survey moves from a file to PostgreSQL: whole, after every interruption, and never twice."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from sqlite3 import connect

import pytest
from sqlalchemy import insert, select

from survey.people import Invitation, Role, Wave
from survey.services.administration import Administration
from survey.services.interview_service import InterviewService
from survey.services.snapshot import Request
from survey.store import transfer
from survey.store.database import Store, StoreMovedError
from survey.store.interviews import Cause
from survey.store.report_chats import ReportChat
from survey.store.schema import answer, chat, respondent
from survey.store.transfer import TransferError, transfer_store
from tests.postgres_server import open_bare_database, open_database
from tests.survey.empty_database import create_empty_database
from tests.survey.form_helpers import load_shipped_form
from tests.survey.store.racing_stores import count_rows

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PEOPLE = 7
numbers = count(1)


def on(person: int) -> Request:
    """A new cause each time."""
    return Request(person, NOW, Cause(9, next(numbers)))


async def begin(survey: InterviewService, person: int) -> None:
    await survey.arrive(on(person), "id", "persepsi")
    now = await survey.agree(on(person))
    assert now.interview is not None
    await survey.answer(on(person), now.interview.position, "kerja")


@pytest.fixture
async def source(tmp_path: Path) -> str:
    """A file in which some people have begun."""
    url = await create_empty_database(tmp_path / "suara.db")
    form = load_shipped_form("persepsi")
    wave = Wave("persepsi", form.digest, (Role.RESIDENT,), NOW - timedelta(1), NOW + timedelta(9))
    async with Store.open(url) as store:
        await Administration(store).seed_wave(wave, form, NOW)
        office = ReportChat(-5, "id", NOW, skip_unchanged=True)
        await Administration(store).seed_settings(
            [Invitation("AIR-2017", Role.PARTICIPANT, "pemerintah", "air", 1)], [office], [], NOW
        )
        for person in range(1, PEOPLE + 1):
            await begin(InterviewService(store, UTC), person)
    return url


@pytest.fixture
async def target() -> AsyncIterator[str]:
    async with open_bare_database() as url:
        yield url


def ignore(stage: str, done: int, total: int) -> None:
    """Nobody is watching."""


async def test_who_has_begun_goes_on_in_the_new_place_and_others_come(
    source: str, target: str
) -> None:
    found = await transfer_store(source, target, ignore)
    assert found["respondent"].rows == PEOPLE
    async with Store.open(target) as store:
        survey = InterviewService(store, UTC)
        before = await survey.read_snapshot(1, NOW)
        assert before.interview is not None
        assert before.interview.step_count == 2
        await begin(survey, PEOPLE + 1)  # Numbers that the database gives follow those it had.
        assert await count_rows(store, respondent) == PEOPLE + 1
        async with store.read() as connection:
            assert (await connection.execute(select(chat.c.skip_unchanged))).scalar_one() is True


@pytest.mark.parametrize("moment", [5, 20, 40])
async def test_what_was_interrupted_goes_on_where_it_was(
    source: str, target: str, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    monkeypatch.setattr(transfer, "PORTION", 3)
    heard: list[tuple[str, int, int]] = []

    def watch(stage: str, done: int, total: int) -> None:
        heard.append((stage, done, total))
        if len(heard) == moment:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await transfer_store(source, target, watch)
    with pytest.raises(StoreMovedError, match="suara migrate again"):
        async with Store.open(target):
            pass
    stage, done, _ = heard[-1]
    heard.clear()
    found = await transfer_store(source, target, watch=lambda *told: heard.append(told))
    assert next(d for s, d, _ in heard if s == stage) == done, "it did not begin anew"
    assert found["respondent"].rows == PEOPLE
    async with Store.open(target) as store:
        assert await count_rows(store, respondent) == PEOPLE


async def test_the_old_file_says_where_the_survey_is(source: str, target: str) -> None:
    path = transfer.find_source(source)
    await transfer_store(source, target.replace("postgres@", "postgres:rahasia@"), ignore)
    assert not path.stat().st_mode & stat.S_IWUSR
    with pytest.raises(StoreMovedError, match=r"moved to postgresql\+asyncpg://") as found:
        async with Store.open(source):
            pass
    assert "rahasia" not in str(found.value)
    path.chmod(0o600)  # From a backup, say, that did not keep that.
    with pytest.raises(StoreMovedError, match="moved to"):
        async with Store.open(source):
            pass


async def test_a_file_that_is_in_use_is_not_moved(source: str, target: str) -> None:
    async with Store.open(source) as store:
        await count_rows(store, respondent)
        with pytest.raises(TransferError, match="Stop Suara"):
            await transfer_store(source, target, ignore)
        await begin(InterviewService(store, UTC), 99)
    async with Store.open(source) as store:
        assert await count_rows(store, respondent) == PEOPLE + 1


async def test_a_database_that_is_in_use_is_not_filled(source: str) -> None:
    async with open_database() as url:
        async with Store.open(url) as store:
            await store.keep(
                [insert(chat).values(id=1, role=Role.SECRETARIAT, language="id", since=NOW)]
            )
        with pytest.raises(TransferError, match="there is a survey in it"):
            await transfer_store(source, url, ignore)


async def test_a_row_that_differs_is_found(
    source: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = transfer.copy_table

    async def copy_and_spoil(old: object, driver: object, table: object, watch: object) -> None:
        await copied(old, driver, table, watch)  # type: ignore[arg-type]
        if table is answer:
            await driver.execute("UPDATE answer SET answered_at = answered_at + 1")  # type: ignore[attr-defined]

    monkeypatch.setattr(transfer, "copy_table", copy_and_spoil)
    with pytest.raises(TransferError, match="answer has other rows"):
        await transfer_store(source, target, ignore)
    with pytest.raises(StoreMovedError):
        async with Store.open(target):
            pass


async def test_what_cannot_be_moved_is_said(tmp_path: Path, source: str, target: str) -> None:
    nowhere = f"sqlite+aiosqlite:///{tmp_path / 'other.db'}"
    with pytest.raises(TransferError, match="no such file"):
        await transfer_store(nowhere, target, ignore)
    with pytest.raises(TransferError, match="write postgresql"):
        await transfer_store(source, nowhere, ignore)
    with closing(connect(transfer.find_source(source))) as file:
        assert file.execute("SELECT count(*) FROM respondent").fetchone() == (PEOPLE,)
