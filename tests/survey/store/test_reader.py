"""Reads in groups: who asks together shares a transaction, and gets what they would alone."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, event, insert, select

from survey.interview.question_order import REVIEW
from survey.interview.uploads import UploadedFile
from survey.people import Role, Wave
from survey.services.interview_service import InterviewService
from survey.services.snapshot import Request
from survey.store import attachments, reader, result_requests, waves
from survey.store.database import Store
from survey.store.interviews import Cause
from survey.store.person_records import PersonRecord, read_people, read_people_with_steps
from survey.store.reader import GroupQuery
from survey.store.schema import chat
from survey.store.writer import Statement
from tests.survey.empty_database import DATABASE_KINDS, create_empty_database, open_empty_database
from tests.survey.form_helpers import load_shipped_form

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PEOPLE = 12
numbers = count(1)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(await create_empty_database(tmp_path / "suara.db")) as opened:
        yield opened


def a_chat(number: int, language: str = "id") -> Statement:
    return insert(chat).values(id=number, role=Role.SECRETARIAT, language=language, since=NOW)


def read_languages(connection: Connection, chats: Sequence[int]) -> dict[int, str]:
    """The languages of chats; it cannot bear the number 13."""
    if 13 in chats:
        raise ArithmeticError("thirteen")
    rows = connection.execute(select(chat.c.id, chat.c.language).where(chat.c.id.in_(chats)))
    return {row.id: row.language for row in rows}


@contextmanager
def statements_noted() -> Iterator[list[str]]:
    """The statements that reach a database meanwhile, by any way."""
    noted: list[str] = []

    def note(*told: Any) -> None:
        noted.append(told[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield noted
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_who_asks_in_one_turn_shares_one_transaction_and_one_statement(store: Store) -> None:
    await asyncio.gather(*(store.keep([a_chat(n, f"l{n}")]) for n in range(100, 200)))
    with statements_noted() as noted:
        found = await asyncio.gather(
            *(store.read_together(read_languages, n) for n in range(100, 200))
        )
    assert found == [f"l{n}" for n in range(100, 200)]
    assert [line.partition(" ")[0] for line in noted] == ["BEGIN", "SELECT"]


async def test_what_there_is_not_is_none(store: Store) -> None:
    assert await store.read_together(read_languages, 7) is None


async def test_a_question_that_fails_fails_nobody_else(store: Store) -> None:
    await store.keep([a_chat(1, "jv")])
    found = await asyncio.gather(
        *(store.read_together(read_languages, number) for number in (1, 13, 2)),
        store.read_together(lambda _, keys: dict.fromkeys(keys, "other"), 1),
        return_exceptions=True,
    )
    assert [found[0], found[2], found[3]] == ["jv", None, "other"]
    assert isinstance(found[1], ArithmeticError)
    assert await store.read_together(read_languages, 1) == "jv"  # The reader goes on.


async def test_whoever_goes_away_while_waiting_leaves_the_others_their_answer(
    store: Store,
) -> None:
    await store.keep([a_chat(1, "su")])
    gone = asyncio.create_task(store.read_together(read_languages, 1))
    stays = asyncio.create_task(store.read_together(read_languages, 1))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == "su"
    assert await store.read_together(read_languages, 1) == "su"


async def test_closing_answers_whoever_has_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MOST_READS_TOGETHER", 3)  # Some are still to be read then.
    async with Store.open(await create_empty_database(tmp_path / "suara.db")) as store:
        await store.keep([a_chat(1, "su")])
        asked = [asyncio.create_task(store.read_together(read_languages, 1)) for _ in range(20)]
        await asyncio.sleep(0)
    assert await asyncio.gather(*asked) == ["su"] * 20


def list_languages(connection: Connection) -> list[str]:
    return list(connection.execute(select(chat.c.language)).scalars())


async def test_all_that_is_read_for_a_group_is_of_one_moment(store: Store, tmp_path: Path) -> None:
    def look_twice(connection: Connection, keys: Sequence[int]) -> dict[int, bool]:
        before = list_languages(connection)
        with closing(sqlite3.connect(tmp_path / "suara.db")) as other:
            other.execute("UPDATE chat SET language = 'en'")
            other.commit()
        return dict.fromkeys(keys, list_languages(connection) == before)

    await store.keep([a_chat(1)])
    assert await store.read_together(look_twice, 1) is True
    assert await store.read_together(read_languages, 1) == "en"  # The next one sees it.


async def test_nobody_reads_less_than_they_have_kept_before(store: Store) -> None:
    async def keep_and_look(number: int) -> None:
        for turn in range(5):
            await store.keep([a_chat(100 * number + turn, f"t{turn}")])
            assert await store.read_together(read_languages, 100 * number + turn) == f"t{turn}"

    await asyncio.gather(*(keep_and_look(number) for number in range(1, 40)))


# People


def on(person: int) -> Request:
    number = next(numbers)
    return Request(person, NOW + timedelta(seconds=number), Cause(9, number))


async def answer_some(survey: InterviewService, person: int, answers: int) -> None:
    """Answer so many questions with the first choice, or skip; send what is complete."""
    for _ in range(answers):
        made = (await survey.read_snapshot(person, NOW)).interview
        assert made is not None
        if made.position == REVIEW:
            await survey.send(on(person))
            return
        choices = made.form.list_choices(made.position)
        if choices:
            await survey.answer(on(person), made.position, choices[0].value)
        else:
            await survey.skip(on(person), made.position)


async def fill_crowd(store: Store) -> None:
    """People who are strangers, new, under way, done, with files and wishes, in two waves."""
    for name in ("persepsi", "kondisi-aset"):
        form = load_shipped_form(name)
        wave = Wave(name, form.digest, (Role.RESIDENT,), NOW, NOW + timedelta(days=9))
        async with store.read() as connection:
            await store.keep(await waves.add_questionnaire(connection, form, NOW))
            await store.keep(await waves.seed_wave(connection, wave))
    survey = InterviewService(store, UTC)
    for person in range(1, PEOPLE + 1):
        for name in ("persepsi", "kondisi-aset")[: person % 3]:
            await survey.arrive(on(person), "id", name)
            after = await survey.agree(on(person))
            await answer_some(survey, person, (person * 5) % 13)
            assert after.interview_row is not None
            if person % 4 == 0:
                sent = UploadedFile("image/jpeg", 1000 + person, 9, f"f{person}", f"u{person}")
                row = after.interview_row.id
                await store.keep([attachments.add_attachment(row, f"{name}{person}.jpg", sent)])
            if person % 5 < 2:
                await store.keep([result_requests.add_result_request(person, name, NOW)])
        if person % 3 == 0:
            await survey.arrive(on(person), "en", "")


@pytest.fixture(scope="module")
def crowd_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crowd") / "suara.db"


@pytest.fixture(scope="module", params=DATABASE_KINDS)
def crowd(
    request: pytest.FixtureRequest, crowd_file: Path
) -> Iterator[tuple[asyncio.Runner, Store]]:
    """A store with people in every state, open in a loop of its own."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        making = open_empty_database(request.param, crowd_file.parent)
        store = runner.run(
            stack.enter_async_context(Store.open(runner.run(stack.enter_async_context(making))))
        )
        runner.run(fill_crowd(store))
        yield runner, store
        runner.run(stack.aclose())


