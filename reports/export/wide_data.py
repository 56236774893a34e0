"""Interviews as rows and questions as columns: one table a questionnaire, and one a repeat.

Of interviews that are complete or partial, as in the reports. A row of a repeat is there where
something was answered in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from reports.export.answer_blocks import Block, Numbers, together
from reports.export.export_tables import Table
from reports.export.interview_rows import described
from reports.export.long_files import code_texts
from reports.export.submissions import Fielded, keyed
from reports.export.variables import POINT, Columns, Kind, Texts, Variable
from reports.localizer import later
from reports.question_names import AUDIENCES, CATEGORIES, LANGUAGES, SECTORS, name
from reports.reading.disposition import COMPLETE, PARTIAL, usable
from survey.store.schema import question, questionnaire

ABOUT: Mapping[str, tuple[Kind, str]] = {
    "key": (Kind.TEXT, later("Key of the interview, the same in every file")),
    "wave": (Kind.TEXT, later("Wave")),
    "version": (Kind.TEXT, later("Version of the questionnaire")),
    "respondent": (Kind.TEXT, later("Respondent, by pseudonym")),
    "role": (Kind.TEXT, later("Role")),
    "sector": (Kind.TEXT, later("Sector of participants")),
    "category": (Kind.TEXT, later("Category of assets that the participant judges")),
    "language": (Kind.TEXT, later("Language of the interview")),
    "source": (Kind.TEXT, later("Link by which the person came")),
    "disposisi": (Kind.TEXT, later("How the interview ended")),
    "started_at": (Kind.MOMENT, later("Begun, at the place of the survey")),
    "last_at": (Kind.MOMENT, later("Last step, at the place of the survey")),
    "sent_at": (Kind.MOMENT, later("Handed in, at the place of the survey")),
    "progress": (Kind.NUMBER, later("Share of the questions gone through, 0 to 1")),
}
KNOWN: Mapping[str, Mapping[str, str]] = {
    "role": AUDIENCES,
    "sector": SECTORS,
    "category": CATEGORIES,
    "language": LANGUAGES,
    "disposisi": {COMPLETE: later("Complete"), PARTIAL: later("Partial")},
}
POSITION = later("Number in “{repeat}”")


def about(columns: Columns) -> tuple[Variable, ...]:
    """The variables of what is known of an interview besides its answers."""
    return tuple(
        Variable(
            name,
            kind,
            columns.said(label),
            values={code: columns.said(text) for code, text in KNOWN.get(name, {}).items()},
        )
        for name, (kind, label) in ABOUT.items()
    )


@dataclass(frozen=True)
class Sheet:
    """One file's worth: its rows, and what each of its columns is."""

    path: str
    frame: pd.DataFrame
    variables: tuple[Variable, ...]


