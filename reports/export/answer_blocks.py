"""The answers that stand, as they are stored, in blocks of columns: the way to read millions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Connection, select, type_coerce

from survey.store.schema import answer

#: Rows that are Python objects at a time: with many more the processor's caches do not suffice.
FETCHED = 2_000
#: About so many rows are in a block.
BLOCK = 50_000

Numbers = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Block:
    """All answers of some interviews, a row a choice, in the order of their keys.

    ``code`` is 0 where the answer is no choice, and ``value`` then what it is. ``at`` is in
    microseconds since 1970.
    """

    interview: Numbers
    question: Numbers
    number: Numbers
    code: Numbers
    at: Numbers
    occurrence: pa.Array[Any]
    value: pa.Array[Any]

    @property
    def starts(self) -> Numbers:
        """The rows at which answers begin: several choices of one question are one answer."""
        return np.flatnonzero(self.number == 0)

    def rows(self, wanted: slice) -> Block:
        """Some of the rows."""
        return Block(*(column[wanted] for column in vars(self).values()))


def blocks(connection: Connection) -> Iterator[Block]:
    """The answers of all interviews, those of one interview always in the same block.

    The rows come straight from the driver: an object for each would take most of the time. A
    driver for Arrow is faster still; but it brings a SQLite library of its own, and where two are
    in one process, each drops the other's locks on the file when it closes (SQLite: *How To
    Corrupt An SQLite Database File*, 2.2.1). An export may run in the process that writes.
    """
    query = select(
        answer.c.interview_id,
        answer.c.question_id,
        answer.c.number,
        answer.c.code_id,
        type_coerce(answer.c.answered_at, BigInteger),
        answer.c.occurrence,
        answer.c.value,
    ).order_by(answer.c.interview_id, answer.c.question_id, answer.c.occurrence, answer.c.number)
    with connection.execute(query) as result:
        cursor: Any = result.cursor
        pieces: list[Block] = []
        while fetched := cursor.fetchmany(FETCHED):
            pieces.append(block(fetched))
            if sum(len(piece.code) for piece in pieces) >= BLOCK:
                every = together(pieces)
                cut = int(np.searchsorted(every.interview, every.interview[-1]))
                if cut:
                    yield every.rows(slice(cut))
                pieces = [every.rows(slice(cut, None))]
        if pieces:
            yield together(pieces)


def block(rows: Sequence[Sequence[Any]]) -> Block:
    """The rows as columns."""
    interview, question, number, code, at, occurrence, value = zip(*rows, strict=True)
    return Block(
        np.array(interview, dtype=np.int64),
        np.array(question, dtype=np.int64),
        np.array(number, dtype=np.int64),
        pa.array(code, pa.int64()).fill_null(0).to_numpy(),
        np.array(at, dtype=np.int64),
        pa.array(occurrence, pa.string()),
        pa.array(value, pa.string()),
    )


def together(pieces: Sequence[Block]) -> Block:
    """One after the other."""
    columns: Any = zip(*(vars(piece).values() for piece in pieces), strict=True)
    joined: Any = (
        pa.concat_arrays(column) if isinstance(column[0], pa.Array) else np.concatenate(column)
        for column in columns
    )
    return Block(*joined)
