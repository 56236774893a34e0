"""Three workers, a crowd, and what goes wrong: nothing is lost, nothing doubled, nobody behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bot.workers.chat_partitions import find_partition
from bot.workers.worker_group import FIRST_PARTITION, LEADER
from sandbox import PersonClient, Sandbox, ShownMessage
from survey.store import workshop_plans
from survey.store.database import Store
from tests.bot.perception_answers import PERCEPTION_ANSWERS
from tests.bot.running_workshop import CODE, plan_todays_workshop
from tests.bot.workers.running_workers import run_workers
from tests.postgres_server import control_server, open_own_server

#: What is waited for comes within seconds; a busy machine and a restart take their time.
PATIENCE = 45.0
PEOPLE, QUESTIONS = 12, 10


class Database:
    """What stands in the database, read past the product."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(self.url.replace("+asyncpg", ""))
        try:
            return [tuple(row) for row in await connection.fetch(query, *values)]
        finally:
            await connection.close()

    async def read_answers(self, person: int) -> dict[str, str]:
        """Question -> value, as they are kept."""
        found = await self.rows(
            """SELECT question.path, coalesce(code.value, answer.value)
            FROM contact JOIN interview USING (respondent_id)
            JOIN answer ON answer.interview_id = interview.id
            JOIN question ON question.id = answer.question_id
            LEFT JOIN code ON code.id = answer.code_id WHERE contact.telegram_id = $1""",
            person,
        )
        return {path.rpartition("/")[2]: value for path, value in found}


async def see(person: PersonClient, *words: str) -> ShownMessage:
    """The person's card, once these words stand on it."""

    def there(card: ShownMessage) -> bool:
        shown = card.text + "\n" + "\n".join(card.labels)
        return all(word in shown for word in words)

    screen = await person.wait_until(lambda screen: there(screen.card), PATIENCE)
    assert screen.card is not None
    return screen.card


async def tap(person: PersonClient, beginning: str) -> None:
    """Tap the button that begins so."""
    card = person.screen.card
    assert card is not None
    label = next(label for label in card.labels if label.startswith(beginning))
    await person.tap(label)


def count_cards(person: PersonClient) -> int:
    return sum(shown.from_bot for shown in person.screen.messages)


@pytest.fixture
async def people(box: Sandbox) -> list[PersonClient]:
    """Some whose chats are in partitions beside each other, so that each worker has some."""
    return [
        await box.add_person(1000 + number * 5, first_name="Ani", language_code="id")
        for number in range(PEOPLE)
    ]


async def answer_questions(person: PersonClient, progress: asyncio.Semaphore) -> dict[str, str]:
    """Agree, then tap an answer to each question, as soon as its card is there; what they meant."""
    meant = {}
    await person.start("persepsi")
    await see(person, "Ya, saya setuju")
    await tap(person, "Ya, saya setuju")
    for number in range(1, QUESTIONS + 1):
        card = await see(person, f"{number} dari 2")
        # In which order some of them come is drawn for each person.
        asked = next(one for one in PERCEPTION_ANSWERS if one.words["id"] in card.text)
        await tap(person, asked.actions["id"][0])
        meant[asked.name] = asked.stored_value
        progress.release()
    await see(person, f"{QUESTIONS + 1} dari 2")
    return meant


async def wait_for(progress: asyncio.Semaphore, count: int) -> None:
    """Wait until so many more answers were tapped."""
    for _ in range(count):
        async with asyncio.timeout(PATIENCE):
            await progress.acquire()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Any]:
    async with open_own_server(tmp_path) as made:
        yield made


async def find_holder(database: Database, lock: int) -> str:
    """The address of the worker that has a lock."""
    ((address,),) = await database.rows(
        """SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND objid = $1::int::oid""",
        lock,
    )
    return str(address)


