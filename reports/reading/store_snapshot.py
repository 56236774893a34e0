"""Answers as columns of small integers: ten million of them are eighty megabytes.

They come out of the database as Arrow arrays, so that no Python object is made for any. What is
read this way is whole; all counting is done on it in numpy.
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

from survey.store.database import StoreError
from survey.store.postgres import build_libpq_url, build_plain_url
from survey.store.schema import answer
from survey.store.schema_version import explain_newer_version

# Arrow's own pool keeps what was freed: 20 MB in a process that goes on to draw and set pages.
pa.set_memory_pool(pa.system_memory_pool())

#: Rows that are in memory as they were read.
BATCH_SIZE = 1 << 15
#: Rows that are Python objects at a time: with many more the processor's caches do not suffice.
ROWS_AT_A_TIME = 2_000
#: In place of a choice: an answer in one's own words, or one that the list does not have.
OTHER_CHOICE = -1

IdArray = NDArray[np.int64]
PlaceArray = NDArray[np.int32]
Query = Select[Any]
BatchOptions = Mapping[str, str]

#: How Arrow's drivers are told how much is in a batch: in rows, and in bytes.
SQLITE_OPTIONS = {"adbc.sqlite.query.batch_rows": str(BATCH_SIZE)}
POSTGRES_OPTIONS = {"adbc.postgresql.batch_size_hint_bytes": str(1 << 20)}
#: The same state of PostgreSQL for all that is read.
BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
SET_READING = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


class StoreSnapshot:
    """The store at one moment: small things row by row, many answers by columns.

    ``options`` are those that a statement gets from Arrow's driver.
    """

    def __init__(self, rows: Connection, bulk: dbapi.Connection, options: BatchOptions) -> None:
        self.connection = rows
        self._bulk = bulk
        self._options = options

    def fetch_batches(self, query: Query) -> Iterator[pa.RecordBatch]:
        """The rows of a query in batches of columns."""
        with self._execute(query) as cursor:
            yield from cursor.fetch_record_batch()

    def fetch_frame(self, query: Query) -> pd.DataFrame:
        """All rows of a query; texts as categories, columns that end in ``at`` as times."""
        with self._execute(query) as cursor:
            found = cursor.fetch_arrow_table()
        # SQLite's columns have no fixed types, and the driver guesses them from the first rows: a
        # column without a value there would come out as another type than with one.
        frame: pd.DataFrame = found.cast(build_row_schema(query)).to_pandas(
            strings_to_categorical=True
        )
        return frame

    def _execute(self, query: Query) -> dbapi.Cursor:
        # With the values in the text: a list for IN is spelled out only when SQLAlchemy itself
        # executes the query, and here another driver does.
        sql = query.compile(self.connection.engine, compile_kwargs={"literal_binds": True})
        cursor = self._bulk.cursor(adbc_stmt_kwargs=dict(self._options))
        cursor.execute(str(sql))
        return cursor


class RowSnapshot(StoreSnapshot):
    """The same by Python's own SQLite alone: slower, and safe in a process that writes.

    A second library in one process drops the other's locks on the file when it closes (SQLite: *How
    To Corrupt An SQLite Database File*, 2.2.1).
    """

    def __init__(self, rows: Connection) -> None:
        self.connection = rows

    def fetch_batches(self, query: Query) -> Iterator[pa.RecordBatch]:
        """The rows of a query in batches of columns."""
        schema = build_row_schema(query)
        with self.connection.execute(query) as result:
            # Straight from the driver, without an object for each row.
            cursor: Any = result.cursor
            while rows := cursor.fetchmany(ROWS_AT_A_TIME):
                columns = zip(*rows, strict=True)
                stored = (
                    pa.array(column, pa.int64() if pa.types.is_timestamp(kind) else kind)
                    for column, kind in zip(columns, schema.types, strict=True)
                )
                yield pa.record_batch(
                    [column.cast(kind) for column, kind in zip(stored, schema.types, strict=True)],
                    schema=schema,
                )

    def fetch_frame(self, query: Query) -> pd.DataFrame:
        """All rows of a query; texts as categories, columns that end in ``at`` as times."""
        found = pa.Table.from_batches(self.fetch_batches(query), build_row_schema(query))
        frame: pd.DataFrame = found.to_pandas(strings_to_categorical=True)
        return frame


def build_row_schema(query: Query) -> pa.Schema:
    """What the columns of a query hold."""
    return pa.schema(
        [(column.name, choose_arrow_type(column)) for column in query.selected_columns]
    )


def choose_arrow_type(column: ColumnElement[Any]) -> pa.DataType:
    """What a column holds, by its name and by the type that it has in the query."""
    if column.name == "at" or column.name.endswith("_at"):
        return pa.timestamp("us", "UTC")
    if isinstance(column.type, String):
        return pa.string()
    return pa.float64() if isinstance(column.type, Float) else pa.int64()


@contextmanager
def open_snapshot(database_url: str) -> Iterator[StoreSnapshot]:
    """The store as of now, the same for every query.

    Raises DBAPIError, whichever driver refuses.
    """
    is_file = make_url(database_url).get_backend_name() == "sqlite"
    try:
        with (open_file_snapshot if is_file else open_server_snapshot)(database_url) as source:
            yield source
    except dbapi.Error as fault:
        reason = str(fault).partition("\n")[0]  # Behind it stands the whole query.
        raise DatabaseError(None, None, sqlite3.DatabaseError(reason)) from fault


@contextmanager
def open_file_snapshot(database_url: str) -> Iterator[StoreSnapshot]:
    """A SQLite file as of now.

    Two SQLite libraries are at it, Python's and Arrow's. Whichever closes a file makes the process
    lose its locks on it, so both stay open and in their transactions until all is read; and a
    process that writes should not read in this way.
    """
    path = make_url(database_url).database
    with dbapi.connect(str(path)) as bulk, open_connection(database_url) as rows:
        yield StoreSnapshot(rows, bulk, SQLITE_OPTIONS)


@contextmanager
def open_server_snapshot(database_url: str) -> Iterator[StoreSnapshot]:
    """A PostgreSQL as of now: Arrow's connection is in the same snapshot as the one for rows."""
    # Imported here, as most reports are made of a file.
    from adbc_driver_postgresql import dbapi as server_dbapi

    address = build_libpq_url(database_url).render_as_string(hide_password=False)
    with (
        open_connection(database_url) as rows,
        server_dbapi.connect(address, autocommit=True) as bulk,
        bulk.cursor() as cursor,
    ):
        snapshot = rows.execute(select(func.pg_export_snapshot())).scalar_one()
        cursor.execute(BEGIN_READING)
        cursor.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
        yield StoreSnapshot(rows, bulk, POSTGRES_OPTIONS)
        cursor.execute("ROLLBACK")


