"""Exports of a large store beside what one would write first: ``pandas.read_sql``, ``to_csv``.

``python -m benchmarks.exports 1m.db 10m.db`` measures stores made by ``benchmarks.stores``. Each
way runs in a process of its own; importing its libraries is not counted, files go to a folder that
is deleted. Seconds are the processor's, so that what else a machine does makes little difference.
Plain pandas leaves several choices of one question in rows of their own.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import NamedTuple

import pandas as pd
from sqlalchemy import create_engine

from reports.export.data_export import export_data
from reports.request import DataFormat

NOW, ZONE = datetime(2026, 12, 1, tzinfo=UTC), "Asia/Jakarta"
PLAIN = """
SELECT interview.wave_id AS wave, questionnaire.id AS questionnaire, questionnaire.version,
       respondent.pseudonym AS respondent, question.path AS question,
       coalesce(code.value, answer.value) AS value, answer.answered_at
FROM answer
JOIN interview ON interview.id = answer.interview_id
JOIN questionnaire ON questionnaire.digest = interview.digest
JOIN respondent ON respondent.id = interview.respondent_id
JOIN question ON question.id = answer.question_id
LEFT JOIN code ON code.id = answer.code_id
"""


class ExportMeasurement(NamedTuple):
    """Seconds of the processor, and the most memory that the process ever held, in MB."""

    seconds: float
    peak: float


def export_streamed(store: Path, kind: str) -> None:
    """Our export, ``interviews.csv`` with it."""
    with TemporaryDirectory(dir=store.parent) as out:
        export_data(f"sqlite:///{store}", Path(out), ZONE, NOW, formats=[DataFormat(kind)])


def export_with_pandas(store: Path, kind: str) -> None:
    """The answers through one data frame."""
    answers = pd.read_sql(PLAIN, create_engine(f"sqlite:///{store}"))
    moments = pd.to_datetime(answers["answered_at"], unit="us", utc=True)
    answers["answered_at"] = moments.dt.tz_convert(ZONE)
    with TemporaryDirectory(dir=store.parent) as out:
        path = Path(out) / f"answers.{kind}"
        if kind == "csv":
            answers.to_csv(path, index=False)
        else:
            answers.to_parquet(path, compression="zstd")


def measure_once(work: Callable[[Path, str], None], store: Path, kind: str) -> ExportMeasurement:
    """Do it and look at what the operating system counted."""
    begun = process_time()
    work(store, kind)
    taken = process_time() - begun
    return ExportMeasurement(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measure_in_new_process(
    work: Callable[[Path, str], None], store: Path, kind: str
) -> ExportMeasurement:
    """Measure in a process of its own, which has neither imports nor memory of the other."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure_once, work, store, kind).result()


def main(stores: list[Path]) -> None:
    """A row of the table for each store and format."""
    print("| store | format | suara: s / MB | pandas: s / MB | ratio: s / MB |")
    print("|---|---|---|---|---|")
    for store in stores:
        for kind in ("csv", "parquet"):
            ours, others = (
                measure_in_new_process(work, store, kind)
                for work in (export_streamed, export_with_pandas)
            )
            print(
                f"| {store.stem} | {kind} | {ours.seconds:.1f} / {ours.peak:.0f} |"
                f" {others.seconds:.1f} / {others.peak:.0f} |"
                f" {others.seconds / ours.seconds:.1f} / {others.peak / ours.peak:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