class Wide:
    """Gathers the answers to one questionnaire from blocks, then lays them out."""

    def __init__(
        self, connection: Connection, form: Fielded, columns: Columns, zone: ZoneInfo, now: datetime
    ) -> None:
        self.form, self.columns = form, columns
        self.interviews = usable_interviews(connection, form, zone, now)
        self.ids = self.interviews.pop("id").to_numpy(np.int64)
        query = select(question.c.path, question.c.id).where(question.c.questionnaire == form.id)
        self.questions = {row.path: row.id for row in connection.execute(query)}
        self.codes = code_texts(connection)
        self.pieces: list[Block] = []

    def take(self, block: Block) -> None:
        """Keep what is of these interviews, each in place of its id with its row."""
        if not len(self.ids):
            return
        row = np.searchsorted(self.ids, block.interview)
        row[row == len(self.ids)] = 0
        kept = np.flatnonzero(self.ids[row] == block.interview)
        if len(kept):
            # All of it stays in memory, so in small numbers; nobody will ask for the times.
            mine = rows_of(block, kept)
            self.pieces.append(
                replace(
                    mine,
                    interview=row[kept].astype(np.int32),
                    question=mine.question.astype(np.int32),
                    number=mine.number.astype(np.int16),
                    code=mine.code.astype(np.int32),
                    at=np.zeros(len(kept), np.int8),
                )
            )

    def sheets(self) -> Iterator[Sheet]:
        """The root's, then each repeat's."""
        given = together(self.pieces) if self.pieces else None
        self.pieces.clear()
        for table in self.form.tables.values():
            yield self.sheet(table, given)

    def sheet(self, table: Table, given: Block | None) -> Sheet:
        """A table with one row an interview, or one row an instance of a repeat."""
        around = self.around(table)
        known = about(self.columns)
        if around:
            known = (known[0], *(self.position(path) for path in around))
        variables = self.columns.of(table, known)
        asked = [self.questions.get(field.path, -1) for field in table.fields]
        # A group may have become a repeat in a later version: then answers lie in both tables.
        mine = given and rows_of(
            given, np.isin(given.question, asked) & (depth(given.occurrence) == len(around))
        )
        if around:
            frame, row = self.instances(mine, len(around))
        else:
            frame, row = self.interviews, mine.interview if mine else np.empty(0, np.int64)
        found = dict(zip((v.name for v in variables), (c for _, c in frame.items()), strict=False))
        for variable in variables[len(known) :]:
            found[variable.name] = self.column(variable, mine, row, len(frame))
        return Sheet(table.path, pd.DataFrame(found, index=frame.index), variables)

    def around(self, table: Table) -> list[str]:
        """The repeats down to this table, the outermost first."""
        way: list[str] = []
        while table.parent:
            way.insert(0, table.path)
            table = self.form.tables[table.parent]
        return way

    def position(self, path: str) -> Variable:
        """The variable that numbers the instances of a repeat."""
        labels: Texts = {
            language: words(POSITION, repeat=name(path))
            for language, words in self.columns.words.items()
        }
        return Variable(name(path), Kind.NUMBER, labels)

    def instances(self, given: Block | None, depth: int) -> tuple[pd.DataFrame, Numbers]:
        """The rows of a repeat: key and positions; and for each answer the row it is in."""
        if given is None or not len(given.code):
            nobody = np.empty(0, np.int64)
            empty = pd.DataFrame({"key": pd.Series(dtype="str")})
            return empty.assign(**{str(n): nobody for n in range(depth)}), nobody
        where = given.occurrence.dictionary_encode()
        texts: list[Any] = where.dictionary.to_pylist()
        places = np.array([text.split(".") for text in texts], np.int64)
        key = np.column_stack([given.interview, places[where.indices.to_numpy()]])
        rows, row = np.unique(key, axis=0, return_inverse=True)
        frame = pd.DataFrame({"key": self.interviews["key"].to_numpy()[rows[:, 0]]})
        return frame.assign(**{str(n): rows[:, n + 1] for n in range(depth)}), row

    def column(self, variable: Variable, given: Block | None, row: Numbers, rows: int) -> Any:
        """The values of one variable, one a row; missing where nothing was answered."""
        wanted = self.questions.get(variable.path, -1)
        here = np.flatnonzero(given.question == wanted) if given is not None else row[:0]
        if given is None or not len(here):
            return blank(variable.kind, rows)
        answers, row = rows_of(given, here), row[here]
        if variable.kind in (Kind.CHOICE, Kind.TICK, Kind.RANK):
            return self.coded(variable, answers, row, rows)
        texts: Any = pc.coalesce(self.codes.take(answers.code), answers.value)
        return typed(variable, joined(texts.to_pylist(), answers.number, row, rows))

    def coded(self, variable: Variable, answers: Block, row: Numbers, rows: int) -> Any:
        """Numbers in place of codes. Who gave a special answer has it in all ticks not made."""
        texts: list[Any] = self.codes.to_pylist()
        lookup = np.array([float(variable.numbers.get(text, np.nan)) for text in texts])
        column, number = np.full(rows, np.nan), lookup[answers.code]
        if variable.kind is Kind.CHOICE:
            column[row] = number
            return column
        ticked = answers.code == texts.index(variable.part) if variable.part in texts else row < 0
        if variable.kind is Kind.TICK:
            column[row] = 0
        special = number < 0
        column[row[special]] = number[special]
        column[row[ticked]] = 1 if variable.kind is Kind.TICK else answers.number[ticked] + 1
        return column


def usable_interviews(
    connection: Connection, form: Fielded, zone: ZoneInfo, now: datetime
) -> pd.DataFrame:
    """The columns of ``ABOUT``, and the id, by which the rows are in order."""
    query = described(now).where(questionnaire.c.id == form.id, usable(now))
    found = pd.DataFrame(connection.execute(query).all(), columns=query.selected_columns.keys())
    found["key"] = [f"uuid:{keyed(number)}" for number in found["id"]]
    found["version"] = found["digest"].map(form.names)
    for column in ("started_at", "last_at", "sent_at"):
        moments = pd.to_datetime(found[column], utc=True)
        found[column] = moments.dt.tz_convert(zone).dt.tz_localize(None).dt.as_unit("ns")
    found = found.rename(
        columns={"wave_id": "wave", "pseudonym": "respondent", "disposition": "disposisi"}
    )
    return found[["id", *ABOUT]]


def depth(occurrences: Any) -> Numbers:
    """In how many repeats each answer is."""
    where = occurrences.dictionary_encode()
    texts: list[Any] = where.dictionary.to_pylist()
    depths = np.array([len(text.split(".")) if text else 0 for text in texts], np.int64)
    found: Numbers = depths.take(where.indices.to_numpy())
    return found


def rows_of(given: Block, wanted: NDArray[Any]) -> Block:
    """Some rows, by their places or by a mask."""
    places = np.flatnonzero(wanted) if wanted.dtype == bool else wanted
    return Block(**{column: values.take(places) for column, values in vars(given).items()})


def joined(texts: Sequence[str], number: Numbers, row: Numbers, rows: int) -> list[str | None]:
    """A text for each row, several choices with a space between them."""
    column: list[str | None] = [None] * rows
    for text, nth, place in zip(texts, number.tolist(), row.tolist(), strict=True):
        column[place] = f"{column[place]} {text}" if nth else text
    return column


def typed(variable: Variable, texts: list[str | None]) -> Any:
    """The texts as what the variable holds."""
    column = pd.Series(texts, dtype="str")
    if variable.kind is Kind.POINT:
        part = POINT.index(variable.part)
        column = column.str.split(" ", expand=True).reindex(columns=range(len(POINT)))[part]

    if variable.kind in (Kind.NUMBER, Kind.POINT):
        return pd.to_numeric(column).astype(float).to_numpy()
    if variable.kind is Kind.DAY:
        return column.map(date.fromisoformat, na_action="ignore").astype(object).to_numpy()
    return column.to_numpy(object)


def blank(kind: Kind, rows: int) -> Any:
    """A column in which nobody has answered."""
    if kind in (Kind.TEXT, Kind.DAY):
        return np.full(rows, None, object)
    return np.full(rows, np.nan)
