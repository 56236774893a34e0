"""The database: its tables, group commit, the projection of answers, and what can be wrong."""

from __future__ import annotations

import asyncio
import os
import secrets
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, MetaData, bindparam, event, insert, select, text, update

from survey.interview.question_order import REVIEW
from survey.people import Invitation, Role, Wave
from survey.services.interview_service import InterviewService
from survey.services.snapshot import Request
from survey.store import interviews, waves
from survey.store.database import Store, StoreError
from survey.store.interviews import Cause
from survey.store.person_records import read_steps
from survey.store.schema import cause, chat, metadata
from survey.store.writer import AlreadyCarriedOutError, CollisionError, Statement
from tests.survey.empty_database import DATABASE_KINDS, open_empty_database
from tests.survey.form_helpers import load_shipped_form

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def store(empty_database: str) -> AsyncIterator[Store]:
    async with Store.open(empty_database) as opened:
        yield opened


def a_chat(number: int) -> Statement:
    return insert(chat).values(id=number, role=Role.SECRETARIAT, language="id", since=NOW)


async def chats(store: Store) -> list[int]:
    async with store.read() as connection:
        return list((await connection.execute(select(chat.c.id).order_by(chat.c.id))).scalars())


# The tables


async def test_the_migrations_make_exactly_the_tables_of_the_schema(store: Store) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)

    async with store.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_opening_again_changes_nothing_and_keeps_everything(empty_database: str) -> None:
    def schema(connection: Connection) -> list[Any]:
        found = MetaData()
        found.reflect(connection)
        return [
            (table.name, [(c.name, str(c.type)) for c in table.columns], len(table.indexes))
            for table in found.sorted_tables
        ]

    found = []
    for number in (1, 2, 3):
        async with Store.open(empty_database) as store:
            await store.keep([a_chat(number)])
            assert await chats(store) == list(range(1, number + 1))
            async with store.read() as connection:
                found.append(await connection.run_sync(schema))
    assert found[0] == found[1] == found[2] != []


async def test_what_is_kept_is_durable_and_what_is_deleted_is_overwritten(tmp_path: Path) -> None:
    async with (
        Store.open(url_of(tmp_path / "suara.db")) as store,
        store.write_engine.connect() as connection,
    ):
        for pragma, value in (
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("secure_delete", 1),
        ):
            found = await connection.execute(text(f"PRAGMA {pragma}"))
            assert found.scalar() == value, pragma


async def test_a_time_without_its_zone_is_refused(store: Store) -> None:
    naive = datetime(2026, 11, 20)  # noqa: DTZ001 - what it is about
    with pytest.raises(Exception, match="no time zone"):
        await store.keep([insert(cause).values(source=1, key=1, at=naive)])
    await store.keep([a_chat(1)])  # The writer goes on.


# Group commit


async def test_many_writes_at_once_share_few_transactions(store: Store) -> None:
    commits: list[None] = []
    event.listen(store.write_engine.sync_engine, "commit", lambda _: commits.append(None))
    await asyncio.gather(*(store.keep([a_chat(number)]) for number in range(200)))
    assert await chats(store) == list(range(200))
    assert len(commits) < 10


ADD_CHAT = insert(chat)
SPEAK = update(chat).where(chat.c.id == bindparam("which")).values(language=bindparam("spoken"))


def comes_and_turns(number: int, *languages: str) -> list[Statement]:
    """A chat is added and then changed, by statements made once for all."""
    row = {"id": number, "role": Role.SECRETARIAT, "language": "id", "since": NOW}
    return [
        (ADD_CHAT, row),
        *((SPEAK, {"which": number, "spoken": language}) for language in languages),
    ]


async def test_what_several_writes_do_alike_is_one_call_and_each_write_keeps_its_order(
    store: Store,
) -> None:
    calls: list[str] = []
    event.listen(
        store.write_engine.sync_engine, "before_cursor_execute", lambda *told: calls.append(told[2])
    )
    longer = [store.keep(comes_and_turns(number, "en", "jv")) for number in range(50)]
    shorter = [store.keep(comes_and_turns(number, "su")) for number in range(50, 100)]
    await asyncio.gather(*longer, *shorter, store.keep([a_chat(100)]))
    assert len(calls) < 12
    async with store.read() as connection:
        spoken = (await connection.execute(select(chat.c.language).order_by(chat.c.id))).scalars()
        assert list(spoken) == ["jv"] * 50 + ["su"] * 50 + ["id"]


async def test_of_writes_that_are_alike_only_the_one_that_collides_fails(store: Store) -> None:
    await store.keep([a_chat(7)])
    results = await asyncio.gather(
        *(store.keep(comes_and_turns(number, "en")) for number in range(20)),
        return_exceptions=True,
    )
    assert [n for n, result in enumerate(results) if result is not None] == [7]
    assert isinstance(results[7], CollisionError)
    assert "statement 0 " in str(results[7])


