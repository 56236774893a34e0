"""The data themselves, for whoever wants to compute anew: two CSV files."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, func, select

from reports.disposition import disposition
from reports.frames import reading
from survey.forms.questionnaire import Group
from survey.forms.xform import read_xform
from survey.store.schema import (
    answer,
    code,
    interview,
    question,
    questionnaire,
    respondent,
    wave,
)

ANSWERS = ("wave", "questionnaire", "version", "respondent", "question", "value", "answered_at")
INTERVIEWS = (
    "wave",
    "questionnaire",
    "version",
    "respondent",
    "role",
    "sector",
    "category",
    "language",
    "source",
    "disposition",
    "started_at",
    "last_at",
    "sent_at",
    "progress",
)
#: Rows between two calls of ``progress``.
STEP = 5000

Progress = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Nobody is watching."""


def export(
    database_url: str,
    directory: Path,
    timezone: str,
    now: datetime,
    progress: Progress = silent,
) -> tuple[Path, Path]:
    """Write ``answers.csv`` and ``interviews.csv`` into ``directory`` and return their paths.

    UTF-8, one row for each answer that stands and for each interview, times in ISO 8601 at
    ``timezone``, dispositions as of ``now``. ``progress`` hears how many of how many rows are
    written. A file appears under its name when it is whole. Values are as people gave them: a
    spreadsheet may take a text that begins with ``=`` for a formula, so import the files as text.
    """
    zone = ZoneInfo(timezone)
    directory.mkdir(parents=True, exist_ok=True)
    with reading(database_url) as connection:
        total = count(connection, answer) + count(connection, interview)
        watch = Watch(progress, total)
        return (
            save(directory / "answers.csv", ANSWERS, watch.rows(answers(connection, zone))),
            save(
                directory / "interviews.csv",
                INTERVIEWS,
                watch.rows(interviews(connection, zone, now)),
            ),
        )


class Watch:
    """Counts what goes by and says so now and then."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def rows(self, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        for row in rows:
            yield row
            self.done += 1
            if self.done % STEP == 0:
                self.progress(self.done, self.total)
        self.progress(self.done, self.total)


def count(connection: Connection, table: Any) -> int:
    """How many rows the files will have of it; of several choices only the first counts."""
    query = select(func.count()).select_from(table)
    if table is answer:
        query = query.where(answer.c.number == 0)
    return connection.scalar(query) or 0


def save(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    """Write beside and rename, so that nobody ever sees half a file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(head)
            writer.writerows(rows)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def answers(connection: Connection, zone: ZoneInfo) -> Iterator[tuple[Any, ...]]:
    """The rows of ``answers.csv``, choices of one question put together."""
    spellings = Spelling(repeats(connection))
    query = (
        select(
            answer.c.interview_id,
            answer.c.question_id,
            answer.c.occurrence,
            interview.c.wave_id,
            questionnaire.c.id,
            questionnaire.c.version,
            respondent.c.pseudonym,
            question.c.path,
            func.coalesce(code.c.value, answer.c.value).label("value"),
            answer.c.answered_at,
        )
        .join(interview, interview.c.id == answer.c.interview_id)
        .join(questionnaire, questionnaire.c.digest == interview.c.digest)
        .join(respondent, respondent.c.id == interview.c.respondent_id)
        .join(question, question.c.id == answer.c.question_id)
        .outerjoin(code, code.c.id == answer.c.code_id)
        .order_by(answer.c.interview_id, answer.c.question_id, answer.c.occurrence, answer.c.number)
    )
    for _, group in groupby(streamed(connection, query), key=lambda row: row[:3]):
        choices = list(group)
        row = choices[0]
        yield (
            row.wave_id,
            row.id,
            row.version,
            row.pseudonym,
            spellings.of(row.id, row.path, row.occurrence),
            " ".join(choice.value or "" for choice in choices),
            local(row.answered_at, zone),
        )


def interviews(connection: Connection, zone: ZoneInfo, now: datetime) -> Iterator[tuple[Any, ...]]:
    """The rows of ``interviews.csv``."""
    query = (
        select(
            interview.c.wave_id,
            questionnaire.c.id,
            questionnaire.c.version,
            respondent.c.pseudonym,
            respondent.c.role,
            respondent.c.sector,
            respondent.c.category,
            interview.c.language,
            respondent.c.source,
            disposition(now).label("disposition"),
            interview.c.started_at,
            interview.c.last_at,
            interview.c.sent_at,
            interview.c.progress,
        )
        .join(wave, wave.c.id == interview.c.wave_id)
        .join(questionnaire, questionnaire.c.digest == interview.c.digest)
        .join(respondent, respondent.c.id == interview.c.respondent_id)
        .order_by(interview.c.id)
    )
    for row in streamed(connection, query):
        yield (
            *row[:10],
            local(row.started_at, zone),
            local(row.last_at, zone),
            local(row.sent_at, zone),
            round(row.progress, 4),
        )


def streamed(connection: Connection, query: Any) -> Iterator[Row[Any]]:
    """The rows of a query without holding them all."""
    yield from connection.execution_options(yield_per=2000).execute(query)


def local(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else ""


def repeats(connection: Connection) -> dict[str, set[str]]:
    """Questionnaire id -> the paths of its repeats in any version."""
    found: dict[str, set[str]] = {}
    for row in connection.execute(select(questionnaire.c.id, questionnaire.c.xform)):
        groups = (n for n in read_xform(row.xform).body.walk() if isinstance(n, Group))
        found.setdefault(row.id, set()).update(g.path for g in groups if g.repeat)
    return found


class Spelling:
    """Writes a question as ``aset[2]/guncangan/banjir``; each spelling is worked out once."""

    def __init__(self, repeats: dict[str, set[str]]) -> None:
        self.repeats = repeats
        self.known: dict[tuple[str, str, str], str] = {}

    def of(self, questionnaire_id: str, path: str, occurrence: str) -> str:
        """The path below the root; ``occurrence`` has a position for each repeat around it."""
        key = (questionnaire_id, path, occurrence)
        if key not in self.known:
            self.known[key] = self.spell(*key)
        return self.known[key]

    def spell(self, questionnaire_id: str, path: str, occurrence: str) -> str:
        positions = iter(occurrence.split(".") if occurrence else ())
        steps, so_far = [], ""
        for step in path.strip("/").split("/"):
            so_far += f"/{step}"
            repeated = so_far in self.repeats.get(questionnaire_id, set())
            position = next(positions, "") if repeated else ""
            steps.append(f"{step}[{position}]" if position else step)
        return "/".join(steps[1:])
