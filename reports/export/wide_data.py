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

from reports.export.answer_blocks import AnswerBlock, IntegerArray, concatenate_blocks
from reports.export.export_tables import ExportTable
from reports.export.interview_rows import build_interviews_query
from reports.export.kind_exports import VariableKind
from reports.export.long_files import read_code_texts
from reports.export.submissions import FieldedQuestionnaire, derive_interview_uuid
from reports.export.variables import (
    POINT_PARTS,
    TextsByLanguage,
    Variable,
    VariableBuilder,
)
from reports.localizer import gettext_noop
from reports.question_names import AUDIENCES, CATEGORIES, SECTORS, get_path_name
from reports.reading.disposition import COMPLETE, PARTIAL, is_usable
from survey.store.schema import question, questionnaire

ABOUT_INTERVIEW: Mapping[str, tuple[VariableKind, str]] = {
    "key": (VariableKind.TEXT, gettext_noop("Key of the interview, the same in every file")),
    "wave": (VariableKind.TEXT, gettext_noop("Wave")),
    "version": (VariableKind.TEXT, gettext_noop("Version of the questionnaire")),
    "respondent": (VariableKind.TEXT, gettext_noop("Respondent, by pseudonym")),
    "role": (VariableKind.TEXT, gettext_noop("Role")),
    "sector": (VariableKind.TEXT, gettext_noop("Sector of participants")),
    "category": (VariableKind.TEXT, gettext_noop("Category of assets that the participant judges")),
    "language": (VariableKind.TEXT, gettext_noop("Language of the interview")),
    "source": (VariableKind.TEXT, gettext_noop("Link by which the person came")),
    "disposisi": (VariableKind.TEXT, gettext_noop("How the interview ended")),
    "started_at": (VariableKind.MOMENT, gettext_noop("Begun, at the place of the survey")),
    "last_at": (VariableKind.MOMENT, gettext_noop("Last step, at the place of the survey")),
    "sent_at": (VariableKind.MOMENT, gettext_noop("Handed in, at the place of the survey")),
    "progress": (VariableKind.NUMBER, gettext_noop("Share of the questions gone through, 0 to 1")),
}
KNOWN_VALUES: Mapping[str, Mapping[str, str]] = {
    "role": AUDIENCES,
    "sector": SECTORS,
    "category": CATEGORIES,
    "disposisi": {COMPLETE: gettext_noop("Complete"), PARTIAL: gettext_noop("Partial")},
}
POSITION_LABEL = gettext_noop("Number in “{repeat}”")


def build_about_variables(columns: VariableBuilder) -> tuple[Variable, ...]:
    """The variables of what is known of an interview besides its answers."""
    return tuple(
        Variable(
            name,
            kind,
            columns.translate_text(label),
            values=columns.name_languages()
            if name == "language"
            else {
                code: columns.translate_text(text)
                for code, text in KNOWN_VALUES.get(name, {}).items()
            },
        )
        for name, (kind, label) in ABOUT_INTERVIEW.items()
    )


@dataclass(frozen=True)
class WideSheet:
    """One file's worth: its rows, and what each of its columns is."""

    path: str
    frame: pd.DataFrame
    variables: tuple[Variable, ...]


