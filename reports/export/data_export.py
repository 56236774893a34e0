"""The data themselves, for whoever wants to compute anew: as CSV, Parquet and SPSS files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from reports.export.answer_blocks import read_blocks
from reports.export.atomic_files import PLAIN_CSV, CsvStyle, save_csv, write_atomically
from reports.export.context_tables import list_context_tables
from reports.export.ddi import Study
from reports.export.interview_rows import INTERVIEW_COLUMNS, list_interview_rows
from reports.export.labelled_data import (
    SurveyLabels,
    UnreadableCell,
    list_fielded_surveys,
    write_labelled_files,
)
from reports.export.layout_files import write_layout_files
from reports.export.long_files import AnswerTableBuilder, open_csv_file, open_parquet_file
from reports.export.readme import write_readme
from reports.export.submissions import FieldedQuestionnaire, list_fielded_ids
from reports.export.workshop_export import export_held_workshops
from reports.localizer import Localizer
from reports.reading.counted_interviews import read_counted_interviews
from reports.reading.store_snapshot import RowSnapshot, open_connection
from reports.request import DataFormat, ExportLayout
from survey.store.schema import answer, interview

#: Rows between two calls of ``progress``.
PROGRESS_STEP = 5000

#: What opens the file of a format that has a row for each answer, and takes tables of them.
#: SPSS has a column for each question instead: ``labelled_data.py`` writes it.
LONG_FILE_OPENERS = {DataFormat.CSV: open_csv_file, DataFormat.PARQUET: open_parquet_file}

#: Where copies of the files lie that the settings name.
INPUT_FOLDER = "inputs"

ProgressCallback = Callable[[int, int], None]
T = TypeVar("T")


def ignore_progress(done: int, total: int) -> None:
    """Nobody is watching."""


def ignore_cell(cell: UnreadableCell) -> None:
    """Nobody wants to know."""


def export_data(
    database_url: str,
    directory: Path,
    timezone: str,
    now: datetime,
    progress: ProgressCallback = ignore_progress,
    layout: ExportLayout = ExportLayout.ROWS,
    formats: Collection[DataFormat] = (DataFormat.CSV,),
    study: Study | None = None,
    population: str = "",
    style: CsvStyle = PLAIN_CSV,
    tell: Callable[[UnreadableCell], None] = ignore_cell,
    inputs: Iterable[Path] = (),
    city_file: Path | None = None,
    minimum_cell: int = 0,
) -> tuple[Path, ...]:
    """Write the answers in these formats and all that belongs to them; the paths of the files.

    CSV: ``answers.csv`` with a row for each answer that stands; in other layouts than ``rows`` a
    file for each questionnaire and each repeat, with the interviews that were handed in. Parquet:
    ``answers.parquet``, the same rows. SPSS: ``ID.sav`` for each questionnaire and each repeat,
    with complete and partial interviews, and ``ID.ddi.xml``, which describes them. With one of the
    last two comes ``README.txt``. ``study`` says who asks and in which language labels are.

    Always: ``waves.csv``, ``codebook.csv``, ``lists.csv``, ``left_out.csv``, ``quotes.csv``, the
    votes of each workshop, copies of ``inputs`` (files that the settings name and that figures
    depend on), and as the last one ``interviews.csv``, with a row for each interview, its
    disposition and what reports compute of it. ``population`` is the path of the file that
    residents are weighted to, ``city_file`` says how personal data is written, which goes from the
    reasons of votes. All is as of ``now``: what came later is left out, as in a report. All
    interviews are written; with ``minimum_cell`` it is said which a report counts, and only of
    these what it computes: in batches of so many.

    Times are those at ``timezone``. ``progress`` hears how many of how many rows are read, ``tell``
    of each cell that could not be read and is empty. A file appears under its name when it is
    whole. Values are as people gave them, unless ``style`` guards spreadsheets. Raises OSError with
    the name of the file that could not be written.
    """
    zone, study = ZoneInfo(timezone), study or Study()
    directory.mkdir(parents=True, exist_ok=True)
    with open_connection(database_url) as connection:
        counted = read_counted_interviews(RowSnapshot(connection), now, population, minimum_cell)
        forms = [
            FieldedQuestionnaire(connection, questionnaire_id)
            for questionnaire_id in list_fielded_ids(connection)
        ]
        surveys = (
            list_fielded_surveys(connection, forms, study, zone, now, counted.measures)
            if DataFormat.SAV in formats
            else []
        )
        long = [kind for kind in formats if kind in list_long_formats(layout)]
        tabled = DataFormat.CSV in formats and layout is not ExportLayout.ROWS
        watch = ProgressCounter(
            progress, count_rows_to_read(connection, bool(long or surveys), tabled, surveys, now)
        )
        written: list[Path] = []
        if long or surveys:
            written += read_answers_once(
                connection, directory, zone, long, surveys, watch, now, style
            )
        if tabled:
            written += write_layout_files(
                connection, forms, directory, layout, watch.count_rows, now, style
            )
        written += write_labelled_files(
            directory, study, surveys, now.astimezone(zone), watch.add_rows, tell
        )
        words = Localizer(study.language, timezone)
        for table in list_context_tables(connection, forms, counted, words, now):
            written.append(save_csv(directory / table.name, table.columns, table.rows, style))
        written += export_held_workshops(
            connection, database_url, directory, timezone, city_file, now, style
        )
        written += copy_inputs(inputs, directory)
        rows = watch.count_rows(list_interview_rows(connection, zone, now, counted))
        written.append(save_csv(directory / "interviews.csv", INTERVIEW_COLUMNS, rows, style))
        if set(formats) - {DataFormat.CSV}:
            written.insert(-1, write_readme(directory, study, written, zone, now))
        return tuple(written)


def copy_inputs(inputs: Iterable[Path], directory: Path) -> Iterator[Path]:
    """Put files that the settings name beside the data; those that are not there are left out."""
    for source in inputs:
        if source.is_file():
            path = directory / INPUT_FOLDER / source.name
            path.parent.mkdir(exist_ok=True)
            with write_atomically(path) as name:
                name.write_bytes(source.read_bytes())
            yield path


def list_long_formats(layout: ExportLayout) -> Collection[DataFormat]:
    """The formats that have a row for each answer."""
    laid_out = set() if layout is ExportLayout.ROWS else {DataFormat.CSV}
    return LONG_FILE_OPENERS.keys() - laid_out


class ProgressCounter:
    """Counts what goes by and says so now and then."""

    def __init__(self, progress: ProgressCallback, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def count_rows(self, rows: Iterable[T]) -> Iterator[T]:
        """Let rows by, one after another."""
        for row in rows:
            yield row
            self.done += 1
            if self.done % PROGRESS_STEP == 0:
                self.progress(self.done, self.total)
        self.progress(self.done, self.total)

    def add_rows(self, rows: int) -> None:
        """So many rows are done at once."""
        self.done += rows
        self.progress(self.done, self.total)


def count_rows_to_read(
    connection: Connection,
    answered: bool,
    sent: bool,
    surveys: Sequence[SurveyLabels],
    now: datetime,
) -> int:
    """How many rows will be read; of several choices only the first counts."""
    standing = (
        select(func.count())
        .select_from(answer)
        .where(answer.c.number == 0, answer.c.answered_at < now)
    )
    handed_in = select(func.count()).select_from(interview).where(interview.c.sent_at < now)
    every = select(func.count()).select_from(interview).where(interview.c.started_at < now)
    wanted = [every, *([standing] if answered else []), *([handed_in] if sent else [])]
    read = sum(connection.scalar(query) or 0 for query in wanted)
    return read + sum(len(survey.wide.ids) for survey in surveys)


def read_answers_once(
    connection: Connection,
    directory: Path,
    zone: ZoneInfo,
    long: Sequence[DataFormat],
    surveys: Sequence[SurveyLabels],
    watch: ProgressCounter,
    now: datetime,
    style: CsvStyle,
) -> list[Path]:
    """Read all answers once: into the long files as they come, and kept for the wide ones."""
    paths = [directory / f"answers.{kind}" for kind in long]
    answers = AnswerTableBuilder(connection, zone)
    with ExitStack() as files:
        takers = [
            files.enter_context(LONG_FILE_OPENERS[kind](path, zone, style))
            for kind, path in zip(long, paths, strict=True)
        ]
        for block in read_blocks(connection, now):
            if takers:
                table = answers.build_table(block)
                for take in takers:
                    take(table)
            for survey in surveys:
                survey.wide.add_block(block)
            watch.add_rows(len(block.answer_starts))
    return paths
