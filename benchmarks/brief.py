"""The weekly brief from a large store, beside plain pandas; and taps while it is being made.

``python -m benchmarks.brief 1m.db 10m.db`` measures stores made by ``benchmarks.stores``. Each way
runs in a process of its own; importing its libraries is told apart. Plain pandas reads the long
table with ``pandas.read_sql`` and counts each question by role, with nothing drawn or written: less
than a brief. Taps are answers of 50 people at once to a small store of their own, kept before the
next one comes, without and with a brief of the first store in the making.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks.brief_request import build_request

PLAIN = """
SELECT interview.wave_id, respondent.role, question.path, code.value
FROM answer
JOIN interview ON interview.id = answer.interview_id
JOIN respondent ON respondent.id = interview.respondent_id
JOIN question ON question.id = answer.question_id
JOIN code ON code.id = answer.code_id
"""


#: What is measured on the store at a path.
Work = Callable[[Path], object]


class BriefMeasurement(NamedTuple):
    """Seconds to import and to do it, and the most memory that the process held, in MB."""

    importing: float
    seconds: float
    peak: float


def prepare_brief() -> Work:
    """Import what makes the brief, and say how to make that of a store."""
    from reports.make_report import make_report

    return lambda store: make_report(build_request(store))


def prepare_plain_pandas() -> Work:
    """Import pandas, and say how it counts a store's answers by question, role and value."""
    import pandas as pd
    from sqlalchemy import create_engine

    def count_answers(store: Path) -> object:
        answers = pd.read_sql(PLAIN, create_engine(f"sqlite:///{store}"))
        return answers.groupby(["path", "role", "value"]).size()

    return count_answers


def measure_once(prepare: Callable[[], Work], store: Path) -> BriefMeasurement:
    """Import, do it, and look at the clock and at what the operating system counted."""
    begun = perf_counter()
    work = prepare()
    ready = perf_counter()
    work(store)
    done = perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return BriefMeasurement(ready - begun, done - ready, peak)


def measure_in_new_process(prepare: Callable[[], Work], store: Path) -> BriefMeasurement:
    """Measure in a process of its own, so that neither way finds imports or memory of the other."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure_once, prepare, store).result()


#: Name in the output -> what imports its libraries and gives back the work.
WAYS = {"ours": prepare_brief, "plain": prepare_plain_pandas}


def main(stores: list[Path]) -> None:
    """Measure each store both ways, then taps while the first one's brief is made."""
    for store in stores:
        measured = {name: measure_in_new_process(prepare, store) for name, prepare in WAYS.items()}
        for name, (importing, seconds, peak) in measured.items():
            print(
                f"{store.name} {name}: {seconds:.1f} s, {peak:.0f} MB (imports {importing:.1f} s)"
            )
        ours, plain = measured["ours"], measured["plain"]
        print(f"time {ours.seconds / plain.seconds:.2f}, memory {ours.peak / plain.peak:.2f}")
    # Imported here, so that the processes that are measured do not have it.
    from benchmarks.answer_latency import compare_taps

    asyncio.run(compare_taps(stores[0]))


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