class WideData:
    """Gathers the answers to one questionnaire from blocks, then lays them out."""

    def __init__(
        self,
        connection: Connection,
        form: FieldedQuestionnaire,
        columns: VariableBuilder,
        zone: ZoneInfo,
        now: datetime,
    ) -> None:
        self.form, self.columns = form, columns
        self.interviews = read_usable_interviews(connection, form, zone, now)
        self.ids = self.interviews.pop("id").to_numpy(np.int64)
        query = select(question.c.path, question.c.id).where(question.c.questionnaire == form.id)
        self.questions = {row.path: row.id for row in connection.execute(query)}
        self.codes = read_code_texts(connection)
        self.pieces: list[AnswerBlock] = []

    def add_block(self, block: AnswerBlock) -> None:
        """Keep what is of these interviews, each in place of its id with its row."""
        if not len(self.ids):
            return
        row = np.searchsorted(self.ids, block.interview)
        # An interview with a higher number than all of ours is placed one beyond the end. Put at 0
        # it can be looked up, and the comparison with its id drops it.
        row[row == len(self.ids)] = 0
        kept = np.flatnonzero(self.ids[row] == block.interview)
        if len(kept):
            # All of it stays in memory, so in small numbers; nobody will ask for the times.
            mine = select_block_rows(block, kept)
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

    def build_sheets(self) -> Iterator[WideSheet]:
        """The root's, then each repeat's."""
        given = concatenate_blocks(self.pieces) if self.pieces else None
        self.pieces.clear()
        for table in self.form.tables.values():
            yield self.build_sheet(table, given)

    def build_sheet(self, table: ExportTable, given: AnswerBlock | None) -> WideSheet:
        """A table with one row an interview, or one row an instance of a repeat."""
        around = self.list_repeats_around(table)
        known = build_about_variables(self.columns)
        if around:
            known = (known[0], *(self.build_position_variable(path) for path in around))
        variables = self.columns.build_table_variables(table, known)
        asked = [self.questions.get(field.path, -1) for field in table.fields]
        # A group may have become a repeat in a later version: then answers lie in both tables.
        mine = given and select_block_rows(
            given,
            np.isin(given.question, asked) & (count_repeat_depth(given.occurrence) == len(around)),
        )
        if around:
            frame, row = self.build_instances(mine, len(around))
        else:
            frame, row = self.interviews, mine.interview if mine else np.empty(0, np.int64)
        found = dict(zip((v.name for v in variables), (c for _, c in frame.items()), strict=False))
        for variable in variables[len(known) :]:
            found[variable.name] = self.build_column(variable, mine, row, len(frame))
        return WideSheet(table.path, pd.DataFrame(found, index=frame.index), variables)

    def list_repeats_around(self, table: ExportTable) -> list[str]:
        """The repeats down to this table, the outermost first."""
        way: list[str] = []
        while table.parent:
            way.insert(0, table.path)
            table = self.form.tables[table.parent]
        return way

    def build_position_variable(self, path: str) -> Variable:
        """The variable that numbers the instances of a repeat."""
        labels: TextsByLanguage = {
            language: words(POSITION_LABEL, repeat=get_path_name(path))
            for language, words in self.columns.words.items()
        }
        return Variable(get_path_name(path), VariableKind.NUMBER, labels)

    def build_instances(
        self, given: AnswerBlock | None, depth: int
    ) -> tuple[pd.DataFrame, IntegerArray]:
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

    def build_column(
        self, variable: Variable, given: AnswerBlock | None, row: IntegerArray, rows: int
    ) -> Any:
        """The values of one variable, one a row; missing where nothing was answered."""
        wanted = self.questions.get(variable.path, -1)
        here = np.flatnonzero(given.question == wanted) if given is not None else row[:0]
        if given is None or not len(here):
            return build_blank_column(variable.kind, rows)
        answers, row = select_block_rows(given, here), row[here]
        if variable.kind in (VariableKind.CHOICE, VariableKind.TICK, VariableKind.RANK):
            return self.build_coded_column(variable, answers, row, rows)
        texts: Any = pc.coalesce(self.codes.take(answers.code), answers.value)
        return convert_texts(
            variable, join_texts_by_row(texts.to_pylist(), answers.number, row, rows)
        )

    def build_coded_column(
        self, variable: Variable, answers: AnswerBlock, row: IntegerArray, rows: int
    ) -> Any:
        """Numbers in place of codes. Who gave a special answer has it in all ticks not made."""
        texts: list[Any] = self.codes.to_pylist()
        lookup = np.array([float(variable.numbers.get(text, np.nan)) for text in texts])
        column, number = np.full(rows, np.nan), lookup[answers.code]
        if variable.kind is VariableKind.CHOICE:
            column[row] = number
            return column
        ticked = answers.code == texts.index(variable.part) if variable.part in texts else row < 0
        if variable.kind is VariableKind.TICK:
            column[row] = 0
        # The order matters: what was said instead of choosing goes over the 0, and what was chosen
        # all the same over that.
        special = number < 0
        column[row[special]] = number[special]
        column[row[ticked]] = (
            1 if variable.kind is VariableKind.TICK else answers.number[ticked] + 1
        )
        return column


def read_usable_interviews(
    connection: Connection, form: FieldedQuestionnaire, zone: ZoneInfo, now: datetime
) -> pd.DataFrame:
    """The columns of ``ABOUT_INTERVIEW``, and the id, by which the rows are in order."""
    query = build_interviews_query(now).where(questionnaire.c.id == form.id, is_usable(now))
    found = pd.DataFrame(connection.execute(query).all(), columns=query.selected_columns.keys())
    found["key"] = [f"uuid:{derive_interview_uuid(number)}" for number in found["id"]]
    found["version"] = found["digest"].map(form.names)
    for column in ("started_at", "last_at", "sent_at"):
        # SPSS knows no time zones, so that moments are written as the clocks at the place of the
        # survey showed them.
        moments = pd.to_datetime(found[column], utc=True)
        found[column] = moments.dt.tz_convert(zone).dt.tz_localize(None).dt.as_unit("ns")
    found = found.rename(
        columns={"wave_id": "wave", "pseudonym": "respondent", "disposition": "disposisi"}
    )
    return found[["id", *ABOUT_INTERVIEW]]


def count_repeat_depth(occurrences: Any) -> IntegerArray:
    """In how many repeats each answer is."""
    where = occurrences.dictionary_encode()
    texts: list[Any] = where.dictionary.to_pylist()
    depths = np.array([len(text.split(".")) if text else 0 for text in texts], np.int64)
    found: IntegerArray = depths.take(where.indices.to_numpy())
    return found


def select_block_rows(given: AnswerBlock, wanted: NDArray[Any]) -> AnswerBlock:
    """Some rows, by their places or by a mask."""
    places = np.flatnonzero(wanted) if wanted.dtype == bool else wanted
    return AnswerBlock(**{column: values.take(places) for column, values in vars(given).items()})


def join_texts_by_row(
    texts: Sequence[str], number: IntegerArray, row: IntegerArray, rows: int
) -> list[str | None]:
    """A text for each row, several choices with a space between them."""
    column: list[str | None] = [None] * rows
    for text, nth, place in zip(texts, number.tolist(), row.tolist(), strict=True):
        column[place] = f"{column[place]} {text}" if nth else text
    return column


def convert_texts(variable: Variable, texts: list[str | None]) -> Any:
    """The texts as what the variable holds."""
    column = pd.Series(texts, dtype="str")
    if variable.kind is VariableKind.POINT:
        part = POINT_PARTS.index(variable.part)
        column = column.str.split(" ", expand=True).reindex(columns=range(len(POINT_PARTS)))[part]

    if variable.kind in (VariableKind.NUMBER, VariableKind.POINT):
        return pd.to_numeric(column).astype(float).to_numpy()
    if variable.kind is VariableKind.DAY:
        return column.map(date.fromisoformat, na_action="ignore").astype(object).to_numpy()
    return column.to_numpy(object)


def build_blank_column(kind: VariableKind, rows: int) -> Any:
    """A column in which nobody has answered."""
    if kind in (VariableKind.TEXT, VariableKind.DAY):
        return np.full(rows, None, object)
    return np.full(rows, np.nan)
