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
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from reports.request import ReportKind, ReportRequest

QUESTIONNAIRES = Path(__file__).parents[1] / "questionnaires"
END = datetime(2026, 12, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
PLAIN = """
SELECT interview.wave_id, respondent.role, question.path, code.value
FROM answer
JOIN interview ON interview.id = answer.interview_id
JOIN respondent ON respondent.id = interview.respondent_id
JOIN question ON question.id = answer.question_id
JOIN code ON code.id = answer.code_id
"""


class BriefMeasurement(NamedTuple):
    """Seconds to import and to do it, and the most memory that the process held, in MB."""

    importing: float
    seconds: float
    peak: float


def build_request(store: Path) -> ReportRequest:
    """The week's brief of a store, with weights and as shipped."""
    return ReportRequest(
        kind=ReportKind.WEEKLY,
        start=END - WEEK,
        end=END,
        language="id",
        made_at=END,
        late=False,
        timezone="Asia/Jakarta",
        database_url=f"sqlite:///{store}",
        city="Jakarta",
        secretariat="Sekretariat Jakarta Berketahanan",
        minimum_cell=5,
        city_file=str(QUESTIONNAIRES / "city.toml"),
        formats=("pdf", "xlsx"),
        population=str(QUESTIONNAIRES / "penduduk.csv"),
        boundaries=str(QUESTIONNAIRES / "kecamatan.geojson"),
    )


def ours() -> Callable[[Path], object]:
    from reports.make_report import make_report

    return lambda store: make_report(build_request(store))


def plain() -> Callable[[Path], object]:
    import pandas as pd
    from sqlalchemy import create_engine

    def counted(store: Path) -> object:
        answers = pd.read_sql(PLAIN, create_engine(f"sqlite:///{store}"))
        return answers.groupby(["path", "role", "value"]).size()

    return counted


def measure_once(way: Callable[[], Callable[[Path], object]], store: Path) -> BriefMeasurement:
    """Import, do it, and look at the clock and at what the operating system counted."""
    begun = perf_counter()
    work = way()
    ready = perf_counter()
    work(store)
    done = perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return BriefMeasurement(ready - begun, done - ready, peak)


def measure_in_new_process(
    way: Callable[[], Callable[[Path], object]], store: Path
) -> BriefMeasurement:
    """The same in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure_once, way, store).result()


def main(stores: list[Path]) -> None:
    for store in stores:
        found = {way.__name__: measure_in_new_process(way, store) for way in (ours, plain)}
        for name, (importing, seconds, peak) in found.items():
            print(
                f"{store.name} {name}: {seconds:.1f} s, {peak:.0f} MB (imports {importing:.1f} s)"
            )
        mine, theirs = found["ours"], found["plain"]
        print(f"time {mine.seconds / theirs.seconds:.2f}, memory {mine.peak / theirs.peak:.2f}")
    # Imported here, so that the processes that are measured do not have it.
    from benchmarks.answer_latency import compare_taps

    asyncio.run(compare_taps(stores[0]))


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
