"""How an export to SPSS grows with the choices of a question.

``python -m benchmarks.export_growth`` measures it. A form has a list of so many choices, of which
one question takes one and another several. A hundred people answer, each ticking three. Each size
runs in a process of its own; compiling, fielding and importing are not counted. Seconds are the
processor's.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert

from benchmarks.exports import ExportMeasurement, export_streamed, measure_once
from benchmarks.stores import field_questionnaire
from survey.forms.authoring.xlsform import compile_source
from survey.store import schema
from survey.store.database import Store

SIZES, PEOPLE = (100, 1_000, 5_000, 10_000), 100
OPENED = datetime(2026, 11, 1, tzinfo=UTC)
FORM = """
| survey | type | name | label |
| | select_one besar | satu | Yang mana? |
| | select_multiple besar | semua | Yang mana saja? |
| settings | form_title | form_id | version |
| | Pilihan | persepsi | 1 |
| choices | list_name | name | label |
"""


async def fill_choice_store(path: Path, size: int) -> None:
    """A store in which people have answered a form with so many choices."""
    choices = "".join(f"| | besar | k{number} | Pilihan {number} |\n" for number in range(size))
    form = compile_source(FORM + choices, ".md", Path())
    codes = await field_questionnaire(path, form, [OPENED])
    questions = {path: number for (_, path), number in codes.questions.items()}
    people, interviews, answers = [], [], []
    for person in range(1, PEOPLE + 1):
        at = OPENED + timedelta(minutes=person)
        who = {"id": person, "pseudonym": f"p{person}", "role": "resident", "language": "id"}
        people.append({**who, "joined_at": at})
        interviews.append(
            {
                "id": person,
                "wave_id": "persepsi",
                "respondent_id": person,
                "digest": form.digest,
                "seed": 1,
                "language": "id",
                "started_at": at,
                "last_at": at,
                "sent_at": at,
                "steps": 4,
                "progress": 1.0,
                "position": "",
            }
        )
        ticked = [("satu", 0), ("semua", 0), ("semua", 1), ("semua", 2)]
        answers += [
            {
                "interview_id": person,
                "question_id": questions[f"/data/{name}"],
                "occurrence": "",
                "number": number,
                "answered_at": at,
                "code_id": codes.values[f"k{(person * 7 + number) % size}"],
            }
            for name, number in ticked
        ]
    async with Store.open(f"sqlite+aiosqlite:///{path}") as store:
        rows = ((schema.respondent, people), (schema.interview, interviews))
        await store.keep([*((insert(t), r) for t, r in rows), (insert(schema.answer), answers)])


def measure_choices(size: int) -> ExportMeasurement:
    """Fill a store and export it, once to load the libraries and once to be measured."""
    with TemporaryDirectory() as folder:
        for number, choices in enumerate((10, size)):
            store = Path(folder) / f"{number}.db"
            asyncio.run(fill_choice_store(store, choices))
            measured = measure_once(export_streamed, store, "sav")
    return measured


def main(sizes: Sequence[int]) -> None:
    """A row of the table for each number of choices."""
    print("| choices | variables | s | MB |\n|---|---|---|---|")
    for size in sizes:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            measured = pool.submit(measure_choices, size).result()
        row = f"| {size:,} | {size + 25:,} | {measured.seconds:.1f} | {measured.peak:.0f} |"
        print(row, flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
