"""What facilitators did, as it is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.store.workshop_schema import move
from survey.store.writer import Statement
from survey.workshop.moves import Kind, Move

# Plans


MOVES = select(move).where(move.c.workshop_id == bindparam("workshop")).order_by(move.c.number)


HOW_MANY = select(func.count()).select_from(move).where(move.c.workshop_id == bindparam("workshop"))


async def moves(connection: AsyncConnection, workshop_id: str) -> list[Move]:
    """All moves in their order."""
    return [move_in(row) for row in await connection.execute(MOVES, {"workshop": workshop_id})]


def move_in(row: Row[Any]) -> Move:
    """A move from its row."""
    return Move(
        row.number,
        Kind(row.kind),
        tuple(row.ballots),
        row.value,
        row.at,
        row.source,
        row.key,
        row.respondent_id,
    )


async def how_many_moves(connection: AsyncConnection, workshop_id: str) -> int:
    """How many moves were made."""
    return (await connection.execute(HOW_MANY, {"workshop": workshop_id})).scalar_one()


async def moved(connection: AsyncConnection) -> dict[str, tuple[int, datetime]]:
    """How many moves were made in each session, and when the last one."""
    columns = (move.c.workshop_id, func.count(), func.max(move.c.at))
    rows = await connection.execute(select(*columns).group_by(move.c.workshop_id))
    return {row[0]: (row[1], row[2]) for row in rows}


def make(workshop_id: str, made: Move) -> Statement:
    """Keep a move; it collides if another one was kept in its place."""
    return insert(move).values(
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