async def test_a_crowd_answers_while_postgresql_restarts_and_a_worker_dies(
    tmp_path: Path, box: Sandbox, server: Any, people: list[PersonClient]
) -> None:
    url = server.get_uri(driver="asyncpg").replace(":@", "@")
    database = Database(url)
    async with run_workers(tmp_path, box.url, url, 3) as workers:
        progress = asyncio.Semaphore(0)
        crowd = [asyncio.create_task(answer_questions(one, progress)) for one in people]
        await wait_for(progress, 2 * PEOPLE)
        await control_server(server, "restart", "-m", "fast")
        await wait_for(progress, 3 * PEOPLE)
        leader = await find_holder(database, LEADER)
        await workers.kill(leader)
        meant = await asyncio.wait_for(asyncio.gather(*crowd), 2 * PATIENCE)
        for person in people:
            await person.wait_until_idle(PATIENCE)
            assert count_cards(person) == 1, person.screen.format_transcript()
        steps = await database.rows("SELECT count(*) FROM step GROUP BY interview_id")
        assert steps == [(QUESTIONS + 1,)] * PEOPLE
        for person, answers in zip(people, meant, strict=True):
            kept = await database.read_answers(person.id)
            assert {name: kept[name] for name in answers} == answers
        assert await database.rows("SELECT * FROM set_aside") == []
        others = [address for address in workers.processes if address != leader]
        for address in others:
            await workers.wait_until_said(address, "database cannot be reached", "reachable again")
        assert sum("this worker leads" in workers.read_log(address) for address in others) >= 1
        assert await workers.stop() == dict.fromkeys(others, 0)


async def join_workshop(person: PersonClient) -> None:
    """Come in by the link and say whom one stands for."""
    await person.start(f"l-{CODE}")
    await see(person, "Pemerintah")
    await tap(person, "Pemerintah")
    await see(person, "Pengendali banjir & pesisir")
    await tap(person, "Pengendali banjir & pesisir")
    await see(person, "Nanti saja")
    await tap(person, "Nanti saja")
    await person.wait_for_card(PATIENCE)


async def vote(person: PersonClient, value: str) -> None:
    """Wait for the ballot, and rate it."""
    await see(person, "5 = Lumpuh")
    await tap(person, value)
    await see(person, f"Suara Anda: {value}")


async def test_a_ballot_goes_on_while_the_worker_of_its_facilitator_dies(
    tmp_path: Path, box: Sandbox, server: Any, people: list[PersonClient]
) -> None:
    url = server.get_uri(driver="asyncpg").replace(":@", "@")
    database = Database(url)
    async with Store.open(url) as store:
        await store.keep(workshop_plans.add_plan(plan_todays_workshop(), datetime.now(UTC)))
    async with run_workers(tmp_path, box.url, url, 3) as workers:
        leader, *room = people
        await leader.start("u-PANDU-2026")
        await leader.wait_for_card(PATIENCE)
        await leader.start(f"l-{CODE}")
        await see(leader, "▶ Buka: ")
        await asyncio.gather(*map(join_workshop, room))
        await tap(leader, "▶ Buka: ")
        # Whoever is with another worker sees at once what this facilitator does.
        first, rest = room[: len(room) // 2], room[len(room) // 2 :]
        await asyncio.gather(*(vote(one, "2") for one in first))
        await see(leader, f"{len(first)} dari {len(room)} sudah memilih")
        mine = FIRST_PARTITION + find_partition(leader.id)
        dying = await find_holder(database, mine)
        late = [asyncio.create_task(vote(one, "4")) for one in rest]
        await workers.kill(dying)
        await asyncio.wait_for(asyncio.gather(*late), 2 * PATIENCE)
        await see(leader, f"{len(room)} dari {len(room)} sudah memilih")
        assert await find_holder(database, mine) != dying
        await tap(leader, "⏹ Tutup: ")
        await see(leader, "📊 Hasil")
        await tap(leader, "📊 Hasil")
        for person in people:
            await see(person, "nilai tengah")
            await person.wait_until_idle(PATIENCE)
            assert count_cards(person) == 1, person.screen.format_transcript()
        votes = await database.rows("SELECT value, count(*) FROM vote GROUP BY 1 ORDER BY 1")
        assert votes == [("2", len(first)), ("4", len(rest))]
        assert await database.rows("SELECT * FROM set_aside") == []
