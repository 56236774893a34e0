"""The long files: ``answers.csv`` and ``answers.parquet``, a row for each answer that stands."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from sqlalchemy import Connection, select

from reports.export.answer_blocks import AnswerBlock, IntegerArray
from reports.export.atomic_files import (
    FORMULA_BEGINNING,
    NUMBER_SHAPE,
    PLAIN_CSV,
    CsvStyle,
    write_atomically,
)
from reports.export.interview_rows import PathSpeller, read_repeat_paths
from reports.reading.questionnaire_versions import read_version_names
from survey.store.schema import code, interview, question, questionnaire, respondent

#: At least so many rows are in a row group of a Parquet file, but for the last one.
ROW_GROUP_SIZE = 250_000

TakeTable = Callable[[pa.Table], None]


class AnswerTableBuilder:
    """Turns blocks into tables: ids into what they stand for, choices of a question together."""

    def __init__(self, connection: Connection, zone: ZoneInfo) -> None:
        self.connection, self.zone = connection, zone
        self.spelling, self.versions = (
            PathSpeller(read_repeat_paths(connection)),
            read_version_names(connection),
        )
        self.questions = {
            row.id: (row.questionnaire, row.path) for row in connection.execute(select(question))
        }
        self.codes = read_code_texts(connection)

    def build_table(self, block: AnswerBlock) -> pa.Table:
        """A row an answer, with the columns of ``schema``."""
        starts = block.answer_starts
        texts = self.codes.take(block.code)
        ends = pa.array([*starts, len(block.code)], pa.int32())
        every = pa.ListArray.from_arrays(ends, pc.coalesce(texts, block.value))
        chosen = pa.ListArray.from_arrays(ends, texts, mask=pa.array(block.code[starts] == 0))
        moments = pa.array(block.at[starts], pa.timestamp("us", "UTC"))
        columns: list[Any] = [
            *self.build_interview_columns(block.interview[starts]),
            self.spell_questions(block.question[starts], block.occurrence.take(starts)),
            pc.binary_join(every, " "),
            chosen,
            moments.cast(pa.timestamp("us", self.zone.key)),
        ]
        return pa.table(columns, schema=build_answer_schema(self.zone))

    def build_interview_columns(self, ids: IntegerArray) -> Iterator[pa.Array[Any]]:
        """wave, questionnaire, version and respondent of these interviews, which are in order."""
        query = (
            select(
                interview.c.id,
                interview.c.wave_id,
                questionnaire.c.id.label("questionnaire"),
                interview.c.digest,
                respondent.c.pseudonym,
            )
            .join(questionnaire, questionnaire.c.digest == interview.c.digest)
            .join(respondent, respondent.c.id == interview.c.respondent_id)
            .where(interview.c.id.between(int(ids[0]), int(ids[-1])))
            .order_by(interview.c.id)
        )
        known, waves, questionnaires, digests, people = zip(
            *self.connection.execute(query), strict=True
        )
        rows = np.searchsorted(np.array(known), ids)
        versions = [self.versions[digest] for digest in digests]
        for column in (waves, questionnaires, versions, people):
            yield pa.array(column, pa.string()).dictionary_encode().take(rows)

    def spell_questions(self, questions: IntegerArray, occurrences: pa.Array[Any]) -> pa.Array[Any]:
        """The questions as ``aset[2]/kode``; each spelling is made once a block."""
        where = occurrences.dictionary_encode()
        kinds = len(where.dictionary)
        both, rows = np.unique(questions * kinds + where.indices.to_numpy(), return_inverse=True)
        texts = [
            self.spelling.get_spelling(
                *self.questions[key // kinds], where.dictionary[key % kinds].as_py()
            )
            for key in both.tolist()
        ]
        return pa.DictionaryArray.from_arrays(pa.array(rows, pa.int32()), pa.array(texts))


def read_code_texts(connection: Connection) -> pa.Array[Any]:
    """The values of choices, to be taken by their integer codes; null at 0."""
    known = {row.id: row.value for row in connection.execute(select(code))}
    return pa.array((known.get(n) for n in range(max(known, default=0) + 1)), pa.string())


def build_answer_schema(zone: ZoneInfo) -> pa.Schema:
    """The columns of the Parquet file; ``codes`` is null where the answer is no choice."""
    shared = pa.dictionary(pa.int32(), pa.string())
    names = ("wave", "questionnaire", "version", "respondent", "question")
    return pa.schema(
        [
            *((name, shared) for name in names),
            ("value", pa.string()),
            ("codes", pa.list_(pa.string())),
            ("answered_at", pa.timestamp("us", zone.key)),
        ]
    )


@contextmanager
def open_csv_file(path: Path, zone: ZoneInfo, style: CsvStyle = PLAIN_CSV) -> Iterator[TakeTable]:
    """``answers.csv``: the same columns but ``codes``, times in ISO 8601 at ``zone``."""
    names = [name for name in build_answer_schema(zone).names if name != "codes"]
    texts = pa.schema([(name, pa.string()) for name in names])
    options = pa.csv.WriteOptions(delimiter=style.delimiter)
    with write_atomically(path) as name, name.open("wb") as file:
        file.write(codecs.BOM_UTF8 if style.mark else b"")
        with pa.csv.CSVWriter(file, texts, write_options=options) as writer:

            def take(table: pa.Table) -> None:
                times = format_iso_times(table["answered_at"], zone)
                written = table.select(names).drop(["answered_at"])
                if style.guard:
                    at, guarded = names.index("value"), guard_column(written["value"])
                    written = written.set_column(at, "value", guarded)
                writer.write_table(written.append_column("answered_at", times).cast(texts))

            yield take


def guard_column(texts: pa.ChunkedArray[Any]) -> pa.ChunkedArray[Any]:
    """What ``guard_cell`` does, for a whole column."""
    formula = pc.and_not(
        pc.match_substring_regex(texts, FORMULA_BEGINNING),
        pc.match_substring_regex(texts, NUMBER_SHAPE),
    )
    # The library's types know no text among the columns to be joined.
    guarded: Any = pc.binary_join_element_wise("'", texts, "")  # type: ignore[call-overload]
    chosen: pa.ChunkedArray[Any] = pc.if_else(formula, guarded, texts)
    return chosen


@contextmanager
def open_parquet_file(
    path: Path,
    zone: ZoneInfo,
    _style: CsvStyle = PLAIN_CSV,
) -> Iterator[TakeTable]:
    """``answers.parquet``, row group by row group; the style is a matter of CSV."""
    pending: list[pa.Table] = []
    with (
        write_atomically(path) as name,
        pa.parquet.ParquetWriter(name, build_answer_schema(zone), compression="zstd") as writer,
    ):

        def take(table: pa.Table) -> None:
            pending.append(table)
            if sum(map(len, pending)) >= ROW_GROUP_SIZE:
                flush()

        def flush() -> None:
            # Each block has dictionaries of its own; one for the group lets it be written once.
            writer.write_table(pa.concat_tables(pending).unify_dictionaries())
            pending.clear()

        yield take
        if pending:
            flush()


def format_iso_times(moments: pa.ChunkedArray[Any], zone: ZoneInfo) -> pa.Array[Any]:
    """``2026-11-16T00:00:00+07:00``."""
    universal = pd.DatetimeIndex(moments.cast(pa.timestamp("us")).to_numpy())
    local = universal.tz_localize("UTC").tz_convert(zone).tz_localize(None)
    # Offsets change with summer time, so they are looked at for every moment; but there are few of
    # them, and each is spelled once.
    apart, rows = np.unique((local - universal) // pd.Timedelta(minutes=1), return_inverse=True)
    signed = (("-" if minutes < 0 else "+", divmod(abs(minutes), 60)) for minutes in apart)
    offsets = pa.array([f"{sign}{hours:02}:{rest:02}" for sign, (hours, rest) in signed])
    texts = pa.array(local).cast(pa.timestamp("s"), safe=False).cast(pa.string())
    marked: Any = pc.binary_replace_slice(texts, 10, 11, "T")
    joined: pa.Array[Any] = pc.binary_join_element_wise(marked, offsets.take(rows), "")
    return joined
