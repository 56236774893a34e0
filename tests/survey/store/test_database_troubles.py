"""A database in trouble while people answer: nothing is lost, nothing doubled, the cause is named.

What was not kept comes again, as Telegram repeats an update that was not confirmed.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, text

from survey.people import Role, Wave
from survey.services.interview_service import InterviewService
from survey.services.snapshot import Request
from survey.store import database, waves
from survey.store.database import DatabaseFault, Store, explain_database_fault
from survey.store.interviews import Cause
from survey.store.schema import chat
from tests.survey.empty_database import create_empty_database
from tests.survey.form_helpers import load_shipped_form

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
numbers = count(1)
Trouble = Callable[[Store, Path], AbstractAsyncContextManager[None]]


def on(person: int) -> Request:
    number = next(numbers)
    return Request(person, NOW + timedelta(seconds=number), Cause(9, number))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "suara.db"


@pytest.fixture
async def store(path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    monkeypatch.setattr(database, "BUSY_TIMEOUT", 300)
    async with Store.open(await create_empty_database(path)) as opened:
        form = load_shipped_form("persepsi")
        wave = Wave("persepsi", form.digest, (Role.RESIDENT,), NOW, NOW + timedelta(days=9))
        async with opened.read() as connection:
            await opened.keep(await waves.add_questionnaire(connection, form, NOW))
            await opened.keep(await waves.seed_wave(connection, wave))
        yield opened


@pytest.fixture
def survey(store: Store) -> InterviewService:
    return InterviewService(store, UTC)


async def begin(survey: InterviewService, person: int) -> str:
    """A person consents; the key of their first question."""
    await survey.arrive(on(person), "id", "")
    made = (await survey.agree(on(person))).interview
    assert made is not None
    return made.position


async def count_steps(survey: InterviewService, request: Request, key: str) -> int:
    """Answer that question; how many steps there are then."""
    made = (await survey.answer(request, key, "tinggal")).interview
    assert made is not None
    return made.step_count


@contextmanager
def held_lock(path: Path) -> Iterator[None]:
    """Another program writes, and does not come to an end."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@asynccontextmanager
async def locked(_: Store, path: Path) -> AsyncIterator[None]:
    with held_lock(path):
        yield


@asynccontextmanager
async def set_for_writing(store: Store, pragma: str, value: int, after: int) -> AsyncIterator[None]:
    """Something else holds for the connection that writes."""
    await set_pragma(store, f"{pragma} = {value}")
    yield
    await set_pragma(store, f"{pragma} = {after}")


async def set_pragma(store: Store, pragma: str) -> None:
    async with store.write_engine.connect() as connection:
        # Past SQLAlchemy, which would begin a transaction first.
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.execute(f"PRAGMA {pragma}")


@asynccontextmanager
async def read_only(store: Store, _: Path) -> AsyncIterator[None]:
    async with set_for_writing(store, "query_only", 1, 0):
        yield


@asynccontextmanager
async def full(store: Store, path: Path) -> AsyncIterator[None]:
    """The file may not grow, and no page in it is free."""
    with closing(sqlite3.connect(path)) as other:
        (pages,) = other.execute("PRAGMA page_count").fetchone()
    async with set_for_writing(store, "max_page_count", pages, 1_000_000):
        with pytest.raises(DatabaseFault):
            await fill(store)
        yield


async def fill(store: Store) -> None:
    for number in range(10_000):
        await store.keep([a_chat(number)])


def a_chat(number: int, language: str = "id") -> Any:
    return insert(chat).values(id=number, role=Role.SECRETARIAT, language=language, since=NOW)


TROUBLES = {"locked": (locked, "stop that program"), "readonly": (read_only, "right to write")}


@pytest.mark.parametrize("name", TROUBLES)
async def test_an_answer_in_bad_times_is_not_kept_and_kept_once_when_it_comes_again(
    store: Store, survey: InterviewService, path: Path, name: str
) -> None:
    trouble, remedy = TROUBLES[name]
    key = await begin(survey, 1)
    request = on(1)
    async with trouble(store, path):
        with pytest.raises(DatabaseFault) as found:
            await count_steps(survey, request, key)
        said = explain_database_fault(found.value)
        assert remedy in said
        assert "\n" not in said
        seen = await survey.read_snapshot(1, NOW)  # Looking is still possible.
        assert seen.interview is not None
        assert seen.interview.step_count == 1
    for _ in range(2):  # Telegram repeats what was not confirmed, perhaps more than once.
        assert await count_steps(survey, request, key) == 2
    again = await InterviewService(store, UTC).read_snapshot(1, NOW)
    assert again.interview is not None
    assert again.interview.step_count == 2


async def test_a_full_disk_says_so_and_keeps_what_was_kept(
    store: Store, survey: InterviewService, path: Path
) -> None:
    key = await begin(survey, 1)
    request = on(1)
    async with full(store, path):
        async with store.read() as connection:
            before = (await connection.execute(text("SELECT count(*) FROM chat"))).scalar()
        with pytest.raises(DatabaseFault) as found:
            await asyncio.gather(*(store.keep([a_chat(-n)]) for n in range(1, 200)))
        assert "disk is full" in explain_database_fault(found.value).lower()
    async with store.read() as connection:
        kept = (await connection.execute(text("SELECT count(*) FROM chat WHERE id >= 0"))).scalar()
    assert kept == before
    assert await count_steps(survey, request, key) == 2


async def test_a_short_lock_is_waited_for_and_nobody_who_reads_waits(
    survey: InterviewService, path: Path
) -> None:
    key = await begin(survey, 1)
    with held_lock(path):
        answering = asyncio.create_task(count_steps(survey, on(1), key))
        await survey.read_snapshot(2, NOW)
        assert not answering.done()
    assert await answering == 2


async def test_whoever_waits_for_a_lock_is_told_together_and_not_one_after_another(
    store: Store, path: Path
) -> None:
    begun: list[str] = []

    def note(*told: Any) -> None:
        begun.append(told[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with held_lock(path):
            told = await asyncio.gather(
                *(store.keep([a_chat(number)]) for number in range(20)), return_exceptions=True
            )
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert all(isinstance(fault, DatabaseFault) for fault in told)
    assert begun == ["BEGIN IMMEDIATE"]
    await store.keep([a_chat(1)])  # The writer goes on.


KEEP_IN_ANOTHER_PROCESS = """
import asyncio, sys
from sqlalchemy import insert
from datetime import UTC, datetime
from survey.store.database import Store
from survey.store.schema import chat

async def keep():
    async with Store.open(sys.argv[1]) as store:
        print("open", flush=True)
        for number in range(-100, 0):
            row = {"id": number, "role": "secretariat", "language": "id"}
            await store.keep([insert(chat).values(since=datetime.now(UTC), **row)])

asyncio.run(keep())
"""


async def test_a_second_process_on_the_same_file_is_safe(path: Path) -> None:
    async with Store.open(await create_empty_database(path)) as store:
        other = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", KEEP_IN_ANOTHER_PROCESS, store.url),
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        assert other.stdout is not None
        assert await other.stdout.readline() == b"open\n"
        for number in range(100):
            await store.keep([a_chat(number)])
        assert await other.wait() == 0
        async with store.read() as connection:
            kept = (await connection.execute(text("SELECT id FROM chat ORDER BY id"))).scalars()
            assert list(kept) == list(range(-100, 100))
