"""The data themselves, for whoever wants to compute anew: as CSV, Parquet and SPSS files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from reports.export.answer_blocks import blocks
from reports.export.atomic_files import save
from reports.export.ddi import Study
from reports.export.interview_rows import INTERVIEWS, interviews
from reports.export.labelled_data import Survey, fielded, hand_over
from reports.export.layout_files import tabulate
from reports.export.long_files import Answers, csv_file, parquet_file
from reports.export.readme import write_readme
from reports.reading.store_snapshot import connected
from reports.request import DataFormat, Layout
from survey.store.schema import answer, interview

#: Rows between two calls of ``progress``.
STEP = 5000

Progress = Callable[[int, int], None]
T = TypeVar("T")


def silent(done: int, total: int) -> None:
    """Nobody is watching."""


def export(
    database_url: str,
    directory: Path,
    timezone: str,
    now: datetime,
    progress: Progress = silent,
    layout: Layout = Layout.ROWS,
    formats: Collection[DataFormat] = (DataFormat.CSV,),
    study: Study | None = None,
) -> tuple[Path, ...]:
    """Write the answers in these formats, and ``interviews.csv``; the paths, that one at the end.

    CSV: ``answers.csv`` with a row for each answer that stands; in other layouts than ``rows`` a
    file for each questionnaire and each repeat, with the interviews that were handed in. Parquet:
    ``answers.parquet``, the same rows. SPSS: ``ID.sav`` for each questionnaire and each repeat,
    with complete and partial interviews, and ``ID.ddi.xml``, which describes them. With one of the
    last two comes ``README.txt``. ``study`` says who asks and in which language labels are.

    ``interviews.csv`` has a row for each interview with its disposition as of ``now``. Times are
    those at ``timezone``. ``progress`` hears how many of how many rows are read. A file appears
    under its name when it is whole. Values are as people gave them: a spreadsheet may take a text
    that begins with ``=`` for a formula, so import the files as text. Raises OSError with the name
    of the file that could not be written.
    """
    zone, study = ZoneInfo(timezone), study or Study()
    directory.mkdir(parents=True, exist_ok=True)
    with connected(database_url) as connection:
        surveys = fielded(connection, study, zone, now) if DataFormat.SAV in formats else []
        long = [kind for kind in formats if kind in long_formats(layout)]
        tabled = DataFormat.CSV in formats and layout is not Layout.ROWS
        watch = Watch(progress, count(connection, bool(long or surveys), tabled, surveys))
        written: list[Path] = []
        if long or surveys:
            written += read_once(connection, directory, zone, long, surveys, watch)
        if tabled:
            written += tabulate(connection, directory, layout, watch.rows)
        written += hand_over(directory, study, surveys, now.astimezone(zone), watch.add)
        rows = watch.rows(interviews(connection, zone, now))
        written.append(save(directory / "interviews.csv", INTERVIEWS, rows))
        if set(formats) - {DataFormat.CSV}:
            written.insert(-1, write_readme(directory, study, written, zone, now))
        return tuple(written)


def long_formats(layout: Layout) -> Collection[DataFormat]:
    """The formats that have a row for each answer."""
    csv = {DataFormat.CSV} if layout is Layout.ROWS else set()
    return csv | {DataFormat.PARQUET}


class Watch:
    """Counts what goes by and says so now and then."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def rows(self, rows: Iterable[T]) -> Iterator[T]:
        """Let rows by, one after another."""
        for row in rows:
            yield row
            self.done += 1
            if self.done % STEP == 0:
                self.progress(self.done, self.total)
        self.progress(self.done, self.total)

    def add(self, rows: int) -> None:
        """So many rows are done at once."""
        self.done += rows
        self.progress(self.done, self.total)


def count(connection: Connection, answered: bool, sent: bool, surveys: Sequence[Survey]) -> int:
    """How many rows will be read; of several choices only the first counts."""
    standing = select(func.count()).select_from(answer).where(answer.c.number == 0)
    handed_in = select(func.count()).select_from(interview).where(interview.c.sent_at.is_not(None))
    every = select(func.count()).select_from(interview)
    wanted = [every, *([standing] if answered else []), *([handed_in] if sent else [])]
    read = sum(connection.scalar(query) or 0 for query in wanted)
    return read + sum(len(survey.wide.ids) for survey in surveys)


def read_once(
    connection: Connection,
    directory: Path,
    zone: ZoneInfo,
    long: Sequence[DataFormat],
    surveys: Sequence[Survey],
    watch: Watch,
) -> list[Path]:
    """Read all answers once: into the long files as they come, and kept for the wide ones."""
    writers = {DataFormat.CSV: csv_file, DataFormat.PARQUET: parquet_file}
    paths = [directory / f"answers.{kind}" for kind in long]
    answers = Answers(connection, zone)
    with ExitStack() as files:
        takers = [
            files.enter_context(writers[kind](path, zone))
            for kind, path in zip(long, paths, strict=True)
        ]
        for block in blocks(connection):
            if takers:
                table = answers.table(block)
                for take in takers:
                    take(table)
            for survey in surveys:
                survey.wide.take(block)
            watch.add(len(block.starts))
    return paths