@contextmanager
def open_connection(database_url: str) -> Iterator[Connection]:
    """A connection on which every query sees the same state; an asynchronous URL will do.

    Raises StoreError if the database is of a newer Suara.
    """
    url = make_url(database_url)
    # The store's URL names an asynchronous driver, which runs only in an event loop.
    is_file = url.get_backend_name() == "sqlite"
    plain = url.set(drivername="sqlite") if is_file else build_plain_url(database_url)
    engine = create_engine(plain, hide_parameters=True)
    try:
        with engine.connect() as connection:
            # Python's sqlite3 begins a transaction by itself only before a statement that writes;
            # until then each query would see another state of the store.
            connection.exec_driver_sql("BEGIN" if is_file else SET_READING)
            if why_not := explain_newer_version(connection):
                raise StoreError(why_not)
            yield connection
    finally:
        engine.dispose()


@dataclass(frozen=True)
class GivenAnswers:
    """Who gave which answer to one question: a row number and the place of a choice, or OTHER.

    Of several choices each is an entry of its own.
    """

    person: PlaceArray
    choice: PlaceArray

    @property
    def people(self) -> IdArray:
        """The row numbers of who answered, each once."""
        return np.flatnonzero(np.bincount(self.person))

    def select_people(self, place: PlaceArray) -> GivenAnswers:
        """Those of some people only; ``place`` is each one's new row number, or -1."""
        person = place[self.person]
        kept = person >= 0
        return GivenAnswers(person[kept], self.choice[kept])


NO_ANSWERS = GivenAnswers(np.empty(0, np.int32), np.empty(0, np.int32))


def read_given_answers(
    source: StoreSnapshot, ids: IdArray, questions: Sequence[int], as_of: datetime
) -> dict[int, GivenAnswers]:
    """Question's id -> its answers outside of repeats, ``choice`` being the *id* of its code.

    ``ids`` are the interviews that are wanted, in ascending order; a person is a place in them.
    What was answered at ``as_of`` or later is left out.
    """
    query = select(
        answer.c.interview_id,
        answer.c.question_id,
        func.coalesce(answer.c.code_id, OTHER_CHOICE).label("code_id"),
    ).where(answer.c.occurrence == "", answer.c.answered_at < as_of)
    wanted = np.zeros(max(questions, default=0) + 1, bool)
    wanted[list(questions)] = True
    pieces: dict[int, list[GivenAnswers]] = {}
    for batch in source.fetch_batches(query) if len(ids) else ():
        interview, question, code = (column.to_numpy() for column in batch.columns)
        person = np.searchsorted(ids, interview)
        # An interview with a higher number than all of ours is placed one beyond the end. Put at 0
        # it can be looked up, and the comparison with its id below drops it.
        person[person == len(ids)] = 0
        # The minimum only keeps the look-up within bounds; what it mistakes, the first half drops.
        asked = (question < len(wanted)) & wanted[np.minimum(question, len(wanted) - 1)]
        kept = np.flatnonzero(asked & (ids[person] == interview))
        # Sorted once and cut where the question changes: a mask over the batch for each question
        # would cost its length times their number. Stable, so that people stay in order.
        kept = kept[np.argsort(question[kept], kind="stable")]
        which, begins = np.unique(question[kept], return_index=True)
        # Before the first border there is an empty piece.
        for one, rows in zip(which.tolist(), np.split(kept, begins)[1:], strict=True):
            piece = GivenAnswers(person[rows].astype(np.int32), code[rows].astype(np.int32))
            pieces.setdefault(one, []).append(piece)
    return {question: concatenate_answers(found) for question, found in pieces.items()}


def concatenate_answers(pieces: Sequence[GivenAnswers]) -> GivenAnswers:
    """One after the other."""
    return GivenAnswers(
        np.concatenate([piece.person for piece in pieces]),
        np.concatenate([piece.choice for piece in pieces]),
    )


def replace_code_ids(given: GivenAnswers, places: Mapping[int, int]) -> GivenAnswers:
    """With the ids of codes replaced by the places of the question's choices."""
    most = max([int(given.choice.max(initial=0)), *places])
    # The last place is for OTHER, which is -1.
    lookup = np.full(most + 2, OTHER_CHOICE, np.int32)
    for code, place in places.items():
        lookup[code] = place
    return GivenAnswers(given.person, lookup[given.choice])
