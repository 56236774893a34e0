"""What facilitators did, as it is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.store.workshop_schema import move
from survey.store.write_locks import WriteLock
from survey.store.writer import Statement
from survey.workshop.moves import Move, MoveKind

MOVES_QUERY = (
    select(move).where(move.c.workshop_id == bindparam("workshop")).order_by(move.c.number)
)


MOVE_COUNT_QUERY = (
    select(func.count()).select_from(move).where(move.c.workshop_id == bindparam("workshop"))
)


async def list_moves(connection: AsyncConnection, workshop_id: str) -> list[Move]:
    """All moves in their order."""
    return [
        read_move_row(row)
        for row in await connection.execute(MOVES_QUERY, {"workshop": workshop_id})
    ]


def read_move_row(row: Row[Any]) -> Move:
    """A move from its row."""
    return Move(
        row.number,
        MoveKind(row.kind),
        tuple(row.ballots),
        row.value,
        row.at,
        row.source,
        row.key,
        row.respondent_id,
    )


async def count_workshop_moves(connection: AsyncConnection, workshop_id: str) -> int:
    """How many moves were made."""
    return (await connection.execute(MOVE_COUNT_QUERY, {"workshop": workshop_id})).scalar_one()


async def count_moves_by_workshop(connection: AsyncConnection) -> dict[str, tuple[int, datetime]]:
    """How many moves were made in each session, and when the last one."""
    columns = (move.c.workshop_id, func.count(), func.max(move.c.at))
    rows = await connection.execute(select(*columns).group_by(move.c.workshop_id))
    return {row[0]: (row[1], row[2]) for row in rows}


def add_move(workshop_id: str, made: Move) -> list[Statement]:
    """Keep a move; it collides if another one was kept in its place."""
    kept = insert(move).values(
        workshop_id=workshop_id,
        number=made.number,
        kind=made.kind,
        ballots=list(made.ballots),
        value=made.value,
        at=made.at,
        source=made.source,
        key=made.key,
        respondent_id=made.by,
    )
    return [WriteLock.VOTES, kept]