asked = st.lists(
    st.tuples(st.sampled_from([read_people, read_people_with_steps]), st.integers(1, PEOPLE + 2)),
    min_size=1,
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(asked=asked)
def test_whoever_is_read_in_a_group_is_as_they_are_alone(
    crowd: tuple[asyncio.Runner, Store], asked: list[tuple[GroupQuery[int, PersonRecord], int]]
) -> None:
    runner, store = crowd

    async def together() -> list[PersonRecord | None]:
        return list(await asyncio.gather(*(store.read_together(*one) for one in asked)))

    async def alone() -> list[PersonRecord | None]:
        return [await store.read_together(*one) for one in asked]

    assert runner.run(together()) == runner.run(alone())


def test_a_record_has_all_that_is_kept_of_a_person(
    crowd: tuple[asyncio.Runner, Store], crowd_file: Path
) -> None:
    runner, store = crowd
    if not crowd_file.exists() or store.url.startswith("postgresql"):
        pytest.skip("looks into the SQLite file")
    with closing(sqlite3.connect(crowd_file)) as kept:
        states = set()
        for person in range(1, PEOPLE + 3):
            found = runner.run(store.read_together(read_people_with_steps, person))
            assert (describe_record(found) if found else None) == describe_rows(kept, person)
            states.add((len(found.interview_rows), bool(found.file_sizes)) if found else None)
    assert len(states) >= 6  # It is about somebody.


def describe_record(found: PersonRecord) -> dict[str, Any]:
    return {
        "waves": [wave.id for wave in found.waves],
        "language": found.contact.respondent.language,
        "interviews": {wave: (row.id, row.seed) for wave, row in found.interview_rows.items()},
        "steps": {
            number: [(step.number, step.kind, step.key, step.value) for step in steps]
            for number, steps in found.steps.items()
        },
        "files": found.file_sizes,
        "wishes": sorted(found.request_statuses),
    }


def describe_rows(kept: sqlite3.Connection, person: int) -> dict[str, Any] | None:
    """The same from the tables, a question at a time."""

    def look(sql: str, *values: Any) -> list[Any]:
        return kept.execute(sql, values).fetchall()

    who = look("SELECT respondent_id FROM contact WHERE telegram_id = ?", person)
    if not who:
        return None
    rows = look("SELECT wave_id, id, seed FROM interview WHERE respondent_id = ?", *who[0])
    files = {
        row: dict(look("SELECT name, size FROM attachment WHERE interview_id = ?", row))
        for _, row, _ in rows
    }
    steps = "SELECT number, kind, key, value FROM step WHERE interview_id = ? ORDER BY number"
    return {
        "waves": [row[0] for row in look("SELECT id FROM wave ORDER BY opens_at, id")],
        "language": look("SELECT language FROM respondent WHERE id = ?", *who[0])[0][0],
        "interviews": {wave: (row, seed) for wave, row, seed in rows},
        "steps": {row: look(steps, row) for _, row, _ in rows},
        "files": {row: sizes for row, sizes in files.items() if sizes},
        "wishes": sorted(
            wave
            for (wave,) in look("SELECT wave_id FROM wish WHERE telegram_id = ?", person)
            if wave in {row[0] for row in rows}
        ),
    }
