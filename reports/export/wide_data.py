"""Interviews as rows and questions as columns: one table a questionnaire, and one a repeat.

Of interviews that are complete or partial, as in the reports. A row of a repeat is there where
something was answered in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from reports.export.answer_blocks import AnswerBlock, IntegerArray, concatenate_blocks
from reports.export.export_tables import ExportTable
from reports.export.interview_rows import build_interviews_query, spell_position
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
from reports.reading.disposition import COMPLETE, IDLE, PARTIAL, SENT, WAVE_CLOSED, is_usable
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
#: What stands at the end of a file, after the questions.
DERIVED_OF_INTERVIEW: Mapping[str, tuple[VariableKind, str]] = {
    "disposition_why": (VariableKind.TEXT, gettext_noop("Why it counts as ended so")),
    "position": (VariableKind.TEXT, gettext_noop("Question at which the person stands")),
    "duration": (VariableKind.NUMBER, gettext_noop("Seconds at it, a pause as five minutes")),
    "words": (VariableKind.NUMBER, gettext_noop("Words of the questions answered")),
    "flag_fast": (VariableKind.NUMBER, gettext_noop("Flag: very fast")),
    "flag_fast_why": (
        VariableKind.TEXT,
        gettext_noop("Under a third of the median, or under what reading takes"),
    ),
    "flag_straight": (VariableKind.NUMBER, gettext_noop("Flag: straight line")),
    "flag_straight_where": (VariableKind.TEXT, gettext_noop("Groups answered alike")),
    "weight": (VariableKind.NUMBER, gettext_noop("Weight of a resident, 1 on average")),
}
KNOWN_VALUES: Mapping[str, Mapping[str, str]] = {
    "role": AUDIENCES,
    "sector": SECTORS,
    "category": CATEGORIES,
    "disposisi": {COMPLETE: gettext_noop("Complete"), PARTIAL: gettext_noop("Partial")},
    "disposition_why": {
        SENT: gettext_noop("Handed in"),
        IDLE: gettext_noop("Idle for 48 hours"),
        WAVE_CLOSED: gettext_noop("The wave is over"),
    },
}
POSITION_LABEL = gettext_noop("Number in “{repeat}”")


def build_interview_variables(
    columns: VariableBuilder, described: Mapping[str, tuple[VariableKind, str]]
) -> tuple[Variable, ...]:
    """The variables of what is known of an interview besides its answers."""
    return tuple(
        Variable(
            name,
            kind,
            columns.translate_text(label),
            part=name,
            values=columns.name_languages()
            if name == "language"
            else {
                code: columns.translate_text(text)
                for code, text in KNOWN_VALUES.get(name, {}).items()
            },
        )
        for name, (kind, label) in described.items()
    )


@dataclass(frozen=True)
class WideSheet:
    """One file's worth: its rows, and what each of its columns is.

    ``unreadable`` are the cells that could not be read as what they should be: the interview, in a
    repeat with the numbers of its instance, and the variable. They are empty.
    """

    path: str
    frame: pd.DataFrame
    variables: tuple[Variable, ...]
    unreadable: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class SheetAnswers:
    """The answers of one sheet: ``row`` is that of each; of ``rows`` rows ``version`` is that."""

    block: AnswerBlock
    row: IntegerArray
    rows: int
    version: IntegerArray

    def split_by_question(self) -> dict[int, SheetAnswers]:
        """Those of each question alone."""
        order = np.argsort(self.block.question, kind="stable")
        which, begins = np.unique(self.block.question[order], return_index=True)
        # Before the first border there is an empty piece.
        pieces = np.split(order, begins)[1:]
        return {
            int(one): replace(self, block=select_block_rows(self.block, rows), row=self.row[rows])
            for one, rows in zip(which, pieces, strict=True)
        }


class WideData:
    """Gathers the answers to one questionnaire from blocks, then lays them out.

    ``measures`` are those of ``CountedInterviews``.
    """

    def __init__(
        self,
        connection: Connection,
        form: FieldedQuestionnaire,
        columns: VariableBuilder,
        zone: ZoneInfo,
        now: datetime,
        measures: pd.DataFrame,
    ) -> None:
        self.form, self.columns = form, columns
        self.interviews = read_usable_interviews(connection, form, zone, now, measures)
        self.ids = self.interviews.pop("id").to_numpy(np.int64)
        digests = {form.digest: number for number, form in enumerate(form.forms)}
        self.versions = self.interviews.pop("digest").map(digests).to_numpy(np.int64)
        query = select(question.c.path, question.c.id).where(question.c.questionnaire == form.id)
        self.questions = {row.path: row.id for row in connection.execute(query)}
        self.codes = read_code_texts(connection)
        self.code_ids = {text: number for number, text in enumerate(self.codes.to_pylist())}
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
        known = build_interview_variables(self.columns, ABOUT_INTERVIEW)
        derived = build_interview_variables(self.columns, DERIVED_OF_INTERVIEW)
        if around:
            known = (known[0], *(self.build_position_variable(path) for path in around))
            derived = ()
        variables = self.columns.build_table_variables(table, known, derived)
        asked = [self.questions.get(field.path, -1) for field in table.fields]
        # A group may have become a repeat in a later version: then answers lie in both tables.
        mine = given and select_block_rows(
            given,
            np.isin(given.question, asked) & (count_repeat_depth(given.occurrence) == len(around)),
        )
        if around:
            frame, row, owner = self.build_instances(mine, len(around))
        else:
            frame, row = self.interviews, mine.interview if mine else np.empty(0, np.int64)
            owner = np.arange(len(frame), dtype=np.int64)
        version = self.versions[owner].astype(np.int64)
        answers = SheetAnswers(mine, row, len(frame), version) if mine else None
        end = len(variables) - len(derived)
        columns, unreadable = self.build_columns(variables[len(known) : end], answers, len(frame))
        about = [frame[name] for name in frame]
        columns = [*about[: len(known)], *columns, *about[len(known) :]]
        found = {v.name: column for v, column in zip(variables, columns, strict=True)}
        return WideSheet(
            table.path,
            pd.DataFrame(found, index=frame.index),
            variables,
            tuple((spell_instance(frame, len(around), at), name) for at, name in unreadable),
        )

    def build_columns(
        self, variables: Sequence[Variable], answers: SheetAnswers | None, rows: int
    ) -> tuple[list[Any], list[tuple[int, str]]]:
        """The columns of the questions, and the cells (row, variable) that cannot be read."""
        split = answers.split_by_question() if answers else {}
        columns: list[Any] = []
        unreadable: list[tuple[int, str]] = []
        for path, together in groupby(variables, key=lambda variable: variable.path):
            same, given = list(together), split.get(self.questions.get(path, -1))
            if given is None:
                columns += [build_blank_column(variable.kind, rows) for variable in same]
            elif same[0].kind in (VariableKind.CHOICE, VariableKind.TICK, VariableKind.RANK):
                number = self.number_answers(same[0], given.block)
                columns += self.build_coded_columns(same, given, number)
                lost = given.row[np.isnan(number)]
                unreadable += [(int(at), same[0].name) for at in lost]
            else:
                texts: Any = pc.coalesce(self.codes.take(given.block.code), given.block.value)
                joined = join_texts_by_row(texts.to_pylist(), given.block.number, given.row, rows)
                for variable in same:
                    column, faults = convert_texts(variable, joined)
                    columns.append(column)
                    unreadable += [(at, variable.name) for at in faults]
        return columns, unreadable

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
    ) -> tuple[pd.DataFrame, IntegerArray, IntegerArray]:
        """The rows of a repeat: key and positions; of each answer the row, of each row whose it is.

        Whose: the place of its interview.
        """
        if given is None or not len(given.code):
            nobody = np.empty(0, np.int64)
            empty = pd.DataFrame({"key": pd.Series(dtype="str")})
            return empty.assign(**{str(n): nobody for n in range(depth)}), nobody, nobody
        where = given.occurrence.dictionary_encode()
        texts: list[Any] = where.dictionary.to_pylist()
        places = np.array([text.split(".") for text in texts], np.int64)
        key = np.column_stack([given.interview, places[where.indices.to_numpy()]])
        rows, row = np.unique(key, axis=0, return_inverse=True)
        frame = pd.DataFrame({"key": self.interviews["key"].to_numpy()[rows[:, 0]]})
        return frame.assign(**{str(n): rows[:, n + 1] for n in range(depth)}), row, rows[:, 0]

    def number_answers(self, variable: Variable, given: AnswerBlock) -> NDArray[np.float64]:
        """The number of each answer's code; missing for what is none of the question's codes."""
        lookup = np.full(len(self.codes), np.nan)
        for code, fixed in variable.numbers.items():
            if code in self.code_ids:
                lookup[self.code_ids[code]] = fixed
        return lookup[given.code]

    def build_coded_columns(
        self, variables: Sequence[Variable], given: SheetAnswers, number: NDArray[np.float64]
    ) -> Iterator[Any]:
        """The columns of one question whose answers are choices: numbers in place of codes.

        Who gave a special answer has it in all ticks not made; a choice that a version did not
        offer is missing in its interviews.
        """
        whole = np.full(given.rows, np.nan)
        if variables[0].kind is VariableKind.CHOICE:
            whole[given.row] = number
            yield whole
            return
        missing = np.isin(number, variables[0].missing_values)
        if variables[0].kind is VariableKind.TICK:
            whole[given.row] = 0
        # The order matters: what was said instead of choosing goes over the 0, and what was chosen
        # all the same over that.
        whole[given.row[missing]] = number[missing]
        order = np.argsort(given.block.code, kind="stable")
        sorted_codes, offering = given.block.code[order], self.list_offering(variables[0].path)
        for variable in variables:
            wanted = self.code_ids.get(variable.part, -1)
            ends = np.searchsorted(sorted_codes, [wanted, wanted + 1])
            ticked = order[slice(*ends)]
            column = whole.copy()
            if variable.kind is VariableKind.TICK and variable.part in offering:
                column[~offering[variable.part][given.version]] = np.nan
            column[given.row[ticked]] = (
                1 if variable.kind is VariableKind.TICK else given.block.number[ticked] + 1
            )
            yield column

    def list_offering(self, path: str) -> dict[str, NDArray[np.bool_]]:
        """The choices that not every version offers: code -> which do, the newest first."""
        offered: list[set[str]] = [
            {choice.value for choice in asked.choices}
            if (asked := form.by_path.get(path))
            else set()
            for form in self.form.forms
        ]
        every = set().union(*offered)
        some = every - offered[0].intersection(*offered)
        return {code: np.array([code in one for one in offered]) for code in some}


def spell_instance(frame: pd.DataFrame, depth: int, row: int) -> str:
    """The key of a row's interview, in a repeat with the numbers of the instance behind it."""
    return "/".join(str(frame.iloc[row, column]) for column in range(depth + 1))