async def test_keeping_returns_only_after_the_commit(store: Store) -> None:
    async with Store.open(store.url) as other:
        for number in range(5):
            await store.keep([a_chat(number)])
            assert await chats(other) == list(range(number + 1))


async def test_one_bad_write_does_not_fail_its_neighbours(store: Store) -> None:
    await store.keep([a_chat(7)])
    broken = text("INSERT INTO nothing VALUES (1)")
    results = await asyncio.gather(
        *(store.keep([a_chat(number)]) for number in range(20)),
        store.keep([a_chat(100), broken]),
        return_exceptions=True,
    )
    assert [n for n, result in enumerate(results) if result is not None] == [7, 20]
    assert isinstance(results[7], CollisionError)
    assert await chats(store) == list(range(20))  # And nothing of the write that was broken.


async def test_a_collision_says_which_statement_it_was(store: Store) -> None:
    await store.keep([a_chat(1)])
    for place, numbers in enumerate(([1, 2, 3], [2, 1, 3], [2, 3, 1])):
        with pytest.raises(CollisionError, match=f"statement {place} ") as found:
            await store.keep([a_chat(number) for number in numbers])
        assert not isinstance(found.value, AlreadyCarriedOutError)
    assert await chats(store) == [1]


async def test_what_was_carried_out_is_told_from_what_collides(store: Store) -> None:
    mark = interviews.add_cause(Cause(1, 7), NOW)
    await store.keep([mark, a_chat(1)])
    together = await asyncio.gather(
        store.keep([mark, a_chat(1)]),
        store.keep([mark, a_chat(2)]),
        store.keep([interviews.add_cause(Cause(1, 8), NOW), a_chat(1)]),
        store.keep([interviews.add_cause(Cause(2, 7), NOW), a_chat(3)]),
        return_exceptions=True,
    )
    kinds = [AlreadyCarriedOutError, AlreadyCarriedOutError, CollisionError, type(None)]
    assert [type(result) for result in together] == kinds
    assert await chats(store) == [1, 3]


async def test_whoever_goes_away_while_waiting_does_not_stop_the_writer(store: Store) -> None:
    gone = asyncio.create_task(store.keep([a_chat(1)]))
    await asyncio.sleep(0)
    gone.cancel()
    await store.keep([a_chat(2)])
    assert 2 in await chats(store)


async def test_closing_keeps_what_was_handed_in(empty_database: str) -> None:
    async with Store.open(empty_database) as store:
        waiting = [asyncio.create_task(store.keep([a_chat(number)])) for number in range(50)]
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    async with Store.open(empty_database) as store:
        assert len(await chats(store)) == 50


# What can be wrong with a database


@asynccontextmanager
async def refused(url: str, *words: str) -> AsyncIterator[None]:
    """Opening ends with one line that says all of ``words``."""
    with pytest.raises(StoreError) as found:
        async with Store.open(url):
            pass
    assert "\n" not in str(found.value)
    for word in words:
        assert word in str(found.value)
    yield


async def test_a_file_that_is_no_database_is_named_with_its_remedy(tmp_path: Path) -> None:
    path = tmp_path / "suara.db"
    path.write_bytes(b"This is a letter to grandmother. " * 200)
    async with refused(url_of(path), "suara.db", "not a database", "[database] url"):
        assert path.read_bytes().startswith(b"This is a letter")


async def test_a_database_that_another_program_holds_is_said_to_be_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.store.database.BUSY_TIMEOUT", 100)
    path = tmp_path / "suara.db"
    async with Store.open(url_of(path)):
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        async with refused(url_of(path), "locked", "stop that program"):
            other.execute("ROLLBACK")


async def test_a_folder_that_cannot_be_made_is_named_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where a folder should be")
    async with refused(url_of(tmp_path / "var" / "suara.db"), "var/suara.db", "used"):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
