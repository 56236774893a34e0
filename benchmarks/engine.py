"""How fast a questionnaire is compiled, restored and answered: 60 questions, 20 calculations.

Beside each answer with its dependencies stands the same answer with the whole form computed anew,
which is what an engine without a dependency graph would do.

``python -m benchmarks.engine CHECKOUT`` compares this code with another checkout: people walk
through the shipped ``persepsi`` (``benchmarks.answer_walks``), one here and one there in turns, so
that noise meets both alike.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from survey.forms.authoring.xlsform import compile_source
from survey.forms.model.questionnaire import Questionnaire
from survey.forms.runtime.dependencies import build_dependency_graph
from survey.forms.runtime.form import Form
from survey.interview.interview import Interview
from survey.interview.steps import Step, StepKind

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
QUESTIONS, CALCULATIONS = 60, 20
PARTS, WALKS = ("decide", "record", "draw"), 60


def build_form_source(questions: int, calculations: int) -> str:
    """An XLSForm: numbers and selects in turn, every third with a condition or a constraint."""
    rows = ["| survey | type | name | label | relevant | constraint | calculation |"]
    rows.append("|---|---|---|---|---|---|---|")
    for n in range(questions):
        kind = ("integer", "select_one skala", "select_multiple skala")[n % 3]
        relevant = f"${{t{n - 3}}} != '99'" if n >= 3 and n % 3 == 0 else ""
        constraint = ". >= 0 and . < 1000" if n % 3 == 0 else ""
        rows.append(f"| | {kind} | t{n} | Pertanyaan {n} | {relevant} | {constraint} | |")
    for n in range(calculations):
        sources = [f"${{t{(3 * (n + i)) % questions}}}" for i in range(3)]
        total = f"if({sources[0]} > 5, {sources[1]} + {sources[2]}, coalesce({sources[1]}, 0))"
        rows.append(f"| | calculate | h{n} | | | | {total} |")
    rows += ["", "| choices | list_name | name | label |"]
    rows += [f"| | skala | {n} | Nilai {n} |" for n in range(1, 6)]
    return "\n".join(rows)


def build_answer_steps(questionnaire: Questionnaire) -> list[Step]:
    """An answer to every question, as an interview keeps them."""
    keys = [question.path for question in questionnaire.questions]
    given = [
        Step(n, StepKind.ANSWERED, key, str(n % 5 + 1), START + timedelta(minutes=n))
        for n, key in enumerate(keys, 2)
    ]
    return [Step(1, StepKind.CONSENTED, "", "OK", START), *given]


def measure_median(work: Callable[[], object], times: int) -> float:
    """Milliseconds that ``work`` takes at the median."""
    taken = []
    for _ in range(times):
        begun = perf_counter()
        work()
        taken.append(1000 * (perf_counter() - begun))
    return statistics.median(taken)


def put_and_recompute(form: Form, key: str, value: str) -> None:
    """An answer after which every formula of the form is computed, whatever it reads."""
    form.set_value(key, value)
    form.recompute()


def measure_answer(questionnaire: Questionnaire, whole: bool) -> float:
    """Milliseconds for an answer at the median, over all questions that others depend on."""
    form = Form(questionnaire, 1, START)
    readers = build_dependency_graph(questionnaire).find_readers
    paths = [question.path for question in questionnaire.questions if readers(question.path)]
    turn = iter(range(100_000))
    put = put_and_recompute if whole else Form.set_value

    def answer() -> None:
        n = next(turn)
        put(form, paths[n % len(paths)], str(n // len(paths) % 5 + 1))

    return measure_median(answer, 10 * len(paths))


def measure_memory(source: str) -> float:
    """Megabytes by which the process grows for each compiled and used questionnaire."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kept = [compile_source(source, ".md", Path()) for _ in range(20)]
    for questionnaire in kept:
        Form(questionnaire, 1, START)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000 / len(kept)


def start_walks(checkout: Path) -> subprocess.Popen[str]:
    """A process with the code of a checkout that walks when it is told a questionnaire."""
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.answer_walks"],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def walk_once(walking: subprocess.Popen[str], form: Path) -> list[float]:
    """Milliseconds of the processor for deciding, recording and drawing, on average."""
    if walking.stdin is None or walking.stdout is None:
        raise ValueError("this process cannot be told anything")
    walking.stdin.write(f"{form}\n")
    walking.stdin.flush()
    return [float(number) for number in walking.stdout.readline().split()]


def compare_checkouts(other: Path) -> None:
    """A row of the table for each part of an answer, here and in another checkout."""
    here = Path(__file__).parents[1]
    form = here / "questionnaires" / "persepsi.md"
    walks = [start_walks(checkout) for checkout in (other, here)]
    pairs = [[walk_once(one, form) for one in walks] for _ in range(WALKS)]
    print("| | there, ms | here, ms | ratio |\n|---|---|---|---|")
    for name, part in (*((n, slice(i, i + 1)) for i, n in enumerate(PARTS)), ("all", slice(3))):
        there, ours = (statistics.median(sum(p[side][part]) for p in pairs) for side in (0, 1))
        ratio = statistics.median(sum(p[0][part]) / sum(p[1][part]) for p in pairs)
        print(f"| {name} | {there:.3f} | {ours:.3f} | {ratio:.2f} |")
    for one in walks:
        one.communicate()


def main() -> None:
    """Measure and print."""
    if len(sys.argv) > 1:
        compare_checkouts(Path(sys.argv[1]).resolve())
        return
    source, here = build_form_source(QUESTIONS, CALCULATIONS), Path()
    compile_source(source, ".md", here)
    compiling = measure_median(lambda: compile_source(source, ".md", here), 15)
    memory = measure_memory(source)
    questionnaire = compile_source(source, ".md", here)
    steps = build_answer_steps(questionnaire)
    restoring = measure_median(lambda: Interview(questionnaire, 1, steps), 50)
    one, whole = (
        measure_answer(questionnaire, whole=False),
        measure_answer(questionnaire, whole=True),
    )
    rows = [
        ("compile and check", compiling, "ms", 60.0),
        ("restore an interview of 60 answers", restoring, "ms", 3.0),
        ("one answer and what follows (median)", one, "ms", 0.2),
        ("memory of a compiled questionnaire", memory, "MB", 5.0),
    ]
    print(f"{QUESTIONS} questions, {CALCULATIONS} calculations")
    for what, measured, unit, limit in rows:
        sign = "<" if measured < limit else "NOT <"
        print(f"  {what:40} {measured:8.3f} {unit}  {sign} {limit:g} {unit}")
    print(f"  {'the same with the whole form anew':40} {whole:8.3f} ms  {whole / one:.1f} times")


if __name__ == "__main__":
    main()
