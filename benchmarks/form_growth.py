"""How checking, compiling, restoring, answering and exporting grow with a form.

``python -m benchmarks.form_growth`` (or with ``questions``, ``choices``, ``repeats``) measures it:
forms of more and more questions (every third with a condition, every fourth read by a calculation),
of longer and longer lists (one question takes one, another several, a third is filtered), and with
more and more instances of a repeat (five questions and a calculation each, a sum over all). An
answer is what ``benchmarks.answer_walks`` says, on its way through the whole form. Times are the
processor's.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from sqlalchemy import insert

from benchmarks.answer_walks import START, Walker
from benchmarks.exports import export_streamed
from benchmarks.stores import field_questionnaire
from survey.forms.authoring.lint import examine_workbook
from survey.forms.authoring.workbook import parse_workbook
from survey.forms.authoring.xlsform import compile_source
from survey.forms.model.questionnaire import Questionnaire
from survey.interview.interview import Interview
from survey.store import schema
from survey.store.database import Store
from survey.store.interviews import add_interview, record_steps

PEOPLE = 2
SETTINGS = """
| settings | form_title | form_id | version |
| | Uji | persepsi | 1 |
"""


def build_question_form(questions: int) -> str:
    """Numbers, selects and texts, with conditions and calculations."""
    rows = ["| survey | type | name | label | relevant | constraint | calculation |"]
    for n in range(questions):
        kind = ("integer", "select_one skala", "select_multiple skala", "text")[n % 4]
        relevant = f"${{t{n - n % 4}}} != 99" if n % 3 == 2 and n % 4 else ""
        constraint = ". >= 0 and . < 1000" if n % 4 == 0 else ""
        rows.append(f"| | {kind} | t{n} | Pertanyaan {n} | {relevant} | {constraint} | |")
        if n % 16 == 15:
            rows.append(f"| | calculate | h{n} | | | | ${{t{n - 15}}} + ${{t{n - 11}}} |")
    return "\n".join([*rows, *build_choices(5)]) + SETTINGS


def build_choice_form(choices: int) -> str:
    """One of the list, several of it, one of a part of it, and two short questions."""
    rows = """
| survey | type | name | label | choice_filter | relevant |
| | select_one skala | satu | Yang mana? |
| | select_multiple skala | semua | Yang mana saja? |
| | select_one wilayah | bagian | Bagian mana? |
| | select_one tempat | sempit | Tempat di ${bagian}? | wilayah = ${bagian} |
| | integer | umur | Umur | | ${satu} != '' |
| | text | kata | Kata |
"""
    areas = max(1, choices // 50)
    places = [f"| | tempat | p{n} | Tempat {n} | w{n % areas} |" for n in range(choices)]
    listed = [f"| | wilayah | w{n} | Wilayah {n} |" for n in range(areas)]
    plain = [f"| | skala | {n} | Nilai {n} |" for n in range(1, choices + 1)]
    head = "| choices | list_name | name | label | wilayah |"
    return rows + "\n".join(["", head, *plain, *listed, *places]) + SETTINGS


def build_repeat_form(instances: int) -> str:
    """A repeat with so many instances; each has a condition and a calculation of its own."""
    rows = f"""
| survey | type | name | label | relevant | calculation | repeat_count |
| | begin_repeat | orang | Orang | | | {instances} |
| | text | nama | Nama |
| | integer | umur | Umur |
| | select_one skala | sehat | Sehat? | ${{umur}} > 0 |
| | select_multiple skala | hal | Hal |
| | integer | tahun | Tahun di sini |
| | calculate | lama | | | ${{umur}} - ${{tahun}} |
| | end_repeat |
| | calculate | jumlah | | | sum(${{umur}}) |
| | note | akhir | Semua ${{jumlah}} |
"""
    return rows + "\n".join(build_choices(5)) + SETTINGS


def build_choices(choices: int) -> list[str]:
    """The sheet of choices, with one list."""
    rows = [f"| | skala | {n} | Nilai {n} |" for n in range(1, choices + 1)]
    return ["", "| choices | list_name | name | label |", *rows]


def measure_work(work: Callable[[], object], times: int = 3) -> float:
    """Milliseconds that the processor works at the median."""
    taken = []
    for _ in range(times):
        begun = process_time()
        work()
        taken.append(1000 * (process_time() - begun))
    return statistics.median(taken)


async def fill_store(path: Path, walkers: Sequence[Walker]) -> None:
    """A store in which people have answered so."""
    form = walkers[0].questionnaire
    codes = await field_questionnaire(path, form, [START])
    people = [
        {"id": n, "pseudonym": f"p{n}", "role": "resident", "language": "id", "joined_at": START}
        for n in range(1, len(walkers) + 1)
    ]
    async with Store.open(f"sqlite+aiosqlite:///{path}") as store:
        await store.keep([(insert(schema.respondent), people)])
        for number, walker in enumerate(walkers, 1):
            who = walker.contact.respondent.__class__(
                number, "", walker.contact.respondent.role, "id"
            )
            made = Interview(form, walker.turn)
            changed = made.carry_out(walker.steps)
            opened = walker.wave.__class__("persepsi", form.digest, (), START, START + timedelta(9))
            row = add_interview(number, opened, who, made, walker.turn, START)
            await store.keep([row, *record_steps(number, made, walker.steps, changed, codes)])


def measure_export(walkers: Sequence[Walker]) -> float:
    """Milliseconds for an export as CSV, after one that loads the libraries."""
    with TemporaryDirectory() as folder:
        store = Path(folder) / "uji.db"
        asyncio.run(fill_store(store, walkers))
        export_streamed(store, "csv")
        return measure_work(lambda: export_streamed(store, "csv"), 1)


def measure_form(source: str) -> str:
    """The cells of a row: check, compile, read again, restore, an answer, export."""
    here = Path()
    checking = measure_work(lambda: examine_workbook(parse_workbook(source, ".md"), here), 1)
    compiling = measure_work(lambda: compile_source(source, ".md", here), 1)
    form = compile_source(source, ".md", here)
    Walker(form).walk(60)
    walkers = [Walker(form, turn) for turn in range(PEOPLE)]
    for walker in walkers:
        walker.walk()
    taken = sorted(one for walker in walkers for one in walker.measure_answers())
    restoring = measure_work(lambda: Interview(form, 1, walkers[-1].steps))
    exported = measure_export(walkers)
    middle, last = statistics.median(taken), taken[len(taken) * 99 // 100]
    return (
        f"{checking:,.0f} | {compiling:,.0f} | {restoring:,.1f} | {middle:.2f} | {last:.2f} "
        f"| {exported:,.0f}"
    )


GROWTHS: dict[str, tuple[Callable[[int], str], tuple[int, ...]]] = {
    "questions": (build_question_form, (25, 100, 400, 1_600)),
    "choices": (build_choice_form, (10, 100, 1_000, 5_000)),
    "repeats": (build_repeat_form, (1, 10, 100)),
}


def list_forms(names: Sequence[str]) -> list[tuple[str, Questionnaire]]:
    """The largest form of each growth, compiled: for a profile."""
    made = ((name, build(sizes[-1])) for name, (build, sizes) in GROWTHS.items() if name in names)
    return [(name, compile_source(source, ".md", Path())) for name, source in made]


def main(names: Sequence[str]) -> None:
    """A row of the table for each size."""
    print("| | check | compile | restore | an answer | 99% within | export |")
    print("|---|---|---|---|---|---|---|")
    for name in names or GROWTHS:
        build, sizes = GROWTHS[name]
        for size in sizes:
            print(f"| {size:,} {name} | {measure_form(build(size))} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
