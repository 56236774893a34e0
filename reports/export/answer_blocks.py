"""The answers that stand, as they are stored, in blocks of columns: the way to read millions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Connection, select, type_coerce

from survey.store.schema import answer

#: Rows that are Python objects at a time: with many more the processor's caches do not suffice.
FETCH_SIZE = 2_000
#: About so many rows are in a block.
BLOCK_SIZE = 50_000

IntegerArray = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class AnswerBlock:
    """All answers of some interviews, a row a choice, in the order of their keys.

    ``code`` is 0 where the answer is no choice, and ``value`` then what it is. ``at`` is in
    microseconds since 1970.
    """

    interview: IntegerArray
    question: IntegerArray
    number: IntegerArray
    code: IntegerArray
    at: IntegerArray
    occurrence: pa.Array[Any]
    value: pa.Array[Any]

    @property
    def answer_starts(self) -> IntegerArray:
        """The rows at which answers begin: several choices of one question are one answer."""
        return np.flatnonzero(self.number == 0)

    def slice_rows(self, wanted: slice) -> AnswerBlock:
        """Some of the rows."""
        return AnswerBlock(*(column[wanted] for column in vars(self).values()))


def read_blocks(connection: Connection, as_of: datetime) -> Iterator[AnswerBlock]:
    """The answers of all interviews that were given before ``as_of``.

    Those of one interview are always in the same block. The rows come straight from the driver: an
    object for each would take most of the time. A driver for Arrow is faster still; but it brings a
    SQLite library of its own (``RowSnapshot``), and an export may run in the process that writes.
    """
    query = (
        select(
            answer.c.interview_id,
            answer.c.question_id,
            answer.c.number,
            answer.c.code_id,
            type_coerce(answer.c.answered_at, BigInteger),
            answer.c.occurrence,
            answer.c.value,
        )
        .where(answer.c.answered_at < as_of)
        .order_by(answer.c.interview_id, answer.c.question_id, answer.c.occurrence, answer.c.number)
    )
    with connection.execute(query) as result:
        cursor: Any = result.cursor
        pieces: list[AnswerBlock] = []
        while fetched := cursor.fetchmany(FETCH_SIZE):
            pieces.append(build_block(fetched))
            if sum(len(piece.code) for piece in pieces) >= BLOCK_SIZE:
                every = concatenate_blocks(pieces)
                # The last interview may go on in rows that are not read yet, so it waits for them.
                cut = int(np.searchsorted(every.interview, every.interview[-1]))
                if cut:
                    yield every.slice_rows(slice(cut))
                pieces = [every.slice_rows(slice(cut, None))]
        if pieces:
            yield concatenate_blocks(pieces)


def build_block(rows: Sequence[Sequence[Any]]) -> AnswerBlock:
    """The rows as columns."""
    interview, question, number, code, at, occurrence, value = zip(*rows, strict=True)
    return AnswerBlock(
        np.array(interview, dtype=np.int64),
        np.array(question, dtype=np.int64),
        np.array(number, dtype=np.int64),
        pa.array(code, pa.int64()).fill_null(0).to_numpy(),
        np.array(at, dtype=np.int64),
        pa.array(occurrence, pa.string()),
        pa.array(value, pa.string()),
    )


def concatenate_blocks(pieces: Sequence[AnswerBlock]) -> AnswerBlock:
    """One after the other."""
    columns: Any = zip(*(vars(piece).values() for piece in pieces), strict=True)
    joined: Any = (
        pa.concat_arrays(column) if isinstance(column[0], pa.Array) else np.concatenate(column)
        for column in columns
    )
    return AnswerBlock(*joined)