def read_usable_interviews(
    connection: Connection,
    form: FieldedQuestionnaire,
    zone: ZoneInfo,
    now: datetime,
    measures: pd.DataFrame,
) -> pd.DataFrame:
    """Id and digest, by which the rows are in order, and what is known and derived of them."""
    query = build_interviews_query(now).where(questionnaire.c.id == form.id, is_usable(now))
    found = pd.DataFrame(connection.execute(query).all(), columns=query.selected_columns.keys())
    found["key"] = [f"uuid:{derive_interview_uuid(number)}" for number in found["id"]]
    found["version"] = found["digest"].map(form.names)
    found["position"] = found["position"].map(spell_position)
    for column in ("started_at", "last_at", "sent_at"):
        # SPSS knows no time zones, so that moments are written as the clocks at the place of the
        # survey showed them.
        moments = pd.to_datetime(found[column], utc=True)
        found[column] = moments.dt.tz_convert(zone).dt.tz_localize(None).dt.as_unit("ns")
    found = found.rename(
        columns={"wave_id": "wave", "pseudonym": "respondent", "disposition": "disposisi"}
    )
    mine = measures.reindex(found["id"]).reset_index(drop=True)
    found = pd.concat([found, mine], axis=1)
    for name, (kind, _) in DERIVED_OF_INTERVIEW.items():
        if kind is VariableKind.NUMBER:
            found[name] = found[name].astype(float)
    return found[["id", "digest", *ABOUT_INTERVIEW, *DERIVED_OF_INTERVIEW]]


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


def convert_texts(variable: Variable, texts: list[str | None]) -> tuple[Any, list[int]]:
    """The texts as what the variable holds, and the rows of those that cannot be read as that.

    What cannot be read is missing: one bad cell ends no export.
    """
    column = pd.Series(texts, dtype="str")
    if variable.kind is VariableKind.POINT:
        part = POINT_PARTS.index(variable.part)
        column = column.str.split(" ", expand=True).reindex(columns=range(len(POINT_PARTS)))[part]
    if variable.kind in (VariableKind.NUMBER, VariableKind.POINT):
        read = pd.to_numeric(column, errors="coerce").astype(float)
        read = read.where(np.isfinite(read))
    elif variable.kind is VariableKind.DAY:
        read = column.map(read_day, na_action="ignore").astype(object)
    else:
        return column.to_numpy(object), []
    return read.to_numpy(), np.flatnonzero((column.notna() & read.isna()).to_numpy()).tolist()


def read_day(text: str) -> date | None:
    """A day as it is stored; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def build_blank_column(kind: VariableKind, rows: int) -> Any:
    """A column in which nobody has answered."""
    if kind in (VariableKind.TEXT, VariableKind.DAY):
        return np.full(rows, None, object)
    return np.full(rows, np.nan)
