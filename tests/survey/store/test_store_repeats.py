"""Answers in repeats, as they stand in a database file while instances come and go."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from survey.forms.runtime.form import get_occurrence, strip_positions
from survey.interview.question_order import REVIEW
from survey.people import Role, Wave
from survey.services.interview_service import InterviewService
from survey.services.snapshot import Request, Snapshot
from survey.store import waves
from survey.store.database import Store
from survey.store.interviews import Cause
from tests.survey.empty_database import DATABASE_KINDS, open_empty_database
from tests.survey.form_helpers import SETTINGS, compile_form

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUSES = compile_form(f"""
| survey | type | name | label | calculation | repeat_count | body::suara:consent |
|---|---|---|---|---|---|---|
| | acknowledge | setuju | Boleh? | | | yes |
| | begin_repeat | rumah | Rumah |
| | text | jalan | Jalan? |
| | integer | lantai | Berapa lantai? |
| | begin_repeat | lantai_ke | Lantai | | ${{lantai}} |
| | select_multiple bahan | bahan | Dari apa? |
| | end_repeat |
| | begin_repeat | anak | Anak |
| | text | nama | Nama? |
| | end_repeat |
| | end_repeat |
| | calculate | semua | | count(${{nama}}) |
| | select_one ${{jalan}} | utama | Rumah utama? |
| | end | selesai |

| choices | list_name | name | label |
| | bahan | kayu | Kayu |
| | bahan | batu | Batu |
{SETTINGS}""")


class Resident:
    """Somebody who answers, each act by its own update, decided by a process of its own."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.id = secrets.randbits(40)
        self.number = 0

    async def occasion(self) -> tuple[InterviewService, Request, Snapshot]:
        self.number += 1
        at = NOW + timedelta(seconds=self.number)
        survey = InterviewService(self.store, UTC)
        now = await survey.read_snapshot(self.id, at)
        return survey, Request(self.id, at, Cause(self.id, self.number), now), now

    async def begin(self) -> None:
        survey, on, _ = await self.occasion()
        await survey.arrive(on, "id", "rumah")
        survey, on, _ = await self.occasion()
        await survey.agree(on)

    async def act(self, kind: str, number: int) -> None:
        """One act, sensible or not, where the person is."""
        survey, on, now = await self.occasion()
        made = now.interview
        assert made is not None
        key, steps = made.position, made.step_count
        if kind == "move":
            await survey.go_to(
                on, [*made.list_place_keys(), REVIEW][number % (len(made.list_place_keys()) + 1)]
            )
        elif kind == "send":
            await survey.send(on)
        elif made.find_repeat(key):
            match kind:
                case "remove":
                    await survey.remove_instance(on, f"{key}[{number % 3 + 1}]", steps)
                case "add" | "answer":
                    await survey.add_instance(on, key)
                case _:
                    await survey.finish_repeat(on, key)
        elif key != REVIEW:
            offered = [choice.value for choice in made.form.list_choices(key)]
            words = offered or (["0", "1", "2"] if key.endswith("lantai") else ["Jl. Mawar", "B"])
            await survey.answer(on, key, words[number % len(words)])

    async def stands(self) -> None:
        """What is kept beside the steps is what the steps leave."""
        _, _, now = await self.occasion()
        assert now.interview is not None
        expected = {
            (strip_positions(key), get_occurrence(key)): value
            for key, value in now.interview.collect_answers().items()
        }
        assert await self.kept() == expected

    async def kept(self) -> dict[tuple[str, str], str]:
        query = text("""SELECT question.path, occurrence, coalesce(code.value, answer.value)
            FROM contact JOIN interview USING (respondent_id)
            JOIN answer ON answer.interview_id = interview.id
            JOIN question ON question.id = question_id LEFT JOIN code ON code.id = code_id
            WHERE telegram_id = :who ORDER BY answer.number""")
        found: dict[tuple[str, str], list[str]] = {}
        async with self.store.read() as connection:
            for path, place, value in await connection.execute(query, {"who": self.id}):
                found.setdefault((path, place), []).append(value)
        return {key: " ".join(values) for key, values in found.items()}


async def fielded(store: Store) -> None:
    every = (Role.RESIDENT,)
    wave = Wave("rumah", HOUSES.digest, every, NOW - timedelta(days=1), NOW + timedelta(days=9))
    async with store.read() as connection:
        await store.keep(await waves.add_questionnaire(connection, HOUSES, NOW))
        await store.keep(await waves.seed_wave(connection, wave))


ACTS = st.tuples(
    st.sampled_from(["answer"] * 6 + ["add", "remove", "enough", "enough", "move", "send"]),
    st.integers(0, 40),
)


@pytest.mark.parametrize("kind", DATABASE_KINDS)
@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(ACTS, min_size=8, max_size=30))
def test_the_answers_kept_are_those_of_the_instances_that_are_there(
    tmp_path: Path, kind: str, acts: list[tuple[str, int]]
) -> None:
    async def story() -> None:
        async with open_empty_database(kind, tmp_path) as url, Store.open(url) as store:
            await fielded(store)
            resident = Resident(store)
            await resident.begin()
            for act, number in acts:
                await resident.act(act, number)
            await resident.stands()

    asyncio.run(story())


async def test_what_was_answered_in_a_removed_instance_is_deleted_and_later_ones_move_up(
    empty_database: str,
) -> None:
    async with Store.open(empty_database) as store:
        await fielded(store)
        resident = Resident(store)
        await resident.begin()
        for kind, number in (
            ("answer", 0), ("answer", 1), ("answer", 1),  # Jl. Mawar, one floor of stone
            ("answer", 1), ("enough", 0), ("add", 0),  # a child, B; and another house
            ("answer", 1), ("answer", 0), ("add", 0), ("answer", 0),  # B, no floor, a child
        ):  # fmt: skip
            await resident.act(kind, number)
        first = "/data/rumah"
        assert await resident.kept() == {
            (f"{first}/jalan", "1"): "Jl. Mawar",
            (f"{first}/lantai", "1"): "1",
            (f"{first}/lantai_ke/bahan", "1.1"): "batu",
            (f"{first}/anak/nama", "1.1"): "B",
            (f"{first}/jalan", "2"): "B",
            (f"{first}/lantai", "2"): "0",
            (f"{first}/anak/nama", "2.1"): "Jl. Mawar",
            ("/data/semua", ""): "2",
        }
        for kind, number in (("enough", 0), ("remove", 0), ("enough", 0), ("answer", 0)):
            await resident.act(kind, number)
        await resident.act("send", 0)
        kept = await resident.kept()
        assert kept.pop(("/data/selesai", "")).startswith("2026-11-20T12:")
        assert kept == {
            (f"{first}/jalan", "1"): "B",
            (f"{first}/lantai", "1"): "0",
            (f"{first}/anak/nama", "1.1"): "Jl. Mawar",
            ("/data/semua", ""): "1",
            ("/data/utama", ""): "B",
        }
        await resident.stands()
