"""The data themselves, for whoever wants to compute anew: CSV files in the layout they know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from reports.documents.files import whole
from reports.documents.layouts import Central, Kobo, Sheets
from reports.documents.rows import ANSWERS, INTERVIEWS, answers, interviews
from reports.documents.submissions import Fielded, ids
from reports.frames import reading
from reports.order import Layout
from survey.store.schema import answer, interview

#: Rows between two calls of ``progress``.
STEP = 5000
#: What file systems do not take in a name.
UNNAMEABLE = re.compile(r'[/\\?%*:|"<>\x00-\x1f]')

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
) -> tuple[Path, ...]:
    """Write the answers in a layout, and ``interviews.csv``; the paths in that order.

    UTF-8. ``interviews.csv`` has a row for each interview with its disposition as of ``now``, and
    its times in ISO 8601 at ``timezone``. So has ``answers.csv``, the layout ``rows``, for each
    answer that stands. The other layouts have a file for each questionnaire and each repeat, with
    the interviews that were handed in. ``progress`` hears how many of how many rows are read. A
    file appears under its name when it is whole. Values are as people gave them: a spreadsheet may
    take a text that begins with ``=`` for a formula, so import the files as text.
    """
    zone = ZoneInfo(timezone)
    directory.mkdir(parents=True, exist_ok=True)
    with reading(database_url) as connection:
        watch = Watch(progress, count(connection, layout))
        if layout is Layout.ROWS:
            rows = watch.rows(answers(connection, zone))
            written = [save(directory / "answers.csv", ANSWERS, rows)]
        else:
            written = tabulate(connection, directory, layout, watch)
        rows = watch.rows(interviews(connection, zone, now))
        return (*written, save(directory / "interviews.csv", INTERVIEWS, rows))


class Watch:
    """Counts what goes by and says so now and then."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def rows(self, rows: Iterable[T]) -> Iterator[T]:
        for row in rows:
            yield row
            self.done += 1
            if self.done % STEP == 0:
                self.progress(self.done, self.total)
        self.progress(self.done, self.total)


def count(connection: Connection, layout: Layout) -> int:
    """How many rows will be read; of several choices only the first counts."""
    standing = select(func.count()).select_from(answer).where(answer.c.number == 0)
    sent = select(func.count()).select_from(interview).where(interview.c.sent_at.is_not(None))
    every = select(func.count()).select_from(interview)
    first = connection.scalar(standing if layout is Layout.ROWS else sent) or 0
    return first + (connection.scalar(every) or 0)


def save(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    """One file of rows."""
    with whole(path, head) as write:
        for row in rows:
            write(row)
    return path


def tabulate(connection: Connection, directory: Path, layout: Layout, watch: Watch) -> list[Path]:
    """A file for each table of each questionnaire."""
    forms = [Fielded(connection, questionnaire_id) for questionnaire_id in ids(connection)]
    names = table_names(forms)
    for form, named in zip(forms, names, strict=True):
        sheets = Central() if layout is Layout.CENTRAL else Kobo(named)
        fill(connection, directory, form, named, sheets, watch)
    return [directory / f"{name}.csv" for named in names for name in named.values()]


def fill(
    connection: Connection,
    directory: Path,
    form: Fielded,
    names: dict[str, str],
    sheets: Sheets,
    watch: Watch,
) -> None:
    """The files of one questionnaire, all open at once and each interview in memory once."""
    with ExitStack() as files:
        write = {
            table.path: files.enter_context(
                whole(directory / f"{names[table.path]}.csv", sheets.head(table), **sheets.dialect)
            )
            for table in form.tables.values()
        }
        for submission in watch.rows(form.submissions(connection)):
            for path, place in submission.rows:
                write[path](sheets.row(form.tables[path], place, submission))


def table_names(forms: Sequence[Fielded]) -> list[dict[str, str]]:
    """For each questionnaire the names of its tables' files: its id, and with it a repeat's name.

    Of several that would be called the same each gets a number, ``~1`` and so on, as in Central.
    """
    wanted = [
        {
            path: UNNAMEABLE.sub("", name(form.id, path, place))
            for place, path in enumerate(form.tables)
        }
        for form in forms
    ]
    totals = Counter(n.casefold() for names in wanted for n in names.values()) + Counter(
        ["interviews"]
    )
    given: Counter[str] = Counter()
    for names in wanted:
        for path, own in names.items():
            given[own.casefold()] += 1
            if totals[own.casefold()] > 1:
                names[path] = f"{own}~{given[own.casefold()]}"
    return wanted


def name(questionnaire_id: str, path: str, place: int) -> str:
    """What a table's file would be called: the first one is the root's."""
    return f"{questionnaire_id}-{path.rpartition('/')[2]}" if place else questionnaire_id
