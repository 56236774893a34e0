"""Answers as columns of small integers: ten million of them are eighty megabytes.

They come out of SQLite as Arrow arrays, so that no Python object is made for any. What is read
this way is whole; all counting is done on it in numpy.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from adbc_driver_sqlite import dbapi
from numpy.typing import NDArray
from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Select,
    String,
    create_engine,
    func,
    make_url,
    select,
)
from sqlalchemy.exc import DatabaseError

from survey.store.schema import answer

# Arrow's own pool keeps what was freed: 20 MB in a process that goes on to draw and set pages.
pa.set_memory_pool(pa.system_memory_pool())

#: Rows that are in memory as they were read.
BATCH = 1 << 15
#: In place of a choice: an answer in one's own words, or one that the list does not have.
OTHER = -1

Ids = NDArray[np.int64]
Places = NDArray[np.int32]
Query = Select[Any]


class Source:
    """The store at one moment: small things row by row, many answers by columns."""

    def __init__(self, rows: Connection, bulk: dbapi.Connection) -> None:
        self.rows = rows
        self._bulk = bulk

    def batches(self, query: Query) -> Iterator[pa.RecordBatch]:
        """The rows of a query in batches of columns."""
        with self._executed(query) as cursor:
            yield from cursor.fetch_record_batch()

    def frame(self, query: Query) -> pd.DataFrame:
        """All rows of a query; texts as categories, columns that end in ``at`` as times."""
        with self._executed(query) as cursor:
            found = cursor.fetch_arrow_table()
        kinds = pa.schema([(column.name, arrow_type(column)) for column in query.selected_columns])
        frame: pd.DataFrame = found.cast(kinds).to_pandas(strings_to_categorical=True)
        return frame

    def _executed(self, query: Query) -> dbapi.Cursor:
        sql = query.compile(self.rows.engine, compile_kwargs={"literal_binds": True})
        options = {"adbc.sqlite.query.batch_rows": str(BATCH)}
        cursor = self._bulk.cursor(adbc_stmt_kwargs=options)
        cursor.execute(str(sql))
        return cursor


def arrow_type(column: ColumnElement[Any]) -> pa.DataType:
    """What a column holds, by its name and by the type that it has in the query."""
    if column.name == "at" or column.name.endswith("_at"):
        return pa.timestamp("us", "UTC")
    if isinstance(column.type, String):
        return pa.string()
    return pa.float64() if isinstance(column.type, Float) else pa.int64()


@contextmanager
def reading(database_url: str) -> Iterator[Source]:
    """The store as of now, the same for every query.

    Two SQLite libraries are at it, Python's and Arrow's. Whichever closes a file makes the process
    lose its locks on it, so both stay open and in their transactions until all is read; and a
    process that writes should not read in this way. Raises DBAPIError, whichever of them refuses.
    """
    path = make_url(database_url).database
    try:
        with dbapi.connect(str(path)) as bulk, connected(database_url) as rows:
            yield Source(rows, bulk)
    except dbapi.Error as fault:
        reason = str(fault).partition("\n")[0]  # Behind it stands the whole query.
        raise DatabaseError(None, None, sqlite3.DatabaseError(reason)) from fault


@contextmanager
def connected(database_url: str) -> Iterator[Connection]:
    """A connection on which every query sees the same state; an asynchronous URL will do."""
    url = make_url(database_url)
    engine = create_engine(url.set(drivername=url.get_backend_name()))
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection
    finally:
        engine.dispose()


@dataclass(frozen=True)
class Given:
    """Who gave which answer to one question: a row number and the place of a choice, or OTHER.

    Of several choices each is an entry of its own.
    """

    person: Places
    choice: Places

    @property
    def people(self) -> Ids:
        """The row numbers of who answered, each once."""
        return np.flatnonzero(np.bincount(self.person))

    def only(self, place: Places) -> Given:
        """Those of some people only; ``place`` is each one's new row number, or -1."""
        person = place[self.person]
        kept = person >= 0
        return Given(person[kept], self.choice[kept])


NOTHING = Given(np.empty(0, np.int32), np.empty(0, np.int32))


def read_given(
    source: Source, ids: Ids, questions: Sequence[int], as_of: datetime
) -> dict[int, Given]:
    """Question's id -> its answers outside of repeats, ``choice`` being the *id* of its code.

    ``ids`` are the interviews that are wanted, in ascending order; a person is a place in them.
    What was answered at ``as_of`` or later is left out.
    """
    query = select(
        answer.c.interview_id,
        answer.c.question_id,
        func.coalesce(answer.c.code_id, OTHER).label("code_id"),
    ).where(answer.c.occurrence == "", answer.c.answered_at < as_of)
    wanted = np.zeros(max(questions, default=0) + 1, bool)
    wanted[list(questions)] = True
    pieces: dict[int, list[Given]] = {}
    for batch in source.batches(query) if len(ids) else ():
        interview, question, code = (column.to_numpy() for column in batch.columns)
        person = np.searchsorted(ids, interview)
        person[person == len(ids)] = 0
        asked = (question < len(wanted)) & wanted[np.minimum(question, len(wanted) - 1)]
        kept = np.flatnonzero(asked & (ids[person] == interview))
        kept = kept[np.argsort(question[kept], kind="stable")]
        which, begins = np.unique(question[kept], return_index=True)
        for one, rows in zip(which.tolist(), np.split(kept, begins)[1:], strict=True):
            piece = Given(person[rows].astype(np.int32), code[rows].astype(np.int32))
            pieces.setdefault(one, []).append(piece)
    return {question: together(found) for question, found in pieces.items()}


def together(pieces: Sequence[Given]) -> Given:
    """One after the other."""
    return Given(
        np.concatenate([piece.person for piece in pieces]),
        np.concatenate([piece.choice for piece in pieces]),
    )


def placed(given: Given, places: Mapping[int, int]) -> Given:
    """With the ids of codes replaced by the places of the question's choices."""
    most = max([int(given.choice.max(initial=0)), *places])
    # The last place is for OTHER, which is -1.
    lookup = np.full(most + 2, OTHER, np.int32)
    for code, place in places.items():
        lookup[code] = place
    return Given(given.person, lookup[given.choice])
