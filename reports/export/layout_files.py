"""Files with a column a question, in the layouts of others, and what all such files are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from reports.export.atomic_files import CsvStyle, open_csv_writer
from reports.export.odk_layouts import CentralLayout, KoboLayout, SheetLayout
from reports.export.submissions import FieldedQuestionnaire, Submission
from reports.request import ExportLayout

#: What file systems do not take in a name.
FORBIDDEN_IN_FILE_NAMES = re.compile(r'[/\\?%*:|"<>\x00-\x1f]')

#: The names of the files that every export has.
FIXED_FILE_NAMES = ("interviews", "answers", "waves", "codebook", "lists", "left_out", "quotes")

#: The layouts that have a file for each table, given the names of a questionnaire's tables.
SHEET_LAYOUTS: Mapping[ExportLayout, Callable[[dict[str, str]], SheetLayout]] = {
    ExportLayout.CENTRAL: lambda _: CentralLayout(),
    ExportLayout.KOBO: KoboLayout,
}

WatchSubmissions = Callable[[Iterable[Submission]], Iterator[Submission]]


def write_layout_files(
    connection: Connection,
    forms: Sequence[FieldedQuestionnaire],
    directory: Path,
    layout: ExportLayout,
    watched: WatchSubmissions,
    now: datetime,
    style: CsvStyle,
) -> list[Path]:
    """A file for each table of each questionnaire, of what was handed in before ``now``."""
    names = choose_table_names(forms)
    for form, named in zip(forms, names, strict=True):
        sheets = SHEET_LAYOUTS[layout](named)
        fill_layout_files(connection, directory, form, named, sheets, watched, now, style)
    return [directory / f"{name}.csv" for named in names for name in named.values()]


def fill_layout_files(
    connection: Connection,
    directory: Path,
    form: FieldedQuestionnaire,
    names: dict[str, str],
    sheets: SheetLayout,
    watched: WatchSubmissions,
    now: datetime,
    style: CsvStyle,
) -> None:
    """The files of one questionnaire, all open at once and each interview in memory once."""
    with ExitStack() as files:
        write = {
            table.path: files.enter_context(
                open_csv_writer(
                    directory / f"{names[table.path]}.csv",
                    sheets.list_column_names(table),
                    style,
                    **sheets.dialect,
                )
            )
            for table in form.tables.values()
        }
        for submission in watched(form.read_submissions(connection, now)):
            for path, place in submission.rows:
                write[path](sheets.build_row(form.tables[path], place, submission))


def choose_table_names(forms: Sequence[FieldedQuestionnaire]) -> list[dict[str, str]]:
    """For each questionnaire the names of its tables' files: its id, and with it a repeat's name.

    Of several that would be called the same each gets a number, ``~1`` and so on, as in Central.
    """
    wanted = [
        {
            path: FORBIDDEN_IN_FILE_NAMES.sub("", name_table_file(form.id, path, place))
            for place, path in enumerate(form.tables)
        }
        for form in forms
    ]
    # Windows and macOS take names that differ only in capitals for one file; and ``interviews.csv``
    # and its like are always written beside these.
    totals = Counter(n.casefold() for names in wanted for n in names.values()) + Counter(
        FIXED_FILE_NAMES
    )
    given: Counter[str] = Counter()
    for names in wanted:
        for path, own in names.items():
            given[own.casefold()] += 1
            if totals[own.casefold()] > 1:
                names[path] = f"{own}~{given[own.casefold()]}"
    return wanted


def name_table_file(questionnaire_id: str, path: str, place: int) -> str:
    """What a table's file would be called: the first one is the root's."""
    return f"{questionnaire_id}-{path.rpartition('/')[2]}" if place else questionnaire_id
