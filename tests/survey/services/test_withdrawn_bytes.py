"""What is withdrawn is in no byte of any file any more, while the store is open."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from survey.forms.authoring.xlsform import compile_file
from survey.people import Role, Wave
from survey.services.interview_service import InterviewService
from survey.services.snapshot import Request
from survey.store import waves
from survey.store.database import Store
from survey.store.interviews import Cause
from tests.survey.empty_database import create_empty_database

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FORM = """
| survey | | | |
|---|---|---|---|
| | type | name | label |
| | text | satu | Satu |
| | text | dua | Dua |
"""
#: Telegram ids as they are today; no other number looks like one.
FIRST_PERSON = 7_111_222_333


@dataclass
class OpenStore:
    """A store that stays open while its files are read."""

    folder: Path
    store: Store
    survey: InterviewService
    numbers: count[int]

    def on(self, person: int) -> Request:
        return Request(person, NOW, Cause(9, next(self.numbers)))

    async def answer(self, person: int, words: str) -> None:
        """Somebody answers, and changes the first answer afterwards."""
        await self.survey.arrive(self.on(person), "id", "uji")
        await self.survey.agree(self.on(person))
        for key in ("satu", "dua"):
            now = await self.survey.read_snapshot(person, NOW)
            assert now.interview is not None
            await self.survey.answer(self.on(person), now.interview.position, f"{words} {key}")

    def read_bytes(self) -> bytes:
        return b"".join(
            file.read_bytes() for file in sorted(self.folder.iterdir()) if file.is_file()
        )


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[OpenStore]:
    (tmp_path / "form").mkdir()
    (tmp_path / "form" / "uji.md").write_text(FORM)
    form = compile_file(tmp_path / "form" / "uji.md")
    async with Store.open(await create_empty_database(tmp_path / "suara.db")) as store:
        wave = Wave("uji", form.digest, (Role.RESIDENT,), NOW - timedelta(1), NOW + timedelta(9))
        async with store.read() as connection:
            await store.keep(await waves.add_questionnaire(connection, form, NOW))
            await store.keep(await waves.seed_wave(connection, wave))
        yield OpenStore(tmp_path, store, InterviewService(store, UTC), count(1))


def write_number(number: int) -> bytes:
    """A Telegram id as SQLite keeps it in a row: the last bytes are the same in any width."""
    return number.to_bytes(6, "big")[1:]


def describe_traces(content: bytes, person: int) -> list[str]:
    """What of a person is to be found in bytes."""
    sought = {
        "words": f"rahasia-{person}-".encode(),
        "id": write_number(person),
        "id as text": str(person).encode(),
    }
    return [name for name, found in sought.items() if found in content]


@pytest.mark.parametrize("seed", [1, 2])
async def test_what_is_withdrawn_is_in_no_byte_while_the_store_is_open(
    here: OpenStore, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    people = [FIRST_PERSON + 7919 * number for number in range(40)]
    for person in people:
        await here.answer(person, f"rahasia-{person}-" + "x" * chance.choice([0, 300, 9000]))
    whole = here.read_bytes()
    assert all({"words", "id"} <= set(describe_traces(whole, person)) for person in people)
    gone = set(chance.sample(people, 25))
    for person in sorted(gone, key=lambda _: chance.random()):
        assert await here.survey.withdraw(here.on(person)) is not None
        assert describe_traces(here.read_bytes(), person) == []
    left = here.read_bytes()
    assert [person for person in people if describe_traces(left, person)] == [
        person for person in people if person not in gone
    ]


async def test_who_declines_is_in_no_byte_either(here: OpenStore) -> None:
    await here.survey.arrive(here.on(FIRST_PERSON), "id", "uji")
    assert describe_traces(here.read_bytes(), FIRST_PERSON) == ["id"]
    await here.survey.decline_consent(here.on(FIRST_PERSON))
    assert describe_traces(here.read_bytes(), FIRST_PERSON) == []


async def test_as_soon_as_somebody_who_reads_for_long_has_done_it_is_gone(
    here: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.store.write_ahead_log.CLEARING_TIMEOUT", 0.05)
    monkeypatch.setattr("survey.store.database.CLEARING_PAUSE", 0.05)
    await here.answer(FIRST_PERSON, f"rahasia-{FIRST_PERSON}-")
    with closing(sqlite3.connect(here.folder / "suara.db", isolation_level=None)) as report:
        report.execute("BEGIN")
        report.execute("SELECT count(*) FROM step").fetchone()
        await here.survey.withdraw(here.on(FIRST_PERSON))
        assert describe_traces(here.read_bytes(), FIRST_PERSON) != []
    assert here.store._clearing is not None  # noqa: SLF001
    await here.store._clearing  # noqa: SLF001
    assert describe_traces(here.read_bytes(), FIRST_PERSON) == []