async def test_a_folder_without_the_right_to_write_is_named_with_its_remedy(
    tmp_path: Path,
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    async with refused(url_of(closed / "suara.db"), "right to write|may write there"):
        pass


async def test_a_read_only_database_is_said_to_be_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # What follows "file:" is taken for a folder, too.
    path = tmp_path / "suara.db"
    async with Store.open(url_of(path)):
        pass
    url = f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true"
    async with Store.open(url_of(path)), refused(url, "readonly", "right to write"):
        pass


@pytest.mark.parametrize("url", ["nonsense", "sqlite+aiosqlite", "mysql+none://x/y", ""])
async def test_an_address_that_is_none_is_said_to_be_none(url: str) -> None:
    async with refused(url, "cannot be read"):
        pass


# The answers that stand


@cache
def wave(name: str) -> Wave:
    return Wave(
        id=name,
        digest=load_shipped_form(name).digest,
        audience=(Role.RESIDENT, Role.PARTICIPANT),
        opens_at=NOW - timedelta(days=1),
        closes_at=NOW + timedelta(days=100),
    )


async def fielded(store: Store, name: str) -> InterviewService:
    """The acts on a store with one open wave."""
    async with store.read() as connection:
        await store.keep(await waves.add_questionnaire(connection, load_shipped_form(name), NOW))
        await store.keep(await waves.seed_wave(connection, wave(name)))
        invited = Invitation("AIR-2017", Role.PARTICIPANT, "pemerintah", "air", 10**6)
        await store.keep(await waves.seed_invitation(connection, invited, NOW))
    return InterviewService(store, UTC)


async def projected(store: Store, row: int) -> dict[str, str]:
    """The answers as they are kept beside the steps, put together again."""
    query = text(
        """SELECT question.path, occurrence, coalesce(code.value, answer.value) AS value
        FROM answer JOIN question ON question.id = question_id
        LEFT JOIN code ON code.id = code_id WHERE interview_id = :row ORDER BY answer.number"""
    )
    found: dict[str, list[str]] = {}
    async with store.read() as connection:
        for path, occurrence, value in await connection.execute(query, {"row": row}):
            found.setdefault(with_position(path, occurrence), []).append(value)
    return {key: " ".join(values) for key, values in found.items()}


def with_position(path: str, occurrence: str) -> str:
    """The key of an answer; the only repeat in our questionnaires is ``aset``."""
    head, aset, tail = path.partition("/aset/")
    return f"{head}/aset[{occurrence}]/{tail}" if occurrence else head + aset + tail


Act = tuple[str, int, int]
acts = st.lists(
    st.tuples(
        st.sampled_from(
            ["answer"] * 6 + ["tick", "tick", "skip", "back", "forward", "move", "send"]
        ),
        st.integers(0, 40),
        st.integers(0, 40),
    ),
    min_size=3,
    max_size=30,
)


async def carry_out(survey: InterviewService, act: Act, person: int, number: int) -> None:
    """One act of somebody who taps this and that."""
    kind, first, second = act
    at = NOW + timedelta(seconds=number)
    now = await survey.read_snapshot(person, at)
    made = now.interview
    assert made is not None
    on = Request(person, at, Cause(person, number), now)
    offered = (
        [] if made.position == REVIEW else [c.value for c in made.form.list_choices(made.position)]
    )
    value = offered[first % len(offered)] if offered else ["", "12", "=1+1", "x y"][first % 4]
    match kind:
        case "answer" | "skip" | "tick" if made.position == REVIEW:
            return  # Nothing is asked there.
        case "answer":
            await survey.answer(on, made.position, value)
        case "tick" if made.find_question(made.position).kind.name == "select_multiple":
            await survey.tick_choice(on, made.position, value, bool(second % 3))
        case "skip":
            await survey.skip(on, made.position)
        case "back":
            await survey.go_back(on)
        case "forward":
            await survey.go_forward(on)
        case "move":
            asked = [*made.list_place_keys(), REVIEW]
            await survey.go_to(on, asked[(first * second) % len(asked)])
        case "send":
            await survey.send(on)


@pytest.mark.parametrize("name", ["persepsi", "kerentanan"])
@pytest.mark.parametrize("kind", DATABASE_KINDS)
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # Making a failure small takes too long.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=acts)
def test_the_answers_kept_are_those_of_the_interview_whatever_is_done(
    tmp_path: Path, kind: str, name: str, acts: list[Act]
) -> None:
    async def story() -> None:
        async with (
            open_empty_database(kind, tmp_path) as url,
            Store.open(url) as store,
        ):
            survey = await fielded(store, name)
            person = secrets.randbits(40)
            await survey.arrive(Request(person, NOW, Cause(person, 1)), "id", "")
            await survey.accept_invitation(Request(person, NOW, Cause(person, 2)), "AIR-2017")
            await survey.agree(Request(person, NOW, Cause(person, 3)))
            for number, act in enumerate(acts, 4):
                await carry_out(survey, act, person, number)
            await the_projection_is_the_interview(store, person, name)

    asyncio.run(story())


async def the_projection_is_the_interview(store: Store, person: int, name: str) -> None:
    """Restored from its steps alone, the interview has the answers that stand beside them."""
    survey = InterviewService(store, UTC)
    found = await survey.read_snapshot(person, NOW + timedelta(hours=1))
    assert found.interview_row is not None
    assert found.interview is not None
    answers = found.interview.collect_answers()
    assert await projected(store, found.interview_row.id) == answers
    assert found.interview_row.step_count == found.interview.step_count
    assert await survey.count_answers(person) == {name: len(answers)}
    steps = await store.read_together(read_steps, found.interview_row.id)
    assert steps is not None
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
